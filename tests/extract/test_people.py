"""Names and addresses are put together and taken apart as forms do."""

import pytest

from extract.fields.people import halves, joined_provider, provider_name, split_name, together
from terms.values import FieldStatus, FieldValue


@pytest.mark.parametrize(
    ("text", "last_first", "expected"),
    [
        ("Doe, Jane", False, ("Doe", "Jane")),
        ("Jane Doe", False, ("Doe", "Jane")),
        ("Jane Q. Doe", False, ("Doe", "Jane Q.")),
        ("Doe Jane", True, ("Doe", "Jane")),
        ("Maria de la Prueba", False, ("de la Prueba", "Maria")),
        ("Giang St. Example", False, ("St. Example", "Giang")),
        ("John Doe Jr.", False, ("Doe", "John")),
        ("Doe", False, None),
    ],
)
def test_a_whole_name_has_two_parts(text: str, last_first: bool, expected: tuple[str, str] | None) -> None:  # noqa: FBT001  (a column of the table)
    """Commas, labels and particles say which part is the last name."""
    assert split_name(text, last_first=last_first) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Doe, MD", "Jane Doe, MD"),
        ("Doe, Jane, MD", "Jane Doe, MD"),
        ("Doe, Jane MD", "Jane Doe, MD"),
        ("Jane Doe", "Jane Doe"),
        ("Jane Doe, FNP-BC", "Jane Doe, FNP-BC"),
    ],
)
def test_a_provider_is_named_first_name_first(text: str, expected: str) -> None:
    """Only a last name that stands first is moved; all else stays as written."""
    assert provider_name(text) == expected


def test_separate_boxes_make_one_name() -> None:
    """Credentials typed behind either part end up behind the name."""
    assert joined_provider("Jane, MD", "Doe") == "Jane Doe, MD"
    assert joined_provider("Jane", "Doe MD") == "Jane Doe, MD"
    assert joined_provider("Jane", "Doe") == "Jane Doe"


def _read(text: str | None, status: FieldStatus) -> FieldValue:
    return FieldValue(text, text, 0.9 if text else 0.0, status)


def test_a_name_with_one_part_is_doubtful() -> None:
    """A whole-name box that holds one word goes to a person; nothing is called missing."""
    last, first = halves(_read("Doe", FieldStatus.ACCEPTED), last_first=False)
    assert last.status is FieldStatus.REVIEW
    assert first.status is FieldStatus.REVIEW


def test_parts_are_as_sure_as_the_least_sure() -> None:
    """An address of an accepted street and a doubtful ZIP is doubtful; so is one with a part missing."""
    sure, doubt = _read("1 Test St", FieldStatus.ACCEPTED), _read("94607", FieldStatus.REVIEW)
    assert together([sure, doubt], "1 Test St 94607").status is FieldStatus.REVIEW
    assert together([sure, FieldValue.missing()], "1 Test St").status is FieldStatus.REVIEW
    assert together([sure, sure], "x").status is FieldStatus.ACCEPTED
    assert together([FieldValue.missing(), FieldValue.missing()], "").status is FieldStatus.MISSING
