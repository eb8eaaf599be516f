"""``POST /api/arrivals``: a fax provider hands over a fax and what it knows of the call.

The request is ``multipart/form-data`` with one file and, if there is one, a ticket (JSON or XML) in a
part called ``ticket``. Each provider is a source with a token of its own. What is answered with 201
or 200 is stored safely; anything else was not kept, and says whether sending it again can help.
"""

import hashlib
import secrets

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from desk.api.answers import answer, trouble
from desk.api.tokens import source_of
from desk.cases.handed_in import HandedIn, hand_in
from desk.cases.pausing import paused_problem
from desk.config import Settings
from desk.errors import StorageError
from desk.logs import log
from desk.records.models import Arrival
from desk.review.access import public
from desk.source_settings import SourceSettings
from desk.spool import Spooled, TooLargeError, TooManyError, spooled_files
from ingest.pages import CallFacts
from ingest.ticket import parse_ticket
from ingest.ticket_formats import MOST_BYTES
from terms.errors import Problem

_TICKET_PARTS = ("ticket", "metadata")
_LONGEST_KEY = 200
_MEGABYTE = 2**20
_log = log(__name__)

_UNKNOWN = Problem("api.unauthorised", "No source has this token; send it as Authorization: Bearer TOKEN.")
_METHOD = Problem("api.method", "Faxes are handed over with POST.")
_FORM = Problem("api.not_multipart", "Send multipart/form-data with one file, and the ticket in a part called ticket.")
_BROKEN = Problem("api.broken_form", "The form breaks off or makes no sense; send it again.", retry=True)
_NO_FILE = Problem("api.no_file", "The form holds no file, or an empty one; send one file.")
_TWO_FILES = Problem("api.two_files", "The form holds more than one file; hand over each fax by itself.")
_BAD_KEY = Problem("api.idempotency_key", f"An Idempotency-Key has 1 to {_LONGEST_KEY} printable ASCII letters.")
_OTHER_FILE = Problem(
    "api.key_used", "This Idempotency-Key came before with another file; nothing was kept. Use a new key for each fax."
)
_LATER = Problem("api.unavailable", "The file could not be stored; nothing was kept. Send it again later.", retry=True)
_PAUSED = Problem("desk.paused", "This source is paused; nothing was kept. Send it again later.", retry=True)
_MISSING = Problem("api.not_found", "This source handed over no arrival of this number.")


@csrf_exempt
@public
def arrivals(request: HttpRequest) -> HttpResponse:
    """Take a fax: 201 when it is stored, 200 when the same key brought it before, else an error."""
    inlet: Settings = settings.INLET
    source = source_of(request, inlet.all_sources)
    if source is None:
        _log.warning("api.refused")
        return trouble(401, _UNKNOWN, WWW_Authenticate="Bearer")
    paused = paused_problem(source.name)
    if paused is not None:
        return trouble(503, _PAUSED, Retry_After="300")
    return _refusal(request) or _receive(request, source)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """What is wrong with a request before its form is looked at."""
    if request.method != "POST":
        return trouble(405, _METHOD, Allow="POST")
    if request.content_type != "multipart/form-data":
        return trouble(415, _FORM)
    key = request.headers.get("Idempotency-Key", "-")
    if not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        return trouble(422, _BAD_KEY)
    return None


def _receive(request: HttpRequest, source: SourceSettings) -> HttpResponse:
    """Read the form and take what it holds; whatever goes wrong is an answer."""
    key = request.headers.get("Idempotency-Key")
    try:
        with spooled_files(request, source.path, source.largest_file_mb * _MEGABYTE) as files:
            return _take(request, source, files, key)
    except (TooLargeError, TooManyError) as error:
        return trouble(413, error.as_problem())
    except (MultiPartParserError, SuspiciousOperation):
        return trouble(422, _BROKEN)
    except (StorageError, OSError, DatabaseError) as error:
        _log.error("api.not_stored", source=source.name, error=type(error).__name__)
        return trouble(503, _LATER, Retry_After="60")


def _take(request: HttpRequest, source: SourceSettings, files: tuple[Spooled, ...], key: str | None) -> HttpResponse:
    faxes = [file for file in files if file.field not in _TICKET_PARTS]
    if not faxes or not faxes[0].size:
        return trouble(422, _NO_FILE)
    if len(faxes) > 1:
        return trouble(422, _TWO_FILES)
    pickup_key = _pickup_key(source, key)
    before = Arrival.objects.filter(pickup_key=pickup_key).first()
    if before is not None and before.sha256 != _digest(faxes[0]):
        return trouble(422, _OTHER_FILE)
    call, ticket_problem = _ticket(request, files, source)
    facts: dict[str, object] = {}
    if call:
        facts["call"] = call.to_record()
    if ticket_problem:
        facts["ticket_problem"] = ticket_problem.to_json()
    given = HandedIn(
        path=faxes[0].path,
        source=source.name,
        label=source.label,
        key=pickup_key,
        file_name=faxes[0].name,
        received_at=call.received_at if call else None,
        channel=source.channel.value,
        facts=facts,
    )
    arrival, new = hand_in(given)
    if new:
        _log.info("arrival.registered", arrival=arrival.pk, source=source.name, state=str(arrival.state))
    told: dict[str, object] = {"ticket_problem": ticket_problem.to_json()} if ticket_problem else {}
    return answer(_row(arrival) | told, status=201 if new else 200)


def _ticket(
    request: HttpRequest, files: tuple[Spooled, ...], source: SourceSettings
) -> tuple[CallFacts | None, Problem | None]:
    """Read the ticket, whether it came as a field or as a file. A bad one never keeps a fax out."""
    data = b""
    for name in _TICKET_PARTS:
        data = data or request.POST.get(name, "").encode("utf-8", "surrogatepass")
    for file in files:
        if file.field in _TICKET_PARTS and not data:
            with file.path.open("rb") as part:
                data = part.read(MOST_BYTES + 1)
    if not data.strip():
        return None, None
    suffix = ".xml" if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else ".json"
    return parse_ticket(data, suffix, source.ticket_rules())


def _pickup_key(source: SourceSettings, key: str | None) -> str:
    """What makes a fax that is handed over again the same arrival; without a key every hand-over is one of its own."""
    if key is None:
        return f"{source.name}:once:{secrets.token_hex(16)}"
    return f"{source.name}:key:{hashlib.sha256(key.encode()).hexdigest()}"


def _digest(file: Spooled) -> str:
    with file.path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@csrf_exempt
@public
def arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an arrival stands, for the provider that handed it over."""
    inlet: Settings = settings.INLET
    source = source_of(request, inlet.all_sources)
    if source is None:
        return trouble(401, _UNKNOWN, WWW_Authenticate="Bearer")
    if request.method not in {"GET", "HEAD"}:
        return trouble(405, _METHOD, Allow="GET, HEAD")
    found = Arrival.objects.filter(pk=pk, source=source.name).first()
    return trouble(404, _MISSING) if found is None else answer(_row(found))


def _row(arrival: Arrival) -> dict[str, object]:
    return {
        "arrival": arrival.pk,
        "state": str(arrival.state),
        "sha256": arrival.sha256,
        "size": arrival.size,
        "received_at": arrival.received_at.isoformat(timespec="seconds"),
        "duplicate_of": arrival.duplicate_of_id,
    }
