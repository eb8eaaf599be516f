"""Quality sampling in the records: drawing, blind keying, settling, and thresholds that people raise.

What was read is never shown to the person who keys. Where both agree the value was right; where they
differ a third person decides with the paper before them. A raised threshold holds for what is read
from then on; like a sampled confidence it speaks of the reader's own.
"""

import datetime as dt
from collections.abc import Iterator, Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.places import places_of
from desk.cases.values import values_of
from desk.errors import DeskError, ValueRefusedError
from desk.records.models import AuditEvent, Page, QualityCheck, QualityValue, Request, ThresholdChange
from reconcile.quality import Checked, is_drawn
from terms.geometry import Box
from terms.names import FIELD_KINDS, FieldKind
from terms.normal import normalise
from terms.requests import RequestValues
from terms.values import FieldValue, Source

DRAWN_WITHIN = dt.timedelta(days=3)
"""A request is drawn soon after it went out, or never."""

_LOOSE = str.maketrans("", "", " .,;:'\"-#/()")
_WRITTEN = frozenset({FieldKind.NAME, FieldKind.ADDRESS, FieldKind.TEXT})
_LEAST_WHY = 3


def draw_sample(now: dt.datetime) -> int:
    """Draw from the requests that the machine let out lately and nobody touched; give how many were drawn now."""
    quality = settings.INLET.quality
    released = AuditEvent.objects.filter(
        action="request.released", actor=None, at__gte=now - DRAWN_WITHIN, request__quality_check=None
    )
    count = 0
    for request in Request.objects.filter(pk__in=released.values("request"), corrections=None).distinct():
        if is_drawn(request.reference, seed=quality.seed, share=quality.share):
            count += _draw(request, now)
    return count


def _draw(request: Request, now: dt.datetime) -> bool:
    with transaction.atomic():
        check, made = QualityCheck.objects.get_or_create(request=request, defaults={"drawn_at": now})
        if not made:
            return False
        pages = {place.number: place.page for place in places_of(request)}
        own = _own_confidences(request)
        rows = [
            QualityValue(
                check_of=check,
                position=position,
                name=name,
                kind=kind.value,
                form=pages[value.page].form if value.page in pages else "",
                page=pages.get(value.page) if value.page else None,
                box=value.box.to_json() if value.box else None,
                read=value.value or "",
                confidence=own.get((name, value.value), value.confidence),
            )
            for position, (name, kind, value) in enumerate(_accepted(values_of(request)))
        ]
        QualityValue.objects.bulk_create(rows)
    return True


def _own_confidences(request: Request) -> dict[tuple[str, str | None], float]:
    """The reader's own confidence of each value as it was read, before any table of ours bent it."""
    read = RequestValues.from_record(request.read_values)
    return {(name, value.value): value.confidence for name, _, value in _accepted(read)}


def _accepted(values: RequestValues) -> Iterator[tuple[str, FieldKind, FieldValue]]:
    """Every value used without a person, with name and kind, if it was read from a picture: it can be keyed again."""
    found = [(name, FIELD_KINDS[name], value) for name, value in values.fields.items()]
    for place, line in enumerate(values.lines):
        found.append((f"line[{place}].code", FieldKind.CODE, line.code))
        found.append((f"line[{place}].quantity", FieldKind.QUANTITY, line.quantity))
    found += [(f"diagnosis[{place}]", FieldKind.DIAGNOSIS, value) for place, value in enumerate(values.diagnoses)]
    for name, kind, value in found:
        if value.is_accepted and value.value and value.source is Source.OCR and value.box and value.page:
            yield name, kind, value


def next_to_key(actor: Actor) -> QualityCheck | None:
    """The oldest check that this person may key: one of a request that they did not work on."""
    return _open_to(actor).filter(keyed_at=None).first()


def next_to_settle(actor: Actor) -> QualityCheck | None:
    """The oldest check with a disagreement that this person may settle: not one that they keyed themselves."""
    return _open_to(actor).filter(keyed_at__isnull=False, settled_at=None).exclude(keyed_by_id=actor.user_id).first()


def is_worked_on_by(actor: Actor, check: QualityCheck) -> bool:
    """Whether a person corrected or released the request of a check, and so may not judge it."""
    return not _open_to(actor).filter(pk=check.pk).exists()


def _open_to(actor: Actor) -> QuerySet[QualityCheck]:
    worked_on = AuditEvent.objects.filter(actor_id=actor.user_id, action__in=("request.corrected", "request.released"))
    return QualityCheck.objects.exclude(request__in=worked_on.values("request"))


