"""The interface against its own description: whatever fits it is answered as it says, whatever does not is refused."""

from collections import Counter
from pathlib import Path

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from desk.api.v1 import service
from tests.desk.api.service_house import Other
from tests.desk.made_up import values
from tests.desk.sending_house import made_request

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]


def _tried(folder: Path, monkeypatch: pytest.MonkeyPatch, examples: int) -> Counter[int]:
    """Call every operation with made-up data; a fault of the service or an answer unlike its description fails."""
    monkeypatch.setattr(service, "PER_MINUTE", 10**9)
    made_request(folder, values())
    other = Other()
    schema: BaseSchema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    statuses: Counter[int] = Counter()
    for result in schema.get_all_operations():
        operation = result.ok()
        limits = settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )

        def call(case: schemathesis.Case) -> None:
            answer = case.call_and_validate(headers=other.headers(), checks=CHECKS)
            statuses[answer.status_code] += 1

        limits(given(case=operation.as_strategy())(call))()
    return statuses


def test_a_slice_of_made_up_calls_finds_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few calls of each operation."""
    statuses = _tried(tmp_path, monkeypatch, 3)
    assert statuses[200] > 5
    assert statuses[401] + statuses[403] + statuses[405] == 0


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_many_made_up_calls_find_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred calls of each operation."""
    statuses = _tried(tmp_path, monkeypatch, 100)
    assert statuses.total() > 1000
    assert statuses[401] + statuses[403] + statuses[405] == 0
