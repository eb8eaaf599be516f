"""What if: stored requests decided under a draft table, and what would move before it goes live."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from classify.decide import decide
from classify.reference import Reference
from classify.whatif import Move, PastRequest, what_if
from desk.cases.decisions import decision_at
from desk.cases.tables import current_reference
from desk.lifecycle import RequestState
from desk.records.models import Request
from terms.names import Processor

_APART = (RequestState.READING, RequestState.MERGED)


@dataclass(frozen=True, slots=True)
class Moved:
    """One request that would come out otherwise: its state and codes, and what would differ."""

    move: Move
    state: str
    codes: tuple[str, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """Each line that would go elsewhere, in a few words."""
        return tuple(
            f"{place + 1}: {self.codes[place]} {a.processor.value} → {b.processor.value} ({b.rule})"
            for place, a, b in self.move.routes
        )

    def to_json(self) -> dict[str, object]:
        """Give plain JSON values."""
        return {
            "reference": self.move.reference,
            "state": self.state,
            "lines": [
                {"line": place + 1, "code": self.codes[place], "from": a.processor.value, "to": b.processor.value,
                 "outcome": b.outcome.value, "rule": b.rule}
                for place, a, b in self.move.routes
            ],
            "due": [each.isoformat() if each else None for each in self.move.due] if self.move.due else None,
            "gaps_added": list(self.move.gaps_added),
            "gaps_closed": list(self.move.gaps_closed),
        }  # fmt: skip


@dataclass(slots=True)
class Trial:
    """How a draft came out: requests looked at, those that would move, and how many lines from where to where."""

    looked_at: int = 0
    moved: list[Moved] = field(default_factory=list)
    ways: Counter[tuple[Processor, Processor]] = field(default_factory=Counter)

    def add(self, moved: Iterable[Moved]) -> None:
        """Count requests that would move."""
        for each in moved:
            self.moved.append(each)
            self.ways.update((a.processor, b.processor) for _, a, b in each.move.routes)

    def only(self, references: Collection[str]) -> "Trial":
        """What it says of these requests alone; of all of them where none is named."""
        if not references:
            return self
        named = Trial(self.looked_at)
        named.add(each for each in self.moved if each.move.reference in references)
        return named

    def to_json(self) -> dict[str, object]:
        """Give plain JSON values."""
        return {
            "looked_at": self.looked_at,
            "would_move": len(self.moved),
            "lines": {f"{a.value} to {b.value}": count for (a, b), count in sorted(self.ways.items())},
            "requests": [each.to_json() for each in self.moved],
        }


def try_draft(draft: Reference, *, since: dt.datetime | None = None) -> Trial:
    """Decide every stored request received since ``since`` under ``draft`` and under the tables in force.

    What differs between the two is the draft's doing alone. Nothing is stored.
    """
    trial = Trial()
    for request, past in _past(since):
        trial.looked_at += 1
        codes = tuple(line.code.value or "?" for line in past.values.lines)
        trial.add(Moved(move, request.state, codes) for move in what_if([past], draft))
    return trial


def _past(since: dt.datetime | None) -> Iterator[tuple[Request, PastRequest]]:
    now = current_reference()
    rows = Request.objects.exclude(state__in=_APART).order_by("received_at", "id")
    if since is not None:
        rows = rows.filter(received_at__gte=since)
    for request in rows.iterator():
        latest = request.decisions.order_by("-revision").values_list("revision", flat=True).first()
        if latest is None:
            continue
        values, _ = decision_at(request, latest)
        decided = decide(values, now, received_at=request.received_at)
        yield request, PastRequest(request.reference, values, request.received_at, decided)
