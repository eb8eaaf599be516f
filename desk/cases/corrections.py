"""What a clerk may change: fields, lines, diagnoses. Each saved change raises the revision and decides anew."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from classify.borne_out import FACT, bear_out_all
from classify.reference import Reference
from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.decisions import redecide
from desk.cases.moves import lock_request, move
from desk.cases.release import supersede_unsent
from desk.cases.values import RECORDS_ONLY, WORD, field_value, fill_field, fill_line, values_of
from desk.errors import MoveRefusedError, UnknownTargetError, ValueRefusedError
from desk.lifecycle import CORRECTABLE_STATES, PEOPLE, RequestState
from desk.records.models import Correction, Diagnosis, FieldRecord, LineRecord, Request
from terms.geometry import Box
from terms.names import FIELD_KINDS, LINE_KINDS, FieldKind
from terms.normal import normalise
from terms.requests import Audience, Line
from terms.values import FieldStatus, FieldValue

_WORD_LENGTH = 600
_LINE_PART = re.compile(r"line\[(\d{1,3})\]\.([a-z_]+)")
_LINE = re.compile(r"line\[(\d{1,3}|\+)\]")
_DIAGNOSIS = re.compile(r"diagnosis\[(\d{1,3}|\+)\]")


@dataclass(frozen=True, slots=True)
class Change:
    """One change that a clerk makes.

    ``target`` is a field name (``member.id``), a part of a line (``line[0].code``,
    ``line[0].modifiers`` with the modifiers separated by spaces), a whole line (``line[+]`` adds
    one with the code ``text``, ``line[1]`` with ``text=None`` removes it), a diagnosis
    (``diagnosis[0]``, ``diagnosis[+]``; ``text=None`` removes it), the words to the provider
    (``word.provider``), or any other field that an open clerk gap names (``page[3]``, ``pages``,
    ``clinical``, ``line``): the clerk looked and lets it stand. ``text`` is what the clerk typed, in
    any form that the kind allows; empty means "it is not on the paper". ``page`` (its number in the
    request) and ``box`` say where it stands if the clerk pointed at it. A text that is no valid
    value of its kind needs a ``reason`` and is kept as what the paper says.
    """

    target: str
    text: str | None
    reason: str = ""
    page: int | None = None
    box: Box | None = None


def correct(reference: str, changes: Iterable[Change], *, revision: int, actor: Actor, tables: Reference) -> Request:
    """Make changes to a request at the revision that the clerk saw: one new revision for all of them.

    The decision is made again from the values (nothing is read again). A request that had gone on
    waits for its release again, and a notice of it that has not gone out is taken back.
    ``tables`` are the reference data to decide by.

    Raises :class:`desk.errors.RevisionChangedError`, :class:`desk.errors.UnknownTargetError`,
    :class:`desk.errors.ValueRefusedError`, :class:`desk.errors.MoveRefusedError`; then nothing
    has changed.
    """
    with transaction.atomic():
        request = lock_request(reference, revision=revision)
        _check_correctable(request, actor)
        request.revision += 1
        if request.state == RequestState.UNMATCHED:
            # a person fills it in: from now on it is a request of its own
            request.facts = {name: fact for name, fact in request.facts.items() if name != RECORDS_ONLY}
        for change in changes:
            _apply(request, change, actor)
        request.save(update_fields=["revision", "facts", "changed_at"])
        supersede_unsent(request)
        move(request, RequestState.NEEDS_REVIEW, actor)
        _bear_out(request, tables)
        redecide(request, tables, cause="correction")
        return request


def _bear_out(request: Request, tables: Reference) -> None:
    """What a person just said may tell which member or provider is meant: their table then settles other doubts."""
    values = values_of(request)
    borne_out = bear_out_all([values], tables, received_at=request.received_at)[0]
    if borne_out is values:
        return
    for row in request.fields.filter(human=False):
        if (value := borne_out.fields[row.name]) != values.fields[row.name]:
            fill_field(row, value)
            row.save()
    request.facts = request.facts | {FACT: borne_out.facts[FACT]}
    request.save(update_fields=["facts"])


def correct_field(
    reference: str, name: str, text: str, *, revision: int, actor: Actor, tables: Reference, reason: str = ""
) -> Request:
    """Set or confirm one field; see :func:`correct`."""
    return correct(reference, [Change(name, text, reason)], revision=revision, actor=actor, tables=tables)


def correct_line(
    reference: str, line: int, part: str, text: str, *, revision: int, actor: Actor, tables: Reference, reason: str = ""
) -> Request:
    """Set or confirm one part of the line at position ``line`` (0-based); see :func:`correct`."""
    change = Change(f"line[{line}].{part}", text, reason)
    return correct(reference, [change], revision=revision, actor=actor, tables=tables)


def correct_diagnosis(
    reference: str, position: int, text: str, *, revision: int, actor: Actor, tables: Reference, reason: str = ""
) -> Request:
    """Set or confirm the diagnosis at ``position`` (0-based); see :func:`correct`."""
    change = Change(f"diagnosis[{position}]", text, reason)
    return correct(reference, [change], revision=revision, actor=actor, tables=tables)


def _check_correctable(request: Request, actor: Actor) -> None:
    if not actor.roles & PEOPLE:
        msg = "your role may not correct requests"
        raise MoveRefusedError(msg)
    if request.state not in CORRECTABLE_STATES:
        msg = f"a request that is {request.state.replace('_', ' ')} can no longer be corrected here"
        raise MoveRefusedError(msg)


def _apply(request: Request, change: Change, actor: Actor) -> None:
    if change.target in FIELD_KINDS:
        before, after = _change_field(request, change, actor)
    elif found := _LINE_PART.fullmatch(change.target):
        before, after = _change_line_part(request, change, int(found.group(1)), found.group(2))
    elif found := _LINE.fullmatch(change.target):
        before, after = _change_line(request, change, found.group(1))
    elif found := _DIAGNOSIS.fullmatch(change.target):
        before, after = _change_diagnosis(request, change, found.group(1))
    elif change.target == WORD:
        before, after = _change_word(request, change)
    elif request.gaps.filter(field=change.target, audience=Audience.CLERK.value).exists():
        before, after = None, _let_stand(request, change)
    else:
        raise _unknown(change.target)
    Correction.objects.create(
        request=request,
        revision=request.revision,
        target=change.target,
        before=before,
        after=after,
        reason=change.reason,
        by_id=actor.user_id,
        by_name=actor.name,
        at=timezone.now(),
    )
    note(actor, "request.corrected", request=request, detail={"target": change.target, "revision": request.revision})


def _let_stand(request: Request, change: Change) -> object:
    """A person looked at a gap that is no value (``page[3]``, ``pages``, ``clinical``, ``line``) and lets it stand."""
    request.facts = request.facts | {f"confirmed.{change.target}": "yes"}
    request.save(update_fields=["facts"])
    return {"looked_at": True}


def _change_word(request: Request, change: Change) -> tuple[object, object]:
    """Keep a clerk's own words to the provider; the information request of this revision prints them."""
    before = request.facts.get(WORD, "")
    after = " ".join((change.text or "").split())[:_WORD_LENGTH]
    others = {name: fact for name, fact in request.facts.items() if name != WORD}
    request.facts = others | ({WORD: after} if after else {})
    request.save(update_fields=["facts"])
    return {"words": before}, {"words": after}


