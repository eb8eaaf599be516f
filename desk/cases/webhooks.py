"""Telling other systems of changes: who wants to know, and what they are told; ids and states only."""

import datetime as dt
import json
import secrets
import uuid
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.work import NORMAL, ask_for
from desk.errors import DeskError
from desk.records.models import ServiceAccount, Subscription, Telling

EVENTS = ("arrival.state", "notice.state", "request.state")
LADDER = (10.0, 60.0, 300.0, 1800.0, 7200.0, 21600.0, 86400.0)
"""Seconds before each further try; after the last one a telling stays undelivered."""


def subscribe(account: str, url: str, events: Iterable[str], *, actor: Actor) -> Subscription:
    """Have an account told of ``events`` at ``url``; its secret signs what is sent.

    Raises :class:`desk.errors.DeskError` for an account, address or event that is none.
    """
    wanted = sorted(set(events) or set(EVENTS))
    if strange := set(wanted) - set(EVENTS):
        raise DeskError(f"there is no event {min(strange)!r}; events: {', '.join(EVENTS)}")
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        good = False
    if not good or not (url.isascii() and url.isprintable()) or " " in url:
        raise DeskError("an address reads https://host/path, without a name or password in it")
    owner = ServiceAccount.objects.filter(name=account, ended_at=None).first()
    if owner is None:
        raise DeskError(f"there is no account {account!r} that may come in; inlet token list shows all")
    with transaction.atomic():
        made = Subscription.objects.create(
            account=owner,
            url=url,
            events=wanted,
            secret=secrets.token_urlsafe(32),
            made_at=timezone.now(),
            made_by=actor.name,
        )
        note(actor, "webhook.made", detail={"account": account, "subscription": made.pk, "events": wanted})
    return made


def unsubscribe(number: int, *, actor: Actor) -> None:
    """Tell a subscription no more. Raises :class:`desk.errors.DeskError` when there is none."""
    with transaction.atomic():
        if not Subscription.objects.filter(pk=number, ended_at=None).update(ended_at=timezone.now()):
            raise DeskError(f"there is no subscription {number}; inlet webhook list shows all")
        note(actor, "webhook.ended", detail={"subscription": number})


def announce(event: str, subject: Mapping[str, object], state: str) -> None:
    """Have everybody told who wants to know; call it in the transaction of the change."""
    wanting = [each for each in _active() if event in each.events]
    if not wanting:
        return
    now, number = timezone.now(), uuid.uuid4()
    said = {"id": str(number), "event": event, "at": now.astimezone(dt.UTC).isoformat(), "state": state, **subject}
    for subscription in wanting:
        telling = Telling.objects.create(subscription=subscription, event=number, body=json.dumps(said), at=now)
        ask_for("webhook", f"webhook:{telling.pk}:1", {"telling": telling.pk}, priority=NORMAL)


def _active() -> Iterable[Subscription]:
    return Subscription.objects.filter(ended_at=None, account__ended_at=None)


def due(number: int) -> Telling | None:
    """Give a telling that is still to be delivered, None when it arrived or nobody wants it any more."""
    rows = Telling.objects.select_related("subscription").filter(delivered_at=None, subscription__in=_active())
    return rows.filter(pk=number).first()


def record_try(telling: Telling, fault: str) -> None:
    """Note how a try ended (``fault`` empty: it arrived); a failed one is tried again while the ladder has rungs."""
    with transaction.atomic():
        row = Telling.objects.select_for_update().get(pk=telling.pk)
        if row.delivered_at is not None or row.tries != telling.tries:
            return
        row.tries += 1
        row.fault = fault[:120]
        row.delivered_at = None if fault else timezone.now()
        row.save(update_fields=["tries", "fault", "delivered_at"])
        if fault and row.tries <= len(LADDER):
            key = f"webhook:{row.pk}:{row.tries + 1}"
            ask_for("webhook", key, {"telling": row.pk}, delay_seconds=LADDER[row.tries - 1])
