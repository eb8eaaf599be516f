"""Files that somebody hands in: by the desk's upload page, by HTTP, by command, or in place of a damaged one."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import timezone

from desk.cases.arrivals import Receipt, register_arrival
from desk.records.models import Arrival
from desk.storage import store_original
from ingest.sniff import HEAD_BYTES, MAIL, sniff


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that lies ready at ``path``, and what is known of it.

    ``key`` makes it the same arrival when it is handed in again. ``channel`` is found out by looking
    into the file where it is empty; ``received_at`` is now where it is None, and never later than now.
    """

    path: Path
    source: str
    label: str
    key: str
    file_name: str
    received_at: dt.datetime | None = None
    channel: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


def hand_in(given: HandedIn) -> tuple[Arrival, bool]:
    """Store the file's bytes, register its arrival, and say whether it is a new one.

    The file at ``path`` stays. Raises what :func:`desk.storage.store_original` raises.
    """
    known = Arrival.objects.filter(pickup_key=given.key).exists()
    stored = store_original(given.path)
    now = timezone.now()
    receipt = Receipt(
        source=given.source,
        channel=given.channel or channel_of(given.path),
        label=given.label,
        pickup_key=given.key,
        file_name=given.file_name[-255:],
        received_at=min(given.received_at or now, now),
        facts=given.facts,
    )
    return register_arrival(receipt, stored), not known


def channel_of(path: Path) -> str:
    """Say what a file came by, as far as its bytes tell: a message by mail, everything else by fax."""
    with path.open("rb") as file:
        return "mail" if sniff(file.read(HEAD_BYTES)).media_type == MAIL else "fax"
