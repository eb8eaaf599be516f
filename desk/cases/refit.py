"""Confidence refitted from quality samples, in the records: fitted, taken into force, taken back; all of it kept."""

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.quality import checked_values
from desk.errors import DeskError, MoveRefusedError
from desk.lifecycle import Role
from desk.records.models import ConfidenceRefit
from reconcile.refit import AS_READ, Bend, Refit, refit

LOOKED_BACK = dt.timedelta(days=180)
AS_SHIPPED = 0
"""The number by which people call the reader's own confidence."""
_LEAST_WHY = 3


def bends() -> dict[str, Bend]:
    """How confidence is bent now, by kind of field."""
    newest = ConfidenceRefit.objects.first()
    return _bends(newest.table) if newest else {}


def _bends(table: Mapping[str, Mapping[str, float]]) -> dict[str, Bend]:
    return {kind: Bend.from_record(data) for kind, data in table.items()}


def fitted(now: dt.datetime) -> tuple[Refit, ...]:
    """Fit what was sampled lately and change nothing."""
    return refit(checked_values(now - LOOKED_BACK), bends(), target=settings.INLET.quality.target)


def adopt(found: tuple[Refit, ...], why: str, *, actor: Actor) -> ConfidenceRefit:
    """Bring a fit into force for what is read from now on.

    Raises :class:`desk.errors.DeskError` when it changes nothing or no reason is given, and
    :class:`desk.errors.MoveRefusedError` for somebody who is no supervisor.
    """
    before = bends()
    after = before | {each.kind: each.after for each in found}
    if after == before or all(each.after == each.before for each in found):
        raise DeskError("the samples change nothing; the table in force stays")
    values = sum(each.values for each in found)
    return _put(after, why, actor, values=values, report={"kinds": [each.to_record() for each in found]})


def take_up(number: int, why: str, *, actor: Actor) -> ConfidenceRefit:
    """Bring an earlier table into force again; :data:`AS_SHIPPED` is the reader's own confidence.

    It becomes a new row, so that the history stays. Raises as :func:`adopt` does.
    """
    row = ConfidenceRefit.objects.filter(pk=number).first() if number != AS_SHIPPED else None
    if number != AS_SHIPPED and row is None:
        raise DeskError(f"there is no confidence table {number}; inlet quality tables lists them")
    table = _bends(row.table) if row else {}
    if table == bends():
        raise DeskError("this table is in force already")
    return _put(table, why, actor, values=row.values if row else 0, report={"from": number})


def _put(
    table: Mapping[str, Bend], why: str, actor: Actor, *, values: int, report: Mapping[str, object]
) -> ConfidenceRefit:
    if Role.SUPERVISOR not in actor.roles or actor.user_id is None:
        raise MoveRefusedError("your role may not change what is accepted; ask a supervisor")
    if len(why.strip()) < _LEAST_WHY:
        raise DeskError("say why the confidence changes: it is part of the record")
    with transaction.atomic():
        row = ConfidenceRefit.objects.create(
            table={kind: bend.to_record() for kind, bend in table.items() if bend != AS_READ},
            report=dict(report),
            values=values,
            at=timezone.now(),
            by_id=actor.user_id,
            by_name=actor.name,
            why=why.strip(),
        )
        note(actor, "quality.refitted", detail={"table": row.pk})
    return row
