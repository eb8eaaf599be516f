"""Care decisions: entered by a person, told by notices, in words that a person approved; never by the machine."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings as DjangoSettings

from desk.cases.actor import MACHINE, Actor
from desk.cases.care import approve_text, record_decision, unapproved
from desk.cases.sending import mark_mailed
from desk.config import Settings
from desk.errors import MoveRefusedError
from desk.lifecycle import Role
from desk.pipeline import paper, steps
from desk.records.models import CareRecord, Notice, Request, TextApproval
from outbound.care import CareDecision, CareKind
from outbound.errors import CareDecisionError
from outbound.notices import Language
from outbound.texts import AVAILABILITY
from tests.desk.sending_house import CLERK, Line, know_number, line
from tests.outbound import made_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]


@pytest.fixture
def out(tmp_path: Path, settings: DjangoSettings, inlet: Settings) -> Iterator[Line]:
    """A line with the made-up provider's number known."""
    del inlet
    know_number()
    with line(tmp_path, settings) as made:
        yield made


@pytest.fixture
def senior(db: None) -> Actor:
    """A senior clerk with a name."""
    del db
    user = User.objects.create_user("sena")
    return Actor("sena", frozenset({Role.SENIOR_CLERK, Role.CLERK}), user.pk)


def _handed_over(out: Line) -> Request:
    request = out.request()
    steps.hand_over_request(request.reference, request.revision)
    request.refresh_from_db()
    return request


def _record(request: Request, care: CareDecision, actor: Actor, *languages: Language) -> CareRecord:
    return record_decision(
        request.reference, care, revision=request.revision, actor=actor, languages=languages,
        sender=paper.sender_contact(), texts=paper.own_texts(),
    )  # fmt: skip


@pytest.mark.parametrize("kind", list(CareKind))
def test_a_decision_becomes_its_notice_and_moves_the_request(out: Line, kind: CareKind) -> None:
    """The provider's notice carries what was decided and by whom; a deferral leaves the request where it is."""
    request = _handed_over(out)
    row = _record(request, made_up.care(kind), CLERK)
    request.refresh_from_db()
    assert request.state == ("handed_over" if kind is CareKind.DEFER else "decided")
    notice = Notice.objects.get(care=row)
    assert out.approve_and_send(notice.key)
    notice.refresh_from_db()
    assert (notice.state, notice.approved_by) == ("sent", "clara")
    assert notice.data["care"]["decided_by"] == "Octavia Pretendwell, MD, Medical Director"
    assert CareDecision.from_record(row.data) == made_up.care(kind)


def test_the_machine_decides_nothing(out: Line) -> None:
    """No decision is recorded for the machine, before the hand-over, or by somebody without a clerk's role."""
    request = _handed_over(out)
    auditor = Actor("audie", frozenset({Role.AUDITOR}))
    for actor in (MACHINE, auditor):
        with pytest.raises(MoveRefusedError):
            _record(request, made_up.care(CareKind.APPROVE), actor)
    early = out.request()
    Request.objects.filter(pk=early.pk).update(state="needs_review")
    with pytest.raises(MoveRefusedError):
        _record(early, made_up.care(CareKind.APPROVE), CLERK)
    assert not CareRecord.objects.exists()


@pytest.mark.parametrize("kind", list(CareKind))
def test_a_decision_that_its_notice_could_not_be_made_from_is_refused(kind: CareKind) -> None:
    """Every part that the notice must carry is asked for, by its name."""
    whole = made_up.care(kind)
    with pytest.raises(CareDecisionError, match="phone"):
        dataclasses.replace(whole, phone="none")
    with pytest.raises(CareDecisionError, match="decided by"):
        dataclasses.replace(whole, decided_by=" ")
    with pytest.raises(CareDecisionError, match="lines"):
        dataclasses.replace(whole, lines=())
    with pytest.raises(CareDecisionError, match="decided at"):
        dataclasses.replace(whole, decided_at=dt.datetime(2026, 1, 1))  # noqa: DTZ001  (what is refused)
    needed = {
        CareKind.APPROVE: ("authorization_number",),
        CareKind.MODIFY: ("reasons", "criteria", "authorization_number"),
        CareKind.DEFER: ("reasons", "awaited"),
        CareKind.DENY: ("reasons", "criteria", "unmet"),
        CareKind.RETRO_DENY: ("reasons", "criteria"),
    }[kind]
    for name in needed:
        with pytest.raises(CareDecisionError, match=name.replace("_", " ")):
            dataclasses.replace(whole, **{name: ""})
    if kind is CareKind.DEFER:
        with pytest.raises(CareDecisionError, match="harmless"):
            dataclasses.replace(whole, harmless=False)


def test_a_letter_needs_words_that_a_named_person_approved(out: Line, senior: Actor) -> None:
    """Off until approved; approved words are exactly those words; the letter is printed, never faxed."""
    request = _handed_over(out)
    denial = made_up.care(CareKind.DENY)
    with pytest.raises(MoveRefusedError, match=r"letter_denial\.es"):
        _record(request, denial, CLERK, Language.SPANISH)
    assert not CareRecord.objects.exists()
    texts = [t for t in paper.own_texts() if t.kind == AVAILABILITY or t.name.startswith("letter_denial.es")]
    for text in texts:
        with pytest.raises(MoveRefusedError):
            approve_text(text, actor=CLERK)
        approve_text(text, actor=senior)
        approve_text(text, actor=senior)
    assert TextApproval.objects.count() == len(texts) == 6
    assert unapproved(tuple(texts)) == ()
    assert unapproved((dataclasses.replace(texts[0], digest="0" * 64),))
    _record(request, denial, CLERK, Language.SPANISH)
    letter = Notice.objects.get(language="es")
    assert (letter.kind, letter.way) == ("letter_denial", "post")
    assert out.send(letter.key)
    letter.refresh_from_db()
    assert (letter.state, letter.verified) == ("held", False)
    assert letter.pdf
    assert letter.data["care"]["reasons"] == made_up.REASONS[Language.SPANISH]
    assert out.provider.board.jobs == {}
    with pytest.raises(MoveRefusedError):
        mark_mailed(Notice.objects.get(kind="denial").key, actor=CLERK)
    assert mark_mailed(letter.key, actor=CLERK).state == "sent"
    assert steps.withdraw_notice(letter.key) == 1
    with pytest.raises(MoveRefusedError):
        mark_mailed(letter.key, actor=CLERK)


def test_words_that_nobody_approved_are_not_mailed(out: Line, senior: Actor) -> None:
    """A letter whose approval is missing when it is to be mailed stays where it is."""
    request = _handed_over(out)
    for text in paper.own_texts():
        approve_text(text, actor=senior)
    _record(request, made_up.care(CareKind.DENY), CLERK, Language.VIETNAMESE)
    letter = Notice.objects.get(way="post")
    out.send(letter.key)
    TextApproval.objects.filter(name__startswith="letter_denial.vi").delete()
    with pytest.raises(MoveRefusedError, match="approved"):
        mark_mailed(letter.key, actor=CLERK)


def test_nothing_is_translated_by_machine(out: Line, senior: Actor) -> None:
    """Without reasons in the member's language there is no letter in it."""
    del senior
    request = _handed_over(out)
    denial = dataclasses.replace(made_up.care(CareKind.DENY), member_reasons={Language.ENGLISH: "Because."})
    with pytest.raises(CareDecisionError, match="tagalog"):
        _record(request, denial, CLERK, Language.TAGALOG)
