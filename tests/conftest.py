"""Every test that touches the desk's files gets folders of its own."""

from pathlib import Path

import pytest
from pytest_django import Settings as DjangoSettings

from desk.config import Settings, load_settings
from desk.django_settings import storages_of


@pytest.fixture
def inlet(tmp_path: Path, settings: DjangoSettings) -> Settings:
    """Settings with a data folder under ``tmp_path``; Django's storages point into it."""
    made = load_settings(environment={}, data_dir=str(tmp_path / "data"), readers=1)
    settings.INLET = made
    settings.STORAGES = storages_of(made)
    return made
