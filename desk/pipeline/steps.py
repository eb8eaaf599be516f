"""The steps of the pipeline, as plain functions of ids. Each may run twice and changes nothing the second time.

A step may be killed between its effect and the engine's note of it, and then runs again: files are
kept by content, rows by key, and what is settled is left alone.
"""

import datetime as dt
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from django.conf import settings

from classify.assemble import assemble
from classify.borne_out import bear_out_all
from classify.document import no_request
from classify.ours import keep_ours
from classify.own_notice import settle_own_notices
from classify.pages import page_kinds
from classify.similar import signature
from desk import storage
from desk.cases import answers, arrivals, hand_over, notices, results
from desk.cases.came_again import find_earlier, record_again
from desk.cases.mail_drafts import draft_for
from desk.cases.partial import pages_short, with_call
from desk.cases.requests import record_document
from desk.cases.resend import draft_resend
from desk.cases.tables import current_reference
from desk.errors import ReaderError, StorageFullError
from desk.logs import log
from desk.pipeline.paper import make_paper, submission
from desk.pipeline.transports import folder, transport_for
from desk.records.models import Arrival, Notice, Page, Transmission
from desk.sending_settings import COUNTS_LINES
from extract.reading import PageReading
from ingest.pages import CallFacts, PageSource
from ingest.unpack import unpack
from terms.errors import Problem
from terms.names import ArrivalState, TextSource

_LONGEST_PAUSE = 300.0
_log = log(__name__)


class Readers(Protocol):
    """Whoever reads pages: the pool of resident readers, or a stand-in."""

    def read(self, source: Mapping[str, object], *, received_on: dt.date, upright_to: Path) -> dict[str, object]:
        """Read one page; see :meth:`desk.readers_pool.ReadersPool.read`."""
        ...


class _Hands:
    """What the worker gives the steps to work with."""

    readers: Readers | None = None


def use_readers(readers: Readers) -> None:
    """Say who reads pages in this process."""
    _Hands.readers = readers


def _work_folder() -> tempfile.TemporaryDirectory[str]:
    place = settings.INLET.data_dir / "tmp"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="step-", dir=place)


def _in_round(arrival_id: int, reading_round: int) -> Arrival | None:
    """Give the arrival if this round of its reading is still going on."""
    arrival = Arrival.objects.get(pk=arrival_id)
    going_on = arrival.state == ArrivalState.IN_PROGRESS and arrival.reading_round == reading_round
    return arrival if going_on else None


def unpack_arrival(arrival_id: int, reading_round: int) -> int:
    """Unpack an arrival's original, store its page images, and ask for each page's reading; give the page count.

    Raises :class:`desk.errors.StorageError` when there is no room, also where the decoder found none.
    """
    arrival = _in_round(arrival_id, reading_round)
    if arrival is None:
        return 0
    with _work_folder() as folder, storage.local_copy(storage.ORIGINALS, arrival.original) as path:
        unpacked = unpack(path, Path(folder) / "pages")
        if unpacked.problem is not None and unpacked.problem.kind == "ingest.storage":
            raise StorageFullError(unpacked.problem.message)
        pages = [_stored_page(page) for page in unpacked.pages]
    facts: dict[str, Any] = {name: arrival.facts[name] for name in ("call",) if name in arrival.facts}
    if unpacked.mail:
        facts["mail"] = unpacked.mail.to_record()
    if unpacked.call:
        known = arrival.facts.get("call")
        call = CallFacts.from_record(known).filled_from(unpacked.call) if known else unpacked.call
        facts["call"] = call.to_record()
    if _is_our_own(facts):
        arrivals.quarantine(arrival_id, answers.OUR_OWN)
        return 0
    told = results.told_by(facts.get("mail") or {}, _body(unpacked.pages))
    if told is not None:
        results.take_result(arrival_id, reading_round, told, facts=facts, pages=len(pages))
        _log.info("arrival.told_of_a_fax", arrival=arrival_id, transmission=told.transmission)
        return 0
    readable = sum(1 for page in unpacked.pages if page.problem is None)
    problem = unpacked.problem or (pages_short(facts.get("call"), readable) if pages else None)
    arrivals.record_unpacked(
        arrival_id,
        reading_round,
        media_type=unpacked.media_type,
        facts=facts,
        pages=pages,
        problem=problem,
    )
    if not pages:
        draft_for(arrival_id)
        draft_resend(arrival_id)
    _log.info("arrival.unpacked", arrival=arrival_id, pages=len(pages), problem=problem.kind if problem else None)
    return len(pages)


