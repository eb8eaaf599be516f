"""The views of a zone: the same ink cut in two ways and seen by each reader of the panel.

A view is a reader and a cut. The raw, loose cut from native pixels holds whatever a mistake in
cutting, straightening or taking out lines may have lost in the snug one, so of any two views that
confirm a value at least one is of it.
"""

from dataclasses import dataclass
from enum import StrEnum

from extract.decode.grammar import CODES
from extract.page.ink import ZoneInk
from extract.page.lines import rows_of
from extract.page.upright import Grey, Stretch, UprightPage
from extract.page.words import line_crop
from extract.readers.panel import Panel
from extract.readers.reading import LineReading
from terms.names import FieldKind


class View(StrEnum):
    """Who sees which cut: the snug upright picture, or the loose native one."""

    OWN = "own"
    OWN_LOOSE = "own_loose"
    FIRST = "first"
    AGAIN = "again"
    SECOND = "second"


LOOSE = frozenset({View.OWN_LOOSE, View.AGAIN, View.SECOND})
"""Views of the raw native cut."""


QUICK, FULL = "quick", "full"
STAGES = (QUICK, FULL)
"""A zone is read by the cheap views first, and by all where those leave doubt."""
_CODE_VIEWS = {QUICK: (View.OWN, View.OWN_LOOSE, View.AGAIN), FULL: tuple(View)}
_TEXT_VIEWS = {
    QUICK: (View.FIRST, View.OWN, View.OWN_LOOSE),
    FULL: (View.FIRST, View.OWN, View.OWN_LOOSE, View.AGAIN, View.SECOND),
}


def stage_views(stage: str, kind: FieldKind) -> tuple[View, ...]:
    """The views that take part in a stage, in the order in which they are trusted."""
    return (_CODE_VIEWS if kind in CODES else _TEXT_VIEWS)[stage]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One line of a zone: where it stands on the upright page, and its two cuts (204 dpi both)."""

    line: Stretch
    snug: Grey
    loose: Grey


def cut_zone(page: UprightPage, ink: ZoneInk, *, whole: bool) -> tuple[Cut, ...]:
    """Cut a zone's ink: every line of it if ``whole``, else the largest."""
    lines = rows_of(ink.stretches)
    if not whole:
        lines = (max(lines, key=lambda s: s.width * s.height),)
    return tuple(Cut(s, line_crop(page, s), native_line(page, s)) for s in lines)


def native_line(page: UprightPage, line: Stretch) -> Grey:
    """The line from native pixels, with wide margins: nothing that was cut off above can be missing here."""
    pad = max(6, round(line.height * 0.4))
    return page.native_crop(page.box(line.left - pad, line.top - pad, line.right + pad, line.bottom + pad))


def look(view: View, cuts: tuple[Cut, ...], kind: FieldKind, readers: Panel) -> list[LineReading]:
    """Read every line of a zone as ``view`` sees it."""
    reader = {View.OWN: readers.own, View.OWN_LOOSE: readers.own, View.SECOND: readers.second}.get(view, readers.first)
    return reader.read([cut.loose if view in LOOSE else cut.snug for cut in cuts], kind)
