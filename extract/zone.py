"""One field's zone of a page, read, judged and weighed: the value, how sure, and what may be done with it."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extract.decode.agree import two_agree
from extract.decode.confidence import Targets, current_targets, judge
from extract.decode.evidence import Evidence, Weighed, text_view, weigh_code, weigh_text
from extract.decode.grammar import CODES
from extract.decode.lexicon import known_codes
from extract.page.ink import LEGIBLE, ZoneInk, zone_ink
from extract.page.upright import Stretch, UprightPage
from extract.page.words import line_words
from extract.readers.panel import Panel, panel
from extract.readers.reading import LineReading
from extract.views import STAGES, Cut, View, cut_zone, look, stage_views
from terms.geometry import Box
from terms.names import FieldKind
from terms.normal import normalise
from terms.values import Candidate, FieldStatus, FieldValue, Source

_CERTAIN = 0.97
_LONG_NUMBERS = frozenset({FieldKind.PHONE, FieldKind.NPI, FieldKind.MEMBER_ID, FieldKind.DATE})
_STRAY_SIGNS = 3
"""Most signs that a scratch, the walls of an empty comb or a printed bracket are read as."""
_LEAST_SIGNS = 3
"""Signs of the shortest diagnosis."""
_FEW_LETTERS = 4
_LIKE_DIGITS = frozenset("OoDQIlSsBbZzG")
_MOST_CANDIDATES = 4
_LONG = frozenset({FieldKind.ADDRESS, FieldKind.TEXT, FieldKind.CHOICE})
_HOPELESS = 0.9
"""Confidence of a long text below which reading it twice more only costs: on 50 drawn pages one such text of 23 was
accepted then, of the others three in five."""
_FAR = 7.5
_FAR_LIKELIER = 4.0
"""Fifty to one: so for 8 of 17 wrong names that readers agreed on, and for one right name in eight."""


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """A zone read: the judged value, its place tightened to the ink, and the evidence.

    ``views`` holds every reading made, line by line; ``ink`` says whether anything is written there
    at all; ``evidence`` (None for a blank zone) what confidence was computed from, at ``stage``.
    """

    value: FieldValue
    box: Box
    ink: ZoneInk
    views: Mapping[View, list[LineReading]]
    evidence: Evidence | None = None
    stage: str | None = None


def read_zone(
    page: UprightPage,
    box: Box,
    kind: FieldKind,
    *,
    readers: Panel | None = None,
    latest: dt.date | None = None,
    lexicon: frozenset[str] | None = None,
    targets: Targets | None = None,
) -> ZoneReading:
    """Read the value of ``kind`` that stands inside ``box`` on ``page``.

    Two readers read it first, one of them in both cuts (:mod:`extract.views`); where they leave doubt
    all three read it in all cuts (long free text only where that may still settle it). A value is
    accepted only if two independent readers see it, one of them in the raw cut, and the fitted
    confidence of its kind is high enough for the share of wrong values that ``targets`` allows;
    otherwise it is for review, with the alternatives as candidates. A blank zone is missing; one with
    traces of lost text is for review. An NPI that all readers read alike and surely, and whose check
    digit fails, is invalid. ``latest`` bounds two-digit years;
    ``lexicon`` holds known values in normal form, as a hint (default: the codes known to exist).
    """
    ink = zone_ink(page, box)
    hull = ink.hull
    if hull is None:
        status = FieldStatus.REVIEW if ink.is_faint else FieldStatus.MISSING
        return ZoneReading(FieldValue(None, None, 0.0, status, page.number, box, Source.OCR), box, ink, {})
    readers = readers or panel()
    tight = page.box(hull.left, hull.top, hull.right, hull.bottom)
    measures = page_measures(page, hull)
    target = (targets or current_targets())[kind]
    known = known_codes(kind) if lexicon is None else lexicon
    cuts = cut_zone(page, ink, whole=kind not in CODES)
    views: dict[View, list[LineReading]] = {}
    for stage in STAGES:
        names = stage_views(stage, kind)
        views |= {view: look(view, cuts, kind, readers) for view in names if view not in views}
        seen = {view: views[view] for view in names}
        if kind in CODES:
            one = {view.value: lines[0] for view, lines in seen.items()}
            evidence = weigh_code(kind, one, latest=latest, lexicon=known)
        else:
            spaced = {View.FIRST: _spaced(page, cuts, seen[View.FIRST])}
            texts = {view.value: text_view(lines, spaced.get(view)) for view, lines in seen.items()}
            evidence = weigh_text(kind, texts, coarse=bool(measures["coarse"]))
        value = _judged(kind, evidence, stage, measures, target=target, page=page.number, box=tight)
        if value.is_accepted or (kind in _LONG and value.confidence < _HOPELESS):
            break
    if is_stray(kind, value) and measures["legibility"] >= LEGIBLE:
        value = FieldValue.missing(page=page.number, box=box)
    return ZoneReading(value, tight, ink, views, evidence, stage)


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


def page_measures(page: UprightPage, hull: Stretch) -> dict[str, float]:
    """What the page and the height of the print say of how well a zone can be read."""
    return {
        "legibility": page.legibility,
        "coarse": float(page.is_coarse),
        "height": math.log(max(6, hull.height) / 22),
        "specks": math.log1p(page.faults.specks),
    }


def _spaced(page: UprightPage, cuts: tuple[Cut, ...], lines: list[LineReading]) -> str:
    """The text of the snug cuts with words apart where the page's ink is."""
    parts = [" ".join(w.text for w in line_words(page, c.line, line)) for c, line in zip(cuts, lines, strict=True)]
    return " ".join(part for part in parts if part)


