"""Privacy: incidents and their assessment, what went out about a member, and who looked at a member's data."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.errors import DeskError, MoveRefusedError
from desk.lifecycle import SENIORS
from desk.records.models import Arrival, AuditEvent, Incident, Notice, Request

FACTORS = ("nature", "recipient", "acquired", "mitigated")
"""The four factors of 45 CFR 164.402(2), as :class:`desk.records.models.Incident` names them."""

LOOKED_UP = "member.looked_up"
LOOKS = (
    "request.viewed", "arrival.viewed", "arrival.original_opened", "notice.opened", "notice.previewed",
    "care.previewed", "mail.draft_opened", LOOKED_UP,
)  # fmt: skip
"""The actions of the audit trail that are looks."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One time that something about a member went out: when, what, to whom, by which way, and whether it arrived."""

    at: dt.datetime
    reference: str
    kind: str
    to: str
    way: str
    state: str
    notice: int


def log_incident(said: Mapping[str, str], *, arrival: int | None, found_at: dt.datetime, actor: Actor) -> Incident:
    """Log that something reached somebody it was not for.

    Raises :class:`desk.errors.DeskError` for an arrival that is none or a part that is missing,
    :class:`desk.errors.MoveRefusedError`.
    """
    _check(actor)
    parts = {name: said.get(name, "").strip() for name in ("what", "told", "secured")}
    if missing := [name for name, text in parts.items() if not text]:
        raise DeskError(f"say also {', '.join(missing)}: what happened, who was told, what was secured")
    if arrival is not None and not Arrival.objects.filter(pk=arrival).exists():
        raise DeskError(f"there is no arrival {arrival}; leave the number out if none fits")
    with transaction.atomic():
        made = Incident.objects.create(
            arrival_id=arrival,
            found_at=found_at,
            made_at=timezone.now(),
            made_by_id=actor.user_id,
            made_by_name=actor.name,
            **parts,
        )
        note(actor, "incident.logged", arrival=made.arrival, detail={"incident": made.pk})
    return made


def assess(number: int, factors: Mapping[str, str], *, is_low: bool, actor: Actor) -> Incident:
    """Write down the four factors and the conclusion, once.

    Raises :class:`desk.errors.DeskError` when a factor is missing or it was assessed already,
    :class:`desk.errors.MoveRefusedError`.
    """
    _check(actor)
    said = {name: factors.get(name, "").strip() for name in FACTORS}
    if missing := [name for name, text in said.items() if not text]:
        raise DeskError(f"each of the four factors needs words; missing: {', '.join(missing)}")
    with transaction.atomic():
        row = Incident.objects.select_for_update().filter(pk=number).first()
        if row is None or row.assessed_at is not None:
            raise DeskError("this incident is not there, or was assessed already")
        for name, text in said.items():
            setattr(row, name, text)
        row.is_low, row.assessed_at, row.assessed_by_name = is_low, timezone.now(), actor.name
        row.save()
        note(actor, "incident.assessed", arrival=row.arrival, detail={"incident": number, "low": is_low})
    return row


def _check(actor: Actor) -> None:
    if not actor.roles & SENIORS:
        raise MoveRefusedError("your role may not keep the log of incidents; ask a senior clerk or supervisor")


def disclosures_of(member: str) -> tuple[Disclosure, ...]:
    """Give every time a notice or packet about a member went out, newest first; broken-off tries too."""
    found = []
    notices = Notice.objects.filter(request__member_id=member).select_related("request")
    for notice in notices.prefetch_related("transmissions"):
        tries = [each for each in notice.transmissions.all() if each.submitted_at]
        common = {"reference": notice.request.reference if notice.request else "", "kind": notice.kind}
        to = " ".join(part for part in (notice.processor, notice.address) if part)
        for each in tries:
            assert each.submitted_at is not None
            whom = f"{to} {each.destination}".strip()
            found.append(
                Disclosure(each.submitted_at, to=whom, way=notice.way, state=each.state, notice=notice.pk, **common)
            )
        if not tries and notice.sent_at:
            whom = f"{to} {notice.destination}".strip()
            found.append(
                Disclosure(notice.sent_at, to=whom, way=notice.way, state=notice.state, notice=notice.pk, **common)
            )
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def looks_at(member: str, *, actor: Actor) -> tuple[AuditEvent, ...]:
    """Give every look at a member's requests and their papers, newest first; that it was asked is noted too."""
    note(actor, LOOKED_UP, detail={"member": member})
    theirs = list(Request.objects.filter(member_id=member).order_by().values_list("pk", "arrival_id"))
    events = AuditEvent.objects.select_related("request")
    events = events.defer("request__read_values", "request__facts", "request__tables").order_by()
    # three questions that an index answers each: as one, the database walks through every look there ever was
    about = {
        *events.filter(request__in=[request for request, _arrival in theirs]),
        *events.filter(arrival__in=[arrival for _request, arrival in theirs]),
        *events.filter(action=LOOKED_UP, detail__member=member),
    }
    found = (event for event in about if event.action in LOOKS)
    return tuple(sorted(found, key=lambda event: (event.at, event.pk), reverse=True))