def key(actor: Actor, check_id: int, keyed: Mapping[int, str]) -> QualityCheck:
    """Take what a person keyed, by the value's position; every value must be keyed, ``?`` for what nobody can read.

    Raises :class:`desk.errors.DeskError` when the check is keyed already or is not this person's to
    key, :class:`desk.errors.ValueRefusedError` when a value is missing.
    """
    with transaction.atomic():
        check = QualityCheck.objects.select_for_update().get(pk=check_id)
        if check.keyed_at is not None or not _open_to(actor).filter(pk=check_id).exists():
            msg = "this one was keyed by somebody else meanwhile; take the next"
            raise DeskError(msg)
        values = list(check.values.all())
        for value in values:
            text = keyed.get(value.position, "").strip()
            if not text:
                msg = f"key {value.name.replace('_', ' ')} too; a question mark where it cannot be read"
                raise ValueRefusedError(msg)
            value.keyed = text
            if same(FieldKind(value.kind), text, value.read):
                value.truth, value.right = value.read, True
        QualityValue.objects.bulk_update(values, ["keyed", "truth", "right"])
        check.keyed_by_id, check.keyed_at = actor.user_id, timezone.now()
        if all(value.right for value in values):
            check.settled_at = check.keyed_at
        check.save()
        note(actor, "quality.keyed", request=check.request, detail={"check": check.pk})
    return check


def settle(actor: Actor, check_id: int, truths: Mapping[int, str]) -> QualityCheck:
    """Take a third person's word on each value that was keyed otherwise than read.

    Raises :class:`desk.errors.DeskError` when there is nothing to settle for this person, and
    :class:`desk.errors.ValueRefusedError` when a value is missing.
    """
    with transaction.atomic():
        check = QualityCheck.objects.select_for_update().get(pk=check_id)
        if check.keyed_at is None or check.settled_at is not None or check.keyed_by_id == actor.user_id:
            msg = "this one is not yours to settle: somebody who did not key it decides, once"
            raise DeskError(msg)
        values = list(check.values.filter(right=None))
        for value in values:
            text = truths.get(value.position, "").strip()
            if not text:
                msg = f"say what stands there for {value.name.replace('_', ' ')}"
                raise ValueRefusedError(msg)
            value.truth, value.right = text, same(FieldKind(value.kind), text, value.read)
        QualityValue.objects.bulk_update(values, ["truth", "right"])
        check.settled_by_id, check.settled_at = actor.user_id, timezone.now()
        check.save()
        note(actor, "quality.settled", request=check.request, detail={"check": check.pk})
    return check


def same(kind: FieldKind, one: str, other: str) -> bool:
    """Whether two people would call both the same value: normal forms, and in names and text no marks or case."""
    if kind in _WRITTEN:
        return one.translate(_LOOSE).casefold() == other.translate(_LOOSE).casefold()
    return (normalise(kind, one) or one.strip()) == (normalise(kind, other) or other)


def checked_values(since: dt.datetime) -> tuple[Checked, ...]:
    """Every value that was judged in checks settled since a moment (aware)."""
    rows = QualityValue.objects.filter(check_of__settled_at__gte=since).exclude(right=None)
    return tuple(
        Checked(kind, form or "no known form", confidence, bool(right))
        for kind, form, confidence, right in rows.values_list("kind", "form", "confidence", "right")
    )


def accepted_lately(kind: FieldKind, requests: int = 500) -> tuple[float, ...]:
    """The confidences of a kind's accepted values in the last requests that were read."""
    found: list[float] = []
    for record in Request.objects.order_by("-id").values_list("read_values", flat=True)[:requests]:
        values = RequestValues.from_record(record)
        found += [value.confidence for _, kind_, value in _accepted(values) if kind_ is kind]
    return tuple(found)


def thresholds() -> dict[FieldKind, float]:
    """The thresholds in force that people set, by kind."""
    found: dict[FieldKind, float] = {}
    for kind, threshold in ThresholdChange.objects.order_by("at", "id").values_list("kind", "threshold"):
        found[FieldKind(kind)] = threshold
    return found


def set_threshold(actor: Actor, kind: FieldKind, threshold: float, why: str) -> ThresholdChange:
    """Set the least confidence of a kind from now on, with the reason. Raises :class:`desk.errors.DeskError`."""
    if not 0.0 <= threshold <= 1.0:
        msg = "a threshold lies between 0 (what the reader accepts) and 1 (everything goes to a person)"
        raise DeskError(msg)
    if len(why.strip()) < _LEAST_WHY:
        msg = "say why the threshold changes: it is part of the record"
        raise DeskError(msg)
    with transaction.atomic():
        change = ThresholdChange.objects.create(
            kind=kind.value,
            threshold=threshold,
            at=timezone.now(),
            by_id=actor.user_id,
            by_name=actor.name,
            why=why.strip(),
        )
        note(actor, "quality.threshold", detail={"kind": kind.value, "threshold": threshold})
    return change


def crop_of(value: QualityValue) -> tuple[Page, Box] | None:
    """The page and the box that a value was read from."""
    return (value.page, Box.from_json(value.box)) if value.page and value.box else None
