"""Slows down guessing of passwords, without letting a stranger lock a clerk out from afar.

Counted over the last fifteen minutes, in the database, so that every web process sees the same:
five failures of one name from one address, twenty of one name from anywhere, thirty from one
address. A success forgets the failures of that name from that address.
"""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from desk.review.models import SignInTry

WINDOW = dt.timedelta(minutes=15)
PER_NAME_AND_ADDRESS = 5
PER_NAME = 20
PER_ADDRESS = 30
_KEEP = dt.timedelta(days=1)


def _hash(name: str) -> str:
    return salted_hmac("desk.review.throttle", name.strip().lower(), algorithm="sha256").hexdigest()


def wait_for(name: str, address: str) -> dt.timedelta | None:
    """Give how long this name must wait at this address before the next try, ``None`` if not at all."""
    now = timezone.now()
    name_hash = _hash(name)
    tries = list(
        SignInTry.objects.filter(Q(name_hash=name_hash) | Q(address=address), tried_at__gt=now - WINDOW)
        .order_by("-tried_at")
        .values_list("name_hash", "address", "tried_at")
    )
    limits = (
        (PER_NAME_AND_ADDRESS, [at for who, where, at in tries if who == name_hash and where == address]),
        (PER_NAME, [at for who, _, at in tries if who == name_hash]),
        (PER_ADDRESS, [at for _, where, at in tries if where == address]),
    )
    waits = [times[limit - 1] + WINDOW - now for limit, times in limits if len(times) >= limit]
    return max(waits, default=None)


def record_failure(name: str, address: str) -> None:
    """Remember a failed try, and forget those of yesterday."""
    now = timezone.now()
    SignInTry.objects.filter(tried_at__lt=now - _KEEP).delete()
    SignInTry.objects.create(name_hash=_hash(name), address=address, tried_at=now)


def forget(name: str, address: str) -> None:
    """Forget the failures of a name at an address, after it signed in."""
    SignInTry.objects.filter(name_hash=_hash(name), address=address).delete()
