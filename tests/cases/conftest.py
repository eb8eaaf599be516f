"""Every case works in an office of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.config import Settings
from desk.pipeline import steps
from tests.cases.office import Office


@pytest.fixture
def office(db: None, inlet: Settings, tmp_path: Path) -> Iterator[Office]:
    """An office with empty records; the readers are given back afterwards."""
    del db, inlet
    yield Office(tmp_path)
    steps.use_readers(None)  # type: ignore[arg-type]  # nobody reads after the test
