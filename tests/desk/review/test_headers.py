"""What every answer tells the browser, and that our pages keep to it."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from desk.lifecycle import Role
from desk.records.models import Request

pytestmark = pytest.mark.django_db


def _pages(request: Request) -> list[str]:
    return [
        "/",
        f"/requests/{request.reference}/",
        "/arrivals/",
        f"/arrivals/{request.arrival_id}/",
        "/day/",
        "/admin/",
    ]


def test_pages_run_only_our_own_files(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """The policy allows no inline script or style and no other host, and every page bears it."""
    client = signed_in(Role.SUPERVISOR)
    for address in _pages(waiting):
        policy = client.get(address)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_pages_are_not_kept(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Nothing about a patient stays in a browser's cache; static files may."""
    client = signed_in(Role.SUPERVISOR)
    for address in _pages(waiting)[:5]:
        assert client.get(address)["Cache-Control"] == "no-store"
    with_files = Client().get("/static/review/css/shell.css")
    assert with_files.status_code == 200
    assert "no-store" not in with_files["Cache-Control"]
    with_files.close()


def test_pages_hold_no_inline_code(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """No handler, style attribute, inline script or foreign address stands in any page."""
    client = signed_in(Role.SUPERVISOR)
    for address in [*_pages(waiting)[:5], "/sign-in/"]:
        page = (Client() if address == "/sign-in/" else client).get(address).content.decode()
        assert not re.search(r"<[^>]+\son\w+\s*=", page)
        assert not re.search(r"<[^>]+\sstyle\s*=", page)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert not re.search(r"(src|href|action)=\"(https?:)?//", page)


def test_other_headers(signed_in: Callable[..., Client]) -> None:
    """No sniffing, no referrer to others, no camera, no search engine."""
    answer = signed_in().get("/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "noindex" in answer["X-Robots-Tag"]
