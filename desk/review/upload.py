"""Putting files in by hand: scans, faxes saved elsewhere, messages; many at once, each with its own answer."""

import datetime as dt
import secrets

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from desk.cases.handed_in import HandedIn, hand_in
from desk.config import Settings
from desk.errors import StorageError
from desk.logs import log
from desk.records.models import Arrival
from desk.review.access import needs
from desk.review.people import actor
from desk.review.presenting import state_words
from desk.review.roles import CORRECT
from desk.review.spoken import spoken
from desk.spool import Spooled, TooLargeError, TooManyError, spooled_files
from ingest.limits import Limits

SOURCE, LABEL = "upload", "Upload page"
_log = log(__name__)


@needs(CORRECT)
@csrf_exempt  # the form is looked at below, once the files of it know where to go
def upload(request: HttpRequest) -> HttpResponse:
    """Show the page; take files. A script gets JSON for each file, a browser without one comes back to the page."""
    if request.method != "POST":
        recent = Arrival.objects.filter(source=SOURCE).select_related("duplicate_of")[:20]
        megabytes = Limits().file_bytes // 2**20
        return render(request, "review/upload.html", {"area": "arrivals", "recent": recent, "megabytes": megabytes})
    inlet: Settings = settings.INLET
    try:
        with spooled_files(request, inlet.data_dir / "spool" / SOURCE, Limits().file_bytes) as files:
            answer: HttpResponse = _take(request, files)
            return answer
    except (TooLargeError, TooManyError) as error:
        return _refuse(request, 413, str(error))
    except (MultiPartParserError, SuspiciousOperation):
        return _refuse(request, 422, _("the form broke off; send it again"))
    except (StorageError, OSError, DatabaseError) as error:
        _log.error("upload.not_stored", error=type(error).__name__)
        return _refuse(request, 503, _("nothing could be stored; tell an operator, and try again later"))


@csrf_protect
def _take(request: HttpRequest, files: tuple[Spooled, ...]) -> HttpResponse:
    wanted = [file for file in files if file.size]
    if not wanted:
        return _refuse(request, 422, _("no file was chosen, or it is empty"))
    received = _moment(request.POST.get("received", ""))
    if received is None:
        return _refuse(request, 422, _("the time of receipt makes no sense, or is still to come"))
    made = [_hand_in(request, file, received) for file in wanted]
    if _by_script(request):
        return JsonResponse({"arrivals": [_row(arrival) for arrival in made]}, status=201)
    for arrival in made:
        words = {"number": arrival.pk, "state": state_words(arrival.state)[0].lower()}
        messages.success(request, _("Arrival %(number)s: %(state)s.") % words)
    return redirect("upload")


def _hand_in(request: HttpRequest, file: Spooled, received: dt.datetime) -> Arrival:
    person = actor(request)
    once = request.POST.get("once", "")
    mark = once if once.isascii() and once.isalnum() and len(once) <= 40 else secrets.token_hex(16)  # noqa: PLR2004  (letters of a key)
    given = HandedIn(
        path=file.path,
        source=SOURCE,
        label=LABEL,
        key=f"{SOURCE}:{person.user_id}:{mark}:{file.field}:{file.name}"[:150] + f":{file.size}",
        file_name=file.name,
        received_at=received,
        facts={"handed_in_by": person.name},
    )
    arrival, _new = hand_in(given)
    _log.info("arrival.registered", arrival=arrival.pk, source=SOURCE, state=str(arrival.state))
    return arrival


def _moment(text: str) -> dt.datetime | None:
    """Read when the paper was received, in the desk's time zone: now where nothing is said, None where it cannot be."""
    now = timezone.now()
    if not text.strip():
        return now
    try:
        moment = dt.datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else timezone.make_aware(moment)
    except (ValueError, OverflowError):
        return None
    return aware if aware <= now else None


def _row(arrival: Arrival) -> dict[str, object]:
    return {
        "arrival": arrival.pk,
        "state": str(arrival.state),
        "duplicate_of": arrival.duplicate_of_id,
        "address": reverse("arrival", kwargs={"pk": arrival.pk}),
    }


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _refuse(request: HttpRequest, status: int, told: str) -> HttpResponse:
    if _by_script(request):
        return JsonResponse({"error": {"message": spoken(told)}}, status=status)
    messages.error(request, told[:1].upper() + told[1:])
    return redirect("upload")
