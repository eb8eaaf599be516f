"""What the frame of every page shows: who is signed in, and how long the session lasts."""

from django.conf import settings
from django.http import HttpRequest

from desk.config import Settings
from desk.review.people import actor


def frame(request: HttpRequest) -> dict[str, object]:
    """Give the frame's values to every template (a Django context processor)."""
    inlet: Settings = settings.INLET
    data: dict[str, object] = {"organisation": inlet.organisation, "session_minutes": inlet.session_minutes}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and not _is_fragment(request):
        data["role_words"] = ", ".join(sorted(actor(request).roles))
    return data


def _is_fragment(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request") or request.headers.get("X-Inlet-Poll"))
