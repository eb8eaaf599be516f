"""The language of the pages: what the person chose, kept with them and remembered by the session."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from desk.review.access import needs
from desk.review.models import Preference
from desk.review.roles import VIEW

_KEY = "language"


class LanguageMiddleware:
    """Speaks the language that the signed-in person chose; others get what their browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the person's language."""
        chosen = request.session.get(_KEY)
        if not chosen:
            return self.get_response(request)
        request.LANGUAGE_CODE = chosen
        with translation.override(chosen):
            return self.get_response(request)


@require_POST
@needs(VIEW)
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language that somebody chose, from now on and for their next sign-in."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        user = request.user
        assert isinstance(user, User)  # the door lets nobody else through
        Preference.objects.update_or_create(user=user, defaults={"language": language})
        request.session[_KEY] = language
    target = request.POST.get("next", "/")
    return redirect(target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else "/")


def _remember(sender: object, request: HttpRequest, user: User, **_: object) -> None:
    del sender
    chosen = Preference.objects.filter(user=user).values_list("language", flat=True).first()
    if chosen in dict(settings.LANGUAGES):
        request.session[_KEY] = chosen


user_logged_in.connect(_remember, dispatch_uid="desk.review.language")
