"""Everything understood of one file: pages with their kinds, requests with their decisions."""

import datetime as dt
from collections.abc import Mapping, Sequence

from classify.assemble import assemble
from classify.borne_out import bear_out_all
from classify.decide import decide
from classify.ours import keep_ours
from classify.own_notice import settle_own_notices
from classify.pages import page_kinds
from classify.reference import Reference
from extract.reading import PageReading
from ingest.pages import PageSource, Unpacked
from terms.document import Document, PageSummary
from terms.errors import Problem
from terms.names import PageKind, TextSource

_NO_REQUEST: Mapping[PageKind, Problem] = {
    PageKind.BLANK: Problem(
        "classify.blank_pages", "Every page is blank. Ask the sender to send it again; they may have fed it face down."
    ),
    PageKind.UNREADABLE: Problem(
        "classify.unreadable", "No page could be read. Look at the picture; if it is no better, ask for it again."
    ),
    PageKind.JUNK: Problem("classify.junk", "This looks like advertising. Look at it and dismiss it if it is."),
    PageKind.AUTO_REPLY: Problem(
        "classify.auto_reply", "This is an automatic reply or a bounce. Look whether one of our mails did not arrive."
    ),
    PageKind.STATUS_INQUIRY: Problem(
        "classify.status_inquiry", "This asks about a request and makes none. Answer the sender and dismiss it."
    ),
    PageKind.OTHER_PLAN_FORM: Problem(
        "classify.other_plan",
        "The form is another health plan's and the member is not known to be ours. Call the sender, secure the pages "
        "and note it in the privacy log; if the member is ours, ask for the request on the plan's form.",
    ),
    PageKind.COVER_SHEET: Problem(
        "classify.cover_only", "Only a cover page came. Ask the sender for the pages it announces."
    ),
}
_TELLING_FIRST = (
    PageKind.OTHER_PLAN_FORM,
    PageKind.AUTO_REPLY,
    PageKind.STATUS_INQUIRY,
    PageKind.UNREADABLE,
    PageKind.JUNK,
)
_NOTHING = Problem("classify.no_request", "No request was found on these pages. Look at them and say what they are.")
_NO_PAGES = Problem("classify.no_pages", "The file holds no page. Ask the sender to send it again.")


def build_document(  # noqa: PLR0917  (the signature that docs/architecture.md promises)
    file: str,
    sha256: str,
    received_at: dt.datetime,
    unpacked: Unpacked,
    readings: Sequence[PageReading],
    reference: Reference,
) -> Document:
    """Put together what one file says and what follows from it; nothing that a file can hold makes it raise.

    ``readings`` are those of the pages that were read; a page of ``unpacked`` without one counts as
    unreadable. ``problem`` says why there is no request when there is none.
    """
    read = {reading.number: reading for reading in readings}
    whole = [read.get(page.number) or _unread(page) for page in unpacked.pages]
    if not unpacked.pages:
        whole = list(readings)
    automatic = unpacked.mail is not None and unpacked.mail.auto_submitted
    settled = settle_own_notices(whole, page_kinds(whole, automatic=automatic))
    whole, kinds = list(settled.readings), list(settled.kinds)
    requests = bear_out_all(assemble(whole, kinds), reference, received_at=received_at)
    requests = keep_ours(requests, reference, received_at=received_at)
    decided = tuple((values, decide(values, reference, received_at=received_at)) for values in requests)
    problem = unpacked.problem
    if problem is None and not requests:
        problem = no_request(kinds, [reading.problem for reading in whole])
    summaries = tuple(_summary(reading, kind) for reading, kind in zip(whole, kinds, strict=True))
    return Document(file, sha256, received_at, summaries, decided, problem)


def no_request(kinds: Sequence[PageKind], problems: Sequence[Problem | None]) -> Problem:
    """Why an arrival whose pages are of these kinds holds no request, and what a person does about it.

    ``problems`` are those of the pages, in the same order: of an unreadable one its own problem says more (an
    attachment with a password, say) than that it could not be read.
    """
    if not kinds:
        return _NO_PAGES
    unreadable = (found for kind, found in zip(kinds, problems, strict=True) if found and kind is PageKind.UNREADABLE)
    for kind in _TELLING_FIRST:
        if kind in kinds:
            return next(unreadable, _NO_REQUEST[kind]) if kind is PageKind.UNREADABLE else _NO_REQUEST[kind]
    distinct = set(kinds) - {PageKind.BLANK} or {PageKind.BLANK}
    only = next(iter(distinct)) if len(distinct) == 1 else None
    return _NO_REQUEST.get(only, _NOTHING) if only else _NOTHING


def sentences() -> Mapping[str, str]:
    """Every sentence that :func:`no_request` has of its own, by kind."""
    return {found.kind: found.message for found in (*_NO_REQUEST.values(), _NOTHING, _NO_PAGES)}


def _unread(page: PageSource) -> PageReading:
    problem = page.problem or Problem(
        "classify.page_unread", "The page was not read; read the arrival again.", retry=True
    )
    return PageReading(
        number=page.number, rotation=0, form=None, text_source=TextSource.NONE, legibility=None, problem=problem
    )


def _summary(reading: PageReading, kind: PageKind) -> PageSummary:
    return PageSummary(
        number=reading.number,
        kind=kind,
        form=reading.form,
        rotation=reading.rotation,
        text_source=reading.text_source,
        legibility=reading.legibility,
        problem=reading.problem,
        words=reading.words,
    )
