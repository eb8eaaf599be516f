"""Please send it again: the answer to a fax that cannot be read, or that did not arrive whole.

Pure. Nothing is known of the patient, and nothing of them is printed.
"""

import datetime as dt
from collections.abc import Sequence

from outbound.compose import code128, moment, printed_contact
from outbound.notices import Contact, NoticeData, NoticeKind
from terms.contact import FaxNumber
from terms.dates import PACIFIC
from terms.names import PageKind


def compose_resend(
    troubles: Sequence[str],
    *,
    reference: str,
    received_at: dt.datetime,
    issued_at: dt.datetime,
    pages: int,
    sender: Contact,
    to_name: str,
    destination: FaxNumber | None,
) -> NoticeData:
    """Give the data of a notice that asks for a fax again.

    ``troubles`` are sentences about pages (see :func:`troubles_of`); ``reference`` is the arrival's;
    moments are aware. Raises ValueError without a trouble.
    """
    if not troubles:
        raise ValueError("nobody is asked to send a fax again for no reason")
    return NoticeData(
        kind=NoticeKind.RESEND,
        reference=reference,
        revision=1,
        issued=issued_at.astimezone(PACIFIC).date().isoformat(),
        issued_text=moment(issued_at),
        received_text=moment(received_at, seconds=True),
        pages_received=pages,
        sender=printed_contact(sender),
        to_name=to_name,
        to_fax=destination.display if destination else "",
        priority="",
        request_type="",
        patient="",
        lines=(),
        diagnoses=(),
        deciders=(),
        due=(),
        clock_started="",
        barcode=code128(reference),
        troubles=tuple(troubles),
    )


def troubles_of(kinds: Sequence[PageKind], *, is_cut_off: bool = False) -> tuple[str, ...]:
    """Say what is wrong with an arrival's pages, in words for its sender; empty when nothing is."""
    troubles = []
    blank = [number for number, kind in enumerate(kinds, start=1) if kind is PageKind.BLANK]
    unreadable = [number for number, kind in enumerate(kinds, start=1) if kind is PageKind.UNREADABLE]
    if blank and len(blank) == len(kinds):
        troubles.append("Every page is blank; they may have been fed face down.")
    elif blank:
        troubles.append(f"Blank: {_pages(blank)}.")
    if unreadable:
        troubles.append(f"Too dark, too faint or too damaged to be read: {_pages(unreadable)}.")
    if is_cut_off:
        troubles.append("The call ended before all pages had come; later pages are missing.")
    if not kinds and not is_cut_off:
        troubles.append("No page reached us.")
    return tuple(troubles)


def _pages(numbers: Sequence[int]) -> str:
    words = ", ".join(map(str, numbers))
    return f"page {words}" if len(numbers) == 1 else f"pages {words}"
