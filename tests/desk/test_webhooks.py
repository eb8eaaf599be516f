"""Telling other systems: what, to whom, signed, once, again when it did not arrive, and never to a private place."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from django.db import transaction
from pytest_django import Settings as DjangoSettings

from desk.cases.accounts import Scope, end_account, make_account
from desk.cases.actor import Actor
from desk.cases.webhooks import LADDER, announce, subscribe, unsubscribe
from desk.config import Settings
from desk.errors import DeskError
from desk.pipeline.tell import tell
from desk.pipeline.workflows import KINDS
from desk.records.models import Subscription, Telling, WorkItem
from desk.webhook_settings import WebhookSettings
from tests.desk.made_up import values
from tests.desk.sending_house import made_request

pytestmark = [pytest.mark.django_db]
ADMIN = Actor("ada", frozenset())


class Receiver(BaseHTTPRequestHandler):
    """Another system: keeps what it is told, and answers as it is set to."""

    status: ClassVar[int] = 200
    told: ClassVar[list[tuple[dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        """Take it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.told.append((dict(self.headers), body))
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[str]:
    """A receiver on the loopback."""
    Receiver.told, Receiver.status = [], 200
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook?from=inlet"
        server.shutdown()
        thread.join()


@pytest.fixture
def near(inlet: Settings, settings: DjangoSettings) -> None:
    """Private targets are allowed."""
    settings.INLET = inlet.model_copy(update={"webhooks": WebhookSettings(private_targets=True)})


def _subscribed(url: str, *events: str) -> Subscription:
    make_account("portal", [Scope.REQUESTS_READ], actor=ADMIN)
    return subscribe("portal", url, events, actor=ADMIN)


@pytest.mark.usefixtures("near")
def test_a_change_is_told_once_and_signed(receiver: str, tmp_path: Path) -> None:
    """Ids and states only; the signature is HMAC-SHA256 over the moment and the body; told again, nothing is sent."""
    subscription = _subscribed(receiver)
    made = made_request(tmp_path, values())
    tellings = list(Telling.objects.order_by("pk"))
    for telling in tellings:
        assert WorkItem.objects.get(key=f"webhook:{telling.pk}:1").kind in KINDS
        tell(telling.pk)
        tell(telling.pk)
    assert len(Receiver.told) == len(tellings)
    events = [json.loads(body) for _headers, body in Receiver.told]
    assert {event["event"] for event in events} == {"arrival.state", "request.state"}
    assert ("processed", made.arrival_id) in [(event["state"], event.get("arrival")) for event in events]
    assert made.member_last_name not in str(events)
    for headers, body in Receiver.told:
        moment, _, digest = headers["Inlet-Signature"].removeprefix("t=").partition(",v1=")
        right = hmac.new(subscription.secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(digest, right)
        assert headers["Idempotency-Key"] == json.loads(body)["id"]
    assert not Telling.objects.filter(delivered_at=None).exists()


@pytest.mark.usefixtures("near")
def test_what_does_not_arrive_is_tried_again_up_the_ladder(receiver: str) -> None:
    """Each try later than the last; a redirect is no arrival and is not followed; at the end it stays told as open."""
    _subscribed(receiver, "request.state")
    announce("request.state", {"reference": "AAAA-AAAA"}, "ready")
    telling = Telling.objects.get()
    Receiver.status = 302
    for _ in range(len(LADDER) + 1):
        tell(telling.pk)
    telling.refresh_from_db()
    assert (telling.tries, telling.delivered_at, telling.fault) == (len(LADDER) + 1, None, "answered 302")
    delays = WorkItem.objects.filter(kind="webhook").order_by("pk").values_list("delay_seconds", flat=True)
    assert list(delays) == [0.0, *LADDER]
    Receiver.status = 204
    tell(telling.pk)
    telling.refresh_from_db()
    assert (telling.fault, telling.delivered_at is None) == ("", False)


@pytest.mark.usefixtures("near")
def test_who_is_not_there_is_a_fault_with_a_name() -> None:
    """A closed port is noted and tried again."""
    _subscribed("http://127.0.0.1:1/")
    announce("notice.state", {"notice": 1}, "sent")
    tell(Telling.objects.get().pk)
    assert Telling.objects.get().fault == "not reached (ConnectionRefusedError)"


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://127.0.0.1:1/", "not public"),
        ("https://[::1]:1/", "not public"),
        ("https://[::ffff:10.0.0.1]/", "not public"),
        ("https://169.254.169.254/latest", "not public"),
        ("https://10.1.2.3/", "not public"),
        ("http://127.0.0.1:1/", "only https"),
    ],
)
@pytest.mark.usefixtures("inlet")
def test_a_private_target_is_told_nothing(url: str, fault: str) -> None:
    """Neither the own host, nor the own network, nor anything without TLS, unless the settings allow it."""
    _subscribed(url)
    announce("arrival.state", {"arrival": 1}, "processed")
    tell(Telling.objects.get().pk)
    assert fault in Telling.objects.get().fault


@pytest.mark.usefixtures("inlet")
def test_only_who_asked_is_told() -> None:
    """Not of other events, not after its end, not an ended account; and nothing of a change that did not happen."""
    subscription = _subscribed("https://portal.example/", "notice.state")
    announce("arrival.state", {"arrival": 1}, "processed")
    with transaction.atomic():
        announce("notice.state", {"notice": 1}, "sent")
        assert Telling.objects.exists()
        transaction.set_rollback(True)
    assert not Telling.objects.exists()
    end_account("portal", actor=ADMIN)
    announce("notice.state", {"notice": 1}, "sent")
    unsubscribe(subscription.pk, actor=ADMIN)
    make_account("portal", [Scope.REQUESTS_READ], actor=ADMIN)
    announce("notice.state", {"notice": 1}, "sent")
    assert not Telling.objects.exists()
    with pytest.raises(DeskError):
        unsubscribe(subscription.pk, actor=ADMIN)


@pytest.mark.parametrize(
    "url", ["portal.example", "ftp://portal.example/", "https://a:b@portal.example/", "https:///x"]
)
@pytest.mark.usefixtures("inlet")
def test_an_odd_address_is_refused(url: str) -> None:
    """So is an event or an account that is none."""
    with pytest.raises(DeskError, match="address reads"):
        _subscribed(url)
    with pytest.raises(DeskError, match="no event"):
        subscribe("portal", "https://portal.example/", ["request.mood"], actor=ADMIN)
    with pytest.raises(DeskError, match="no account"):
        subscribe("nobody", "https://portal.example/", [], actor=ADMIN)
