"""Giving work to people, and taking it back."""

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.errors import DeskError
from desk.lifecycle import OPEN_STATES, PEOPLE, SENIORS
from desk.records.models import Assignment, Request


def people_at_the_desk() -> tuple[tuple[int, str], ...]:
    """Everybody who may be given work: number and name of each active clerk, senior clerk and supervisor."""
    found = get_user_model().objects.filter(is_active=True, groups__name__in=[role.value for role in PEOPLE]).distinct()
    return tuple((user.pk, user.get_username()) for user in found.order_by("username"))


def assign(actor: Actor, references: Sequence[str], user_id: int | None) -> int:
    """Give open requests to a person, or take them back with ``None``; give how many changed hands.

    Raises :class:`desk.errors.DeskError` for somebody who gives no work out, or a person who does none.
    """
    if not actor.roles & SENIORS:
        msg = "your role gives out no work; ask a senior clerk or supervisor"
        raise DeskError(msg)
    names = dict(people_at_the_desk())
    if user_id is not None and user_id not in names:
        msg = "this person does not work at the desk; choose another"
        raise DeskError(msg)
    with transaction.atomic():
        rows = list(Request.objects.select_for_update().filter(reference__in=references, state__in=OPEN_STATES))
        held = {a.request_id: a.user_id for a in Assignment.objects.filter(request__in=rows)}
        changed = [row for row in rows if held.get(row.pk) != user_id]
        Assignment.objects.filter(request__in=changed).delete()
        now = timezone.now()
        if user_id is not None:
            Assignment.objects.bulk_create(
                [Assignment(request=row, user_id=user_id, by_name=actor.name, at=now) for row in changed]
            )
        for row in changed:
            note(actor, "request.assigned", request=row, detail={"to": names.get(user_id) if user_id else None})
    return len(changed)
