"""Every test that touches the desk's files gets folders of its own."""

from pathlib import Path
from typing import Any

import pytest
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from pytest_django import Settings as DjangoSettings

from desk.config import Settings, load_settings
from desk.django_settings import storages_of


@receiver(connection_created)
def read_beside_a_writer(connection: Any, **_: object) -> None:  # noqa: ANN401  (any database of Django's)
    """Let a browser's request read while a test writes: the shared database in memory locks whole tables otherwise."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA read_uncommitted = 1")


@pytest.fixture
def inlet(tmp_path: Path, settings: DjangoSettings) -> Settings:
    """Settings with a data folder under ``tmp_path``; Django's storages point into it."""
    made = load_settings(environment={}, data_dir=str(tmp_path / "data"), readers=1)
    settings.INLET = made
    settings.STORAGES = storages_of(made)
    return made
