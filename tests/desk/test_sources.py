"""Every way in and its sums: at any moment everything that came in is accounted for."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from classify.reference import load_reference
from desk.cases import arrivals, quarantine
from desk.cases.actor import Actor
from desk.cases.arrivals import Receipt, UnpackedPage, register_arrival
from desk.cases.requests import record_document
from desk.config import Settings, load_settings
from desk.errors import MoveRefusedError
from desk.lifecycle import Role
from desk.records.models import Arrival, Page, SourceStatus
from desk.sources import Health, accounts, total
from desk.storage import Stored
from extract.reading import PageReading
from terms.errors import Problem
from terms.names import ArrivalState, PageKind, TextSource
from tests.desk.made_up import arrive, values

TABLES = load_reference(None)
SENIOR = Actor("sena", frozenset({Role.SENIOR_CLERK}))
PROBLEM = Problem("ingest.damaged", "The file is damaged; ask the sender to send it again.")
SETTINGS = load_settings(environment={}, data_dir="/nowhere/data")


class _World:
    """Arrivals to whom, step by step, everything happens that can happen, in any order."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.count = 0

    def come(self) -> None:
        """Something comes in, now and then with bytes that came before."""
        self.count += 1
        content = self.chance.choice([self.count, max(1, self.count - 1)])
        receipt = Receipt(
            source=self.chance.choice(["fax", "mail", "provider", "upload"]), channel="fax", label="",
            pickup_key=f"key:{self.count}", file_name="a.tif", received_at=timezone.now(),
        )  # fmt: skip
        register_arrival(receipt, Stored(f"aa/{content}", f"{content:064d}", 10))

    def _any(self, *states: ArrivalState) -> Arrival | None:
        rows = list(Arrival.objects.filter(state__in=states).order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def unpack(self) -> None:
        """One is unpacked into up to three pages, or none."""
        arrival = self._any(ArrivalState.IN_PROGRESS)
        if arrival is None or arrival.pages.exists():
            return
        pages = [UnpackedPage(n, {"number": n}, "") for n in range(1, self.chance.randrange(4) + 1)]
        problem = None if pages else PROBLEM
        arrivals.record_unpacked(
            arrival.pk, arrival.reading_round, media_type="image/tiff", facts={}, pages=pages, problem=problem
        )

    def read(self) -> None:
        """A page is read, or cannot be."""
        page = Page.objects.filter(arrival__state=ArrivalState.IN_PROGRESS, read_at=None).order_by("?").first()
        if page is None:
            return
        reading = PageReading(page.number, 0, None, TextSource.OCR, 0.9)
        if self.chance.random() < 0.3:
            reading = arrivals.unreadable_page(page.number, PROBLEM)
        arrivals.record_page(page.arrival_id, page.arrival.reading_round, page.number, reading=reading, upright="")

    def assemble(self) -> None:
        """One whose pages are all read becomes a request of some of them, or is quarantined."""
        arrival = self._any(ArrivalState.IN_PROGRESS)
        if arrival is None or not arrival.pages.exists() or arrival.pages.filter(read_at=None).exists():
            return
        numbers = list(arrival.pages.values_list("number", flat=True))
        mine = tuple(n for n in numbers if self.chance.random() < 0.7)
        made = [replace(values(), pages=mine)] if mine and self.chance.random() < 0.8 else []
        kinds = dict.fromkeys(numbers, PageKind.UNKNOWN)
        record_document(
            arrival.pk, arrival.reading_round, kinds=kinds, requests=made, reference=TABLES, without=PROBLEM
        )

    def give_up(self) -> None:
        """The pipeline cannot get on with one."""
        arrival = self._any(ArrivalState.IN_PROGRESS)
        if arrival:
            arrivals.quarantine(arrival.pk, PROBLEM)

    def try_again(self) -> None:
        """Storage was full: another round."""
        arrival = self._any(ArrivalState.IN_PROGRESS)
        if arrival:
            arrivals.begin_again(arrival.pk, arrival.reading_round, delay_seconds=0.0)

    def people(self) -> None:
        """Somebody does something about one, whether or not it is allowed now."""
        arrival = self._any(*ArrivalState)
        if arrival is None:
            return
        deeds: list[Callable[[], object]] = [
            lambda: arrivals.read_again(arrival.pk, actor=SENIOR),
            lambda: quarantine.dismiss(arrival.pk, actor=SENIOR, note_text="done"),
            lambda: quarantine.undo_dismiss(arrival.pk, actor=SENIOR),
            lambda: quarantine.release_to_clerk(arrival.pk, actor=SENIOR, tables=TABLES),
            lambda: quarantine.not_the_same(arrival.pk, actor=SENIOR),
        ]
        try:
            self.chance.choice(deeds)()
        except MoveRefusedError:
            return  # not allowed in its state, so nothing happened


class TestSums(TestCase):
    """The sum over any history (Hypothesis with a database needs a class)."""

    @hypothesis_settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.randoms(use_true_random=False), st.integers(min_value=10, max_value=45))
    def test_the_sums_hold_at_any_moment(self, chance: random.Random, steps: int) -> None:
        """After every step, whatever it was: in = processed + duplicates + quarantined + in progress, pages too."""
        world = _World(chance)
        deeds = [world.come, world.unpack, world.read, world.read, world.assemble, world.people, world.give_up,
                 world.try_again]  # fmt: skip
        weights = [4, 4, 5, 5, 3, 3, 1, 1]
        for _ in range(steps):
            chance.choices(deeds, weights)[0]()
            found = accounts(SETTINGS)
            assert all(account.is_balanced for account in found), [a.to_json() for a in found]
            sums, pages = total(found)
            assert sums.received == Arrival.objects.count() == world.count
            assert pages.received == Page.objects.count()


