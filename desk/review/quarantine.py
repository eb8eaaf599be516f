"""What people do about arrivals that stand in quarantine, and about faxes taken for earlier ones sent again."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from desk.cases import quarantine
from desk.cases.arrivals import read_again
from desk.cases.handed_in import HandedIn
from desk.cases.tables import current_reference
from desk.config import Settings
from desk.errors import DeskError, StorageError
from desk.logs import log
from desk.records.models import Arrival
from desk.review.access import needs
from desk.review.people import actor
from desk.review.presenting import sentence
from desk.review.roles import HANDLE_ARRIVALS
from desk.review.upload import LABEL, SOURCE
from desk.spool import Spooled, spooled_files
from ingest.limits import Limits

_log = log(__name__)


def _do(request: HttpRequest, pk: int, act: Callable[[], str]) -> HttpResponse:
    """Do something to an arrival and say what came of it; a refusal is said in its own words."""
    get_object_or_404(Arrival, pk=pk)
    try:
        said = act()
    except DeskError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, said)
    return redirect("arrival", pk=pk)


@require_POST
@needs(HANDLE_ARRIVALS)
def read_arrival_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a quarantined arrival up again from its original."""

    def act() -> str:
        read_again(pk, actor=actor(request))
        return _("It is being read again.")

    return _do(request, pk, act)


@require_POST
@needs(HANDLE_ARRIVALS)
def dismiss_arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """End a quarantined arrival, with a note that says what was done about it."""

    def act() -> str:
        quarantine.dismiss(pk, actor=actor(request), note_text=request.POST.get("note", "")[:2000])
        return _("Dismissed; it no longer waits for anybody.")

    return _do(request, pk, act)


@require_POST
@needs(HANDLE_ARRIVALS)
def undo_dismiss_arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a dismissed arrival back into quarantine."""

    def act() -> str:
        quarantine.undo_dismiss(pk, actor=actor(request))
        return _("It waits in quarantine again.")

    return _do(request, pk, act)


@require_POST
@needs(HANDLE_ARRIVALS)
def arrival_to_clerk(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a request of a quarantined arrival and open it."""
    get_object_or_404(Arrival, pk=pk)
    try:
        reference = quarantine.release_to_clerk(pk, actor=actor(request), tables=current_reference())
    except DeskError as error:
        messages.error(request, sentence(error))
        return redirect("arrival", pk=pk)
    return redirect("request", reference=reference)


@require_POST
@needs(HANDLE_ARRIVALS)
def arrival_is_its_own(request: HttpRequest, pk: int) -> HttpResponse:
    """Read what was taken for an earlier fax sent again."""

    def act() -> str:
        quarantine.not_the_same(pk, actor=actor(request))
        return _("It is being read as an arrival of its own.")

    return _do(request, pk, act)


@needs(HANDLE_ARRIVALS)
@csrf_exempt  # the form is looked at below, once the file of it knows where to go
@require_POST
def replace_arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a better file in place of a quarantined arrival's."""
    get_object_or_404(Arrival, pk=pk)
    inlet: Settings = settings.INLET
    try:
        with spooled_files(request, inlet.data_dir / "spool" / SOURCE, Limits().file_bytes) as files:
            answer: HttpResponse = _replace(request, pk, files)
            return answer
    except (MultiPartParserError, SuspiciousOperation):
        messages.error(request, "The form broke off; send it again.")
    except (StorageError, OSError, DatabaseError) as error:
        _log.error("upload.not_stored", error=type(error).__name__)
        messages.error(request, "Nothing could be stored; tell an operator, and try again later.")
    except DeskError as error:
        messages.error(request, sentence(error))
    return redirect("arrival", pk=pk)


@csrf_protect
def _replace(request: HttpRequest, pk: int, files: tuple[Spooled, ...]) -> HttpResponse:
    if len(files) != 1 or not files[0].size:
        messages.error(request, "Choose one file that is not empty.")
        return redirect("arrival", pk=pk)
    person = actor(request)
    given = HandedIn(
        path=files[0].path,
        source=SOURCE,
        label=LABEL,
        key=f"{SOURCE}:replaces:{pk}:{secrets.token_hex(16)}",
        file_name=files[0].name,
        facts={"handed_in_by": person.name},
    )
    better = quarantine.replace_file(pk, given, actor=person)
    said = _("It is being read in place of arrival %(number)s, with that one's time of receipt.")
    messages.success(request, said % {"number": pk})
    return redirect("arrival", pk=better.pk)
