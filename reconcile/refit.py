"""Confidence fitted anew from quality samples: how sure accepted values really are, and where the bar must lie.

What people keyed again says how often accepted values of a kind are right at each confidence. The reader's
own confidence is bent to that (log-odds = a + b times the reader's own; few samples bend it little), and a
bar is raised where the sampled values above it were wrong more often than the target allows. Only accepted
values are sampled, so nothing is ever accepted that the reader would not accept; and a bar that was raised
before is lowered only where samples from under it show that the target holds.
"""

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reconcile.measures import Rate
from reconcile.quality import Checked

LEAST_VALUES = 50
"""Sampled values of a kind under which nothing is said about it."""
NEVER = 1.01
"""A bar that nothing reaches."""
BANDS = (0.9, 0.99, 0.999)
"""Where reliability is told apart: confidences under, between and over these."""
_FOLDS = 5
_ROUNDS = 50
_SURE = 1e-6
_LEAST_PART, _STILL = 1e-6, 1e-9
_FLAT = 0.05
"""The least b: a surer value stays surer."""
_LOOSE_A, _LOOSE_B = 1.0, 0.25
"""Variances of the prior: with few samples a stays near 0 and b near 1."""


@dataclass(frozen=True, slots=True)
class Bend:
    """How a kind's confidence is bent, and the reader's own confidence under which a value goes to a person."""

    a: float = 0.0
    b: float = 1.0
    least: float = 0.0

    def confidence(self, own: float) -> float:
        """The confidence that the reader's ``own`` really means."""
        if self.a == 0.0 and self.b == 1.0:
            return own
        return _sigmoid(self.a + self.b * _log_odds(own))

    def to_record(self) -> dict[str, float]:
        """Give plain numbers."""
        return {"a": self.a, "b": self.b, "least": self.least}

    @classmethod
    def from_record(cls, data: Mapping[str, float]) -> "Bend":
        """Read back what :meth:`to_record` gave."""
        return cls(float(data["a"]), float(data["b"]), float(data["least"]))


AS_READ = Bend()
"""The reader's own confidence."""


@dataclass(frozen=True, slots=True)
class Band:
    """Values of one band of confidence: how many, how sure they were said to be, how many were right."""

    name: str
    count: int
    said: float
    right: int


@dataclass(frozen=True, slots=True)
class Refit:
    """One kind before and after.

    ``loss`` is the mean logarithmic loss (less is better), after it measured on values that the fit did not
    see; ``why`` says what was done or left alone. ``over`` is the error rate among sampled values over the
    new bar; ``more`` of ``values`` sampled ones would go to a person, ``caught`` of ``wrong`` wrong ones with
    them (beyond the bar of before).
    """

    kind: str
    values: int
    wrong: int
    before: Bend
    after: Bend
    loss_before: float
    loss_after: float
    bands_before: tuple[Band, ...]
    bands_after: tuple[Band, ...]
    more: int
    caught: int
    over: Rate
    why: str

    def to_record(self) -> dict[str, object]:
        """Give what is kept of it."""
        return {
            "kind": self.kind, "values": self.values, "wrong": self.wrong, "before": self.before.to_record(),
            "after": self.after.to_record(), "loss_before": self.loss_before, "loss_after": self.loss_after,
            "more": self.more, "caught": self.caught, "why": self.why,
        }  # fmt: skip


def refit(checked: Iterable[Checked], before: Mapping[str, Bend], *, target: float) -> tuple[Refit, ...]:
    """Fit every kind that has samples; ``Checked.confidence`` is the reader's own. Kinds in order of their names."""
    groups: dict[str, list[Checked]] = defaultdict(list)
    for value in checked:
        groups[value.kind].append(value)
    return tuple(_refit(kind, groups[kind], before.get(kind, AS_READ), target) for kind in sorted(groups))


def _refit(kind: str, values: Sequence[Checked], before: Bend, target: float) -> Refit:
    wrong = sum(not value.right for value in values)
    loss_before = _loss(values, [before.confidence(v.confidence) for v in values])
    after, loss_after, why = before, loss_before, f"fewer than {LEAST_VALUES} values: left as it was"
    if len(values) >= LEAST_VALUES:
        a, b = _fit(values)
        loss_after = _unseen_loss(values)
        bent = loss_after < loss_before
        least = _bar(values, before.least, target)
        after = Bend(round(a, 4), round(b, 4), least) if bent else Bend(before.a, before.b, least)
        loss_after = loss_after if bent else loss_before
        why = "bent to the samples" if bent else "the samples bear it out: left as it was"
        if least > before.least:
            why += "; bar raised" if least <= 1 else "; every value goes to a person"
        elif least < before.least:
            why += "; bar lowered to what the samples bear"
    stay = [v for v in values if v.confidence >= after.least]
    gone = [v for v in values if before.least <= v.confidence < after.least]
    return Refit(
        kind,
        len(values),
        wrong,
        before,
        after,
        round(loss_before, 5),
        round(loss_after, 5),
        _bands(values, before),
        _bands(values, after),
        len(gone),
        sum(not v.right for v in gone),
        Rate(kind, sum(not v.right for v in stay), len(stay)),
        why,
    )


