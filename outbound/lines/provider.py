"""A fax provider on the internet, by an HTTP interface with idempotency keys.

The interface is small and ours to map: ``PUT /faxes/<key>`` takes a JSON job (the same key twice is
the same job), ``GET /faxes/<key>`` tells its state, ``DELETE /faxes/<key>`` takes it back,
``GET /lines`` lists lines. ``samples/fax_provider.py`` is a local one for trials and tests. Only
HTTPS, except to this very machine.
"""

import base64
import datetime as dt
import http.client
import ipaddress
import json
import ssl
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit

from outbound.errors import LineDownError, LineRefusedError
from outbound.lines.safe import one_line
from outbound.transport import Failure, LineState, Receipt, Stage, Standing, Submission

_MOST_ANSWERED = 1 << 20


@dataclass(frozen=True, slots=True)
class Provider:
    """Where the provider's interface is and the token that opens it."""

    url: str
    token: str = field(default="", repr=False)
    station_id: str = ""
    ca_file: Path | None = None
    seconds: float = 60.0


class ProviderTransport:
    """Sends by a provider's HTTP interface. Raises LineRefusedError for an address that is not private enough."""

    name = "provider"

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._parts = _checked(provider.url)

    def probe(self) -> tuple[LineState, ...]:
        """Ask for the provider's lines. Raises LineDownError, LineRefusedError."""
        _status, answer = self._ask("GET", "/lines")
        lines = answer.get("lines", [])
        assert isinstance(lines, list)
        return tuple(LineState(str(line["name"]), str(line["state"])) for line in lines)

    def submit(self, submission: Submission, *, now: dt.datetime) -> Receipt:
        """Put the job under its key; putting it again changes nothing, so a lost answer is no danger.

        Raises LineDownError (retry), LineRefusedError.
        """
        if not submission.number:
            raise LineRefusedError("The destination is no fax number; verify it on the notice.")
        body = {
            "to": one_line(submission.number),
            "from": self._provider.station_id,
            "reference": submission.reference,
            "pages": submission.pages,
            "priority": "urgent" if submission.urgent else "routine",
            "submitted_at": now.isoformat(),
            "document": base64.b64encode(submission.tiff).decode(),
            "type": "image/tiff",
        }
        _status, answer = self._ask("PUT", _path(submission.key), body)
        return Receipt(submission.key, held=False, job=str(answer.get("id", "")))

    def find(self, key: str) -> Receipt | None:
        """The job under ``key``, or None. Raises LineDownError, LineRefusedError."""
        status, answer = self._ask("GET", _path(key))
        return None if status == HTTPStatus.NOT_FOUND else Receipt(key, held=False, job=str(answer.get("id", "")))

    def status(self, receipt: Receipt) -> Standing:
        """The job's state; a state or reason that we do not know is ``unknown`` or ``other``."""
        status, answer = self._ask("GET", _path(receipt.key))
        stages = {stage.value: stage for stage in Stage}
        stage = stages.get(str(answer.get("state")), Stage.UNKNOWN)
        if status == HTTPStatus.NOT_FOUND or stage is Stage.UNKNOWN:
            return Standing(Stage.UNKNOWN)
        pages = answer.get("pages")
        reasons = {failure.value: failure for failure in Failure}
        failure = reasons.get(str(answer.get("reason")), Failure.OTHER) if stage is Stage.FAILED else None
        detail = str(answer.get("detail", ""))[:200]
        return Standing(stage, failure, pages if isinstance(pages, int) else None, detail)

    def cancel(self, key: str) -> bool:
        """Take the job back; the provider says whether it could."""
        status, answer = self._ask("DELETE", _path(key))
        return status != HTTPStatus.NOT_FOUND and bool(answer.get("cancelled"))

    def _ask(self, method: str, path: str, body: dict[str, object] | None = None) -> tuple[int, dict[str, object]]:
        headers = {"Authorization": f"Bearer {one_line(self._provider.token)}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection = self._connection()
        try:
            connection.request(
                method, f"{self._parts.path.rstrip('/')}{path}", json.dumps(body) if body else None, headers
            )
            response = connection.getresponse()
            raw = response.read(_MOST_ANSWERED)
        except (OSError, http.client.HTTPException) as error:
            raise LineDownError("The fax provider does not answer; look at the connection and its address.") from error
        finally:
            connection.close()
        return response.status, _answer(response.status, raw)

    def _connection(self) -> http.client.HTTPConnection:
        host, port, seconds = self._parts.hostname or "", self._parts.port, self._provider.seconds
        if self._parts.scheme == "https":
            context = ssl.create_default_context(cafile=self._provider.ca_file)
            return http.client.HTTPSConnection(host, port, timeout=seconds, context=context)
        return http.client.HTTPConnection(host, port, timeout=seconds)


def _answer(status: int, raw: bytes) -> dict[str, object]:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise LineDownError(f"The fax provider is in trouble or too busy (status {status}); it is tried again.")
    if status >= HTTPStatus.BAD_REQUEST and status != HTTPStatus.NOT_FOUND:
        raise LineRefusedError(f"The fax provider refuses (status {status}); check its token and settings.")
    try:
        answer = json.loads(raw) if raw else {}
    except ValueError as error:
        raise LineDownError("The fax provider's answer cannot be read; it is asked again.") from error
    return answer if isinstance(answer, dict) else {}


def _path(key: str) -> str:
    return f"/faxes/{quote(key, safe='')}"


def _checked(url: str) -> SplitResult:
    """The parts of the provider's address, which must be private."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return parts
    if parts.scheme == "http" and parts.hostname and _is_here(parts.hostname):
        return parts
    raise LineRefusedError("The fax provider's address must begin with https://; set it so.")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
