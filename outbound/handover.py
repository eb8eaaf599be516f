"""How a request gets to its processor, and that it cannot come back to ourselves. Pure.

A processor's row says ``queue`` (worked in this very installation), ``fax``, ``email`` or ``sftp``
and where to. What goes to an address, line or folder that Inlet itself watches would come in again
as work: such a target is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from classify.offices import Office
from terms.contact import FaxNumber

WATCHED = "that Inlet itself watches"
"""What every fault says whose target would bring our own work back."""


class Way(StrEnum):
    """How something is handed over."""

    QUEUE = "queue"
    FAX = "fax"
    EMAIL = "email"
    SFTP = "sftp"


@dataclass(frozen=True, slots=True)
class Own:
    """What Inlet itself watches: fax lines (E.164), mail addresses and host names (lower case)."""

    numbers: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Target:
    """Where a processor's requests go: the way, and number, address or ``sftp://user@host:port/folder``.

    ``fault`` says why it cannot be used, in a sentence with its remedy; empty when it can.
    """

    way: Way
    to: str
    fault: str = ""


def target_of(office: Office, own: Own) -> Target:
    """Say how a processor is reached. A row without a usable target has a ``fault`` and is never used."""
    known = {way.value: way for way in Way}
    way = known.get(office.handover)
    code = office.processor.value
    if way is None:
        return Target(Way.QUEUE, "", f"The hand-over of {code} is none of queue, fax, email, sftp; correct its row.")
    if way is Way.QUEUE:
        return Target(way, office.handover_target or code)
    if way is Way.FAX:
        return _fax(office, own)
    if way is Way.EMAIL:
        return _email(office, own)
    return _sftp(office, own)


def _fax(office: Office, own: Own) -> Target:
    code = office.processor.value
    number = FaxNumber.parse(office.handover_target or (office.faxes[0] if office.faxes else ""))
    if number is None:
        return Target(Way.FAX, "", f"The hand-over of {code} by fax has no fax number; set handover_target.")
    if number.number in own.numbers:
        return Target(Way.FAX, number.number, _watched(code, "fax line"))
    return Target(Way.FAX, number.number)


def _email(office: Office, own: Own) -> Target:
    code, address = office.processor.value, (office.handover_target or office.email).strip()
    if address.count("@") != 1 or any(char.isspace() or char == "," for char in address):
        return Target(Way.EMAIL, "", f"The hand-over of {code} by e-mail has no single address; set handover_target.")
    if address.lower() in own.addresses:
        return Target(Way.EMAIL, address, _watched(code, "mailbox"))
    return Target(Way.EMAIL, address)


def _sftp(office: Office, own: Own) -> Target:
    code, text = office.processor.value, office.handover_target.strip()
    parts = urlsplit(text)
    if parts.scheme != "sftp" or not parts.hostname or not parts.username:
        sentence = f"The hand-over of {code} by SFTP needs handover_target = sftp://user@host/folder; correct it."
        return Target(Way.SFTP, "", sentence)
    if parts.hostname.lower() in own.hosts:
        return Target(Way.SFTP, text, _watched(code, "host"))
    return Target(Way.SFTP, text)


def _watched(code: str, what: str) -> str:
    return f"The hand-over of {code} leads to a {what} {WATCHED}; it would come in again. Change it."


def faults(offices: Iterable[Office], own: Own) -> tuple[str, ...]:
    """Every reason why some processor's hand-over cannot be used, for settings checks and the doctor."""
    return tuple(filter(None, (target_of(office, own).fault for office in offices)))
