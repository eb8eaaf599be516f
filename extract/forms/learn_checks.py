"""Find the check boxes of a blank form, the words that belong to each, and what a mark in it means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from extract.boxes.wordings import meaning_of, speaks_of_clinicals
from extract.layout import Area, Sheet, TextLine, Token, join
from extract.page.upright import Grey, UprightPage
from ingest.pages import FormValue
from terms.geometry import Box

_SIDES = (14, 52)
_MEDICATION = re.compile(r"\b(?:pad|medication|physician.administered)\b", re.IGNORECASE)
_PLACE = re.compile(r"\bplace of service\b|\bPOS\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundCheck:
    """A check box of a blank: group, value, text, box, and the words of its text."""

    group: str
    value: str
    label: str
    box: Box
    words: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Option:
    area: Area
    tokens: tuple[Token, ...]
    before: str
    """The text before the first box of its row: what the row asks."""
    line: int


def find_checks(page: UprightPage, sheet: Sheet, fields: Sequence[FormValue]) -> list[FoundCheck]:
    """Every check box of a blank page that has a text beside it, in reading order."""
    squares = [sheet.area(f.box) for f in fields if f.kind in {"check", "radio"}]
    if not squares:
        drawn = _squares(np.asarray(page.image < 128, dtype=np.uint8))  # noqa: PLR2004  (black)
        squares = [s for s in drawn if not _is_letter(s, sheet)]
    options = [o for o in (_option(s, squares, sheet) for s in squares) if o is not None]
    options.sort(key=lambda o: (o.line, o.area.left))
    return _meant(options, sheet)


def _squares(ink: Grey) -> list[Area]:
    """Empty squares (and round buttons) of a check box's size: an outline with nothing inside."""
    contours, levels = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if levels is None:
        return []
    found: list[Area] = []
    low, high = _SIDES
    for contour, (_next, _before, child, parent) in zip(contours, levels[0], strict=True):
        if parent != -1 or child == -1:
            continue
        x, y, wide, tall = cv2.boundingRect(contour)
        if not (low <= wide <= high and low <= tall <= high and 0.8 < wide / tall < 1.25):  # noqa: PLR2004  (about square)
            continue
        hole = cv2.contourArea(contours[child])
        inside = ink[y + 4 : y + tall - 4, x + 4 : x + wide - 4]
        full = cv2.contourArea(contour) / max(1, (wide - 1) * (tall - 1))
        square, round_ = full > 0.94, 0.72 < full < 0.84  # noqa: PLR2004  (a square fills its box, a circle 0.785 of it)
        if hole > 0.45 * wide * tall and inside.mean() < 0.02 and (square or round_):  # noqa: PLR2004  (letters have ink in them)
            found.append(Area(x, y, x + wide - 1, y + tall - 1))
    return [f for f in found if not any(f is not g and f.overlaps(g) and g.width > f.width for g in found)]


def _is_letter(square: Area, sheet: Sheet) -> bool:
    """An O or D inside a word is no box."""
    return any(sum(c.isalnum() for c in w.text) > 1 and sheet.area(w.box).overlaps(square) for w in sheet.words)


def _option(square: Area, squares: Sequence[Area], sheet: Sheet) -> _Option | None:
    """The text that belongs to a box: up to the next box or a wide gap to its right, else to its left."""
    number = _line_of(square, sheet)
    if number is None:
        return None
    line = sheet.lines[number]
    beside = [s for s in squares if s is not square and s.shared_rows(square) > 0.5]  # noqa: PLR2004  (the same row)
    limit = min((s.left for s in beside if s.left > square.right), default=sheet.width)
    right = _run(
        [t for t in line.tokens if square.right - 3 <= t.area.left and t.area.centre < limit], square.right, sheet.size
    )
    first = min([square.left, *(s.left for s in beside)])
    before = join([t for t in line.tokens if t.area.right < first + 3])
    if right:
        return _Option(square, right, before, number)
    start = max((s.right for s in beside if s.right < square.left), default=0.0)
    left = tuple(t for t in line.tokens if start <= t.area.left and t.area.right < square.left + 3)
    return _Option(square, left, "", number) if left else None


def _run(tokens: Sequence[Token], edge: float, size: float) -> tuple[Token, ...]:
    kept: list[Token] = []
    for token in tokens:
        if token.area.left - edge > (2.2 if not kept else 1.4) * size:
            break
        kept.append(token)
        edge = token.area.right
    return tuple(kept)


def _line_of(square: Area, sheet: Sheet) -> int | None:
    near = [
        (abs(line.area.middle - square.middle), number)
        for number, line in enumerate(sheet.lines)
        if any(_level(t, square, sheet.size) for t in line.tokens)
    ]
    return min(near)[1] if near else None


def _level(token: Token, square: Area, size: float) -> bool:
    return (
        abs(token.area.middle - square.middle) < 0.75 * size and -8 * size < token.area.left - square.right < 8 * size
    )


def _meant(options: list[_Option], sheet: Sheet) -> list[FoundCheck]:
    types = [(o, value) for o in options if (value := meaning_of(_text(o))) is not None]
    is_group = len({value for _, value in types}) > 1
    found: list[FoundCheck] = []
    for option in options:
        text = _text(option)
        group, value = _group_name(option, sheet), _slug(text)
        meaning = meaning_of(text)
        if is_group and meaning is not None:
            group, value = (
                "request.type",
                f"pad_{meaning}" if _MEDICATION.search(option.before) and not meaning.startswith("pad") else meaning,
            )
        elif speaks_of_clinicals(text):
            group, value = "clinical.attached", "no" if re.match(r"(?i)no\b", text) else "yes"
        elif _PLACE.search(option.before):
            group, value = "service.place", text
        found.append(FoundCheck(group, value, text, sheet.box(option.area), frozenset(t.word for t in option.tokens)))
    return _without_twins(found)


def _without_twins(found: list[FoundCheck]) -> list[FoundCheck]:
    """Boxes of one group that would mean the same are told apart by a number."""
    used: set[tuple[str, str]] = set()
    out: list[FoundCheck] = []
    for check in found:
        value, count = check.value, 1
        while (check.group, value) in used:
            count += 1
            value = f"{check.value}-{count}"
        used.add((check.group, value))
        out.append(replace(check, value=value))
    return out


def _text(option: _Option) -> str:
    return join(option.tokens).strip(" *:")


def _group_name(option: _Option, sheet: Sheet) -> str:
    text = option.before.strip(" *:") or _above(sheet.lines[option.line], sheet)
    return _slug(text) or "boxes"


def _above(line: TextLine, sheet: Sheet) -> str:
    """The text just above a row of boxes: often what the row asks."""
    over = [x for x in sheet.lines if 0 < line.area.top - x.area.bottom < 1.6 * sheet.size]
    return join(max(over, key=lambda x: x.area.bottom).tokens) if over else ""


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40]
