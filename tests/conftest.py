"""Every test that touches the desk's files gets folders of its own, and every worker a database in a file."""

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from desk.config import Settings, load_settings
from desk.django_settings import storages_of

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings as DjangoSettings


@receiver(connection_created)
def outlive_no_power_cut(connection: Any, **_: object) -> None:  # noqa: ANN401  (any database of Django's)
    """Do not wait for the disk: a test's database need not survive a power cut."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")


@receiver(connection_created)
def stay_in_the_tests_transaction(connection: Any, **_: object) -> None:  # noqa: ANN401  (any database of Django's)
    """Keep the connection while a test's transaction is open: what the test has written would be lost with it."""
    close = connection.close

    def unless_in_a_transaction() -> None:
        if not connection.in_atomic_block:
            close()

    connection.close = unless_in_a_transaction


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Put the tests' database in a file, as users have it.

    With Django's own choice, a database in memory, all threads of a live server share one connection,
    so that two requests at once begin a transaction within the other's and are refused.
    """
    if connections["default"].vendor == "sqlite":
        place = tmp_path_factory.mktemp("database") / "tests.sqlite3"
        connections["default"].settings_dict["TEST"]["NAME"] = str(place)


@pytest.fixture
def inlet(tmp_path: "Path", settings: "DjangoSettings") -> Settings:
    """Settings with a data folder under ``tmp_path``; Django's storages point into it."""
    made = load_settings(environment={}, data_dir=str(tmp_path / "data"), readers=1)
    settings.INLET = made
    settings.STORAGES = storages_of(made)
    return made
