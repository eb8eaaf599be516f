"""Default deny: what opens to whom, over the whole table of addresses."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from desk.lifecycle import Role
from desk.records.models import Arrival, Correction, Notice, Request
from desk.review.access import AccessMiddleware, permission_of
from desk.review.roles import DUTIES, permissions_of

pytestmark = pytest.mark.django_db

PUBLIC = {
    "sign-in", "account_login", "sign-out", "mfa_authenticate", "openid_connect_login", "openid_connect_callback",
    "socialaccount_login_cancelled", "api-arrivals", "api-arrival", "api-docs",
}  # fmt: skip
"""The door itself; the two of the interface for providers ask for a token of their own (tests/desk/api)."""


def _patterns(node: URLResolver | None = None, within: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (node or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, within + str(entry.app_name or ""))
        else:
            yield within, entry


DESK = [pattern for within, pattern in _patterns() if not within]
ADMIN = [pattern for within, pattern in _patterns() if within == "admin"]


def _notice(request: Request) -> Notice:
    facts = {"kind": "receipt", "revision": 1, "created_at": request.created_at}
    return request.notices.get_or_create(key="made-up", defaults=facts)[0]


def _address(pattern: URLPattern, request: Request) -> str:
    """Fill an address of the table with records that exist."""
    arguments: dict[str, object] = {
        "reference": request.reference,
        "pk": request.arrival_id,
    }
    arguments |= {"kind": "code", "day": dt.date(2026, 11, 20), "form": "json"}
    arguments["provider_id"] = "plan"
    arguments |= {"name": "grid", "version": 1}
    place = str(pattern.pattern)
    if place.startswith("pages/"):
        arguments["pk"] = request.pages.get(number=1).pk
    if place.startswith("notices/"):
        arguments["pk"] = _notice(request).pk
    names = pattern.pattern.converters
    return reverse(str(pattern.name), kwargs={name: arguments[name] for name in names})


def test_every_view_says_what_it_needs() -> None:
    """No address of the desk has a view that forgot to name its permission."""
    for pattern in DESK:
        permission = permission_of(pattern.callback)
        assert permission is not None, pattern.name
        assert (permission == "") is (pattern.name in PUBLIC), pattern.name


def test_a_view_that_forgets_opens_for_nobody(person: Callable[..., object]) -> None:
    """A view without a mark is refused even to a supervisor."""
    request = RequestFactory().get("/")
    request.user = person(Role.SUPERVISOR)  # type: ignore[assignment]
    request.session = {}  # type: ignore[assignment]
    with pytest.raises(PermissionDenied):
        AccessMiddleware(lambda _: HttpResponse()).process_view(request, lambda _: HttpResponse(), [], {})


def test_a_stranger_sees_nothing(waiting: Request) -> None:
    """Whoever is not signed in is sent to the door, by GET and by POST, and nothing changes."""
    for pattern in DESK:
        address = _address(pattern, waiting)
        for answer in (Client().get(address), Client().post(address)):
            if pattern.name in PUBLIC:
                assert waiting.member_last_name not in answer.content.decode()
            else:
                assert answer.status_code == 302, pattern.name
                assert answer["Location"].startswith("/sign-in/")
    assert Request.objects.get(pk=waiting.pk).revision == waiting.revision


def test_a_stranger_sees_nothing_of_the_admin() -> None:
    """Every address of the admin sends a stranger to the desk's own door."""
    for pattern in ADMIN:
        given: dict[str, str] = dict.fromkeys(pattern.pattern.regex.groupindex, "1")
        if pattern.name == "app_list":
            given = {"app_label": "records"}
        address = reverse(f"admin:{pattern.name}", kwargs=given) if pattern.name else "/admin/x/"
        answer = Client().get(address)
        assert answer.status_code == 302, pattern
        assert "/sign-in/" in answer["Location"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MACHINE])
def test_each_role_opens_what_its_duties_name(role: Role, waiting: Request, signed_in: Callable[..., Client]) -> None:
    """A page opens exactly to the roles whose duties hold its permission; all others get 403, also by POST."""
    client = signed_in(role)
    for pattern in DESK:
        if pattern.name in PUBLIC:
            continue
        address = _address(pattern, waiting)
        allowed = permission_of(pattern.callback) in permissions_of(role)
        answer = client.get(address)  # what only changes things answers 405: the door comes before
        assert (answer.status_code == 403) is not allowed, pattern.name
        answer.close()
        if not allowed:
            assert client.post(address).status_code == 403, pattern.name


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_may_only_look_changes_nothing(role: Role, waiting: Request, signed_in: Callable[..., Client]) -> None:
    """An auditor or administrator can neither correct nor release, and is shown no way to."""
    client = signed_in(role)
    page = client.get(f"/requests/{waiting.reference}/").content.decode()
    assert "data-accept" not in page
    assert 'id="release"' not in page
    for name in ("correct", "remove", "release"):
        answer = client.post(
            f"/requests/{waiting.reference}/{name}/", {"target": "member.id", "text": "", "revision": "1"}
        )
        assert answer.status_code == 403
    assert not Correction.objects.exists()
    assert not Notice.objects.exists()


def test_nobody_without_a_role_gets_in(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Being signed in is not enough."""
    client = signed_in(Role.CLERK)
    Group.objects.get(name="clerk").user_set.clear()
    assert client.get("/").status_code == 403
    assert client.get(f"/requests/{waiting.reference}/").status_code == 403
    assert waiting.member_last_name not in client.get("/").content.decode()


def test_a_script_is_told_to_sign_in() -> None:
    """A page that refreshes itself gets 401 instead of the sign-in page in its middle."""
    answer = Client().get("/queue/rows/", headers={"X-Inlet-Poll": "1"})
    assert answer.status_code == 401


def test_changes_need_the_csrf_token(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """A form from elsewhere changes nothing."""
    client = signed_in(Role.CLERK)
    client.handler.enforce_csrf_checks = True
    answer = client.post(
        f"/requests/{waiting.reference}/correct/", {"target": "member.id", "text": "", "revision": "1"}
    )
    assert answer.status_code == 403
    assert not Correction.objects.exists()


def test_groups_hold_exactly_the_table() -> None:
    """Each role's group has the permissions of the table, no more and no fewer."""
    for role in DUTIES:
        held = {
            f"{p.content_type.app_label}.{p.codename}"
            for p in Group.objects.get(name=role.value).permissions.select_related("content_type")
        }
        assert held == set(permissions_of(role))


def test_clerks_do_not_open_the_admin(signed_in: Callable[..., Client]) -> None:
    """The admin is for staff; a clerk is led back to the queue."""
    answer = signed_in(Role.CLERK).get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/"


def test_polling_does_not_keep_a_session_alive(signed_in: Callable[..., Client]) -> None:
    """Only what a person does pushes the end of the session out."""
    client = signed_in(Role.CLERK)
    client.get("/queue/rows/", headers={"X-Inlet-Poll": "1"})
    assert "seen_at" not in client.session
    client.get("/")
    assert "seen_at" in client.session


def test_records_of_nobody_are_not_there(signed_in: Callable[..., Client]) -> None:
    """An id that does not exist is 404, without a word about why."""
    client = signed_in(Role.SUPERVISOR)
    for address in ("/requests/AAAA-AAAA/", "/arrivals/99999/", "/pages/99999/image/", "/notices/99999/pdf/"):
        assert client.get(address).status_code == 404
    assert not Arrival.objects.exists()
