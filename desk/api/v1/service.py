"""The interface itself: one shape of error, ETags, a limit of requests, and addresses that ask for a token."""

import hashlib
import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.throttling import BaseThrottle

from desk.api.answers import trouble
from desk.api.v1.door import Nobody, ScopeMissingError
from desk.api.v1.once import KeyUsedError
from desk.cases.accounts import count_call
from desk.errors import MoveRefusedError, NotReleasableError, RevisionChangedError, StorageError
from desk.logs import log
from desk.records.models import ServiceAccount
from desk.review.access import public
from desk.spool import TooLargeError, TooManyError
from terms.errors import InletError, Problem

PER_MINUTE = 600
"""Requests that one account may make in a minute."""

ERRORS = frozenset({400, 401, 403, 404, 409, 413, 415, 422, 429, 503})
_MINUTE = 60
_log = log(__name__)

_STATUS: tuple[tuple[type[InletError], int], ...] = (
    (ScopeMissingError, 403),
    (RevisionChangedError, 409),
    (MoveRefusedError, 409),
    (NotReleasableError, 409),
    (TooLargeError, 413),
    (TooManyError, 413),
    (KeyUsedError, 422),
    (StorageError, 503),
)
_MISSING = Problem("api.not_found", "There is nothing at this address that this account may see.")
_STRANGER = Problem("api.unauthorised", "No account has this token; send it as Authorization: Bearer TOKEN.")
_METHOD = Problem("api.method", "This address does not take this method; Allow names those that it does.")
_BROKEN = Problem("api.failed", "The request could not be worked on; it is in the log of the service.", retry=True)
_LATER = Problem("api.unavailable", "The records cannot be reached just now; try again later.", retry=True)
_TOO_MANY = Problem("api.too_many", f"More than {PER_MINUTE} requests in a minute; wait a little.", retry=True)
_ODD = Problem("api.bad_request", "The request makes no sense; look at /api/v1/openapi.json.")


class PerAccount(BaseThrottle):
    """Counts each account's requests by the minute."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether this one is still within the limit."""
        found = getattr(request, "auth", None)
        if not isinstance(found, ServiceAccount):
            return True
        return count_call(found, int(time.time() // _MINUTE)) <= PER_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute."""
        return _MINUTE - time.time() % _MINUTE


class Service(NinjaAPI):
    """Answers with an ETag, and with 304 to who has it already."""

    def create_response(
        self,
        request: HttpRequest,
        data: Any,  # noqa: ANN401  (the base's own signature)
        *,
        status: int | None = None,
        temporal_response: HttpResponse | None = None,
    ) -> HttpResponse:
        """Give the answer."""
        made = super().create_response(request, data, status=status, temporal_response=temporal_response)
        answer: HttpResponse = tagged(request, made, hashlib.sha256(made.content).hexdigest())
        return answer


def tagged(request: HttpRequest, response: HttpResponseBase, tag: str) -> Any:  # noqa: ANN401  (whichever answer was given, or a 304)
    """Give an answer to GET its ETag, or a 304 in its place when the asker holds it."""
    if request.method != "GET" or response.status_code != 200:  # noqa: PLR2004  (only what was found is tagged)
        return response
    quoted = f'"{tag[:32]}"'
    held = {each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")}
    if quoted in held:
        if isinstance(response, FileResponse) and response.file_to_stream:
            response.file_to_stream.close()  # closing the answer itself would end the request for its database
        response = HttpResponse(status=304)
    response["ETag"] = quoted
    response["Cache-Control"] = "private, no-cache"
    return response


api = Service(
    title="Inlet",
    version="1",
    description="What other systems ask of the desk and hand to it. Every POST needs an Idempotency-Key.",
    docs_url=None,
    auth=Nobody(),
    throttle=PerAccount(),
    urls_namespace="api-v1",
)


def _known(request: HttpRequest, error: Exception) -> HttpResponse:
    assert isinstance(error, InletError)
    del request
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 422)
    headers = {"Retry_After": "60"} if status == 503 else {}  # noqa: PLR2004  (come again)
    if isinstance(error, RevisionChangedError):
        headers["Inlet_Revision"] = str(error.current)
    sentence = str(error)
    return trouble(status, Problem(error.kind, sentence[:1].upper() + sentence[1:], error.retry), **headers)


def _invalid(request: HttpRequest, error: Exception) -> HttpResponse:
    """Name the places that are wrong, never what stood there."""
    del request
    assert isinstance(error, ValidationError)
    places = [".".join(str(part) for part in each["loc"][1:]) + f" ({each['type']})" for each in error.errors[:5]]
    return trouble(422, Problem("api.invalid", "What was sent does not fit: " + ", ".join(places)[:600] + "."))


def _http(request: HttpRequest, error: Exception) -> HttpResponse:
    del request
    if isinstance(error, AuthenticationError):
        return trouble(401, _STRANGER, WWW_Authenticate="Bearer")
    if isinstance(error, Throttled):
        return trouble(429, _TOO_MANY, Retry_After=str(int(PerAccount().wait()) + 1))
    assert isinstance(error, HttpError)
    return trouble(error.status_code, _ODD)


def _fixed(status: int, problem: Problem, **headers: str) -> Callable[[HttpRequest, Any], HttpResponse]:
    def handle(request: HttpRequest, error: Exception) -> HttpResponse:
        if status >= 500:  # noqa: PLR2004  (the service's own fault)
            _log.error("api.failed", path=request.resolver_match and request.resolver_match.route, exc_info=error)
        return trouble(status, problem, **headers)

    return handle


_HANDLERS: Mapping[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    InletError: _known,
    ValidationError: _invalid,
    HttpError: _http,
    Http404: _fixed(404, _MISSING),
    SuspiciousOperation: _fixed(400, _ODD),
    DatabaseError: _fixed(503, _LATER, Retry_After="60"),
    Exception: _fixed(500, _BROKEN),
}
for _kind, _handler in _HANDLERS.items():
    api.add_exception_handler(_kind, _handler)


def _open(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view's own door ask for the token, and give its refusal of a method the shape of all others."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401  (whatever the address holds)
        response = view(request, *args, **kwargs)
        if response.status_code == 405:  # noqa: PLR2004  (method not allowed)
            return trouble(405, _METHOD, Allow=response["Allow"])
        return response

    return csrf_exempt(public(asked))


@csrf_exempt
@public
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer for addresses that the interface does not have."""
    del request, rest
    return trouble(404, _MISSING)


def addresses() -> tuple[list[URLPattern | URLResolver], str, str]:
    """Give the interface's table of addresses, for ``path("api/v1/", …)``; call once, when all operations are known."""
    patterns, app, namespace = api.urls
    for pattern in patterns:
        assert pattern.callback is not None, "each address has its view"
        pattern.callback = _open(pattern.callback)
    return [*patterns, path("<path:rest>", nowhere, name="nowhere")], app, namespace
