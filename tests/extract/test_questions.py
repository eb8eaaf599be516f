"""Yes-or-no questions about urgency, and labels printed on two lines."""

import datetime as dt

import pytest

from extract.labels.broken import mended
from extract.labels.find import find_labels
from extract.layout import lay_out
from extract.page.upright import Rule, Rules
from extract.read import read_page
from extract.reading import PageReading
from ingest.pages import PageSource
from terms.document import Word
from terms.geometry import Box
from terms.names import TextSource
from terms.values import FieldStatus


def _read(text: str) -> PageReading:
    source = PageSource(1, "body", None, 204, 204, text=text, text_source=TextSource.MAIL_TEXT)
    return read_page(source, received_on=dt.date(2026, 11, 16))


@pytest.mark.parametrize("text", ["Urgent? [X] Yes [ ] No", "Expedited request: (x) Y  ( ) N"])
def test_a_marked_yes_is_urgent(text: str) -> None:
    """A mark at the yes of the question makes the request urgent."""
    value = _read(text).fields["request.type"]
    assert (value.value, value.status) == ("urgent", FieldStatus.ACCEPTED)


def test_a_marked_no_goes_to_a_person() -> None:
    """Not urgent is most likely routine, but may be retro: nobody is told so without a look."""
    value = _read("Urgent? [ ] Yes [X] No").fields["request.type"]
    assert (value.value, value.status) == ("routine", FieldStatus.REVIEW)


def test_no_mark_is_an_empty_field() -> None:
    """A question that nobody answered is missing, with its place."""
    assert _read("Urgent? [ ] Yes [ ] No").fields["request.type"].status is FieldStatus.MISSING


def _word(text: str, left: float, top: float) -> Word:
    return Word(text, Box(left / 1734, top / 2244, (left + 14 * len(text)) / 1734, (top + 20) / 2244), 1.0)


def test_label_on_two_lines_is_one() -> None:
    """LAST over NAME in a box asks for the last name; the value beside them keeps its place."""
    rules = Rules((Rule(90, 90, 600, 90), Rule(90, 145, 600, 145)), (Rule(90, 90, 90, 145), Rule(170, 90, 170, 145)))
    words = [_word("LAST", 95, 95), _word("NAME", 95, 119), _word("Halimbawa", 180, 107)]
    sheet = mended(lay_out(words, 1734, 2244, rules))
    assert [label.concepts for label in find_labels(sheet).labels] == [("last_name",)]
    assert sheet.words[2].box == words[2].box


def test_labels_of_two_rows_stay_two() -> None:
    """City over State with a rule between are two fields."""
    rules = Rules(tuple(Rule(90, y, 600, y) for y in (90, 118, 146)), ())
    words = [_word("City", 95, 94), _word("State", 95, 122)]
    sheet = mended(lay_out(words, 1734, 2244, rules))
    assert [label.concepts for label in find_labels(sheet).labels] == [("city",), ("state",)]
