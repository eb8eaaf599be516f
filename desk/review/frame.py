"""What the frame of every page shows: who is signed in, and how long the session lasts."""

import functools
import json

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, gettext, override

from desk.config import Settings
from desk.review import presenting
from desk.review.catalogue import script_messages
from desk.review.people import actor


def frame(request: HttpRequest) -> dict[str, object]:
    """Give the frame's values to every template (a Django context processor)."""
    inlet: Settings = settings.INLET
    data: dict[str, object] = {"organisation": inlet.organisation, "session_minutes": inlet.session_minutes}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and not _is_fragment(request):
        data["languages"] = settings.LANGUAGES
        data["script_words"] = _script_words(get_language() or "en")
        data["role_words"] = ", ".join(presenting.said(role) for role in sorted(actor(request).roles))
    return data


@functools.cache
def _script_words(language: str) -> str:
    """The words of the scripts in a language, as JSON; empty for English, which they hold themselves."""
    if language.startswith("en"):
        return ""
    with override(language):
        return json.dumps({text: gettext(text) for text in script_messages()}, ensure_ascii=False)


def _is_fragment(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request") or request.headers.get("X-Inlet-Poll"))
