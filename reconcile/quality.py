"""Quality sampling: which requests people key again, how often accepted values are wrong, what a threshold would do.

The sample is random and cannot be steered: whether a request is drawn follows from its reference and a
seed. A rate is an estimate with its interval; a target is met for sure only when the whole interval is
under it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reconcile.measures import Rate

_STEPS = 1 << 64


class Standing(StrEnum):
    """How a measured rate stands against its target."""

    MET = "met"
    OPEN = "open"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Checked:
    """One accepted value that people keyed again: its kind of field, its form, its confidence, whether it was right."""

    kind: str
    form: str
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """How often accepted values of a group were wrong, and how that stands against the target share."""

    group: str
    rate: Rate
    target: float

    @property
    def standing(self) -> Standing:
        """Met when the whole interval is under the target, missed when it is over it, else open: sample more."""
        interval = self.rate.interval
        if interval is None:
            return Standing.OPEN
        if interval[1] <= self.target:
            return Standing.MET
        return Standing.MISSED if interval[0] > self.target else Standing.OPEN


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a threshold would do to the values of a kind, judged by those that were keyed again.

    ``more`` of ``accepted`` values accepted lately would go to a person; of the ``wrong`` ones found
    in the sample ``caught`` would have; ``rate`` is the error among the sampled values that stay.
    """

    kind: str
    threshold: float
    accepted: int
    more: int
    wrong: int
    caught: int
    rate: Rate


def is_drawn(reference: str, *, seed: str, share: float) -> bool:
    """Say whether a request belongs to the sample: for a share of all references, always the same ones."""
    digest = hashlib.sha256(f"{seed}\0{reference}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * _STEPS


def error_rates(checked: Iterable[Checked], *, target: float, by_form: bool = False) -> tuple[ErrorRate, ...]:
    """Give the error rate of each kind of field (and form), the worst first, and of all together at the end."""
    groups: dict[str, list[bool]] = defaultdict(list)
    everything: list[bool] = []
    for value in checked:
        groups[f"{value.kind} · {value.form}" if by_form else value.kind].append(value.right)
        everything.append(value.right)
    rates = [ErrorRate(name, _rate(name, rights), target) for name, rights in groups.items()]
    rates.sort(key=lambda r: (-(r.rate.share or 0.0), -r.rate.of, r.group))
    return (*rates, ErrorRate("all", _rate("all", everything), target))


def what_if(kind: str, threshold: float, checked: Sequence[Checked], confidences: Sequence[float]) -> WhatIf:
    """Say what a threshold for a kind would do: ``confidences`` are those of its values accepted lately."""
    mine = [value for value in checked if value.kind == kind]
    wrong = [value for value in mine if not value.right]
    stay = [value.right for value in mine if value.confidence >= threshold]
    return WhatIf(
        kind,
        threshold,
        len(confidences),
        sum(confidence < threshold for confidence in confidences),
        len(wrong),
        sum(value.confidence < threshold for value in wrong),
        _rate(kind, stay),
    )


def _rate(name: str, rights: Sequence[bool]) -> Rate:
    return Rate(name, len(rights) - sum(rights), len(rights))
