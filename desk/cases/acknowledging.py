"""Taking a processor's word that a request arrived there."""

import datetime as dt

from django.db import transaction

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.errors import DeskError
from desk.records.models import Acknowledgement, Request
from terms.names import Processor


def acknowledge(reference: str, processor: Processor, at: dt.datetime, *, number: str, actor: Actor) -> Acknowledgement:
    """Keep the word for a request or one of its parts; the first one counts. ``at`` is aware.

    Raises :class:`desk.errors.DeskError` for a reference that nothing has, or a time without a zone.
    """
    if at.tzinfo is None:
        raise DeskError("the time of an acknowledgement needs its zone, such as 2026-11-20T09:00:00-08:00")
    request = Request.objects.filter(reference=reference).first()
    if request is None:
        whole, _, number_of_part = reference.rpartition("-")
        if number_of_part.isdecimal():
            request = Request.objects.filter(reference=whole, parts__number=number_of_part).first()
    if request is None:
        raise DeskError("no request has this reference; look at the packet again")
    with transaction.atomic():
        row, made = Acknowledgement.objects.get_or_create(
            reference=reference,
            processor=processor.value,
            defaults={"at": at, "number": number[:60], "file_name": actor.name},
        )
        if made:
            note(actor, "request.acknowledged", request=request, detail={"processor": processor.value})
    return row
