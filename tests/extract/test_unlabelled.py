"""A birth date whose label the fax lost is offered to a person, never accepted."""

import datetime as dt

import pytest

from extract.fields.page import SheetReading, read_sheet
from extract.fields.values import Text
from extract.layout import lay_out
from extract.page.upright import Rule, Rules
from ingest.pages import PageSource
from terms.document import Word
from terms.geometry import Box
from terms.names import TextSource
from terms.values import FieldStatus, Source

WIDE, HIGH = 1734, 2244
_WALLS = tuple(Rule(x, 300, x, 900, 2) for x in (100, 500, 900, 1300, 1600, 1650))
_DATED = ("Order date: 06/24/2026", 140, 700)


def _read(*places: tuple[str, int, int], walls: tuple[Rule, ...] = _WALLS) -> SheetReading:
    """Read a form with words at their places (left, top), in pixels, between ``walls``."""
    words = []
    for text, left, top in places:
        x = left
        for word in text.split():
            end = x + 16 * len(word)
            words.append(Word(word, Box(x / WIDE, top / HIGH, end / WIDE, (top + 26) / HIGH), 0.99))
            x = end + 12
    sheet = lay_out(words, WIDE, HIGH, Rules((), walls))
    source = PageSource(1, "page 1", None, 204, 204, sheet.words, text_source=TextSource.TEXT_LAYER)
    return read_sheet(Text(sheet, 1, Source.TEXT_LAYER, dt.date(2026, 7, 1)), None, source)


def test_the_only_date_of_former_years_is_offered() -> None:
    """In review, and no longer said to stand somewhere; not where nothing makes a form of the page."""
    born = ("04/12/1961", 540, 420)
    found = _read(born, _DATED)
    value = found.fields["member.date_of_birth"]
    assert (value.value, value.status) == ("1961-04-12", FieldStatus.REVIEW)
    assert "member.date_of_birth" not in found.facts.get("unsettled", "")
    assert "member.date_of_birth" not in _read(born, _DATED, walls=()).fields


@pytest.mark.parametrize(
    "words",
    [
        [("04/12/1961", 540, 420), ("04/11/1985", 540, 520)],  # two of them
        [("06/12/2026", 540, 420)],  # of these days: the order's own
        [("seen again 04/12/1961", 540, 420)],  # something is said of it
    ],
)
def test_what_may_be_another_date_is_not(words: list[tuple[str, int, int]]) -> None:
    """Two dates, a date of these days or one within other words stay what nothing explains."""
    assert "member.date_of_birth" not in _read(*words, _DATED).fields


def test_a_label_that_was_found_keeps_its_say() -> None:
    """A blank place with its label is blank, whatever stands elsewhere."""
    found = _read(("Date of birth:", 140, 420), ("04/12/1961", 1320, 840), _DATED)
    value = found.fields.get("member.date_of_birth")
    assert value is None or value.value is None
