"""Every word of a page, apart from its neighbours, in reading order."""

from extract.page.upright import UprightPage
from extract.page.words import read_words
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
