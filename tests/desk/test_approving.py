"""The notice of a decision: made, looked at, approved as that very paper, and only then sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings as DjangoSettings

from desk.cases.actor import MACHINE, Actor
from desk.cases.approving import AWAITS, approve, awaiting
from desk.cases.care import record_decision
from desk.cases.holding import hold, let_go
from desk.cases.notices import verify_and_send
from desk.config import Settings
from desk.errors import MoveRefusedError
from desk.lifecycle import Role
from desk.pipeline import paper, steps
from desk.records.models import AuditEvent, Notice, VerifiedNumber, WorkItem
from outbound.care import CareKind
from tests.desk.sending_house import CLERK, SENIOR, Line, know_number, line
from tests.outbound import made_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
OTHER = Actor("otto", frozenset({Role.CLERK}))


@pytest.fixture
def out(tmp_path: Path, settings: DjangoSettings, inlet: Settings) -> Iterator[Line]:
    """A line with the made-up provider's number known."""
    del inlet
    know_number()
    with line(tmp_path, settings) as made:
        yield made


def _decided(out: Line, kind: CareKind = CareKind.APPROVE) -> Notice:
    request = out.request()
    steps.hand_over_request(request.reference, request.revision)
    row = record_decision(
        request.reference, made_up.care(kind), revision=request.revision, actor=CLERK,
        sender=paper.sender_contact(), texts=paper.own_texts(),
    )  # fmt: skip
    return Notice.objects.get(care=row, way="fax")


@pytest.mark.parametrize("kind", list(CareKind))
def test_nothing_leaves_before_a_person_approved_its_paper(out: Line, kind: CareKind) -> None:
    """It is made and held; approved, it goes out as that paper, once; who and when is kept."""
    notice = _decided(out, kind)
    assert not out.send(notice.key)
    notice.refresh_from_db()
    assert (notice.state, notice.problem_kind, notice.approved_by) == ("held", AWAITS, "")
    assert notice.transmissions.count() == 0
    assert out.provider.board.jobs == {}
    assert list(awaiting()) == [notice]
    approve(notice.key, notice.pdf, actor=OTHER)
    assert out.send(notice.key)
    after = Notice.objects.get(pk=notice.pk)
    assert (after.state, after.approved_by, after.approved_pdf) == ("sent", "otto", notice.pdf)
    assert after.pdf == notice.pdf
    assert len(out.provider.board.jobs) == 1
    assert WorkItem.objects.filter(payload__notice=notice.key).count() == 2
    assert AuditEvent.objects.get(action="notice.approved").actor_name == "otto"
    with pytest.raises(MoveRefusedError, match="any more"):
        approve(notice.key, notice.pdf, actor=OTHER)


def test_only_a_clerk_approves_and_only_what_was_looked_at(out: Line) -> None:
    """Not the machine, not an auditor, not another paper; a notice of no decision asks for none."""
    notice = _decided(out)
    with pytest.raises(MoveRefusedError, match="any more"):
        approve(notice.key, "", actor=CLERK)
    out.send(notice.key)
    notice.refresh_from_db()
    for actor in (MACHINE, Actor("audie", frozenset({Role.AUDITOR}))):
        with pytest.raises(MoveRefusedError, match="role"):
            approve(notice.key, notice.pdf, actor=actor)
    for pdf in ("", "another.pdf"):
        with pytest.raises(MoveRefusedError, match="made anew"):
            approve(notice.key, pdf, actor=CLERK)
    with pytest.raises(MoveRefusedError, match="nobody holds"):
        let_go(notice.key, actor=CLERK)
    receipt = Notice.objects.exclude(pk=notice.pk).filter(request=notice.request)[0]
    assert out.send(receipt.key)


def test_another_paper_has_to_be_approved_again(out: Line) -> None:
    """The number changed between approval and sending, so that the paper is another one: it waits once more."""
    notice = _decided(out)
    out.send(notice.key)
    notice.refresh_from_db()
    approve(notice.key, notice.pdf, actor=CLERK)
    VerifiedNumber.objects.update(number="+15105550188")
    assert not out.send(notice.key)
    again = Notice.objects.get(pk=notice.pk)
    assert (again.state, again.problem_kind) == ("held", AWAITS)
    assert again.pdf != notice.pdf
    assert out.provider.board.jobs == {}


def test_a_later_decision_takes_the_unapproved_notice_of_an_earlier_one_back(out: Line) -> None:
    """A deferral that nobody approved is not sent after the approval of the same revision."""
    deferral = _decided(out, CareKind.DEFER)
    out.send(deferral.key)
    assert deferral.request is not None
    record_decision(
        deferral.request.reference, made_up.care(CareKind.APPROVE), revision=deferral.revision, actor=CLERK,
        sender=paper.sender_contact(), texts=paper.own_texts(),
    )  # fmt: skip
    deferral.refresh_from_db()
    assert deferral.state == "superseded"
    assert not awaiting().exists()
    with pytest.raises(MoveRefusedError):
        approve(deferral.key, deferral.pdf, actor=CLERK)


def test_a_number_is_sure_first(out: Line) -> None:
    """Without a verified number it waits for that; a person vouches, and then its paper is approved."""
    VerifiedNumber.objects.all().delete()
    notice = _decided(out)
    out.send(notice.key)
    notice.refresh_from_db()
    assert (notice.state, notice.problem_kind) == ("held", "")
    verify_and_send(notice.key, "510-555-0151", actor=SENIOR)
    assert out.approve_and_send(notice.key)
    assert Notice.objects.get(pk=notice.pk).state == "sent"


def test_what_a_person_held_waits_for_approval_too(out: Line) -> None:
    """Held by hand and let go, a decision's notice still has to be approved."""
    notice = _decided(out)
    hold(notice.key, "a question is open", actor=CLERK)
    let_go(notice.key, actor=CLERK)
    assert out.approve_and_send(notice.key)


def test_somebody_else_approves_where_the_plan_wants_that(out: Line, settings: DjangoSettings) -> None:
    """Who recorded the decision does not approve its notice; a colleague does."""
    sending = settings.INLET.sending.model_copy(update={"approve_by_another": True})
    settings.INLET = settings.INLET.model_copy(update={"sending": sending})
    notice = _decided(out)
    out.send(notice.key)
    notice.refresh_from_db()
    with pytest.raises(MoveRefusedError, match="somebody else"):
        approve(notice.key, notice.pdf, actor=CLERK)
    assert approve(notice.key, notice.pdf, actor=OTHER).state == "drafted"
