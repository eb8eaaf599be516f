"""Wordings that nobody knew as labels: found beside values, and read by from then on."""

import datetime as dt
from collections.abc import Iterator

import pytest

from extract.labels.unknown import unknown_label
from extract.labels.vocabulary import use_wordings, vocabulary
from extract.read import read_page
from ingest.pages import PageSource
from terms.document import Word
from terms.geometry import Box
from terms.names import FieldKind, TextSource

TEXT = """Prior authorization request

Patient name: Quilla Sampleton
Date of birth: 03/07/1958
Recall line: 510-555-0142
Ordering physician: Ima Example, MD
NPI: 1234567893
"""


@pytest.fixture(autouse=True)
def plain_again() -> Iterator[None]:
    """Leave no wording behind."""
    yield
    use_wordings({})


def printed(*lines: str, across: float = 0.1) -> list[Word]:
    """Words on lines of a page, a letter 0.9 % of its width."""
    words = []
    for number, line in enumerate(lines):
        x, y = across, 0.1 + number * 0.025
        for text in line.split(" "):
            if text:
                words.append(Word(text, Box(x, y, x + 0.009 * len(text), y + 0.012), 0.98))
            x += 0.009 * (len(text) + 1)
    return words


def test_wording_before_a_value_is_found() -> None:
    """The words before the value, back to where the piece of line begins, without the colon."""
    words = printed("Patient name: Quilla Sampleton", "Coverage key: 91234567A", "Date of birth: 03/07/1958")
    assert unknown_label(words, FieldKind.MEMBER_ID, "91234567A") == "Coverage key"


def test_value_written_otherwise_is_found() -> None:
    """A date or a phone number stands there in any form of its kind."""
    words = printed("Recall line (510) 555-0142", "Arrival of child: 03/07/1958")
    assert unknown_label(words, FieldKind.PHONE, "+15105550142") == "Recall line"
    assert unknown_label(words, FieldKind.DATE, "1958-03-07") == "Arrival of child"


def test_wording_above_a_value_is_found() -> None:
    """In a box of its own the wording stands over the value."""
    words = [*printed("Coverage key"), *printed("", "91234567A")]
    assert unknown_label(words, FieldKind.MEMBER_ID, "91234567A") == "Coverage key"


def test_known_label_is_no_new_wording() -> None:
    """Where the label was known, something else went wrong."""
    words = printed("Member ID: 91234567A")
    assert unknown_label(words, FieldKind.MEMBER_ID, "91234567A") is None


def test_part_of_a_wording_may_be_known() -> None:
    """A wording of which a lesser part reads like another label is still a wording of its own."""
    words = printed("Tarjeta del plan: 91234567A")
    assert unknown_label(words, FieldKind.MEMBER_ID, "91234567A") == "Tarjeta del plan"


@pytest.mark.parametrize(
    "line",
    [
        "Seen 03/04/2026 room 12 91234567A",
        "we have known this very kind person for years as 91234567A",
        "91234567A",
        "it: 91234567A",
    ],
)
def test_what_is_not_like_a_label_is_passed_over(line: str) -> None:
    """Digits, running text and words of two letters are no wording."""
    assert unknown_label(printed(line), FieldKind.MEMBER_ID, "91234567A") is None


def test_value_that_stands_twice_says_nothing() -> None:
    """Nobody can say beside which of the two the label is, unless a person pointed."""
    words = printed("Coverage key: 91234567A", "Footer tag 91234567A")
    assert unknown_label(words, FieldKind.MEMBER_ID, "91234567A") is None
    box = Box(0.2, 0.12, 0.4, 0.14)
    assert unknown_label(words, FieldKind.MEMBER_ID, "91234567A", box=box) == "Footer tag"


def test_page_is_read_by_an_own_wording() -> None:
    """A number whose label nobody knew was taken for another's; by the plan's wording it is whose it is, accepted."""
    source = PageSource(1, "body", None, 0.0, 0.0, text=TEXT, text_source=TextSource.MAIL_TEXT)

    def phones() -> dict[str, str | None]:
        fields = read_page(source, received_on=dt.date(2026, 3, 4)).fields
        return {name: value.value for name, value in fields.items() if name.endswith(".phone") and value.is_accepted}

    assert phones() == {}
    use_wordings({"Recall line": "phone"})
    assert phones() == {"member.phone": "+15105550142"}
    use_wordings({})
    assert phones() == {}


def test_shipped_wording_outranks_an_own_one() -> None:
    """A plan's table cannot make a known wording mean something else, nor name what does not exist."""
    use_wordings({"Member ID": "phone", "Coverage key": "no_such_thing"})
    assert vocabulary().phrases["memberid"] == "member_id"
    assert "coveragekey" not in vocabulary().phrases