def _unknown(target: str) -> UnknownTargetError:
    return UnknownTargetError(f"the request has no {target[:60]!r} to correct")


def _human_value(kind: FieldKind, change: Change, before: FieldValue, request: Request) -> FieldValue:
    """The value as a person gives it: certain, with the evidence that was there before."""
    text = (change.text or "").strip()
    if change.page is not None and change.box is not None:
        before = replace(before, page=change.page, box=change.box)
    if not text:
        return FieldValue.missing(page=before.page, box=before.box, label=before.label)
    value = normalise(kind, text, latest=request.received_at.date())
    if value is None and not change.reason.strip():
        msg = f"what was typed for {change.target} is not a valid {kind.value.replace('_', ' ')}; correct it or say why"
        raise ValueRefusedError(msg)
    status = FieldStatus.ACCEPTED if value is not None else FieldStatus.INVALID
    return replace(before, value=value, raw=text, confidence=1.0, status=status, candidates=())


def _change_field(request: Request, change: Change, actor: Actor) -> tuple[object, object]:
    row, _made = FieldRecord.objects.get_or_create(
        request=request, name=change.target, defaults={"status": FieldStatus.MISSING.value}
    )
    before = field_value(row)
    after = _human_value(FIELD_KINDS[change.target], change, before, request)
    fill_field(row, after)
    row.human, row.changed_by, row.changed_at = True, actor.name, timezone.now()
    row.save()
    return before.to_record(), after.to_record()