def _body(pages: Sequence[PageSource]) -> str:
    """What a mail itself says, without its attachments."""
    return "\n".join(page.text or "" for page in pages if page.text_source is TextSource.MAIL_TEXT)


def _is_our_own(facts: Mapping[str, Any]) -> bool:
    """Say whether we sent it ourselves: what we send must not come back as work.

    A fax then bears our station id, a mail our own name and mark.
    """
    own = _digits(settings.INLET.station_id)
    call = facts.get("call")
    return answers.is_our_own(facts.get("mail") or {}) or bool(own and call and _digits(call.get("tsi") or "") == own)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text).removeprefix("1")


def _stored_page(page: PageSource) -> arrivals.UnpackedPage:
    image = storage.store_derived(page.image.read_bytes(), ".png").name if page.image else ""
    return arrivals.UnpackedPage(page.number, page.to_record() | {"image": None}, image)


def read_page(arrival_id: int, reading_round: int, number: int) -> str:
    """Read one page with a resident reader and store what it says; give ``read``, ``failed`` or ``skipped``.

    A reader that is lost on the page costs one of ``page_tries``; after the last, the page stands
    as unreadable and the arrival goes on without it.
    """
    arrival = _in_round(arrival_id, reading_round)
    if arrival is None:
        return "skipped"
    page = Page.objects.get(arrival=arrival, number=number)
    if page.reading is not None:
        return "skipped"
    with _work_folder() as folder:
        upright = Path(folder) / "upright.png"
        reading, tries = _try_reading(arrival, page, upright)
        name = storage.store_derived(upright.read_bytes(), ".png").name if upright.exists() else ""
        ink = _signature(upright)
    arrivals.record_page(arrival_id, reading_round, number, reading=reading, upright=name, signature=ink, tries=tries)
    problem = reading.problem.kind if reading.problem else None
    _log.info("page.read", arrival=arrival_id, page=number, tries=tries, problem=problem)
    return "failed" if reading.problem else "read"


def _signature(upright: Path) -> bytes:
    """What a page looks like, to find it again when it is sent again; nothing where it has no picture."""
    if not upright.exists():
        return b""
    grey = cv2.imread(str(upright), cv2.IMREAD_GRAYSCALE)
    return b"" if grey is None else signature(np.asarray(grey, np.uint8))


def _try_reading(arrival: Arrival, page: Page, upright: Path) -> tuple[PageReading, int]:
    assert _Hands.readers is not None, "the worker says who reads before any step runs"
    received_on = arrival.received_at.astimezone(settings.INLET.zone).date()
    tries = 0
    while True:
        tries += 1
        try:
            return _read_once(_Hands.readers, page, received_on, upright), tries
        except ReaderError as error:
            _log.warning("page.reader_lost", arrival=arrival.pk, page=page.number, tries=tries, kind=error.kind)
            if tries >= settings.INLET.page_tries or not error.retry:
                sentence = f"Page {page.number} could not be read by machine ({error.kind}); look at its picture."
                return arrivals.unreadable_page(page.number, Problem("desk.page_unreadable", sentence)), tries


def _read_once(readers: Readers, page: Page, received_on: dt.date, upright: Path) -> PageReading:
    if not page.image:
        record = readers.read(page.source, received_on=received_on, upright_to=upright)
        return PageReading.from_record(record)
    with storage.local_copy(storage.DERIVED, page.image) as image:
        source = page.source | {"image": str(image)}
        return PageReading.from_record(readers.read(source, received_on=received_on, upright_to=upright))


