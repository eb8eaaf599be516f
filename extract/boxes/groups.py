"""What the boxes of one group say of each other: on which side of their words they stand, how thick their edges are."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from extract.boxes.squares import CLEAR, Ink, Mark, has_clear_centre
from extract.layout import Area

_NEARER = 1.8
"""How many times nearer boxes must be to the words on one side to be theirs."""
_BLACK, _EDGED = 0.35, 0.3
"""Ink of a box that is surely marked, and most ink of an empty one whose edges came out thick."""
_ONE_SIZE = 1.4
"""How much larger one box of a group may be than another."""


def stands_behind(
    before: Sequence[Mark | None], behind: Sequence[Mark | None], texts: Sequence[Area], ends: Sequence[Area]
) -> bool:
    """Say whether boxes stand behind their words.

    Seen from both sides, the same boxes are the words' that they stand nearer to; else the side counts
    on which more were seen. ``texts`` and ``ends`` are the words as they begin and as they end.
    """
    left = [text.left - m.area.right for m, text in zip(before, texts, strict=True) if m]
    right = [m.area.left - end.right for m, end in zip(behind, ends, strict=True) if m]
    shared = sum(any(m.area.overlaps(o.area) for o in behind if o) for m in before if m)
    if shared and min(len(left), len(right)) > 1 and abs(len(left) - len(right)) <= 1:
        near, far = sorted((max(1.0, median(left)), max(1.0, median(right))))
        if far > _NEARER * near:
            return median(right) < median(left)
    return len(right) > len(left) or (len(right) == len(left) and _is_uneven(before) and not _is_uneven(behind))


def _is_uneven(marks: Sequence[Mark | None]) -> bool:
    """Boxes of one group are of one size: where they are not, one of them is a bracket or a letter."""
    sides = [m.area.width for m in marks if m is not None]
    return bool(sides) and max(sides) > _ONE_SIZE * min(sides)


def with_thick_edges(marks: Sequence[Mark | None], ink: Ink) -> list[Mark | None]:
    """The boxes of a group, those empty whose only ink lies along their edges.

    Where none of the group is surely marked, nobody knows what such ink is.
    """
    meaning = False if any(m and m.ink >= _BLACK for m in marks) else None
    return [
        replace(m, ticked=meaning)
        if m and m.ticked is not False and m.ink < _EDGED and has_clear_centre(ink, m.area)
        else m
        for m in marks
    ]


def without_empty(marks: Sequence[Mark | None]) -> list[Mark | None]:
    """Boxes that may be another option's, the empty ones among them called so where another one is surely marked."""
    if not any(m and m.ink >= _BLACK for m in marks):
        return list(marks)
    return [replace(m, ticked=False) if m and m.ticked is None and m.ink <= CLEAR else m for m in marks]
