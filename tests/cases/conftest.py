"""Every case works in an office of its own. Most are slow, since pages are really read; a few run each time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.config import Settings
from desk.pipeline import steps
from tests.cases.office import Office

HERE = Path(__file__).parent
QUICK = frozenset({
    "test_case_05_a_corrected_refax_is_an_amendment",
    "test_case_09_lines_of_two_processors_are_split_and_linked",
    "test_case_19_an_id_of_somebody_else_stops_the_case",
})  # fmt: skip
"""The most telling ones: they run with every other test; ``make test-cases`` runs all."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every case as slow but the quick ones."""
    for item in items:
        if HERE in item.path.parents and item.name not in QUICK:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def office(db: None, inlet: Settings, tmp_path: Path) -> Iterator[Office]:
    """An office with empty records; the readers are given back afterwards."""
    del db, inlet
    yield Office(tmp_path)
    steps.use_readers(None)  # type: ignore[arg-type]  # nobody reads after the test
