"""Originals, page images and notices, handed only to people who are signed in."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.clickjacking import xframe_options_sameorigin

from desk.cases.audit import note
from desk.errors import StorageError
from desk.records.models import Arrival, Notice, Page
from desk.review.access import needs
from desk.review.headers import FILE_POLICY
from desk.review.people import actor
from desk.review.roles import VIEW
from desk.storage import DERIVED, ORIGINALS, open_stored

_SUFFIXES = {
    "image/tiff": "tif",
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "message/rfc822": "eml",
}
_SHOWN = {"image/png", "image/jpeg"}
"""Types of originals that a browser shows without running anything; all others are downloads."""


def stored_file(which: str, name: str, media_type: str, file_name: str, *, inline: bool) -> FileResponse:
    """Stream a stored file; its own name never reaches the browser, and it may run nothing."""
    if not name:
        raise Http404
    try:
        stored = open_stored(which, name)
    except StorageError as error:
        raise Http404 from error
    response = FileResponse(stored, as_attachment=not inline, filename=file_name, content_type=media_type)
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


@needs(VIEW)
def page_image(request: HttpRequest, pk: int) -> FileResponse:
    """The upright page, on which all boxes are fractions (the page as it came where there is none)."""
    del request
    page = get_object_or_404(Page.objects.only("upright", "image", "number"), pk=pk)
    return stored_file(DERIVED, page.upright or page.image, "image/png", f"page-{pk}.png", inline=True)


@needs(VIEW)
def page_words(request: HttpRequest, pk: int) -> JsonResponse:
    """Every word read on a page as ``[text, [left, top, right, bottom]]``, to fill fields by pointing.

    ``text`` is the text of a page that has no picture, such as a mail's body.
    """
    del request
    page = get_object_or_404(Page.objects.only("reading", "source"), pk=pk)
    words = (page.reading or {}).get("words", [])
    return JsonResponse({"words": [[word[0], word[1]] for word in words], "text": page.source.get("text") or ""})


@needs(VIEW)
def original(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The very bytes that came in; a download, unless it is a plain picture. Noted in the audit trail."""
    arrival = get_object_or_404(Arrival, pk=pk)
    media_type = arrival.media_type if arrival.media_type in _SUFFIXES else "application/octet-stream"
    name = f"arrival-{pk}.{_SUFFIXES.get(media_type, 'bin')}"
    answer = stored_file(ORIGINALS, arrival.original, media_type, name, inline=media_type in _SHOWN)
    note(actor(request), "arrival.original_opened", arrival=arrival)
    return answer


@needs(VIEW)
@xframe_options_sameorigin
def notice_pdf(request: HttpRequest, pk: int) -> FileResponse:
    """A notice as its provider gets it. Noted in the audit trail."""
    notice = get_object_or_404(Notice.objects.select_related("request", "arrival"), pk=pk)
    answer = stored_file(DERIVED, notice.pdf, "application/pdf", f"notice-{pk}.pdf", inline=True)
    # our own PDF, made from a template; a sandbox would keep the browser's viewer from showing it
    answer["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'"
    )
    note(actor(request), "notice.opened", request=notice.request, arrival=notice.arrival, detail={"notice": pk})
    return answer
