"""One field's zone of a page, read, judged and weighed: the value, how sure, and what may be done with it."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from extract.decode.confidence import CODES, FULL, judge, panels
from extract.decode.evidence import Evidence, TextView, Weighed, weigh_code, weigh_text
from extract.page.ink import ZoneInk, zone_ink
from extract.page.lines import rows_of
from extract.page.upright import Grey, Stretch, UprightPage
from extract.page.words import line_crop, line_words
from extract.readers.own import MODEL
from extract.readers.panel import Panel, panel
from extract.readers.reading import LineReading
from terms.geometry import Box
from terms.names import FieldKind
from terms.normal import normalise
from terms.values import Candidate, FieldStatus, FieldValue, Source

_CERTAIN = 0.97
_SURE_LOG_P = -1.0
_MOST_CANDIDATES = 4
_FAR = 7.5


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """A zone read: the judged value, its place tightened to the ink, and the evidence.

    ``readings`` holds every reading in panel order, line by line; ``ink`` says whether anything is
    written there at all; ``evidence`` (None for a blank zone) what confidence was computed from.
    """

    value: FieldValue
    box: Box
    ink: ZoneInk
    readings: tuple[LineReading, ...] = ()
    evidence: Evidence | None = None
    page_measures: Mapping[str, float] | None = None


def read_zone(
    page: UprightPage,
    box: Box,
    kind: FieldKind,
    *,
    readers: Panel | None = None,
    latest: dt.date | None = None,
    lexicon: frozenset[str] | None = None,
) -> ZoneReading:
    """Read the value of ``kind`` that stands inside ``box`` on ``page``.

    Codes, numbers and dates are read three times (upright picture; raw native cut by the same
    reader and by an independent one) and decoded by their grammar; free text twice. A value is
    accepted only if two independent readers agree on it and the fitted confidence of its kind is
    high enough (our own reader takes part where confidence was fitted with it); otherwise it is
    for review, with the alternatives as candidates. A blank zone is
    missing; one with traces of lost text is for review. An NPI that two readers read alike and
    surely, and whose check digit fails, is invalid. ``latest`` bounds two-digit years; ``lexicon``
    holds known values in normal form, as a hint.
    """
    ink = zone_ink(page, box)
    hull = ink.hull
    if hull is None:
        status = FieldStatus.REVIEW if ink.is_faint else FieldStatus.MISSING
        return ZoneReading(FieldValue(None, None, 0.0, status, page.number, box, Source.OCR), box, ink)
    readers = readers or panel(with_own=FULL in panels() and MODEL.is_file())
    tight = page.box(hull.left, hull.top, hull.right, hull.bottom)
    measures = _page_measures(page, hull)
    if kind in CODES:
        views = _read_code(page, ink, kind, readers)
        evidence = weigh_code(kind, views, latest=latest, lexicon=lexicon)
    else:
        views, texts = _read_text(page, ink, kind, readers)
        evidence = weigh_text(kind, texts, coarse=bool(measures["coarse"]))
    value = _judged(kind, evidence, measures, readers, page=page.number, box=tight)
    return ZoneReading(value, tight, ink, tuple(views), evidence, measures)


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


def _read_code(page: UprightPage, ink: ZoneInk, kind: FieldKind, readers: Panel) -> list[LineReading]:
    """Three readings (four with our own) of the zone's main line."""
    whole = max(rows_of(ink.stretches), key=lambda s: s.width * s.height)
    snug, loose = line_crop(page, whole), native_line(page, whole)
    views = readers.first.read([snug, loose], kind)
    views += readers.second.read([loose], kind)
    if readers.own is not None:
        views += readers.own.read([snug], kind)
    return views


def _read_text(
    page: UprightPage, ink: ZoneInk, kind: FieldKind, readers: Panel
) -> tuple[list[LineReading], list[TextView]]:
    """Every line read twice (a name three times; once more with our own reader), and each view's whole text."""
    lines = rows_of(ink.stretches)
    snug, loose = [line_crop(page, s) for s in lines], [native_line(page, s) for s in lines]
    seen = {"first": readers.first.read(snug, kind), "second": readers.second.read(loose, kind)}
    if kind is FieldKind.NAME:
        seen["again"] = readers.first.read(loose, kind)
    if readers.own is not None:
        seen["own"] = readers.own.read(snug, kind)
    texts = []
    for who, view in seen.items():
        parts = [
            " ".join(w.text for w in line_words(page, s, r)) if who == "first" else r.text
            for s, r in zip(lines, view, strict=True)
        ]
        sure = [r.confidence for r in view if r.text]
        least = min((_least(r) for r in view if r.text), default=0.0)
        texts.append(TextView(who, " ".join(p for p in parts if p), float(np.mean(sure)) if sure else 0.0, least))
    return [r for view in seen.values() for r in view], texts