def assemble_arrival(arrival_id: int, reading_round: int) -> list[str]:
    """Put an arrival's pages together to requests, decide them, end the arrival; give the references."""
    arrival = _in_round(arrival_id, reading_round)
    if arrival is None:
        return []
    readings = [PageReading.from_record(page.reading) for page in arrival.pages.order_by("number") if page.reading]
    mail = arrival.facts.get("mail") or {}
    automatic = bool(mail.get("auto_submitted"))
    kinds = page_kinds(readings, automatic=automatic)
    settled = settle_own_notices(readings, kinds)
    readings, kinds = list(settled.readings), list(settled.kinds)
    found = answers.answered(mail) or answers.named(settled.reference)
    assembled = with_call(assemble(readings, kinds), arrival.facts.get("call"), readings)
    assembled = tuple(answers.name_reference(assembled, found))
    assembled = bear_out_all(assembled, current_reference(), received_at=arrival.received_at)
    requests = keep_ours(assembled, current_reference(), received_at=arrival.received_at)
    numbered = {reading.number: kind for reading, kind in zip(readings, kinds, strict=True)}
    if not requests and answers.end_unattended(arrival_id, reading_round, found, kinds=numbered):
        _log.info("arrival.answers", arrival=arrival_id)
        return []
    again = None if found else find_earlier(arrival, requests, numbered)
    if again and record_again(arrival_id, reading_round, again, kinds=numbered, tables=current_reference()):
        _log.info("arrival.came_again", arrival=arrival_id, first=again.earlier.pk)
        return []
    references = record_document(
        arrival_id,
        reading_round,
        kinds=numbered,
        requests=requests,
        reference=current_reference(),
        without=no_request(kinds, [reading.problem for reading in readings]),
    )
    answers.keep_answer(arrival_id, found)
    draft_for(arrival_id)
    draft_resend(arrival_id)
    _log.info("arrival.assembled", arrival=arrival_id, requests=list(references))
    return list(references)


def give_up(arrival_id: int, problem: dict[str, Any]) -> None:
    """Quarantine an arrival that the pipeline cannot get on with."""
    arrivals.quarantine(arrival_id, Problem.from_json(problem))
    _log.error("arrival.given_up", arrival=arrival_id, kind=problem["kind"])


def try_later(arrival_id: int, reading_round: int, delay_seconds: float) -> None:
    """Begin another round of reading after a pause: storage was full or could not be written."""
    arrivals.begin_again(arrival_id, reading_round, delay_seconds=delay_seconds)
    _log.warning("arrival.tried_later", arrival=arrival_id, seconds=delay_seconds)


def render_notice(key: str) -> bool:
    """Make a drafted notice's paper and find its destination; give whether it is to be sent."""
    paper = make_paper(key, current_reference())
    return paper is not None and notices.record_rendered(key, paper)


def submit_notice(key: str) -> dict[str, Any] | None:
    """Write down the intent, then hand the notice to the transport under that intent's key; give its answer.

    The transport is asked for the key before it takes anything, so that a notice is never handed over
    twice. One that has to wait gives ``None`` and is taken up later; one that is not verified goes to
    the folder in which it waits for a person.
    """
    notice = Notice.objects.only("verified", "way", "address").get(key=key)
    out = transport_for(notice.way, notice.address) if notice.verified else folder()
    intent = notices.record_intent(key, out.name, counts_lines=out.name in COUNTS_LINES)
    if intent is None:
        return None
    receipt = out.submit(submission(intent), now=intent.intended_at)
    for earlier in intent.earlier:
        folder().withdraw(earlier)
    return {"transmission": intent.transmission, "held": receipt.held, "receipt": receipt.to_record()}


def record_submission(answer: dict[str, Any]) -> None:
    """Store the transport's answer."""
    notices.record_submission(answer["transmission"], held=answer["held"], receipt=answer["receipt"])
    _log.info("notice.submitted", transmission=answer["transmission"], held=answer["held"])


def withdraw_notice(key: str) -> int:
    """Take a superseded notice out of the held folder; give how many of its transmissions lay there."""
    out = folder()
    keys = Transmission.objects.filter(notice__key=key).values_list("key", flat=True)
    return sum(out.withdraw(transmission) for transmission in keys)


def note_notice_problem(key: str, problem: dict[str, Any]) -> None:
    """Store why a notice did not go out."""
    notices.record_notice_problem(key, Problem.from_json(problem))
    _log.error("notice.failed", notice=key, kind=problem["kind"])


def try_notice_later(key: str, delay_seconds: float) -> None:
    """Ask for a drafted notice's sending again after a pause, which grows with each time, to minutes at most."""
    notices.ask_again(key, delay_seconds=delay_seconds, longest=_LONGEST_PAUSE)


def hand_over_request(reference: str, revision: int) -> bool:
    """Give each processor its part of a routed request; give whether every one has it now."""
    inlet = settings.INLET
    done = hand_over.hand_over(reference, revision, tables=current_reference(), own=hand_over.own_places(inlet))
    _log.info("request.handed_over", request=reference, revision=revision, done=done)
    return done
