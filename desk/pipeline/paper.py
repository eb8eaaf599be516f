"""A notice on paper: composed from the revision it belongs to, rendered, its destination found, read back.

Everything comes from what is stored (the revision's values and decision, the notice's own time, the
decision record), so that making it again makes the same bytes under the same names.
"""

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TypedDict

from django.conf import settings
from PIL import Image

from classify.reference import Reference
from desk.cases.care import care_of, unapproved
from desk.cases.decisions import decision_at
from desk.cases.notices import Intent, Rendered
from desk.cases.number_book import number_book
from desk.cases.places import places_of
from desk.cases.receipt_again import came_again
from desk.cases.resend import arrival_reference, caller, is_cut_off, page_kinds
from desk.cases.values import WORD
from desk.config import Settings
from desk.lifecycle import NoticeState
from desk.records.models import HandOver, Notice, Page
from desk.storage import DERIVED, local_copy, read_stored, store_derived
from outbound.compose import compose
from outbound.compose_care import compose_care, compose_letter
from outbound.compose_resend import compose_resend, troubles_of
from outbound.faxtiff import fax_tiff, packet_pdf
from outbound.notices import LETTER_KINDS, Contact, Language, NoticeData, NoticeGap, NoticeKind
from outbound.numbers import Destination, NumberBook, fax_destination, known_office
from outbound.originals import Original
from outbound.packet import packet
from outbound.readback import not_read_back, wanted
from outbound.render import render_pdf, texts_used
from outbound.texts import Texts, load_texts
from outbound.transport import Submission
from terms.contact import FaxNumber
from terms.names import Processor

_GENERAL = "Sending office"


class _Common(TypedDict):
    """What every notice of a request is composed from."""

    reference: str
    revision: int
    received_at: dt.datetime
    issued_at: dt.datetime
    sender: Contact


class _To(TypedDict):
    """And what a fax is."""

    destination: FaxNumber | None
    supersedes: str


_FINE_LINES = 196


def make_paper(key: str, reference: Reference) -> Rendered | None:
    """Compose and render a drafted notice and store its PDF and fax TIFF; ``None`` if it is no longer to go out.

    Raises :class:`outbound.errors.OutboundError`, :class:`desk.errors.StorageError`.
    """
    notice = Notice.objects.select_related("request__arrival", "arrival", "supersedes", "care").get(key=key)
    if notice.state != NoticeState.DRAFTED:
        return None
    destination = find_destination(notice, reference)
    data = compose_notice(notice, reference, destination)
    texts = own_texts()
    pdf = render_pdf(data, texts)
    with original_images(notice) as originals:
        tiff = fax_tiff(pdf, settings.INLET.fax_resolution, originals)
        if originals:
            pdf = packet_pdf(pdf, originals)
    destination = _checked(notice, data, tiff, destination, texts)
    return Rendered(
        pdf=store_derived(pdf, ".pdf").name,
        tiff=store_derived(tiff, ".tif").name,
        pages=_frames(tiff),
        destination=destination.number.value if destination.number else "",
        verified=destination.verified,
        reason=destination.reason,
        data=data.to_json(),
        texts=tuple(text.name for text in texts_used(data, texts)),
    )


def sender_contact() -> Contact:
    """Give the sender of every notice, as the settings have it."""
    inlet: Settings = settings.INLET
    sending = inlet.sending
    return Contact(
        inlet.organisation,
        inlet.answer_phone,
        inlet.answer_fax,
        peer_phone=sending.peer_phone,
        peer_hours=sending.peer_hours,
        member_phone=sending.member_phone,
        member_tty=sending.member_tty,
    )


def own_texts() -> Texts:
    """Give the words of notices: the shipped ones and the plan's own."""
    return load_texts(settings.INLET.sending.texts_dir)


def compose_notice(notice: Notice, reference: Reference, destination: Destination) -> NoticeData:
    """Give what a stored notice says. Raises :class:`outbound.errors.CareDecisionError`."""
    kind = NoticeKind(notice.kind)
    if notice.request is None:
        return _resend(notice, destination)
    request, sender = notice.request, sender_contact()
    values, decision = decision_at(request, notice.revision)
    common: _Common = {
        "reference": request.reference,
        "revision": notice.revision,
        "received_at": request.received_at,
        "issued_at": notice.created_at,
        "sender": sender,
    }
    if kind in LETTER_KINDS:
        return compose_letter(care_of(notice), values, Language(notice.language), **common)
    to: _To = {"destination": destination.number, "supersedes": _superseded(notice)}
    if notice.care is not None:
        return compose_care(care_of(notice), values, **common, **to)
    data = compose(kind, values, decision, tables=reference, again=came_again(notice), **common, **to)
    if kind is NoticeKind.INFORMATION_REQUEST and (word := values.facts.get(WORD)):
        data = replace(data, gaps=(*data.gaps, NoticeGap("From our desk", word)))
    if kind is NoticeKind.FORWARD:
        office = reference.processors.get(Processor(notice.processor))
        assert office is not None, "a packet is drafted for a processor that has a row"
        lines = HandOver.objects.get(notice=notice).lines
        pages = _pages_of(notice)
        texts = [str(page.source.get("text") or "") for page in pages if not page.image]
        why = [decision.line_routes[place].reason for place in lines if place < len(decision.line_routes)]
        images = sum(bool(page.image) for page in pages)
        return packet(data, values, office, lines, pages=images, texts=texts, why=why)
    return data


