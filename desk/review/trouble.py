"""What a person sees when a page cannot be shown; nothing of the request is repeated."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _show(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    return render(request, "review/trouble.html", {"title": title, "words": words}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    del exception
    return _show(
        request, 400, _("That did not work"), _("The browser sent something that the desk does not understand.")
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    del exception
    return _show(
        request, 403, _("Not open to you"), _("Your role does not open this page. Ask a supervisor if you need it.")
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    del exception
    return _show(request, 404, _("Not here"), _("There is no such page. Check the reference, or search for it."))


def failed(request: HttpRequest) -> HttpResponse:
    """500."""
    return _show(
        request, 500, _("The desk stumbled"), _("Nothing was lost. Try again; if it happens again, tell an operator.")
    )