@pytest.mark.django_db
def test_a_page_that_got_lost_is_seen(inlet: Settings, tmp_path: Path) -> None:
    """The two counts are made apart: a page row that vanishes makes the sum wrong, and the account says so."""
    arrival = arrive(tmp_path)
    pages = [UnpackedPage(n, {"number": n}, "") for n in (1, 2)]
    arrivals.record_unpacked(arrival.pk, 1, media_type="image/tiff", facts={}, pages=pages, problem=None)
    assert all(account.is_balanced for account in accounts(inlet))
    Page.objects.filter(arrival=arrival, number=2).delete()
    account = next(account for account in accounts(inlet) if account.name == "fax")
    assert not account.is_balanced
    assert (account.pages.received, account.pages.accounted) == (2, 1)


@pytest.mark.django_db
def test_how_each_source_is_doing(inlet: Settings, tmp_path: Path) -> None:
    """Well, hindered with the reason, not looked at, gone from the settings."""
    arrive(tmp_path)
    Arrival.objects.update(source="old-line", label="the old line")
    now = timezone.now()
    SourceStatus.objects.create(
        name="fax", looked_at=now, waiting=3, faults=2, problem_kind="ingest.unreadable", problem_message="Look.",
        problem_since=now, silent="it lies on another machine, which tells no events",
    )  # fmt: skip
    SourceStatus.objects.create(name="mail", looked_at=now - dt.timedelta(minutes=10))
    found = {account.name: account for account in accounts(inlet)}
    assert [(name, a.health) for name, a in found.items()] == [
        ("fax", Health.HINDERED), ("mail", Health.STALE), ("old-line", Health.UNWATCHED),
    ]  # fmt: skip
    assert (found["fax"].backlog, found["fax"].faults, found["fax"].problem) == (3, 2, "Look.")
    assert found["old-line"].label == "the old line"
    assert found["old-line"].last_arrival is not None
    SourceStatus.objects.filter(name="mail").update(looked_at=now)
    assert {a.name: a.health for a in accounts(inlet)}["mail"] is Health.WELL


@pytest.mark.django_db
def test_accounts_cost_a_few_questions_however_much_came_in(
    inlet: Settings, tmp_path: Path, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    """The page refreshes itself, so it must not ask arrival by arrival."""
    for _ in range(20):
        arrive(tmp_path)
    with django_assert_max_num_queries(5):  # type: ignore[attr-defined]  (a fixture of pytest-django)
        accounts(inlet)
