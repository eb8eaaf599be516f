"""A person's hand on one notice, and their own words in an information request."""

from pathlib import Path

import pytest

from desk.cases.actor import Actor
from desk.cases.corrections import Change, correct
from desk.cases.holding import BY_HAND, hold, let_go, resend
from desk.cases.release import release
from desk.cases.tables import current_reference
from desk.errors import MoveRefusedError
from desk.lifecycle import NoticeState, RequestState, Role, TransmissionState
from desk.pipeline.paper import compose_notice, find_destination
from desk.records.models import AuditEvent, Notice, Request, WorkItem
from tests.desk.test_pages import come_in, form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]

DANA = Actor("dana", frozenset({Role.CLERK}))


@pytest.fixture
def notice(tmp_path: Path) -> Notice:
    """A notice that has not left yet."""
    _, (request,) = come_in(tmp_path, form(1, "E0143"))
    correct(
        request.reference, [Change("member.phone", "510-555-0190")], revision=1, actor=DANA, tables=current_reference()
    )
    release(request.reference, revision=2, actor=DANA)
    return Notice.objects.get(request=request, revision=2)


def test_a_notice_is_held_and_let_go(notice: Notice) -> None:
    """Held with a reason it goes nowhere; let go, the pipeline is asked for it once more."""
    wishes = WorkItem.objects.filter(payload__notice=notice.key).count()
    held = hold(notice.key, "The office asked us to wait.", actor=DANA)
    assert (held.state, held.problem_kind) == (NoticeState.HELD, BY_HAND)
    assert "dana" in held.problem_message
    gone = let_go(notice.key, actor=DANA)
    assert (gone.state, gone.problem_message) == (NoticeState.DRAFTED, "")
    assert WorkItem.objects.filter(payload__notice=notice.key).count() == wishes + 1
    told = set(AuditEvent.objects.filter(request=notice.request).values_list("action", flat=True))
    assert {"notice.held_by_hand", "notice.let_go"} <= told


def test_what_cannot_be_held(notice: Notice) -> None:
    """Without a reason, by somebody who only looks, or when it is on its way: refused, and it stays as it is."""
    with pytest.raises(MoveRefusedError, match="say why"):
        hold(notice.key, " ", actor=DANA)
    with pytest.raises(MoveRefusedError, match="your role"):
        hold(notice.key, "x", actor=Actor("alex", frozenset({Role.AUDITOR})))
    with pytest.raises(MoveRefusedError, match="vouch"):
        let_go(notice.key, actor=DANA)
    notice.transmissions.create(
        attempt=1, key=f"{notice.key}:1", transport="outbox", state=TransmissionState.INTENDED,
        intended_at=notice.created_at,
    )  # fmt: skip
    with pytest.raises(MoveRefusedError, match="on its way"):
        hold(notice.key, "x", actor=DANA)
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFTED


def test_a_clerks_words_are_printed(tmp_path: Path) -> None:
    """What a clerk writes to the provider stands below the list of the information request of that revision."""
    _, (request,) = come_in(tmp_path, form(1, "E0143", ordering_provider__npi="1234567890"))
    tables = current_reference()
    words = "Please send   page 2 of the notes."
    changes = [Change("word.provider", words), Change("ordering_provider.npi", "", "")]
    request = correct(request.reference, changes, revision=1, actor=DANA, tables=tables)
    assert request.clerk_gap_count == 0, list(request.gaps.values_list("message", flat=True))
    request = release(request.reference, revision=2, actor=DANA)
    assert request.state == RequestState.INCOMPLETE
    notice = Notice.objects.get(request=request, revision=2, kind="information_request")
    data = compose_notice(notice, tables, find_destination(notice, tables))
    assert data.gaps[-1].message == "Please send page 2 of the notes."
    assert "page 2 of the notes" in str(data.to_json())
    correct(request.reference, [Change("word.provider", "")], revision=2, actor=DANA, tables=tables)
    assert "word.provider" not in Request.objects.get(pk=request.pk).facts


def test_sent_once_more_to_a_number_somebody_vouches_for(notice: Notice) -> None:
    """A notice that has gone out is made again for another number; the first one stays as it is."""
    sue = Actor("sue", frozenset({Role.SUPERVISOR}))
    with pytest.raises(MoveRefusedError, match="has gone out"):
        resend(notice.key, "510-555-0177", actor=sue)
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.SENT)
    with pytest.raises(MoveRefusedError, match="your role"):
        resend(notice.key, "510-555-0177", actor=DANA)
    with pytest.raises(MoveRefusedError, match="not a fax number"):
        resend(notice.key, "12", actor=sue)
    made = resend(notice.key, "510-555-0177", actor=sue)
    assert (made.destination, made.verified, made.supersedes_id) == ("+15105550177", True, notice.pk)
    assert find_destination(made, current_reference()).number is not None
    assert compose_notice(made, current_reference(), find_destination(made, current_reference())).to_fax
    assert WorkItem.objects.filter(key=f"notice:{made.key}").exists()
    assert resend(notice.key, "510-555-0178", actor=sue).key != made.key
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT
