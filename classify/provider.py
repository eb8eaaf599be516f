"""What the directory says of the ordering provider: a check digit catches typing, not the wrong person's number."""

from collections.abc import Iterator

from rapidfuzz import fuzz, utils

from classify.directory import Directory, Provider
from classify.identity import confirmed_by_person
from terms.names import FIELD_LABELS
from terms.requests import Audience, Gap, GapReason, RequestValues

_NPI, _NAME = "ordering_provider.npi", "ordering_provider.name"
_ALIKE = 60.0


def provider_gaps(values: RequestValues, directory: Directory | None) -> Iterator[Gap]:
    """A gap for the clerk where the NPI is another provider's than the one named; nothing without a directory."""
    npi, name = values.fields.get(_NPI), values.fields.get(_NAME)
    if directory is None or npi is None or name is None or not npi.is_accepted or not name.is_accepted:
        return
    known = directory.by_npi(npi.value or "")
    if known is None or confirmed_by_person(values.facts, _NPI) or _same(name.value or "", known):
        return
    label = npi.label or FIELD_LABELS[_NPI]
    message = f"{label} is another provider's in the directory than the one named; compare both with the page."
    yield Gap(_NPI, GapReason.CONFLICT, Audience.CLERK, message, label)


def _same(name: str, known: Provider) -> bool:
    return any(
        fuzz.token_set_ratio(name, other, processor=utils.default_process) >= _ALIKE
        for other in (known.name, known.clinic)
        if other
    )
