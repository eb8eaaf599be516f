"""Made-up faxes as the desk sees them after reading: pages with pictures, values with their places.

The pages are drawn by :mod:`samples`, so that what a test (or a picture in the docs) shows looks
like the paper it speaks of; what was "read" is the truth, with doubts where a test wants them.
"""

import datetime as dt
import functools
import io
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image

from desk.cases.arrivals import Receipt, UnpackedPage, record_page, record_unpacked, register_arrival
from desk.cases.requests import record_document
from desk.cases.tables import current_reference
from desk.records.models import Arrival, Request
from desk.storage import ORIGINALS, Stored, store_derived
from extract.reading import PageReading
from samples import orders, paper
from samples.conditions import DRAWN_DPI, Condition, Resolution, fax_page
from samples.printed import Hand
from terms.document import Word
from terms.errors import Problem
from terms.geometry import Box
from terms.names import FIELD_KINDS, PageKind, TextSource
from terms.requests import Line, RequestValues
from terms.values import Candidate, FieldStatus, FieldValue, Source

_FAXED = Condition("desk", 6, 16, 0.0003, 0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A fax on paper: PNG of each page, what stands where, and the order it is about."""

    pages: tuple[bytes, ...]
    kinds: tuple[PageKind, ...]
    places: Mapping[str, tuple[int, Box]]
    words: tuple[tuple[Word, ...], ...]
    order: orders.Order


@functools.cache
def draw(seed: int, *, faxed: bool = False, kind: str | None = "respiratory_oxygen", urgent: bool = False) -> Drawn:
    """Draw a cover sheet and a filled form; ``faxed`` sends them down a line (slower, and looks it)."""
    rng = random.Random(seed)
    order = replace(
        orders.draw_order(rng, today=timezone.localdate(), kind=kind), types=("urgent",) if urgent else ("routine",)
    )
    hand = Hand(font="sans", size=10.0)
    made = paper.compose([paper.Part("alliance_pa_2026", order, hand), paper.Part("cover_sheet", order, hand)], rng)
    pictures = paper.render(made.pdf, dpi=DRAWN_DPI if faxed else 100)
    if faxed:
        noise = np.random.default_rng(seed)
        header = "NOV-20-2026 09:14  FROM:EXAMPLE CLINIC   510-555-0150"
        bits = [fax_page(page, _FAXED, Resolution.FINE, noise, header=header) for page in pictures]
        pictures = [np.where(page, 0, 255).astype(np.uint8) for page in bits]
    places: dict[str, tuple[int, Box]] = {}
    words: list[list[Word]] = [[] for _ in pictures]
    kinds = [PageKind.UNKNOWN] * len(pictures)
    for part in made.parts:
        for page in part.pages:
            kinds[page - 1] = PageKind(part.kind)
        for placed in part.placed:
            known = places.get(placed.key)
            box = known[1].union(placed.box) if known and known[0] == placed.page else placed.box
            places.setdefault(placed.key, (placed.page, box))
            if known and known[0] == placed.page:
                places[placed.key] = (placed.page, box)
            words[placed.page - 1].append(Word(placed.printed, placed.box, 0.98))
    return Drawn(tuple(map(_png, pictures)), tuple(kinds), places, tuple(map(tuple, words)), order)


def _png(grey: np.ndarray) -> bytes:
    picture = Image.fromarray(grey)
    if picture.height > 2400:
        picture = picture.resize((1728, 2236))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()


def truth(order: orders.Order) -> dict[str, str]:
    """The values of an order in normal form."""
    member, provider = order.member, order.provider
    values = {
        "member.last_name": member.last_name,
        "member.first_name": member.first_name,
        "member.date_of_birth": member.date_of_birth.isoformat(),
        "member.id": member.cin,
        "member.address": member.address.line,
        "member.phone": f"+1{member.phone}",
        "ordering_provider.name": provider.name,
        "ordering_provider.npi": provider.npi,
        "ordering_provider.address": provider.address.line,
        "ordering_provider.phone": f"+1{provider.phone}",
        "ordering_provider.fax": f"+1{provider.fax}",
        "request.type": order.types[0],
        "service.start_date": order.start_date.isoformat(),
        "clinical.attached": "yes",
        "clinical.summary": order.summary,
    }
    if order.servicing:
        values["servicing_provider.name"] = order.servicing.name
        values["servicing_provider.npi"] = order.servicing.npi
    return values


def _place(drawn: Drawn, name: str) -> tuple[int | None, Box | None]:
    parts = [place for key, place in drawn.places.items() if key == name or key.startswith((f"{name}.", f"{name}="))]
    if not parts and name.endswith(".name"):
        stem = name.removesuffix("name")
        parts = [p for key, p in drawn.places.items() if key in {f"{stem}last_name", f"{stem}first_name"}]
    parts = [place for place in parts if place[0] == parts[0][0]]
    if not parts:
        return None, None
    return parts[0][0], functools.reduce(Box.union, (box for _, box in parts))


def values_of(
    drawn: Drawn,
    *,
    doubts: Mapping[str, FieldValue],
    blank: tuple[str, ...] = (),
    facts: Mapping[str, str] | None = None,
) -> RequestValues:
    """What was read: the truth at its places, ``doubts`` in the place of some of it, ``blank`` not there."""

    def read(name: str, value: str, confidence: float = 0.998) -> FieldValue:
        page, box = _place(drawn, name)
        if name in doubts:
            return replace(doubts[name], page=page, box=box)
        return FieldValue(value, value, confidence, FieldStatus.ACCEPTED, page, box, Source.OCR)

    fields = {name: FieldValue.missing() for name in FIELD_KINDS}
    fields |= {name: read(name, value) for name, value in truth(drawn.order).items()}
    fields |= {name: FieldValue.missing(page=_place(drawn, name)[0]) for name in blank}
    lines = tuple(
        Line(
            code=read(f"line[{index}].code", item.code),
            description=read(f"line[{index}].description", item.description),
            quantity=read(f"line[{index}].quantity", item.quantity),
            modifiers=tuple(read(f"line[{index}].modifiers", modifier) for modifier in item.modifiers),
        )
        for index, item in enumerate(drawn.order.lines)
    )
    diagnoses = tuple(read(f"diagnosis[{index}]", code) for index, code in enumerate(drawn.order.diagnoses))
    pages = tuple(range(1, len(drawn.pages) + 1))
    said = {"type.boxes": drawn.order.types[0], "text.clinical": "yes"} | dict(facts or {})
    return RequestValues(pages, fields, lines, diagnoses, said)


def doubt(value: str, confidence: float, *others: tuple[str, float, str]) -> FieldValue:
    """A value in doubt with its candidates: (value, confidence, why)."""
    candidates = (Candidate(value, confidence, "under the threshold"), *(Candidate(*other) for other in others))
    return FieldValue(value, value, confidence, FieldStatus.REVIEW, source=Source.OCR, candidates=candidates)


def usual_doubts(drawn: Drawn) -> dict[str, FieldValue]:
    """Doubts as they come: a letter of the member id, a digit of a phone, a code's first letter."""
    cin, phone = drawn.order.member.cin, f"+1{drawn.order.member.phone}"
    other = cin[:-1] + next(letter for letter in "AHMUVWXY" if letter != cin[-1])
    swapped = phone[:-1] + ("1" if phone[-1] == "7" else "7")
    code = drawn.order.lines[0].code
    return {
        "member.id": doubt(cin, 0.71, (other, 0.22, "fits if a character was misread")),
        "member.phone": doubt(phone, 0.64, (swapped, 0.31, "fits if a character was misread")),
        "line[0].code": doubt(code, 0.83, (f"B{code[1:]}", 0.08, "also possible")),
    }


def arrive(drawn: Drawn, number: int, *, received_at: dt.datetime | None = None, label: str = "UM fax line") -> Arrival:
    """Let a drawn fax come in and be unpacked, its original the first page's bytes and a number."""
    content = drawn.pages[0] + str(number).encode()
    stored = store_original_bytes(content)
    receipt = Receipt(
        source="fax",
        channel="fax",
        label=label,
        pickup_key=f"scene:{number}",
        file_name=f"fax-{number}.tif",
        received_at=received_at or timezone.now() - dt.timedelta(minutes=7),
        facts={"call": {"caller_id": "+15105550150"}},
    )
    arrival = register_arrival(receipt, stored)
    images = [store_derived(page, ".png").name for page in drawn.pages]
    record_unpacked(
        arrival.pk,
        1,
        media_type="image/tiff",
        facts={},
        pages=[UnpackedPage(place, {"number": place}, image) for place, image in enumerate(images, start=1)],
        problem=None,
    )
    return arrival


def store_original_bytes(content: bytes) -> Stored:
    """Store bytes as an original without a file to read them from."""
    stored = store_derived(content, "")
    storages[ORIGINALS].save(stored.name, ContentFile(content))
    return stored


def _reading(drawn: Drawn, page: int, values: RequestValues) -> PageReading:
    """What was read on one page, so that moving the page moves what stands on it."""
    first = min((value.page for value in values.fields.values() if value.page), default=1)
    form = page == first
    fields = {name: v for name, v in values.fields.items() if v.page == page or (form and not v.page and v.value)}
    lines = tuple(line for line in values.lines if line.code.page == page or (form and not line.code.page))
    diagnoses = tuple(v for v in values.diagnoses if v.page == page or (form and not v.page))
    facts = dict(values.facts) if form else {}
    words = drawn.words[page - 1]
    return PageReading(page, 0, None, TextSource.OCR, 0.93, words, fields, lines, diagnoses, facts)


def request_of(
    drawn: Drawn,
    number: int,
    *,
    doubts: Mapping[str, FieldValue] | None = None,
    blank: tuple[str, ...] = (),
    received_at: dt.datetime | None = None,
    label: str = "UM fax line",
    facts: Mapping[str, str] | None = None,
) -> Request:
    """Let a drawn fax come in and become a request, as the pipeline would."""
    arrival = arrive(drawn, number, received_at=received_at, label=label)
    values = values_of(drawn, doubts=doubts or {}, blank=blank, facts=facts)
    for page in range(1, len(drawn.pages) + 1):
        image = arrival.pages.get(number=page).image
        record_page(arrival.pk, 1, page, reading=_reading(drawn, page, values), upright=image)
    (reference,) = record_document(
        arrival.pk,
        1,
        kinds=dict(enumerate(drawn.kinds, start=1)),
        requests=[values],
        reference=current_reference(),
        without=Problem("desk.no_request", "No request was found; look at the pages."),
    )
    return Request.objects.get(reference=reference)
