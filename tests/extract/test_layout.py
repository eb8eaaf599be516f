"""Words stand on lines, cut at rules and wide gaps, and fold into comparable texts."""

from extract.layout import fold, fold_token, join, lay_out
from extract.page.upright import Rule, Rules
from terms.document import Word
from terms.geometry import Box


def _word(text: str, left: int, top: int, *, wide: int | None = None) -> Word:
    wide = wide or 12 * len(text)
    return Word(text, Box(left / 1000, top / 1000, (left + wide) / 1000, (top + 24) / 1000), 0.9)


def test_words_of_one_height_share_a_line() -> None:
    """Words that stand a little higher or lower still share their line; the order is left to right."""
    sheet = lay_out([_word("Doe", 200, 104), _word("Name:", 100, 100), _word("Next", 100, 160)], 1000, 1000)
    assert [join(line.tokens) for line in sheet.lines] == ["Name: Doe", "Next"]


def test_a_word_is_cut_where_a_label_ends() -> None:
    """A colon or a slash inside a word parts label from value and label from label; joined text is unchanged."""
    line = lay_out([_word("DOB:3/7/1958", 100, 100), _word("City/State", 400, 100)], 1000, 1000).lines[0]
    assert [t.text for t in line.tokens] == ["DOB:", "3/7/1958", "City/", "State"]
    assert line.tokens[0].colon
    assert join(line.tokens) == "DOB:3/7/1958 City/State"


def test_rules_and_gaps_cut_a_line() -> None:
    """A rule upright between two words, or a wide gap, starts a new segment."""
    words = [_word("one", 100, 100), _word("two", 145, 100), _word("far", 400, 100)]
    assert lay_out(words, 1000, 1000).lines[0].segments() == [(0, 2), (2, 3)]
    rules = Rules((), (Rule(140, 50, 140, 200),))
    assert lay_out(words, 1000, 1000, rules).lines[0].segments() == [(0, 1), (1, 2), (2, 3)]


def test_folding_forgives_what_readers_confuse() -> None:
    """Look-alike characters, accents and every way to write "number" compare as equal."""
    assert fold("Date 0f 8irth") == fold("DATE OF BIRTH")
    assert fold("narne") == fold("name")
    assert fold_token("#:") == fold_token("No.") == fold_token("Number")
    assert fold_token("Patient's") == fold_token("PATIENT")


def test_an_empty_page_has_no_lines() -> None:
    """No words, no lines."""
    assert lay_out([], 1000, 1000).lines == ()
