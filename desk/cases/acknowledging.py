"""Taking a processor's word that a request arrived there: one by one, or as rows of a table."""

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.db import transaction

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.care_entry import Row
from desk.errors import DeskError, ReferenceDataError
from desk.records.models import Acknowledgement, Request
from terms.names import Processor

COLUMNS = ("reference", "processor", "acknowledged_at", "number")
"""The columns of a table of acknowledgements; ``number`` (the processor's own) may be left out."""


@dataclass(frozen=True, slots=True)
class Word:
    """A row of such a table. ``at`` is aware."""

    reference: str
    processor: Processor
    at: dt.datetime
    number: str


def acknowledge(reference: str, processor: Processor, at: dt.datetime, *, number: str, actor: Actor) -> Acknowledgement:
    """Keep the word for a request or one of its parts; the first one counts. ``at`` is aware.

    Raises :class:`desk.errors.DeskError` for a reference that nothing has, or a time without a zone.
    """
    if at.tzinfo is None:
        raise DeskError("the time of an acknowledgement needs its zone, such as 2026-11-20T09:00:00-08:00")
    request = _request(reference)
    with transaction.atomic():
        row, made = Acknowledgement.objects.get_or_create(
            reference=reference,
            processor=processor.value,
            defaults={"at": at, "number": number[:60], "file_name": actor.name},
        )
        if made:
            note(actor, "request.acknowledged", request=request, detail={"processor": processor.value})
    return row


def _request(reference: str) -> Request:
    """The request of a reference or of one of its parts. Raises :class:`desk.errors.DeskError`."""
    request = Request.objects.filter(reference=reference).first()
    if request is None:
        whole, _, number_of_part = reference.rpartition("-")
        if number_of_part.isdecimal():
            request = Request.objects.filter(reference=whole, parts__number=number_of_part).first()
    if request is None:
        raise DeskError("no request has this reference; look at the packet again")
    return request


def read_word(row: Mapping[str, str | None], zone: ZoneInfo) -> Word:
    """Read a row; times without a zone are of ``zone``. Raises :class:`desk.errors.DeskError`."""
    said = {name: (row.get(name) or "").strip() for name in COLUMNS}
    processor = said["processor"].upper()
    try:
        at = dt.datetime.fromisoformat(said["acknowledged_at"])
    except ValueError:
        at = None
    if not said["reference"] or processor not in {each.value for each in Processor} or at is None:
        raise DeskError("not an acknowledgement: it needs reference, processor and acknowledged_at")
    return Word(said["reference"], Processor(processor), at if at.tzinfo else at.replace(tzinfo=zone), said["number"])


def import_acknowledgements(rows: Iterable[str], *, actor: Actor, zone: ZoneInfo, dry_run: bool) -> tuple[Row, ...]:
    """Keep the words of a CSV table; with ``dry_run``, or when any row has a fault, only say what is wrong.

    Raises :class:`desk.errors.ReferenceDataError` for a table without the needed columns.
    """
    reader = csv.DictReader(rows)
    if missing := set(COLUMNS[:3]) - set(reader.fieldnames or ()):
        raise ReferenceDataError(f"the table has no column {min(missing)}; columns: {', '.join(COLUMNS)}")
    told: list[tuple[Row, Word | None]] = []
    for number, row in enumerate(reader, 2):
        try:
            read = read_word(row, zone)
            _request(read.reference)
        except DeskError as error:
            told.append((Row(number, (row.get("reference") or "")[:20], "acknowledgement", str(error)), None))
        else:
            told.append((Row(number, read.reference, "acknowledgement"), read))
    if dry_run or any(row.fault for row, _word in told):
        return tuple(row for row, _word in told)
    with transaction.atomic():
        for _row, word in told:
            assert word is not None, "a row without fault was read"
            acknowledge(word.reference, word.processor, word.at, number=word.number, actor=actor)
    return tuple(replace(row, made=True) for row, _word in told)
