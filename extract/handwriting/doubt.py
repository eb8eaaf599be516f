"""Values whose ink looks written by hand go to a person; so does all of a page that a hand filled in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from extract.handwriting.judge import probability, threshold
from extract.page.upright import UprightPage
from terms.geometry import Box
from terms.requests import Line
from terms.values import FieldStatus, FieldValue

_SOME, _FEW = 0.1, 0.3
"""Share of values that a hand surely wrote from which others are doubted too; from which a single one is enough."""
_ALONE = 0.985
"""Chance that a single value must reach on any other page."""
_LEANING = 0.1
"""Chance from which a value beside such values is doubted: half of what a hand wrote is judged below 0.9, of what was
typed two thirds below 0.1."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Places of a page that look written by hand."""

    boxes: frozenset[Box]

    @property
    def any(self) -> bool:
        """Say whether there are any."""
        return bool(self.boxes)

    def doubted(self, value: FieldValue) -> FieldValue:
        """The value for a person to look at if a hand wrote it or part of it, else as it is."""
        if value.status is not FieldStatus.ACCEPTED or value.box is None:
            return value
        written = any(box.overlap(value.box) > 0.5 or value.box.overlap(box) > 0.5 for box in self.boxes)  # noqa: PLR2004
        return replace(value, status=FieldStatus.REVIEW) if written else value

    def doubted_line(self, line: Line) -> Line:
        """A service line with each part doubted by itself."""
        return line.changed(self.doubted)


def written_by_hand(page: UprightPage, values: Iterable[FieldValue]) -> Hands:
    """Find which of the values read on ``page`` a hand wrote.

    Each is judged by its own ink; beside values that a hand surely wrote the less likely ones are doubted
    too, and those with too little ink to judge. On any other page these are left alone.
    """
    chances: dict[Box, float | None] = {}
    for box in {v.box for v in values if v.box is not None and v.status is not FieldStatus.MISSING}:
        left, top, right, bottom = page.pixels(box)
        chances[box] = probability(page.text[max(0, top - 4) : bottom + 4, max(0, left - 2) : right + 2])
    judged = [chance for chance in chances.values() if chance is not None]
    sure = sum(chance >= threshold() for chance in judged)
    if sure and sure >= (_SOME if sure > 1 else _FEW) * len(judged):
        return Hands(frozenset(box for box, chance in chances.items() if chance is None or chance >= _LEANING))
    return Hands(frozenset(box for box, chance in chances.items() if chance is not None and chance >= _ALONE))


def parts_of(
    by_name: Mapping[str, FieldValue], lines: Sequence[Line], diagnoses: Sequence[FieldValue]
) -> list[FieldValue]:
    """Every value of a page that has a place of its own."""
    parts = [*by_name.values(), *diagnoses]
    for line in lines:
        parts += [
            line.code,
            line.description,
            line.quantity,
            *line.modifiers,
            line.unit,
            line.start_date,
            line.end_date,
        ]
    return parts
