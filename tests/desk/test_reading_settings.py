"""How sure reading must be, as settings."""

import pytest

from desk.config import load_settings
from desk.errors import SettingsError
from terms.names import FieldKind


def test_wrong_shares_are_named_by_kind() -> None:
    """A share for one kind reaches a child process; the others keep theirs."""
    settings = load_settings(environment={"INLET_READING": "{ wrong_share = { npi = 0.001 } }"})
    assert settings.reading.wrong_share == {FieldKind.NPI: 0.001}
    assert load_settings(environment=settings.to_environment()).reading == settings.reading


@pytest.mark.parametrize("text", ["{ npii = 0.001 }", "{ npi = 0.2 }", "{ npi = -1 }"])
def test_unknown_kinds_and_careless_shares_are_refused(text: str) -> None:
    """No kind of that name, or more than one in twenty wrong: the settings cannot be used."""
    with pytest.raises(SettingsError, match="wrong_share"):
        load_settings(environment={"INLET_READING": f"{{ wrong_share = {text} }}"})
