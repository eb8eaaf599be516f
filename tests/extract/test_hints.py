"""What a form prints inside an empty place is no value."""

import pytest

from extract.fields.hints import is_hint


@pytest.mark.parametrize(
    "text",
    [
        "mm/dd/yyyy",
        "MM / DD / YYYY",
        "(   )    -",
        "(___) ___-____",
        "__/__/____",
        "Last, First",
        "(optional)",
        "10 digits",
        "as on card",
        "-",
    ],
)
def test_hints_are_known(text: str) -> None:
    """A hint is taken for the empty place it stands in."""
    assert is_hint(text)


@pytest.mark.parametrize("text", ["Last, Bao", "04/26/2024", "510-555-0142", "Optional Care Clinic", "Firston", "N"])
def test_values_are_no_hints(text: str) -> None:
    """A value that resembles a hint stays a value."""
    assert not is_hint(text)
