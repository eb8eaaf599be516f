"""A decided request is closed once everybody was told, by itself or because a person says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings as DjangoSettings

from desk.cases.actor import Actor
from desk.cases.care import approve_text, record_decision
from desk.cases.closing import close, close_told
from desk.cases.sending import mark_mailed
from desk.config import Settings
from desk.errors import DeskError, MoveRefusedError
from desk.lifecycle import Role
from desk.pipeline import paper, steps
from desk.records.models import AuditEvent, Notice, Request, Transmission
from outbound.care import CareKind
from outbound.notices import Language
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


def decided(out: Line, kind: CareKind = CareKind.APPROVE, *languages: Language) -> Request:
    """A request about which somebody decided; its notices are drafted."""
    request = out.request()
    steps.hand_over_request(request.reference, request.revision)
    record_decision(
        request.reference, made_up.care(kind), revision=request.revision, actor=CLERK, languages=languages,
        sender=paper.sender_contact(), texts=paper.own_texts(),
    )  # fmt: skip
    return request


def state(request: Request) -> str:
    """Where it stands now."""
    request.refresh_from_db()
    return request.state


def last_key(notice: Notice) -> str:
    """The key of a notice's last transmission."""
    return Transmission.objects.filter(notice=notice).order_by("-attempt").values_list("key", flat=True)[0]


def test_request_is_closed_when_its_notice_is_delivered(out: Line) -> None:
    """Not while the notice is drafted or on the line; once every page was confirmed, by the machine, once."""
    request = decided(out)
    notice = Notice.objects.get(care__request=request)
    assert close_told() == 0
    assert out.approve_and_send(notice.key)
    assert close_told() == 0
    assert out.end(last_key(notice), "delivered").state == "delivered"
    assert close_told() == 1
    assert state(request) == "closed"
    assert close_told() == 0
    assert AuditEvent.objects.filter(action="request.moved", detail__to="closed", actor_name="machine").count() == 1


def test_letter_to_the_member_counts_too(out: Line) -> None:
    """A denial is closed only when the provider has the notice and somebody mailed the letter."""
    senior = Actor("sena", frozenset({Role.SENIOR_CLERK, Role.CLERK}), User.objects.create_user("sena").pk)
    for text in paper.own_texts():
        approve_text(text, actor=senior)
    request = decided(out, CareKind.DENY, Language.SPANISH)
    fax, letter = Notice.objects.get(care__request=request, way="fax"), Notice.objects.get(way="post")
    assert out.approve_and_send(fax.key)
    out.end(last_key(fax), "delivered")
    out.send(letter.key)
    assert close_told() == 0
    mark_mailed(letter.key, actor=CLERK)
    assert close_told() == 1
    assert state(request) == "closed"


def test_failed_notice_keeps_it_open_until_a_person_says_how_they_were_told(out: Line) -> None:
    """By hand with words and a clerk's role, not while a notice is on the line."""
    request = decided(out)
    notice = Notice.objects.get(care__request=request)
    out.approve_and_send(notice.key)
    with pytest.raises(DeskError, match="on its way"):
        close(request.reference, "told by phone", actor=CLERK)
    Notice.objects.filter(pk=notice.pk).update(state="failed")
    assert close_told() == 0
    with pytest.raises(DeskError, match="how they were told"):
        close(request.reference, "", actor=CLERK)
    with pytest.raises(MoveRefusedError):
        close(request.reference, "told by phone", actor=Actor("audie", frozenset({Role.AUDITOR})))
    close(request.reference, "told by phone", actor=CLERK)
    assert state(request) == "closed"
    assert AuditEvent.objects.get(action="request.closed").detail == {"reason": "told by phone"}


def test_request_that_is_not_decided_is_not_closed(out: Line) -> None:
    """A deferral waits, and what nobody decided cannot be closed."""
    request = decided(out, CareKind.DEFER)
    notice = Notice.objects.get(care__request=request)
    out.approve_and_send(notice.key)
    out.end(last_key(notice), "delivered")
    assert close_told() == 0
    with pytest.raises(MoveRefusedError, match="cannot become closed"):
        close(request.reference, "done with it", actor=CLERK)
    assert state(request) == "handed_over"
