"""The night's proof: every injected fault is named, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.difference import Difference, DifferenceKind
from reconcile.ledger import Ledgers
from reconcile.night import Clearing, find_differences, prove
from reconcile.xferfaxlog import Oddity

if TYPE_CHECKING:
    from conftest import Month

    Fault = Callable[[Month], None]

ALL = sorted(kind.value for kind in DifferenceKind)


def _named(found: tuple[Difference, ...]) -> set[str]:
    return {difference.id for difference in found}


@pytest.mark.slow
def test_a_month_in_order_has_no_difference(month_of: Callable[[int, int], Month], now: dt.datetime) -> None:
    """20,000 arrivals whose ledgers agree: nothing is named, and the work is quick."""
    ledgers = month_of(20_000, 1).ledgers()
    start = time.process_time()
    assert find_differences(ledgers, now) == ()
    assert time.process_time() - start < 20


@pytest.mark.parametrize("count", [2_000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_every_fault_of_a_month_is_named_and_nothing_else(
    count: int, month_of: Callable[[int, int], Month], faults: dict[str, Fault], now: dt.datetime
) -> None:
    """Each kind of fault five times in a month, among them such as cancel each other in the sums."""
    month = month_of(count, 2)
    for _ in range(5):
        for fault in faults.values():
            fault(month)
    assert _named(find_differences(month.ledgers(), now)) == month.expected
    assert len(month.expected) >= 5 * len(faults)


@pytest.mark.parametrize("seed", [3, 4])
def test_each_fault_alone_is_named_by_its_kind(
    seed: int, month_of: Callable[[int, int], Month], faults: dict[str, Fault], now: dt.datetime
) -> None:
    """One fault in a small month: exactly its difference."""
    for name, fault in faults.items():
        month = month_of(60, seed)
        fault(month)
        assert _named(find_differences(month.ledgers(), now)) == month.expected, name


def test_every_kind_of_difference_has_a_fault_that_shows_it(
    month_of: Callable[[int, int], Month], faults: dict[str, Fault]
) -> None:
    """The list of faults leaves out no kind but unread lines of a log, which have a test of their own."""
    month = month_of(400, 5)
    for fault in faults.values():
        fault(month)
    kinds = {name.partition(":")[0] for name in month.expected}
    assert kinds | {"log_line_unread"} == set(ALL)


@settings(max_examples=15, deadline=None)
@given(data=st.data(), seed=st.integers(0, 10_000))
def test_any_mixture_of_faults_is_named_exactly(
    data: st.DataObject,
    seed: int,
    month_of: Callable[[int, int], Month],
    faults: dict[str, Fault],
    now: dt.datetime,
) -> None:
    """Whatever faults come together: each is named once, in any order of the ledgers."""
    month = month_of(300, seed)
    for name in data.draw(st.lists(st.sampled_from(sorted(faults)), max_size=12)):
        faults[name](month)
    found = find_differences(month.ledgers(), now)
    assert _named(found) == month.expected
    assert len(found) == len(month.expected)
    assert find_differences(month.ledgers(), now) == found


def test_open_items_keep_their_first_night_and_cleared_ones_stay_away(
    month_of: Callable[[int, int], Month], faults: dict[str, Fault], now: dt.datetime
) -> None:
    """Carry-over: first seen stays, a clearing silences, what is mended is resolved."""
    month = month_of(100, 6)
    faults["overdue"](month)
    faults["unattended"](month)
    ledgers = month.ledgers()
    first = prove(ledgers, now)
    assert not first.is_proven
    cleared = first.open[0].difference.id
    why = Clearing(cleared, "supervisor", now, "decided on paper")
    second = prove(ledgers, now + dt.timedelta(days=1), before=first.open, clearings=[why])
    assert cleared not in {item.difference.id for item in second.open}
    assert {item.first_seen for item in second.open} == {first.day}
    assert second.cleared == (why,)
    mended = prove(Ledgers(), now + dt.timedelta(days=2), before=second.open)
    assert mended.resolved == tuple(sorted(item.difference.id for item in second.open))
    assert mended.is_proven


def test_a_day_can_be_proven_again_with_the_same_result(
    month_of: Callable[[int, int], Month], faults: dict[str, Fault], now: dt.datetime
) -> None:
    """The same data give the same night, as JSON."""
    month = month_of(200, 7)
    for fault in faults.values():
        fault(month)
    ledgers = month.ledgers()
    told = json.dumps(prove(ledgers, now).to_json())
    assert json.dumps(prove(ledgers, now).to_json()) == told
    for item in prove(ledgers, now).open:
        assert item.difference.action.endswith(".")
        assert item.difference.owner.value


def test_a_line_of_a_log_that_cannot_be_read_keeps_the_night_from_being_proven(now: dt.datetime) -> None:
    """An unread line is a difference like any other."""
    night = prove(Ledgers(), now, oddities=[("xferfaxlog", Oddity(17, "has too few fields"))])
    assert [item.difference.id for item in night.open] == ["log_line_unread:xferfaxlog:17"]
    assert not night.is_proven


def test_without_a_log_or_mailbox_nothing_is_missed_from_them(
    month_of: Callable[[int, int], Month], now: dt.datetime
) -> None:
    """A ledger that is not given accuses nobody."""
    from dataclasses import replace  # noqa: PLC0415  (only here)

    ledgers = replace(month_of(50, 8).ledgers(), calls=(), mails=(), has_calls=False, has_mails=False)
    assert find_differences(ledgers, now) == ()


def test_nothing_older_than_the_mailboxes_list_is_held_against_it(
    month_of: Callable[[int, int], Month], now: dt.datetime
) -> None:
    """Mailboxes are listed some days back: mails that came in before that are not missed in them, nor the other way."""
    from dataclasses import replace  # noqa: PLC0415  (only here)

    month = month_of(400, 9)
    since = now - dt.timedelta(days=7)
    recent = [mail for mail in month.mails.values() if mail.at >= since]
    older = max((mail for mail in month.mails.values() if mail.at < since), key=lambda mail: mail.at)
    stray = replace(older, message_id="<stray@example.org>")
    assert 0 < len(recent) < len(month.mails) - 1
    ledgers = replace(month.ledgers(), mails=(*recent, older, stray), mails_since=since)
    assert find_differences(ledgers, now) == ()
    everything = find_differences(replace(ledgers, mails_since=None), now)
    assert {found.kind.value for found in everything} == {"mail_not_in_mailbox", "mail_not_ingested"}


def test_a_mail_that_is_still_to_be_taken_is_given_time(
    month_of: Callable[[int, int], Month], now: dt.datetime
) -> None:
    """It is moved when its original is safe; only one that lies there long is named, once it came in."""
    from dataclasses import replace  # noqa: PLC0415  (only here)

    month = month_of(60, 10)
    key, mail = next((k, m) for k, m in sorted(month.mails.items()) if k > "m000001")
    month.mails[key] = replace(mail, waits=True, folder="INBOX", flags=("seen",))
    at = mail.at + dt.timedelta(minutes=20)
    ours = replace(month.ledgers(), requests=(), notices=(), transmissions=(), calls=(), has_calls=False)
    early = [found for found in find_differences(ours, at) if found.kind is DifferenceKind.MAIL_NOT_PUT_AWAY]
    (late,) = [found for found in find_differences(ours, now) if found.kind is DifferenceKind.MAIL_NOT_PUT_AWAY]
    assert early == []
    assert late.facts == {"folder": "INBOX", "flags": "seen"}
