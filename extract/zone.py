"""One field's zone of a page, read, judged and weighed: the value, how sure, and what may be done with it."""

import datetime as dt
from dataclasses import dataclass

from extract.page.ink import ZoneInk, zone_ink
from extract.page.lines import Stretch
from extract.page.upright import Grey, UprightPage
from extract.readers.ppocr import ppocr
from extract.readers.reading import LineReading, Reader
from extract.readers.tesseract import tesseract
from terms.geometry import Box
from terms.names import FieldKind
from terms.normal import normalise
from terms.values import Candidate, FieldStatus, FieldValue, Source

_ONE_LINE = frozenset(FieldKind) - {FieldKind.ADDRESS, FieldKind.TEXT, FieldKind.NAME}


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """A zone read: the judged value, its place tightened to the ink, and the evidence.

    ``readings`` holds every reader's reading, the first on the upright picture, the others on
    looser or native cuts; ``ink`` says whether anything is written there.
    """

    value: FieldValue
    box: Box
    ink: ZoneInk
    readings: tuple[LineReading, ...] = ()


def read_zone(
    page: UprightPage,
    box: Box,
    kind: FieldKind,
    *,
    readers: tuple[Reader, ...] | None = None,
    latest: dt.date | None = None,
    lexicon: frozenset[str] | None = None,
) -> ZoneReading:
    """Read the value of ``kind`` that stands inside ``box`` on ``page``."""
    del lexicon
    ink = zone_ink(page, box)
    hull = ink.hull
    if hull is None:
        status = FieldStatus.REVIEW if ink.is_faint else FieldStatus.MISSING
        return ZoneReading(FieldValue(None, None, 0.0, status, page.number, box, Source.OCR), box, ink)
    tight = page.box(hull.left, hull.top, hull.right, hull.bottom)
    first, second = readers or (ppocr(), tesseract())
    one = _read(first, page, ink, kind, native=False)
    two = _read(second, page, ink, kind, native=True)
    value = _judge(one, two, kind, latest=latest, page=page.number, box=tight)
    return ZoneReading(value, tight, ink, (*one, *two))


def decide_text(
    kind: FieldKind,
    text: str,
    source: Source = Source.TEXT_LAYER,
    *,
    page: int | None = None,
    box: Box | None = None,
    latest: dt.date | None = None,
) -> FieldValue:
    """Judge a text that needed no reading (text layer, form value, mail): accepted if it is valid.

    An empty text is missing; a text that is no value of its kind is ``invalid``, kept as raw.
    """
    raw = " ".join(text.split())
    if not raw:
        return FieldValue.missing(page=page, box=box)
    value = normalise(kind, raw, latest=latest)
    if value is None:
        return FieldValue(None, raw, 0.0, FieldStatus.INVALID, page, box, source)
    return FieldValue(value, raw, 0.999, FieldStatus.ACCEPTED, page, box, source)


def _read(reader: Reader, page: UprightPage, ink: ZoneInk, kind: FieldKind, *, native: bool) -> list[LineReading]:
    lines = [max(ink.stretches, key=lambda s: s.width * s.height)] if kind in _ONE_LINE else list(ink.stretches)
    return reader.read([_cut(page, line, native=native) for line in lines], kind)


def _cut(page: UprightPage, line: Stretch, *, native: bool) -> Grey:
    pad = max(3, line.height // 5) + (4 if native else 0)
    box = page.box(line.left - 2 * pad, line.top - pad, line.right + 2 * pad, line.bottom + pad)
    return page.native_crop(box) if native else page.crop(box)


def _judge(
    one: list[LineReading], two: list[LineReading], kind: FieldKind, *, latest: dt.date | None, page: int, box: Box
) -> FieldValue:
    raws = [" ".join(line.text for line in lines if line.text) for lines in (one, two)]
    values = [normalise(kind, raw, latest=latest) for raw in raws]
    sure = [min((line.confidence for line in lines), default=0.0) for lines in (one, two)]
    agree = values[0] is not None and values[0] == values[1]
    value = values[0] or values[1]
    confidence = (0.97 if agree else 0.6) * (sure[0] if values[0] else sure[1]) if value else 0.0
    status = FieldStatus.ACCEPTED if agree and sure[0] > 0.9 else FieldStatus.REVIEW  # noqa: PLR2004  (set by hand until fitted)
    others = tuple(
        Candidate(v, confidence / 2, "read otherwise by a second reader") for v in values[1:] if v and v != value
    )
    return FieldValue(value, raws[0] or raws[1] or None, confidence, status, page, box, Source.OCR, others)
