"""Who leaves out what: senders and forms ranked by how often their requests lacked something at first reading."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from desk.nightly.facts import forms_of
from desk.records.models import DecisionRecord, Request
from reconcile.measures import Rate
from terms.requests import Audience

MOST_REQUESTS = 5_000
LEAST_REQUESTS = 3
"""Fewer requests of a sender or form say nothing about it."""
_SHOWN = 30
_FIELDS = 4


@dataclass(frozen=True, slots=True)
class Omitting:
    """A sender or form: in how many of its requests something had to be asked for, and what most."""

    name: str
    rate: Rate
    fields: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class _Count:
    name: str = ""
    of: int = 0
    lacking: int = 0
    fields: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, missing: Iterable[str]) -> None:
        asked = sorted(set(missing))
        self.name = self.name or name
        self.of += 1
        self.lacking += bool(asked)
        self.fields.update(asked)


@dataclass(frozen=True, slots=True)
class Omissions:
    """Both rankings, worst first, and how many requests they were counted from."""

    requests: int
    senders: tuple[Omitting, ...]
    forms: tuple[Omitting, ...]


def omissions(since: dt.datetime) -> Omissions:
    """Count what only the provider could give, as it was open when each request was first decided on.

    The newest :data:`MOST_REQUESTS` requests received since a moment (aware) are counted; a sender is the
    ordering provider's NPI, or their name where that was not read.
    """
    rows = DecisionRecord.objects.filter(revision=1, request__received_at__gte=since).order_by("-request_id")
    found = rows.values_list("request", "gaps", "request__provider_npi", "request__provider_name")[:MOST_REQUESTS]
    senders: dict[str, _Count] = defaultdict(_Count)
    forms: dict[str, _Count] = defaultdict(_Count)
    form_of = forms_of(Request.objects.filter(received_at__gte=since).order_by().values("pk"))
    count = 0
    for request, gaps, npi, name in found.iterator(2000):
        count += 1
        missing = [gap["field"].partition("[")[0] for gap in gaps if gap["audience"] == Audience.PROVIDER]
        if npi or name:
            senders[npi or name].add(f"{name} ({npi})" if npi and name else npi or name, missing)
        forms[form_of[request]].add(form_of[request], missing)
    return Omissions(count, _ranked(senders.values()), _ranked(forms.values()))


def _ranked(counts: Iterable[_Count]) -> tuple[Omitting, ...]:
    """Those with the most requests that lacked something first."""
    kept = [each for each in counts if each.lacking and each.of >= LEAST_REQUESTS]
    kept.sort(key=lambda each: (-each.lacking, -each.lacking / each.of, each.name))
    return tuple(
        Omitting(each.name, Rate(each.name, each.lacking, each.of), tuple(each.fields.most_common(_FIELDS)))
        for each in kept[:_SHOWN]
    )
