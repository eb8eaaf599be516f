"""Every word of a page, apart from its neighbours, in reading order."""

import dataclasses

from extract.page.upright import Grey, Stretch, UprightPage
from extract.page.words import Rough, read_words
from extract.readers.own import own
from extract.readers.reading import LineReading
from terms.names import FieldKind
from tests.extract.conftest import ROWS, Drawn


def test_all_words_are_read_in_their_places(page: UprightPage, drawn: Drawn) -> None:
    """On a clean fax every value is read, and its words lie inside the value's box."""
    words = read_words(page)
    for row in ROWS:
        for label, value in row:
            box = drawn.boxes[label]
            inside = [w.text for w in words if w.box.overlap(box) > 0.5]
            assert "".join(inside) == value.replace(" ", ""), label


def test_words_come_line_by_line(page: UprightPage) -> None:
    """Labels and values of one row follow each other from left to right."""
    text = " ".join(word.text for word in read_words(page))
    assert "Last Name: Quillfeather First Name: Marisol" in text
    assert "The member needs this equipment because of weakness and falls at home." in text


def test_confidences_are_probabilities(page: UprightPage) -> None:
    """Every word has a confidence between 0 and 1, high on a clean page."""
    sure = [word.confidence for word in read_words(page)]
    assert all(0.0 <= c <= 1.0 for c in sure)
    assert sum(sure) / len(sure) > 0.9


class _Counting:
    """Our own reader under another name, which counts what it is asked and may say less surely what it read."""

    name = "counting"

    def __init__(self, sure: float = 1.0) -> None:
        self.asked = 0
        self._sure = sure

    def read(self, crops: list[Grey], kind: FieldKind | None = None) -> list[LineReading]:
        """Read and count."""
        self.asked += len(crops)
        return [dataclasses.replace(line, confidence=self._sure * line.confidence) for line in own().read(crops, kind)]


def test_what_needs_to_be_read_only_roughly_is_left_to_a_sure_second_reader(page: UprightPage) -> None:
    """The dear reader sees only the stretches that somebody wants read well, or that the cheap one doubts."""
    left = [s for s in page.stretches if s.left < page.width / 2]

    def roughly(stretch: Stretch) -> Rough | None:
        return Rough(None, 0.95) if stretch.left >= page.width / 2 else None

    dear = _Counting()
    assert read_words(page, reader=dear, roughly=roughly)
    assert len(left) <= dear.asked < len(page.stretches)
    doubted = _Counting()
    read_words(page, reader=doubted, second=_Counting(sure=0.5), roughly=roughly)
    assert doubted.asked == len(page.stretches)