def _line_at(request: Request, position: int) -> LineRecord:
    row = LineRecord.objects.filter(request=request, position=position).first()
    if row is None:
        raise _unknown(f"line[{position}]")
    return row


def _change_line_part(request: Request, change: Change, position: int, part: str) -> tuple[object, object]:
    row = _line_at(request, position)
    line = Line.from_record(row.parts)
    if part == "modifiers":
        changed = _with_modifiers(line, change, request)
        before: object = [m.to_record() for m in line.modifiers]
        after: object = [m.to_record() for m in changed.modifiers]
    elif part in LINE_KINDS:
        old: FieldValue = getattr(line, part)
        new = _human_value(LINE_KINDS[part], change, old, request)
        changed = Line.from_record(row.parts | {part: new.to_record()})
        before, after = old.to_record(), new.to_record()
    else:
        raise _unknown(change.target)
    fill_line(row, changed)
    row.human = sorted({*row.human, part})
    row.save()
    return before, after


def _with_modifiers(line: Line, change: Change, request: Request) -> Line:
    words = re.split(r"[\s,;]+", (change.text or "").strip())
    old = {m.value: m for m in line.modifiers}
    modifiers = []
    for word in filter(None, words):
        known = old.get(word.upper(), FieldValue.missing())
        modifiers.append(_human_value(FieldKind.MODIFIER, replace(change, text=word), known, request))
    return replace(line, modifiers=tuple(modifiers))


def _change_line(request: Request, change: Change, place: str) -> tuple[object, object]:
    if place == "+":
        if not change.text:
            raise _unknown(change.target)
        code = _human_value(FieldKind.CODE, change, FieldValue.missing(), request)
        row = LineRecord(request=request, position=request.lines.count(), human=["code"])
        fill_line(row, Line(code=code))
        row.save()
        return None, row.parts
    if change.text is not None:
        raise _unknown(change.target)
    row = _line_at(request, int(place))
    before = row.parts
    row.delete()
    for position, later in enumerate(request.lines.order_by("position")):
        LineRecord.objects.filter(pk=later.pk).update(position=position)
    return before, None


def _change_diagnosis(request: Request, change: Change, place: str) -> tuple[object, object]:
    if place == "+":
        if not change.text:
            raise _unknown(change.target)
        value = _human_value(FieldKind.DIAGNOSIS, change, FieldValue.missing(), request)
        row = Diagnosis(request=request, position=request.diagnoses.count())
        before: object = None
    else:
        found = Diagnosis.objects.filter(request=request, position=int(place)).first()
        if found is None:
            raise _unknown(change.target)
        row, before = found, found.value
        if change.text is None:
            row.delete()
            for position, later in enumerate(request.diagnoses.order_by("position")):
                Diagnosis.objects.filter(pk=later.pk).update(position=position)
            return before, None
        value = _human_value(FieldKind.DIAGNOSIS, change, FieldValue.from_json(found.value), request)
    row.value, row.code, row.human = value.to_record(), (value.value or "")[:12], True
    row.save()
    return before, row.value