def _least(line: LineReading) -> float:
    """The least sure character of a reading."""
    best = line.chars.argmax(axis=1)
    peaks = line.chars.max(axis=1)
    return float(peaks[best != 0].min()) if (best != 0).any() else 0.0


def native_line(page: UprightPage, line: Stretch) -> Grey:
    """The line from native pixels, with wide margins: nothing that was cut off above can be missing here."""
    pad = max(6, round(line.height * 0.4))
    return page.native_crop(page.box(line.left - pad, line.top - pad, line.right + pad, line.bottom + pad))


def _page_measures(page: UprightPage, hull: Stretch) -> dict[str, float]:
    rows = float(np.hypot(page.to_native[0, 1], page.to_native[1, 1]))
    return {
        "legibility": page.legibility,
        "coarse": float(rows < 0.7 or np.hypot(page.to_native[0, 0], page.to_native[1, 0]) < 0.7),  # noqa: PLR2004  (98 lines an inch)
        "height": math.log(max(6, hull.height) / 22),
        "specks": math.log1p(page.faults.specks),
    }


def _judged(
    kind: FieldKind, evidence: Evidence, measures: Mapping[str, float], readers: Panel, *, page: int, box: Box
) -> FieldValue:
    best = evidence.best
    if best is None:
        return FieldValue(None, None, 0.0, FieldStatus.REVIEW, page, box, Source.OCR)
    table = judge(kind, readers.name)
    confidence = table.confidence(evidence, measures)
    if best.value is None:
        status = FieldStatus.INVALID if _surely_invalid(kind, evidence, readers) else FieldStatus.REVIEW
        others = _candidates(best, evidence.ranked, "fits if a character was misread")
        return FieldValue(None, evidence.raw or best.text, confidence, status, page, box, Source.OCR, others)
    accepted = (
        confidence >= table.accept
        and _two_agree(kind, evidence, readers)
        and not _deceptive(kind, best.value, evidence)
    )
    status = FieldStatus.ACCEPTED if accepted else FieldStatus.REVIEW
    others = _candidates(best, evidence.ranked[1:], "also possible")
    return FieldValue(best.value, evidence.raw, confidence, status, page, box, Source.OCR, others)


def _deceptive(kind: FieldKind, value: str, evidence: Evidence) -> bool:
    """Say whether a value is of the sort that readers agree on and are wrong: measured, not supposed.

    A procedure code that begins with 0 or 1 is a letter misread (L, I, E, D, O) as often as a CPT
    code; only a list that has it speaks for it.
    """
    return kind is FieldKind.CODE and value[0] in "01" and not evidence.measures.get("listed", 0.0)


def _two_agree(kind: FieldKind, evidence: Evidence, readers: Panel) -> bool:
    """Say whether two different readers see the value by themselves."""
    seen = evidence.measures
    if kind not in CODES:
        first = seen["alike_first"] or seen.get("alike_again", 0.0)
        return bool(first + seen["alike_second"] + seen.get("alike_own", 0.0) >= 2)  # noqa: PLR2004  (two readers)
    first = seen["same_0"] or seen["same_1"] or max(seen["log_p_0"], seen["log_p_1"]) > _SURE_LOG_P
    other = seen["same_2"]
    if readers.own is not None:
        own = seen["same_3"] or seen["log_p_3"] > _SURE_LOG_P
        return bool(first + other + own >= 2)  # noqa: PLR2004  (two of three)
    return bool(first and other)


def _surely_invalid(kind: FieldKind, evidence: Evidence, readers: Panel) -> bool:
    """An NPI of the right shape that every reader read alike, with no likely other reading."""
    best, seen = evidence.best, evidence.measures
    if kind is not FieldKind.NPI or best is None or "margin" not in seen:
        return False
    alike = seen["same_0"] and seen["same_1"] and seen["same_2"] and (readers.own is None or seen["same_3"])
    certain = seen["log_p_0"] > math.log(_CERTAIN) and seen["log_p_1"] > math.log(_CERTAIN) and seen["margin"] > 6.0  # noqa: PLR2004  (e^6: four hundred to one)
    return bool(alike and certain and len(best.text) == 10 and best.text.isdigit())  # noqa: PLR2004  (an NPI's length)


def _candidates(best: Weighed, others: tuple[Weighed, ...], why: str) -> tuple[Candidate, ...]:
    """The valid values among the alternatives; each one's confidence is its share against the best."""
    return tuple(
        Candidate(w.value, 1.0 / (1.0 + math.exp(min(20.0, max(0.0, best.score - w.score)))), why)
        for w in others
        if w.value is not None and (best.value is None or best.score - w.score < _FAR)
    )[:_MOST_CANDIDATES]
