"""Proposals from corrections as a named person decides them: approved into reference data, declined, taken back."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.number_book import remember
from desk.cases.tables import adopt_table, record_edit
from desk.errors import DeskError, MoveRefusedError
from desk.lifecycle import Role
from desk.own_wordings import write_wordings
from desk.records.models import ForbiddenNumber, Lesson, LessonKind, LessonState, Provider, VerifiedNumber
from extract.labels.vocabulary import squeeze, vocabulary
from terms.contact import FaxNumber

_LEAST_WHY = 3
_DIRECTORY = "providers"


def approve(number: int, why: str, *, actor: Actor) -> Lesson:
    """Take a proposal into the reference data: from now on pages are read, and notices sent, by it.

    A wording is known to the readers from their next page on; a number stands in the directory (and a fax
    number in the book of numbers that people vouch for); a provider has a row. Raises
    :class:`desk.errors.DeskError`, :class:`desk.errors.ReferenceDataError` when the table refuses it.
    """
    with transaction.atomic():
        lesson = _locked(number, why, actor)
        if lesson.state == LessonState.APPROVED:
            raise DeskError("this is approved already")
        if lesson.kind == LessonKind.WORDING:
            lesson.way_back = _take_wording(lesson)
        elif lesson.kind == LessonKind.NUMBER:
            lesson.way_back = _take_number(lesson, actor)
        else:
            lesson.way_back = _take_provider(lesson, actor)
        _decide(lesson, LessonState.APPROVED, why, actor)
    return lesson


def decline(number: int, why: str, *, actor: Actor) -> Lesson:
    """Say that a proposal is none; it is not proposed again. Raises :class:`desk.errors.DeskError`."""
    with transaction.atomic():
        lesson = _locked(number, why, actor)
        if lesson.state != LessonState.PROPOSED:
            raise DeskError("this was decided by somebody meanwhile; load the page again")
        return _decide(lesson, LessonState.DECLINED, why, actor)


def take_back(number: int, why: str, *, actor: Actor) -> Lesson:
    """Undo an approval: what stood there before stands there again. Raises :class:`desk.errors.DeskError`."""
    with transaction.atomic():
        lesson = _locked(number, why, actor)
        if lesson.state != LessonState.APPROVED:
            raise DeskError("this is not approved; load the page again")
        if lesson.kind == LessonKind.NUMBER:
            _put_number_back(lesson, actor)
        elif lesson.kind == LessonKind.PROVIDER and lesson.way_back.get("made"):
            Provider.objects.filter(npi=lesson.data["npi"]).delete()
            record_edit(_DIRECTORY, actor=actor)
        return _decide(lesson, LessonState.TAKEN_BACK, why, actor)


def wordings() -> dict[str, str]:
    """The label wordings in force that people approved: as printed → concept."""
    rows = Lesson.objects.filter(kind=LessonKind.WORDING, state=LessonState.APPROVED).values_list("data", flat=True)
    return {row["wording"]: row["concept"] for row in rows}


def lay_out_wordings() -> bool:
    """Put the approved wordings where this machine's readers look; give whether anything changed there."""
    return write_wordings(settings.INLET, wordings())


def _locked(number: int, why: str, actor: Actor) -> Lesson:
    if Role.SUPERVISOR not in actor.roles or actor.user_id is None:
        raise MoveRefusedError("your role may not decide what is learned; ask a supervisor")
    if len(why.strip()) < _LEAST_WHY:
        raise DeskError("say why: it is part of the record")
    lesson = Lesson.objects.select_for_update().filter(pk=number).first()
    if lesson is None:
        raise DeskError("there is no such proposal any more; load the page again")
    return lesson


def _decide(lesson: Lesson, state: LessonState, why: str, actor: Actor) -> Lesson:
    lesson.state, lesson.why = state.value, why.strip()
    lesson.decided_by_id, lesson.decided_by_name, lesson.decided_at = actor.user_id, actor.name, timezone.now()
    lesson.save()
    note(actor, f"lesson.{state.value}", detail={"lesson": lesson.pk, "kind": lesson.kind})
    if lesson.kind == LessonKind.WORDING:
        transaction.on_commit(lay_out_wordings)
    return lesson


def _take_wording(lesson: Lesson) -> dict[str, object]:
    words = vocabulary()
    concept = words.phrases.get(squeeze(lesson.data["wording"]))
    if lesson.data["concept"] not in words.concepts or concept not in {None, lesson.data["concept"]}:
        raise DeskError("this wording is known to ask for something else; it cannot mean both")
    return {}


def _take_number(lesson: Lesson, actor: Actor) -> dict[str, object]:
    npi, which, number = (lesson.data[name] for name in ("npi", "which", "number"))
    back: dict[str, object] = {}
    adopt_table(_DIRECTORY, actor=actor)
    row = Provider.objects.select_for_update().filter(npi=npi).first()
    if which == "fax":
        fax = FaxNumber.parse(number)
        if fax is None:
            raise DeskError("this is not a fax number; decline it")
        if ForbiddenNumber.objects.filter(number=fax.number).exists():
            raise DeskError("this number must not be faxed; take it off that list first")
        back["vouched"] = not VerifiedNumber.objects.filter(npi=npi, number=fax.number).exists()
        remember(npi, fax, actor=actor, how="Learned from corrections.")
    elif row is None:
        raise DeskError("the provider is not in the directory any more; decline it")
    if row is not None:
        verified_on = row.fax_verified_on
        back["provider"] = {
            which: getattr(row, which),
            "fax_verified": row.fax_verified,
            "fax_verified_on": verified_on.isoformat() if verified_on else None,
        }
        setattr(row, which, number)
        if which == "fax":
            row.fax_verified, row.fax_verified_on = True, timezone.localdate()
        row.save()
        record_edit(_DIRECTORY, actor=actor)
    return back


def _put_number_back(lesson: Lesson, actor: Actor) -> None:
    npi, which, number = (lesson.data[name] for name in ("npi", "which", "number"))
    before = lesson.way_back.get("provider")
    if lesson.way_back.get("vouched"):
        VerifiedNumber.objects.filter(npi=npi, number=number).delete()
    if before is None:
        return
    row = Provider.objects.select_for_update().filter(npi=npi).first()
    if row is None or getattr(row, which) != number:
        raise DeskError("the directory says something else by now; mend it there")
    setattr(row, which, before[which])
    if which == "fax":
        verified_on = before["fax_verified_on"]
        row.fax_verified = before["fax_verified"]
        row.fax_verified_on = dt.date.fromisoformat(verified_on) if verified_on else None
    row.save()
    record_edit(_DIRECTORY, actor=actor)


def _take_provider(lesson: Lesson, actor: Actor) -> dict[str, object]:
    adopt_table(_DIRECTORY, actor=actor)
    data = lesson.data
    name, _, credentials = data["name"].partition(",")
    _row, made = Provider.objects.get_or_create(
        npi=data["npi"],
        defaults={
            "name": name.strip()[:200],
            "credentials": credentials.strip()[:60],
            "address": data["address"][:240],
            "phone": data["phone"][:24],
            "fax": data["fax"][:24],
        },
    )
    if made:
        record_edit(_DIRECTORY, actor=actor)
    return {"made": made}
