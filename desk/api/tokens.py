"""Who is at the door: the source whose token a request shows."""

import hashlib
import hmac
from collections.abc import Iterable

from django.http import HttpRequest

from desk.logs import log
from desk.source_settings import SourceKind, SourceSettings
from ingest.mailbox.errors import SignInError

SHORTEST = 24
"""Letters that a token must have; a shorter one could be guessed and lets nobody in."""

_log = log(__name__)


def source_of(request: HttpRequest, sources: Iterable[SourceSettings]) -> SourceSettings | None:
    """Give the source whose token stands in ``Authorization: Bearer …``, None when it is nobody's.

    Every source's token is looked at, in the same time whether it fits or not; a token file is read
    anew each time, so that a new token counts at once.
    """
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    shown = shown.strip() if scheme.lower() == "bearer" else ""
    found = None
    for source in sources:
        if source.kind is not SourceKind.HTTP:
            continue
        try:
            token = source.bearer().get()
        except SignInError as error:
            _log.error("api.no_token", source=source.name, kind=error.kind)
            continue
        fits = hmac.compare_digest(_digest(token), _digest(shown))
        if fits and len(token) >= SHORTEST:
            found = source
    return found


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
