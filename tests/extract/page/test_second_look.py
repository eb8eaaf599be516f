"""Numbers that the page's reader misread and our own reader saw."""

import pytest

from extract.page.second_look import has_number, is_value, mend_words
from extract.readers.reading import LineReading, spelled
from terms.document import Word
from terms.geometry import Box


def line(text: str) -> LineReading:
    """Our own reader's reading of a line."""
    return spelled("own", text, [0.9] * len(text), [(0.0, 1.0)] * len(text))


def words(text: str) -> list[Word]:
    """The words that the page's reader made of the same line."""
    return [Word(part, Box(0.1 * i, 0.1, 0.1 * i + 0.08, 0.12), 0.99) for i, part in enumerate(text.split())]


@pytest.mark.parametrize(
    ("read", "seen", "mended"),
    [
        ("NPI: 1234567890", "NPI: 1234567893", "NPI: 1234567893"),
        ("Fax (510) 555-0l42", "Fax (510) 555-0142", "Fax (510) 555-0l42"),
        ("Fax 510-555-0l4Z", "Fax 510-555-0142", "Fax 510-555-0142"),
        ("HCPCS EO143 walker", "HCPCS E0143 waiker", "HCPCS E0143 walker"),
        ("DOB 03/07/1958", "DOB 03/01/1958", "DOB 03/07/1958"),
        ("Suite 120 Oakland", "Suite 128 Oakland", "Suite 120 Oakland"),
        ("E0143 E0144", "E0144 E0143", "E0143 E0144"),
    ],
)
def test_only_what_is_no_value_gives_way_to_one_that_is(read: str, seen: str, mended: str) -> None:
    """A valid value stays, prose and labels stay; a number that cannot be right becomes the near one that can."""
    assert " ".join(word.text for word in mend_words(words(read), line(seen))) == mended


def test_places_stay() -> None:
    """A mended word stands where the misread one stood, as sure as the reader that mended it."""
    before = words("NPI: 1234567890")
    after = mend_words(before, line("NPI: 1234567893"))
    assert [w.box for w in after] == [w.box for w in before]
    assert after[1].confidence == pytest.approx(0.9)


def test_what_is_looked_at_again() -> None:
    """Three digits make a number; values are recognised with the marks around them."""
    assert has_number("Apt 120")
    assert not has_number("Apt 12")
    assert is_value("(E0143),")
    assert not is_value("walker")