def _resend(notice: Notice, destination: Destination) -> NoticeData:
    arrival = notice.arrival
    assert arrival is not None, "a notice belongs to a request or to an arrival"
    kinds = page_kinds(arrival)
    troubles = troubles_of(kinds, is_cut_off=is_cut_off(arrival)) or ("No page of it could be opened.",)
    return compose_resend(
        troubles,
        reference=arrival_reference(arrival),
        received_at=arrival.received_at,
        issued_at=notice.created_at,
        pages=len(kinds),
        sender=sender_contact(),
        to_name=_GENERAL,
        destination=destination.number,
    )


def find_destination(notice: Notice, reference: Reference) -> Destination:
    """The number that a person vouched for, else what processors' rows, number book, directory and form say."""
    number = FaxNumber.parse(notice.destination) if notice.vouched_by else None
    if number is not None:
        return Destination(FaxNumber(number.value), verified=True, reason=notice.destination_reason)
    if notice.way == "post":
        return Destination(None, verified=False, reason="A letter: print it and mail it to the member.")
    if notice.processor:
        return _to_processor(notice)
    if notice.request is None:
        assert notice.arrival is not None
        return known_office(caller(notice.arrival), reference, number_book(""))
    values, _decision = decision_at(notice.request, notice.revision)
    return fax_destination(values, reference, _book(values.value("ordering_provider.npi")))


def _to_processor(notice: Notice) -> Destination:
    """A processor's row is the plan's own word: its number or address needs nobody else's."""
    number = FaxNumber.parse(notice.destination)
    forbidden = number_book("").forbidden
    if number is not None and number.number in forbidden:
        return Destination(number, verified=False, reason=f"This number must not be faxed: {forbidden[number.number]}")
    return Destination(
        FaxNumber(number.number) if number else None,
        verified=bool(number or notice.address),
        reason=f"The hand-over of {notice.processor}.",
    )


def _book(npi: str | None) -> NumberBook:
    return number_book(npi or "")


def _checked(notice: Notice, data: NoticeData, tiff: bytes, destination: Destination, texts: Texts) -> Destination:
    """Hold what does not read back right, and letters whose words nobody approved; a person who vouched has looked."""
    if NoticeKind(notice.kind) in LETTER_KINDS:
        missing = ", ".join(text.name for text in unapproved(texts_used(data, texts)))
        reason = f"Nobody has approved these words: {missing}." if missing else destination.reason
        return Destination(None, verified=False, reason=reason)
    inlet: Settings = settings.INLET
    if not destination.verified or not inlet.sending.read_back or notice.vouched_by:
        return destination
    unread = not_read_back(tiff, wanted(data), pages=_frames(tiff) - data.original_pages)
    if not unread:
        return destination
    what = f"{len(unread)} of its numbers or codes"
    return Destination(
        destination.number,
        verified=False,
        reason=f"Its fax image does not read back right: {what}. Look at its PDF; vouch for the number to send it.",
    )


def _pages_of(notice: Notice) -> Sequence[Page]:
    """The pages that go with a packet, in the request's own order, without those set aside."""
    if notice.kind != NoticeKind.FORWARD.value or notice.request is None:
        return ()
    return [place.page for place in places_of(notice.request) if not place.set_aside]


@contextmanager
def original_images(notice: Notice) -> Iterator[tuple[Original, ...]]:
    """The stored images of the pages behind a packet, as files, while the block runs."""
    with ExitStack() as stack:
        yield tuple(
            Original(stack.enter_context(local_copy(DERIVED, page.image)), _lines(page))
            for page in _pages_of(notice)
            if page.image
        )


def _lines(page: Page) -> int:
    return round(float(page.source.get("dpi_y") or _FINE_LINES))


def submission(intent: Intent) -> Submission:
    """Give a transport what it needs for one attempt."""
    return Submission(
        key=intent.transmission,
        number=intent.destination,
        verified=intent.verified,
        reason=intent.reason,
        reference=intent.reference,
        kind=intent.kind,
        pages=intent.pages,
        urgent=intent.urgent,
        pdf=read_stored(DERIVED, intent.pdf),
        tiff=read_stored(DERIVED, intent.tiff),
        address=intent.address,
    )


def _superseded(notice: Notice) -> str:
    """Say in words which notice this one takes the place of."""
    earlier = notice.supersedes
    if earlier is None:
        return ""
    sent = (earlier.sent_at or earlier.created_at).astimezone(settings.INLET.zone)
    kind = earlier.kind.replace("_", " ")
    return f"the {kind} of {sent:%b} {sent.day}, {sent.year}"


def _frames(tiff: bytes) -> int:
    with Image.open(io.BytesIO(tiff)) as image:
        return int(getattr(image, "n_frames", 1))
