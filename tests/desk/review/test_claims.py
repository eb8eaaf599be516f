"""Claims: who is working on a request, and how that ends."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from desk.lifecycle import Role
from desk.records.models import AuditEvent, Request
from desk.review.models import Claim

pytestmark = pytest.mark.django_db


def test_opening_claims_and_others_look_on(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Whoever opens a waiting request first works on it; a second clerk may look, not change."""
    first, second = signed_in(Role.CLERK, "dana"), signed_in(Role.CLERK, "evan")
    first.get(f"/requests/{waiting.reference}/")
    page = second.get(f"/requests/{waiting.reference}/").content.decode()
    assert "dana is working on this request" in page
    assert "data-accept" not in page
    values = {"target": "member.last_name", "text": "Other", "revision": "1"}
    refused = second.post(f"/requests/{waiting.reference}/correct/", values)
    assert refused.status_code == 409
    assert second.post(f"/requests/{waiting.reference}/release/", {"revision": "1"}).status_code == 409
    assert Request.objects.get(pk=waiting.pk).revision == 1
    assert first.post(f"/requests/{waiting.reference}/correct/", values).status_code == 200


def test_taking_over(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """A second clerk takes over with one press; the trail says from whom, the first sees it."""
    first, second = signed_in(Role.CLERK, "dana"), signed_in(Role.CLERK, "evan")
    first.get(f"/requests/{waiting.reference}/")
    assert "data-accept" in second.post(f"/requests/{waiting.reference}/claim/").content.decode()
    assert AuditEvent.objects.get(action="request.taken_over").detail == {"from": "dana"}
    assert "evan is working on this" in first.get(f"/requests/{waiting.reference}/panel/").content.decode()


def test_a_claim_frees_itself(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Minutes after the page was left, the next clerk has the request."""
    first, second = signed_in(Role.CLERK, "dana"), signed_in(Role.CLERK, "evan")
    first.get(f"/requests/{waiting.reference}/")
    Claim.objects.update(until=timezone.now() - dt.timedelta(seconds=1))
    assert "data-accept" in second.get(f"/requests/{waiting.reference}/").content.decode()
    assert Claim.objects.get().user.get_username() == "evan"


def test_an_open_page_keeps_its_claim(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """The page that refreshes itself renews the claim, about once a minute."""
    client = signed_in(Role.CLERK, "dana")
    client.get(f"/requests/{waiting.reference}/")
    soon = timezone.now() + dt.timedelta(seconds=20)
    Claim.objects.update(until=soon)
    client.get(f"/requests/{waiting.reference}/panel/", headers={"X-Inlet-Poll": "1"})
    assert Claim.objects.get().until > soon + dt.timedelta(minutes=1)


def test_who_only_looks_claims_nothing(waiting: Request, clear: Request, signed_in: Callable[..., Client]) -> None:
    """An auditor's look claims nothing, nor does opening a request that waits for nobody."""
    signed_in(Role.AUDITOR).get(f"/requests/{waiting.reference}/")
    signed_in(Role.CLERK).get(f"/requests/{clear.reference}/")
    assert not Claim.objects.exists()


def test_next_skips_what_others_work_on(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Next leads to requests that nobody else is working on; the queue names who is."""
    first, second = signed_in(Role.CLERK, "dana"), signed_in(Role.CLERK, "evan")
    first.get(f"/requests/{waiting.reference}/")
    assert second.get("/queue/next/")["Location"] == "/"
    assert first.get("/queue/next/")["Location"] == f"/requests/{waiting.reference}/"
    assert "dana is on it" in second.get("/").content.decode()
