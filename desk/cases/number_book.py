"""What people say about fax numbers: this one is the provider's, that one must never be faxed."""

from django.db import transaction
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.errors import MoveRefusedError
from desk.lifecycle import PEOPLE, SENIORS
from desk.records.models import ForbiddenNumber, VerifiedNumber
from outbound.numbers import NumberBook
from terms.contact import FaxNumber


def number_book(npi: str) -> NumberBook:
    """Give what people said about the numbers of one provider, and every forbidden number."""
    rows = VerifiedNumber.objects.filter(npi=npi) if npi else VerifiedNumber.objects.none()
    verified = {row.number: row.verified_by for row in rows}
    forbidden = dict(ForbiddenNumber.objects.values_list("number", "reason"))
    return NumberBook({npi: verified} if verified else {}, forbidden)


def remember(npi: str, number: FaxNumber, *, actor: Actor, how: str = "") -> None:
    """Remember that a number is a provider's, with who vouched for it and when; call inside a transaction.

    A number that must not be faxed is not vouched for. Raises :class:`desk.errors.MoveRefusedError`.
    """
    if not actor.roles & SENIORS:
        raise MoveRefusedError("your role may not vouch for a fax number; ask a senior clerk or supervisor")
    if ForbiddenNumber.objects.filter(number=number.number).exists():
        raise MoveRefusedError("this number is on the list of those that must not be faxed; take it off first")
    VerifiedNumber.objects.update_or_create(
        npi=npi,
        number=number.number,
        defaults={"verified_by": actor.name, "verified_at": timezone.now(), "note": how[:200]},
    )


def forbid(fax: str, reason: str, *, actor: Actor) -> ForbiddenNumber:
    """Put a number on the list of those that are never faxed; what people remembered of it is forgotten.

    Raises :class:`desk.errors.MoveRefusedError` for no number or no reason.
    """
    if not actor.roles & PEOPLE:
        raise MoveRefusedError("your role may not keep the list of numbers; ask a clerk")
    number = FaxNumber.parse(fax)
    if number is None or not reason.strip():
        raise MoveRefusedError("give a number such as 510-555-0142 and the reason why it must not be faxed")
    with transaction.atomic():
        VerifiedNumber.objects.filter(number=number.number).delete()
        row, _made = ForbiddenNumber.objects.update_or_create(
            number=number.number,
            defaults={"reason": reason.strip()[:200], "forbidden_by": actor.name, "forbidden_at": timezone.now()},
        )
        note(actor, "number.forbidden", detail={"number": row.pk})
        return row


def allow(pk: int, *, actor: Actor) -> None:
    """Take a number off the list again. Raises :class:`desk.errors.MoveRefusedError`."""
    if not actor.roles & SENIORS:
        raise MoveRefusedError("your role may not take a number off the list; ask a senior clerk or supervisor")
    with transaction.atomic():
        ForbiddenNumber.objects.filter(pk=pk).delete()
        note(actor, "number.allowed", detail={"number": pk})
