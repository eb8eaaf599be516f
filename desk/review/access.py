"""Default deny: a page opens only for a signed-in person whose role names its permission.

Every view says what it needs with :func:`needs` (or :func:`public`); one that says nothing opens
for nobody. The admin checks its own permissions and is let through for staff.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode

from desk.review.factor_rule import SET_UP, must_set_up

POLL_HEADER = "X-Inlet-Poll"
"""Sent by pages that refresh themselves: such a request is no sign of life of a person."""

_SEEN = "seen_at"
_TOUCH_AFTER = dt.timedelta(seconds=60)

View = Callable[..., HttpResponseBase]


def needs(permission: str) -> Callable[[View], View]:
    """Mark a view as open to people who hold ``permission`` (``app.codename``)."""

    def mark(view: View) -> View:
        view.inlet_permission = permission  # type: ignore[attr-defined]  # a mark on the function, read below
        return view

    return mark


def public(view: View) -> View:
    """Mark a view as open to everyone."""
    view.inlet_permission = ""  # type: ignore[attr-defined]  # a mark on the function, read below
    return view


def permission_of(view: View) -> str | None:
    """Give the permission a view needs, ``""`` for a public one, ``None`` if it never said."""
    return cast("str | None", getattr(view, "inlet_permission", None))


class AccessMiddleware:
    """Lets a request through to its view only if the person may open it; keeps the session alive."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; the decision falls in :meth:`process_view`."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Give ``None`` to let the view run, a way to the sign-in page, or raise ``PermissionDenied``."""
        del args, kwargs
        permission = permission_of(view)
        if permission == "":
            return None
        match = request.resolver_match
        in_admin = match is not None and match.app_names == ["admin"]
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if must_set_up(request) and (match is None or match.url_name not in SET_UP):
            return redirect("mfa_activate_totp")
        if not in_admin and (permission is None or not request.user.has_perm(permission)):
            raise PermissionDenied
        _touch(request)
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a browser to the sign-in page; a script is told to go there itself."""
    if request.headers.get("HX-Request") or request.headers.get(POLL_HEADER):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = "/sign-in/"
        return response
    target = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"/sign-in/?{urlencode({'next': target})}")


def _touch(request: HttpRequest) -> None:
    """Push the session's end out again, at most once a minute, unless the page asked by itself."""
    if request.headers.get(POLL_HEADER):
        return
    now = timezone.now()
    seen = request.session.get(_SEEN)
    if seen is None or now - dt.datetime.fromisoformat(seen) > _TOUCH_AFTER:
        request.session[_SEEN] = now.isoformat()
