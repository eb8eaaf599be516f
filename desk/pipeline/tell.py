"""Sending a webhook: signed, to a target that is looked at first, without following anywhere."""

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import time
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from desk.cases.webhooks import due, record_try
from desk.errors import DeskError
from desk.logs import log

_GOOD = range(200, 300)
_log = log(__name__)


class TargetError(DeskError):
    """An address that nothing is sent to."""

    kind = "desk.webhook_target"


def tell(telling: int) -> None:
    """Send a telling once and note how it ended. An event may arrive twice when we die in between: its id says so."""
    row = due(telling)
    if row is None:
        return
    try:
        status = send(row.subscription.url, row.body.encode(), row.subscription.secret, str(row.event))
        fault = "" if status in _GOOD else f"answered {status}"
    except TargetError as error:
        fault = error.args[0]
    except (OSError, http.client.HTTPException) as error:
        fault = f"not reached ({type(error).__name__})"
    record_try(row, fault)
    _log.info("webhook.tried", telling=telling, arrived=not fault)


def signature(secret: str, moment: int, body: bytes) -> str:
    """Give the value of ``Inlet-Signature``: HMAC-SHA256 over ``moment.body``, the moment in Unix seconds."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def send(url: str, body: bytes, secret: str, key: str) -> int:
    """POST ``body`` and give the status. Raises :class:`TargetError`, ``OSError``, ``HTTPException``."""
    parts = urlsplit(url)
    address = _looked_at(parts)
    timeout = settings.INLET.webhooks.timeout_seconds
    host, port = parts.hostname or "", _port(parts)
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    # connected to the very address that was looked at, so that the name cannot lead elsewhere meanwhile
    connection.sock = socket.create_connection((address, port), timeout=timeout)
    try:
        if parts.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        moment = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Inlet",
            "Idempotency-Key": key,
            "Inlet-Signature": signature(secret, moment, body),
        }
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _looked_at(parts: SplitResult) -> str:
    """Give the address of a target, only if every address of its name is public, or private ones are allowed."""
    private = settings.INLET.webhooks.private_targets
    if parts.scheme != "https" and not private:
        raise TargetError("only https is told of changes; see webhooks.private_targets")
    found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not private and not all(_is_public(each) for each in addresses):
        raise TargetError("the target is not public; see webhooks.private_targets")
    return addresses[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or address
    return inner.is_global and not inner.is_multicast
