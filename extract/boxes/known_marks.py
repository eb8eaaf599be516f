"""The check boxes of a known form: where they stand is known, and what was printed there is taken out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from extract.boxes.choices import type_field
from extract.boxes.marks import Seen, decide, see
from extract.boxes.squares import Mark
from extract.layout import Area
from extract.page.upright import Grey, UprightPage
from terms.geometry import Box
from terms.values import Candidate, FieldStatus, FieldValue, Source

_PRINTED = 96
"""Darkness (of 255) from which the blank laid over the page counts as printed."""
_REACH = 0.45
"""How far around a box, in sides of it, written ink is its mark and no word."""


class CheckPlace(Protocol):
    """A check box as a form's definition has it."""

    @property
    def group(self) -> str:
        """The group it belongs to."""
        ...

    @property
    def value(self) -> str:
        """What a mark in it means."""
        ...

    @property
    def label(self) -> str:
        """Its printed text."""
        ...

    @property
    def box(self) -> Box:
        """Its place on the blank."""
        ...


@dataclass(frozen=True, slots=True)
class Checks:
    """What the boxes say, and the areas in which their marks' ink lies."""

    fields: dict[str, FieldValue] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    areas: tuple[Area, ...] = ()


def read_checks(
    checks: Sequence[CheckPlace],
    one_of: Sequence[str],
    page: UprightPage,
    printed: Grey,
    place: Callable[[Box], Area],
) -> Checks:
    """Judge every box of a page; ``printed`` is the blank's ink on the page, ``place`` carries a box over to it."""
    places: dict[str, list[tuple[CheckPlace, Seen]]] = {}
    areas = []
    is_print = np.asarray(printed > _PRINTED, dtype=np.uint8)
    for check in checks:
        area = place(check.box)
        places.setdefault(check.group, []).append((check, see(page.ink, is_print, area)))
        reach = _REACH * area.width
        areas.append(Area(area.left - reach, area.top - reach, area.right + reach, area.bottom + reach))
    groups: dict[str, list[tuple[CheckPlace, Mark]]] = {
        group: list(zip([c for c, _ in seen], decide([s for _, s in seen], one=group in one_of), strict=True))
        for group, seen in places.items()
    }
    fields: dict[str, FieldValue] = {}
    facts: dict[str, str] = {}
    others: list[str] = []
    for group, members in groups.items():
        if group == "request.type":
            facts |= _type(members, page, fields)
        elif group == "clinical.attached":
            fields[group] = _attached(members, page)
        elif group == "service.place":
            fields[group] = _chosen(members, page, one=group in one_of)
        else:
            others += [check.label for check, mark in members if mark.ticked]
    if others or any(g not in {"request.type", "clinical.attached", "service.place"} for g in groups):
        facts["boxes.ticked"] = " | ".join(others)
    return Checks(fields, {k: v for k, v in facts.items() if v or k == "type.boxes"}, tuple(areas))


_Members = Sequence[tuple[CheckPlace, Mark]]


def _around(members: _Members, page: UprightPage) -> Box:
    boxes = [page.box(m.area.left, m.area.top, m.area.right, m.area.bottom) for _, m in members]
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.union(box)
    return whole


def _type(members: _Members, page: UprightPage, fields: dict[str, FieldValue]) -> dict[str, str]:
    ticked = [c.value for c, m in members if m.ticked]
    doubtful = [c.value for c, m in members if m.ticked is None]
    shown = [(c, m) for c, m in members if c.value in (ticked or doubtful)] or members
    raw = " | ".join(c.label for c, m in shown if m.ticked is not False) or None
    fields["request.type"] = type_field(ticked, doubtful, raw, _around(shown, page), Source.OCR, sure=_sure(members))
    facts = {"type.boxes": ",".join(ticked)}
    return facts | ({"type.doubtful": ",".join(doubtful)} if doubtful else {})


def _sure(members: _Members) -> float:
    return min((m.sure for _, m in members), default=0.5)


def _attached(members: _Members, page: UprightPage) -> FieldValue:
    box = _around(members, page)
    label = members[0][0].label
    said = [c.value for c, m in members if m.ticked]
    unclear = any(m.ticked is None for _, m in members)
    if unclear or len(set(said)) > 1:
        both = (Candidate("yes", 0.5, "the mark is not clear"), Candidate("no", 0.5, "the mark is not clear"))
        return FieldValue(None, None, 0.5, FieldStatus.REVIEW, page.number, box, Source.OCR, both, label)
    value = said[0] if said else "no"
    return FieldValue(value, None, _sure(members), FieldStatus.ACCEPTED, page.number, box, Source.OCR, (), label)


def _chosen(members: _Members, page: UprightPage, *, one: bool) -> FieldValue:
    """The text beside the ticked box of a group."""
    box = _around(members, page)
    ticked = [c.value for c, m in members if m.ticked]
    doubtful = [c.value for c, m in members if m.ticked is None]
    if not ticked and not doubtful:
        return FieldValue.missing(page=page.number, box=box)
    sure = len(ticked) == 1 and not doubtful
    if not one and ticked and not doubtful:
        sure = True
    status = FieldStatus.ACCEPTED if sure else FieldStatus.REVIEW
    value = ", ".join(ticked) if sure else (ticked or doubtful)[0]
    candidates = () if sure else tuple(Candidate(v, 0.5, "ticked, or nearly") for v in ticked + doubtful)
    confidence = _sure(members) if sure else 0.5
    return FieldValue(value, value, confidence, status, page.number, box, Source.OCR, candidates)
