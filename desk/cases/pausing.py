"""Pausing a source: what comes stays where it is until a person lets it go on."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.errors import DeskError, MoveRefusedError
from desk.lifecycle import SENIORS
from desk.records.models import SourcePause
from terms.errors import Problem

PAUSED = "desk.paused"
"""The kind of trouble of a source that a person paused."""

_LEAST_REASON = 3
SENTENCE = "Paused by {who}: {why}. What comes stays there; resume it on the sources page."


def pause_of(source: str) -> SourcePause | None:
    """Give the pause that holds a source now, None when it takes what comes."""
    last = SourcePause.objects.filter(source=source).first()
    return last if last is not None and last.is_paused else None


def paused_problem(source: str) -> Problem | None:
    """Give the pause as what hinders a source, with the remedy; None when there is none."""
    pause = pause_of(source)
    if pause is None:
        return None
    return Problem(PAUSED, SENTENCE.format(who=pause.by_name, why=pause.reason), retry=True)


def turn_source(source: str, *, pause: bool, reason: str, actor: Actor) -> None:
    """Pause a source or let it go on; being so already changes nothing.

    Raises :class:`desk.errors.DeskError` for a source that is none or a pause without a reason,
    :class:`desk.errors.MoveRefusedError`.
    """
    if not actor.roles & SENIORS:
        raise MoveRefusedError("your role may not pause sources; ask a senior clerk or supervisor")
    if source not in {each.name for each in settings.INLET.all_sources}:
        raise DeskError("there is no source of this name; load the page again")
    said = " ".join(reason.split())[:200]
    if pause and len(said) < _LEAST_REASON:
        raise DeskError("say why it is paused: others will ask")
    with transaction.atomic():
        if (pause_of(source) is not None) is pause:
            return
        SourcePause.objects.create(source=source, is_paused=pause, reason=said, by_name=actor.name, at=timezone.now())
        note(actor, "source.paused" if pause else "source.resumed", detail={"source": source})