def _bar(values: Sequence[Checked], old: float, target: float) -> float:
    """The new bar: raised where the samples over the old one show that the target is missed, else as it was.

    Raised to the lowest confidence over which the sampled share of wrong values keeps to the target, else to
    the lowest over which the target is not shown to be missed, else to :data:`NEVER`.
    """
    over, wrong = {}, 0
    for place, value in enumerate(sorted(values, key=lambda v: -v.confidence), 1):
        wrong += not value.right
        over[value.confidence] = Rate("", wrong, place)
    bars = sorted(over)
    good = next((bar for bar in bars if (over[bar].share or 0.0) <= target), NEVER)
    bearable = next((bar for bar in bars if not _is_missed(over[bar], target)), NEVER)
    standing = [bar for bar in bars if bar >= old]
    if standing and _is_missed(over[standing[0]], target):
        return good if good <= 1 else bearable
    wanted = 0.0 if good == bars[0] else good
    if wanted >= old:
        return old
    between = [v for v in values if wanted <= v.confidence < old]
    # lowered only on evidence, counted with one more wrong than were seen
    borne_out = bool(between) and sum(not v.right for v in between) + 1 <= target * len(between)
    return wanted if borne_out else old


def _is_missed(rate: Rate, target: float) -> bool:
    return rate.interval is not None and rate.interval[0] > target


def _fit(values: Sequence[Checked]) -> tuple[float, float]:
    """Newton's way to the most likely a and b under the prior, a step halved until it leads down."""
    counts = Counter((round(_log_odds(v.confidence), 3), v.right) for v in values)
    odds = [(x, float(y), count) for (x, y), count in counts.items()]

    def cost(a: float, b: float) -> float:
        prior = a * a / _LOOSE_A + (b - 1.0) ** 2 / _LOOSE_B
        return prior / 2 + sum(n * (_softplus(a + b * x) - y * (a + b * x)) for x, y, n in odds)

    a, b = 0.0, 1.0
    now = cost(a, b)
    for _ in range(_ROUNDS):
        grad_a, grad_b = a / _LOOSE_A, (b - 1.0) / _LOOSE_B
        aa, ab, bb = 1.0 / _LOOSE_A, 0.0, 1.0 / _LOOSE_B
        for x, y, n in odds:
            p = _sigmoid(a + b * x)
            grad_a += n * (p - y)
            grad_b += n * (p - y) * x
            w = n * p * (1.0 - p)
            aa, ab, bb = aa + w, ab + w * x, bb + w * x * x
        det = aa * bb - ab * ab
        step_a, step_b = (bb * grad_a - ab * grad_b) / det, (aa * grad_b - ab * grad_a) / det
        part = 1.0
        while part > _LEAST_PART and cost(a - part * step_a, max(_FLAT, b - part * step_b)) > now:
            part /= 2
        a, b = a - part * step_a, max(_FLAT, b - part * step_b)
        before, now = now, cost(a, b)
        if part <= _LEAST_PART or before - now < _STILL:
            break
    return a, b


def _unseen_loss(values: Sequence[Checked]) -> float:
    """The loss on values that each fit did not see."""
    order = sorted(values, key=lambda v: (v.right, v.confidence))  # every fold gets its share of the wrong ones
    total = 0.0
    for fold in range(_FOLDS):
        kept = [v for place, v in enumerate(order) if place % _FOLDS != fold]
        left = [v for place, v in enumerate(order) if place % _FOLDS == fold]
        bend = Bend(*_fit(kept))
        total += _loss(left, [bend.confidence(v.confidence) for v in left]) * len(left)
    return total / len(order)


def _loss(values: Sequence[Checked], confidences: Sequence[float]) -> float:
    found = [
        -math.log(max(_SURE, min(1.0 - _SURE, c)) if v.right else 1.0 - max(_SURE, min(1.0 - _SURE, c)))
        for v, c in zip(values, confidences, strict=True)
    ]
    return sum(found) / len(found) if found else 0.0


def _bands(values: Sequence[Checked], bend: Bend) -> tuple[Band, ...]:
    edges = (0.0, *BANDS, NEVER)
    found = []
    for low, high in itertools.pairwise(edges):
        inside = [(c, v.right) for v in values if low <= (c := bend.confidence(v.confidence)) < high]
        name = f"under {high}" if low == 0.0 else f"{low} and more" if high == NEVER else f"{low} to {high}"
        said = sum(c for c, _ in inside) / len(inside) if inside else 0.0
        found.append(Band(name, len(inside), round(said, 5), sum(right for _, right in inside)))
    return tuple(found)


def _log_odds(p: float) -> float:
    p = max(_SURE, min(1.0 - _SURE, p))
    return math.log(p / (1.0 - p))


def _softplus(x: float) -> float:
    """log(1 + exp(x)), without overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, x))))
