"""The interface against its own description: whatever fits it is answered as it says, whatever does not is refused."""

import itertools
import sys
from collections import Counter
from pathlib import Path

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from desk.api.v1 import service
from desk.records.models import Notice, Page, Request
from tests.desk.api.service_house import Other
from tests.desk.made_up import values
from tests.desk.sending_house import made_request

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    missing_required_header,
    unsupported_method,
    ignored_auth,
]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]


def _breaks_more_than_headers(case: schemathesis.Case) -> bool:
    """Whether something else than headers does not fit: ours, with the token, are sent in any case."""
    parts = case.meta.components if case.meta else {}
    return any(
        info.mode is GenerationMode.NEGATIVE for place, info in parts.items() if place is not ParameterLocation.HEADER
    )


def _tried(folder: Path, monkeypatch: pytest.MonkeyPatch, examples: int, mode: GenerationMode) -> Counter[int]:
    """Call every operation with made-up data; a fault of the service or an answer unlike its description fails.

    Every other call that fits is about rows that are there: a request in turn waiting, handed over and decided.
    """
    monkeypatch.setattr(service, "PER_MINUTE", 10**9)
    record = made_request(folder, values())
    there = {
        "reference": record.reference, "arrival": record.arrival_id,
        "page": Page.objects.all()[0].pk, "notice": Notice.objects.all()[0].pk,
    }  # fmt: skip
    states = itertools.cycle(("needs_review", "handed_over", "decided", "routed"))
    turns = itertools.count()
    other = Other()
    schema: BaseSchema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    statuses: Counter[int] = Counter()
    operations = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        operations += 1
        limits = settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )

        def call(case: schemathesis.Case) -> None:
            if mode is GenerationMode.POSITIVE and next(turns) % 2:
                for name in set(case.path_parameters) & set(there):
                    case.path_parameters[name] = there[name]
                Request.objects.filter(pk=record.pk).update(state=next(states))
            checks = [*CHECKS, negative_data_rejection] if _breaks_more_than_headers(case) else CHECKS
            answer = case.call_and_validate(headers=other.headers(), checks=checks)
            statuses[answer.status_code] += 1

        limits(given(case=operation.as_strategy(generation_mode=mode))(call))()
    told = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
    sys.stdout.write(f"\n{mode.value}: {operations} operations, {statuses.total()} calls ({told})\n")
    return statuses


def test_a_slice_of_made_up_calls_finds_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few calls of each operation."""
    statuses = _tried(tmp_path, monkeypatch, 3, GenerationMode.POSITIVE)
    assert statuses[200] > 5
    assert statuses[401] + statuses[403] + statuses[405] == 0


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_many_made_up_calls_find_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: GenerationMode
) -> None:
    """A hundred calls of each operation, with what fits the description and with what does not."""
    statuses = _tried(tmp_path, monkeypatch, 100, mode)
    assert statuses.total() > 1000
    if mode is GenerationMode.POSITIVE:
        assert statuses[200] + statuses[201] > 300
        assert statuses[401] + statuses[403] + statuses[405] == 0
