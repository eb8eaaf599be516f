"""Making a night's report, keeping it, making it again, and clearing what it named.

A night is kept with everything it was made from, so that the report of a past day is the same
whenever it is opened. Making the same day again gathers nothing new unless that is asked for.
"""

import datetime as dt
import gzip
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from pydantic import TypeAdapter

from desk.board_days import last_days
from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.errors import DeskError
from desk.nightly import facts, ledgers, logs
from desk.records.models import ClearedDifference, Night
from desk.storage import DERIVED, open_stored, store_derived
from desk.summary import day_bounds
from reconcile.difference import Difference, DifferenceKind
from reconcile.measures import Measures, measure
from reconcile.night import Clearing, OpenItem
from reconcile.report.build import MEASURED_DAYS, Gathered, build
from reconcile.report.values import NightReport
from reconcile.sums import business_day

_LEAST_WHY = 3


def make_night(day: dt.date, now: dt.datetime, *, again: bool = False) -> Night:
    """Give the night of ``day``, made now if it is not kept yet; ``again`` gathers everything anew.

    ``now`` (aware) is the moment the ledgers are read at. Raises
    :class:`desk.errors.DeskError` for a day that has not ended its work: one after today.
    """
    if day > business_day(now):
        msg = f"{day} has not come yet; ask for a day up to {business_day(now)}"
        raise DeskError(msg)
    kept = Night.objects.filter(day=day).first()
    if kept is not None and not again:
        return kept
    last_days(now, settings.INLET.zone)  # the board finds the days counted
    gathered = gather(day, now)
    report = build(gathered)
    stored = store_derived(gzip.compress(_gathered().dump_json(gathered), mtime=0), ".json.gz")
    night, _made = Night.objects.update_or_create(
        day=day,
        defaults={
            "made_at": now,
            "proven": report.is_proven,
            "headline": report.headline[:200],
            "open_count": len(report.night.open),
            "open_items": report.night.to_json()["open"],
            "gathered": stored.name,
            "mailed_at": None,
            "mail_problem": "",
        },
    )
    return night


def gather(day: dt.date, now: dt.datetime) -> Gathered:
    """Read every ledger as of ``now``."""
    inlet = settings.INLET
    start = now - dt.timedelta(days=inlet.report.days)
    measured = now - dt.timedelta(days=MEASURED_DAYS)
    unread = logs.take_acknowledgements(inlet)
    outside = logs.ask_others(inlet, start, now)
    return Gathered(
        day=day,
        now=now,
        ledgers=ledgers.our_ledgers(start, now, outside),
        before=_before(day),
        clearings=tuple(
            Clearing(row.difference, row.by_name, row.at, row.why)
            for row in ClearedDifference.objects.filter(taken_back_at=None, at__lte=now).order_by("at")
        ),
        oddities=outside.oddities,
        missing=(*outside.missing, *unread),
        cases=facts.cases(measured, now),
        corrections=facts.corrections(measured, now),
        fields=facts.fields(measured, now),
        samples=facts.samples(measured, now),
        calls=facts.line_calls(outside.calls),
    )


def report_of(night: Night) -> NightReport:
    """Make a kept night's report again, from what it was made from."""
    return build(_opened(night))


def _opened(night: Night) -> Gathered:
    with open_stored(DERIVED, night.gathered) as file:
        return _gathered().validate_json(gzip.decompress(file.read()))


def gathered_of(day: dt.date) -> Gathered | None:
    """Give what a day's kept report was made from; ``None`` when none is kept."""
    night = Night.objects.filter(day=day).first()
    return _opened(night) if night else None


def measures_of(first: dt.date, last: dt.date, now: dt.datetime) -> Measures:
    """Measure the requests received from ``first`` to ``last`` as they stand at ``now`` (aware)."""
    start, end = day_bounds(first, settings.INLET.zone)[0], min(now, day_bounds(last, settings.INLET.zone)[1])
    outside = logs.ask_others(settings.INLET, start, end)
    return measure(
        first,
        last,
        now,
        cases=facts.cases(start, end),
        corrections=facts.corrections(start, end),
        fields=facts.fields(start, end),
        samples=facts.samples(start, end),
        calls=facts.line_calls(outside.calls),
    )


def _before(day: dt.date) -> tuple[OpenItem, ...]:
    """What the last night before ``day`` left open."""
    last = Night.objects.filter(day__lt=day).order_by("-day").first()
    return tuple(_item(row) for row in last.open_items) if last else ()


def _item(row: dict[str, object]) -> OpenItem:
    facts_: dict[str, str] = row["facts"] if isinstance(row["facts"], dict) else {}
    difference = Difference(
        DifferenceKind(str(row["kind"])), str(row["item"]), dt.datetime.fromisoformat(str(row["since"])), facts_
    )
    return OpenItem(difference, dt.date.fromisoformat(str(row["first_seen"])))


@cache
def _gathered() -> TypeAdapter[Gathered]:
    return TypeAdapter(Gathered)


def clear(actor: Actor, difference: str, why: str) -> ClearedDifference:
    """Say that a difference is dealt with; it is not shown again from the next report on.

    Raises :class:`desk.errors.DeskError` without a reason, or when no night left it open.
    """
    if len(why.strip()) < _LEAST_WHY:
        msg = "say why it is dealt with: somebody will ask"
        raise DeskError(msg)
    last = Night.objects.first()
    if last is None or difference not in {row["id"] for row in last.open_items}:
        msg = "the last report does not name this difference; open the last report again"
        raise DeskError(msg)
    with transaction.atomic():
        cleared, made = ClearedDifference.objects.get_or_create(
            difference=difference,
            taken_back_at=None,
            defaults={"by_id": actor.user_id, "by_name": actor.name, "at": timezone.now(), "why": why.strip()},
        )
        if made:
            note(actor, "difference.cleared", detail={"difference": difference})
    return cleared


def take_back(actor: Actor, difference: str) -> bool:
    """Take a clearing back: the difference stands again from the next report on; give whether there was one."""
    with transaction.atomic():
        changed = ClearedDifference.objects.filter(difference=difference, taken_back_at=None).update(
            taken_back_at=timezone.now(), taken_back_by=actor.name
        )
        if changed:
            note(actor, "difference.stands_again", detail={"difference": difference})
    return bool(changed)
