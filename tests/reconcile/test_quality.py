"""Quality sampling."""

import random

import pytest

from reconcile.quality import Checked, Standing, error_rates, is_drawn, what_if


def test_sample_is_a_share_and_always_the_same() -> None:
    """Out of many references about the share is drawn; who is drawn depends on nothing but seed and reference."""
    references = [f"{n:04X}-TEST" for n in range(20_000)]
    drawn = {r for r in references if is_drawn(r, seed="2026", share=0.05)}
    assert 900 < len(drawn) < 1_100
    assert drawn == {r for r in references if is_drawn(r, seed="2026", share=0.05)}
    assert drawn != {r for r in references if is_drawn(r, seed="2027", share=0.05)}
    assert drawn <= {r for r in references if is_drawn(r, seed="2026", share=0.10)}


@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (1.0, 500)])
def test_none_and_all_can_be_drawn(share: float, count: int) -> None:
    """A share of nothing draws nobody, a share of one everybody."""
    assert sum(is_drawn(str(n), seed="s", share=share) for n in range(500)) == count


@pytest.mark.parametrize("truth", [0.004, 0.02])
def test_interval_covers_the_true_rate_over_a_quarter(truth: float) -> None:
    """A hundred quarters of sampling with known errors: the stated interval holds the truth at least 93 times."""
    covered = 0
    for seed in range(100):
        rng = random.Random(seed)
        drawn = sum(is_drawn(f"{seed}-{n}", seed="q", share=0.1) for n in range(3_000))
        checked = [Checked("npi", "f", 0.999, rng.random() >= truth) for _ in range(drawn * 8)]
        low, high = error_rates(checked, target=0.005)[0].rate.interval or (1.0, 0.0)
        covered += low <= truth <= high
    assert covered >= 93


def test_target_is_met_only_when_the_whole_interval_is_under_it() -> None:
    """No error in a hundred values says little about 5 in 1,000; none in a thousand says it is met."""

    def standing(wrong: int, count: int) -> Standing:
        checked = [Checked("npi", "f", 0.99, n >= wrong) for n in range(count)]
        return error_rates(checked, target=0.005)[0].standing

    assert standing(0, 100) is Standing.OPEN
    assert standing(0, 1_000) is Standing.MET
    assert standing(30, 1_000) is Standing.MISSED
    assert error_rates([], target=0.005)[-1].standing is Standing.OPEN


def test_rates_are_told_by_kind_and_form_worst_first() -> None:
    """The kind with most errors comes first; all together stand at the end."""
    checked = [Checked("npi", "a", 0.9, right=True)] * 9 + [Checked("date", "b", 0.9, n > 1) for n in range(10)]
    rates = error_rates(checked, target=0.005, by_form=True)
    told = [(r.group, r.rate.count, r.rate.of) for r in rates]
    assert told == [("date · b", 2, 10), ("npi · a", 0, 9), ("all", 2, 19)]


def test_what_if_weighs_work_against_errors() -> None:
    """A higher threshold sends more values to people and catches the errors whose confidence lies under it."""
    checked = [Checked("npi", "f", 0.96, right=False), Checked("npi", "f", 0.995, right=False)]
    checked += [Checked("npi", "f", 0.97 + n / 1_000, right=True) for n in range(28)]
    checked.append(Checked("date", "f", 0.5, right=False))
    found = what_if("npi", 0.98, checked, [0.95, 0.975, 0.99, 0.999])
    assert (found.accepted, found.more, found.wrong, found.caught) == (4, 2, 2, 1)
    assert (found.rate.count, found.rate.of) == (1, 19)
