"""What nobody asks for any more is forgotten; what is still wanted stays."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from desk.cases.accounts import Scope, make_account
from desk.cases.actor import Actor
from desk.cases.tidy import forget_old
from desk.cases.webhooks import LADDER, subscribe
from desk.records.models import KeptAnswer, ServiceAccount, Subscription, Telling

pytestmark = pytest.mark.django_db
ADMIN = Actor("ada", frozenset())
OLD = dt.timedelta(days=40)


@pytest.fixture
def account() -> ServiceAccount:
    """An account of another system."""
    return make_account("portal", [Scope.REQUESTS_READ], actor=ADMIN)[0]


def _telling(subscription: Subscription, *, tries: int, arrived: bool, age: dt.timedelta = OLD) -> Telling:
    moment = timezone.now() - age
    return Telling.objects.create(
        subscription=subscription,
        event=uuid.uuid4(),
        body="{}",
        at=moment,
        tries=tries,
        delivered_at=moment if arrived else None,
    )


def test_old_answers_and_tellings_are_deleted(account: ServiceAccount) -> None:
    """Delivered or given up and old: gone; young, or old and still tried: there."""
    subscription = subscribe("portal", "https://portal.example/hook", [], actor=ADMIN)
    gone = [_telling(subscription, tries=1, arrived=True), _telling(subscription, tries=len(LADDER) + 1, arrived=False)]
    stay = [
        _telling(subscription, tries=3, arrived=False),
        _telling(subscription, tries=1, arrived=True, age=dt.timedelta(days=2)),
    ]
    for number, age in enumerate((OLD, dt.timedelta(days=2))):
        answer = KeptAnswer.objects.create(account=account, key=str(number) * 64, asked="a" * 64)
        KeptAnswer.objects.filter(pk=answer.pk).update(at=timezone.now() - age)
    assert forget_old(timezone.now() - dt.timedelta(days=30)) == {"answers": 1, "tellings": 2}
    assert set(Telling.objects.values_list("pk", flat=True)) == {row.pk for row in stay}
    assert not Telling.objects.filter(pk__in=[row.pk for row in gone]).exists()
    assert KeptAnswer.objects.get().key == "1" * 64


def test_tellings_of_an_ended_subscription_go(account: ServiceAccount) -> None:
    """Nobody waits for them any more, tried out or not."""
    del account
    subscription = subscribe("portal", "https://portal.example/hook", [], actor=ADMIN)
    _telling(subscription, tries=1, arrived=False)
    Subscription.objects.update(ended_at=timezone.now() - OLD)
    assert forget_old(timezone.now() - dt.timedelta(days=30))["tellings"] == 1
