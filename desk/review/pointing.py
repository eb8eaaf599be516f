"""Pointing at the page: the place a clerk points at is read again, as the kind of the field it is for."""

import contextlib
import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk import storage
from desk.errors import DeskError, ReaderError, StorageError
from desk.logs import log
from desk.records.models import Page
from desk.review import presenting
from desk.review.access import needs
from desk.review.roles import CORRECT
from desk.zone_reader import ask
from extract.zone import decide_text
from terms.geometry import Box
from terms.names import FieldKind, TextSource
from terms.values import FieldValue, Source

_TYPED = {
    TextSource.TEXT_LAYER.value: Source.TEXT_LAYER,
    TextSource.FORM_VALUES.value: Source.FORM_VALUES,
    TextSource.MAIL_TEXT.value: Source.MAIL_TEXT,
}
_TARGET_LENGTH = 60
_OFFERED = 5
_aside = ThreadPoolExecutor(1, thread_name_prefix="zone-warm")


def box_of(text: str) -> Box | None:
    """Read a box as a browser gives it: four fractions separated by commas."""
    try:
        edges = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    if len(edges) != 4 or not all(-1 <= edge <= 2 for edge in edges):  # noqa: PLR2004  (left, top, right, bottom)
        return None
    box = Box.clipped(*edges)
    return box if box.width > 0 and box.height > 0 else None


@require_POST
@needs(CORRECT)
def read_place(request: HttpRequest, pk: int) -> JsonResponse:
    """Read what stands inside ``box`` on a page, as a value for ``target``.

    200: ``text`` (as shown), ``percent``, ``status``, ``box`` and numbered ``choices``; 422 with a
    sentence when nothing can be read there.
    """
    page = get_object_or_404(Page.objects.select_related("arrival"), pk=pk)
    box = box_of(request.POST.get("box", "")[:200])
    if box is None:
        return JsonResponse({"told": _("Draw a box around the words first.")}, status=422)
    target = request.POST.get("target", "")[:_TARGET_LENGTH]
    try:
        value = _read(page, box, presenting.kind_of(target))
    except (ReaderError, StorageError):
        return JsonResponse({"told": _("The place could not be read again; type what stands there.")}, status=422)
    if not (value.best or value.raw):
        return JsonResponse({"told": _("Nothing can be read there.")}, status=422)
    return JsonResponse(_answer(target, value, box))


@require_POST
@needs(CORRECT)
def get_ready(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a page made ready for pointing, in the background."""
    del request
    page = get_object_or_404(Page.objects.select_related("arrival").defer("reading"), pk=pk)
    if page.text_source not in _TYPED and page.image:
        _aside.submit(_make_ready, page)
    return HttpResponse(status=204)


def _make_ready(page: Page) -> None:
    """Have the first place that is pointed at on a page read at once."""
    try:
        _by_reader(page, None, FieldKind.TEXT)
    except (DeskError, OSError) as error:
        log(__name__).warning("zone.not_ready", error=type(error).__name__)


def _read(page: Page, box: Box, kind: FieldKind) -> FieldValue:
    """Read a place: typed words as they are, a picture by the reader."""
    source = _TYPED.get(page.text_source)
    if source is None:
        record = _by_reader(page, box, kind)
        return FieldValue.from_json(record)
    words = [(text, Box.from_json(place)) for text, place, *_ in (page.reading or {}).get("words", [])]
    inside = " ".join(text for text, place in words if place.overlap(box) > 0.5)  # noqa: PLR2004  (most of the word)
    return decide_text(kind, inside, source, box=box, latest=_received_on(page))


def _by_reader(page: Page, box: Box | None, kind: FieldKind) -> dict[str, object]:
    turned = page.turned if page.upright else 0
    with contextlib.ExitStack() as stack:
        image = stack.enter_context(storage.local_copy(storage.DERIVED, page.image))
        upright = stack.enter_context(storage.local_copy(storage.DERIVED, page.upright)) if turned else None
        zone: dict[str, object] = {
            "box": box.to_json() if box else None,
            "kind": kind.value,
            "turned": turned,
            "upright": str(upright) if upright else None,
        }
        source = page.source | {"image": str(image)}
        return ask(settings.INLET.data_dir, source, zone, received_on=_received_on(page))


def _received_on(page: Page) -> dt.date:
    received: dt.datetime = page.arrival.received_at
    return received.astimezone(settings.INLET.zone).date()


def _answer(target: str, value: FieldValue, asked: Box) -> dict[str, object]:
    """What the page needs to show: the value, how sure, where, and what else it could be."""
    kind = presenting.kind_of(target)
    text = value.best if value.best is not None else value.raw
    offered = sorted(value.candidates, key=lambda c: -c.confidence)[:_OFFERED]
    others = [{"shown": presenting.shown(kind, c.value), "percent": round(100 * c.confidence)} for c in offered]
    return {
        "text": presenting.shown(kind, text),
        "percent": min(99, round(100 * value.confidence)),
        "status": value.status.value,
        "box": (value.box or asked).to_json(),
        "choices": others,
    }