def _judged(
    kind: FieldKind,
    evidence: Evidence,
    stage: str,
    measures: Mapping[str, float],
    *,
    target: float,
    page: int,
    box: Box,
) -> FieldValue:
    best = evidence.best
    if best is None:
        return FieldValue(None, None, 0.0, FieldStatus.REVIEW, page, box, Source.OCR)
    table = judge(kind, stage)
    confidence = table.confidence(evidence, measures)
    if best.value is None:
        status = FieldStatus.INVALID if _surely_invalid(kind, evidence) else FieldStatus.REVIEW
        others = _candidates(best, evidence.ranked, "fits if a character was misread")
        return FieldValue(None, evidence.raw or best.text, confidence, status, page, box, Source.OCR, others)
    accepted = (
        confidence >= table.threshold(target)
        and two_agree(kind, evidence.measures)
        and not is_deceptive(kind, best.value, evidence.measures)
    )
    status = FieldStatus.ACCEPTED if accepted else FieldStatus.REVIEW
    others = _candidates(best, evidence.ranked[1:], "also possible")
    return FieldValue(best.value, evidence.raw, confidence, status, page, box, Source.OCR, others)


def is_deceptive(kind: FieldKind, value: str, measures: Mapping[str, float]) -> bool:
    """Say whether a value is of the sort that readers agree on and are wrong: measured, not supposed.

    A procedure code that begins with 0 or 1 is a letter misread (L, I, E, D, O) as often as a CPT
    code; only a list that has it speaks for it. A diagnosis that the complete list lacks is misread
    or out of date: a person looks. So does one at a name of which a look-alike spelling is far likelier.
    """
    if kind is FieldKind.NAME:
        return measures["rival"] > _FAR_LIKELIER
    if measures.get("listed", 0.0):
        return False
    return kind is FieldKind.DIAGNOSIS or (kind is FieldKind.CODE and value[0] in "01")


def is_stray(kind: FieldKind, value: FieldValue) -> bool:
    """Say whether what was read is no value but a stray mark, a wall, a label's own number or a printed hint.

    Where a long number is due that is a few signs with one digit at most, or a text of letters ("9 digits + letter",
    "required"); where a diagnosis is, two signs ("3:" of "Diagnosis 3:").
    """
    if value.status is not FieldStatus.REVIEW or value.raw is None:
        return False
    signs = [c for c in value.raw if c.isalnum()]
    few = value.value is None and not value.candidates
    if kind is FieldKind.DIAGNOSIS:
        return few and len(signs) < _LEAST_SIGNS
    if kind not in _LONG_NUMBERS:
        return False
    bare = len(signs) <= _STRAY_SIGNS and sum(c.isdigit() for c in signs) <= 1
    return (few and bare) or _is_worded(signs, most=0 if kind is FieldKind.DATE else _STRAY_SIGNS)


def _is_worded(signs: Sequence[str], *, most: int) -> bool:
    """Say whether signs are of words: letters unlike digits, and at most ``most`` digits."""
    digits = sum(c.isdigit() for c in signs)
    letters = sum(c.isalpha() and c not in _LIKE_DIGITS for c in signs)
    return digits <= most and letters >= max(_FEW_LETTERS, digits + 1)


def _surely_invalid(kind: FieldKind, evidence: Evidence) -> bool:
    """An NPI of the right shape that every reader read alike, with no likely other reading."""
    best, seen = evidence.best, evidence.measures
    if kind is not FieldKind.NPI or best is None or not all(seen.get(f"same_{view}") for view in View):
        return False
    certain = all(seen[f"log_p_{view}"] > math.log(_CERTAIN) for view in (View.FIRST, View.AGAIN))
    return certain and seen["margin"] > 6.0 and len(best.text) == 10 and best.text.isdigit()  # noqa: PLR2004  (e^6: four hundred to one; an NPI's length)


def _candidates(best: Weighed, others: tuple[Weighed, ...], why: str) -> tuple[Candidate, ...]:
    """The valid values among the alternatives; each one's confidence is its share against the best."""
    return tuple(
        Candidate(w.value, 1.0 / (1.0 + math.exp(min(20.0, max(0.0, best.score - w.score)))), why)
        for w in others
        if w.value is not None and (best.value is None or best.score - w.score < _FAR)
    )[:_MOST_CANDIDATES]
