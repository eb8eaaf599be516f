"""Confidence fitted anew from quality samples."""

import random
from collections.abc import Callable, Sequence

import pytest

from reconcile.quality import Checked
from reconcile.refit import AS_READ, NEVER, Bend, Refit, refit

TARGET = 0.005


def sampled(
    count: int, truth: Callable[[float], float], *, seed: int = 1, kind: str = "npi", low: float = 0.95
) -> list[Checked]:
    """Accepted values whose chance to be right is ``truth`` of the confidence that the reader gave."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        confidence = round(1 - (1 - low) * rng.random() ** 3, 4)
        found.append(Checked(kind, "f", confidence, rng.random() < truth(confidence)))
    return found


def fit(values: Sequence[Checked], before: Bend = AS_READ) -> Refit:
    """The one kind's fit."""
    (found,) = refit(values, {"npi": before}, target=TARGET)
    return found


def test_reader_that_is_right_about_itself_is_left_alone() -> None:
    """Where samples bear the confidence out, hardly anything is bent and no bar is raised without need."""
    found = fit(sampled(4_000, lambda c: c, low=0.998))
    assert found.after.least == 0.0
    assert found.after.confidence(0.999) == pytest.approx(0.999, abs=0.0015)


def test_overconfident_reader_is_bent_down_and_its_bar_raised() -> None:
    """Wrong four times as often as it says: the loss on unseen values falls, and over the bar the target holds."""
    found = fit(sampled(6_000, lambda c: 1 - 4 * (1 - c)))
    assert found.loss_after < found.loss_before
    assert found.after.confidence(0.99) < 0.98
    assert found.after.least > 0.99
    assert found.over.share is not None
    assert found.over.share <= TARGET
    assert found.caught > 0.5 * found.wrong
    assert sum(b.count for b in found.bands_after) == found.values


def test_bar_that_holds_in_samples_holds_in_others() -> None:
    """Over eight drawings the error rate among accepted values of a fresh sample stays near the target."""
    shares = []
    for seed in range(8):
        bend = fit(sampled(5_000, lambda c: 1 - 4 * (1 - c), seed=seed)).after
        fresh = [v for v in sampled(5_000, lambda c: 1 - 4 * (1 - c), seed=1_000 + seed) if v.confidence >= bend.least]
        shares.append(sum(not v.right for v in fresh) / len(fresh))
    assert sum(shares) / len(shares) <= 1.3 * TARGET


def test_single_error_in_few_samples_changes_no_bar() -> None:
    """One wrong of sixty shows nothing: work is not sent to people on a single mistake."""
    values = [Checked("npi", "f", 0.999, right=n > 0) for n in range(60)]
    assert fit(values).after.least == 0.0


def test_few_samples_change_nothing() -> None:
    """Under fifty values a kind is left as it was, whatever they say."""
    before = Bend(0.1, 0.9, 0.97)
    assert fit([Checked("npi", "f", 0.99, right=False)] * 49, before).after == before


def test_kind_that_is_always_wrong_goes_to_people() -> None:
    """Where no confidence keeps to the target nothing is accepted any more."""
    found = fit([Checked("npi", "f", 0.999, right=n % 4 > 0) for n in range(400)])
    assert found.after.least == NEVER
    assert found.over.of == 0


def test_raised_bar_is_lowered_only_on_evidence() -> None:
    """Good samples from over the bar say nothing of what lies under it; enough good ones from under it do."""
    before = Bend(least=0.995)
    over = [Checked("npi", "f", 0.999, right=True)] * 1_000
    assert fit(over, before).after.least == 0.995
    few = [Checked("npi", "f", 0.99, right=True)] * 150
    assert fit(over + few, before).after.least == 0.995
    many = [Checked("npi", "f", 0.99, right=True)] * 200
    assert fit(over + many, before).after.least == 0.0


def test_bent_confidence_keeps_the_order() -> None:
    """A value that the reader is surer of never becomes the less sure one."""
    bend = fit(sampled(3_000, lambda c: 1 - 3 * (1 - c))).after
    told = [bend.confidence(1 - 10 ** -(n / 10)) for n in range(1, 50)]
    assert told == sorted(told)
    assert Bend.from_record(bend.to_record()) == bend
