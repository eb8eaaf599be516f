"""What a person sees when a page cannot be shown; nothing of the request is repeated."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _show(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    return render(request, "review/trouble.html", {"title": title, "words": words}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    del exception
    return _show(request, 400, "That did not work", "The browser sent something that the desk does not understand.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    del exception
    return _show(request, 403, "Not open to you", "Your role does not open this page. Ask a supervisor if you need it.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    del exception
    return _show(request, 404, "Not here", "There is no such page. Check the reference, or search for it.")


def failed(request: HttpRequest) -> HttpResponse:
    """500."""
    return _show(
        request, 500, "The desk stumbled", "Nothing was lost. Try again; if it happens again, tell an operator."
    )
