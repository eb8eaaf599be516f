"""Quality sampling in the records: drawn at random, keyed blind, settled by a third person, thresholds raised."""

import datetime as dt
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings as DjangoSettings

from desk.cases import quality, refit
from desk.cases.actor import Actor
from desk.cases.as_measured import as_measured
from desk.cases.corrections import correct_field
from desk.config import Settings
from desk.errors import DeskError, MoveRefusedError, ValueRefusedError
from desk.lifecycle import RequestState, Role
from desk.records.models import AuditEvent, ConfidenceRefit, QualityCheck, QualityValue, Request
from terms.names import FieldKind
from terms.values import FieldStatus
from tests.desk.made_up import values
from tests.desk.test_cases import TABLES, read_arrival

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]


def person(name: str, role: Role = Role.CLERK) -> Actor:
    """Somebody with an account."""
    return Actor(name, frozenset({role}), User.objects.create_user(name).pk)


@pytest.fixture
def everything(inlet: Settings, settings: DjangoSettings) -> None:
    """Draw every request."""
    settings.INLET = inlet.model_copy(update={"quality": inlet.quality.model_copy(update={"share": 1.0})})


@pytest.fixture
def check(tmp_path: Path, everything: None) -> QualityCheck:
    """A drawn request that nobody touched."""
    del everything
    read_arrival(tmp_path, values())
    assert quality.draw_sample(timezone.now()) == 1
    return QualityCheck.objects.get()


def as_read(check: QualityCheck, **other: str) -> dict[int, str]:
    """What somebody keys who sees what was read, but for ``other`` (by the field's last word)."""
    return {v.position: other.get(v.name.rpartition(".")[2], v.read) for v in check.values.all()}


def test_request_is_drawn_once_with_its_accepted_values(check: QualityCheck) -> None:
    """Every value that was read from a picture and accepted is there to be keyed; drawing again adds nothing."""
    assert quality.draw_sample(timezone.now()) == 0
    names = set(check.values.values_list("name", flat=True))
    assert {"member.id", "member.phone", "ordering_provider.npi", "line[0].code"} <= names
    assert check.values.get(name="member.id").confidence == pytest.approx(0.999)


@pytest.mark.usefixtures("everything")
def test_request_that_a_person_touched_is_not_drawn(tmp_path: Path) -> None:
    """What a clerk changed is no sample of what the machine accepts."""
    read_arrival(tmp_path, values())
    request = Request.objects.get()
    correct_field(request.reference, "member.phone", "5105550177", revision=1, actor=person("clara"), tables=TABLES)
    assert quality.draw_sample(timezone.now()) == 0


def test_nothing_is_drawn_at_a_share_of_nothing(tmp_path: Path, inlet: Settings, settings: DjangoSettings) -> None:
    """With sampling off nobody is asked to key anything."""
    settings.INLET = inlet.model_copy(update={"quality": inlet.quality.model_copy(update={"share": 0.0})})
    read_arrival(tmp_path, values())
    assert quality.draw_sample(timezone.now()) == 0


def test_agreement_settles_at_once(check: QualityCheck) -> None:
    """What is keyed as it was read, written another way too, is right and nobody else is asked."""
    keyed = as_read(check, phone="(510) 555-0142", id="9123 4567 a", npi="123-456-7893")
    keyed |= {v.position: v.read.upper() for v in check.values.filter(kind=FieldKind.NAME)}
    keyed |= {v.position: "(510) 555-0150" for v in check.values.filter(name="ordering_provider.phone")}
    done = quality.key(person("kim"), check.pk, keyed)
    assert done.settled_at is not None
    assert set(done.values.values_list("right", flat=True)) == {True}
    assert len(quality.checked_values(timezone.now() - dt.timedelta(days=1))) == done.values.count()


def test_third_person_settles_a_disagreement(check: QualityCheck) -> None:
    """Neither the reader nor who keyed it decides; what the third person says counts as the truth."""
    kim, lou = person("kim"), person("lou")
    quality.key(kim, check.pk, as_read(check, id="91234568A"))
    assert quality.next_to_settle(kim) is None
    open_ = quality.next_to_settle(lou)
    assert open_ is not None
    (value,) = open_.values.filter(right=None)
    with pytest.raises(DeskError, match="did not key"):
        quality.settle(kim, check.pk, {value.position: "91234568A"})
    quality.settle(lou, check.pk, {value.position: "91234568A"})
    value.refresh_from_db()
    assert (value.truth, value.right) == ("91234568A", False)
    wrong = [v for v in quality.checked_values(timezone.now() - dt.timedelta(days=1)) if not v.right]
    assert [(v.kind, v.confidence) for v in wrong] == [("member_id", 0.999)]


def test_keying_is_whole_and_once(check: QualityCheck) -> None:
    """A value left out is refused, and so is keying what somebody keyed meanwhile."""
    with pytest.raises(ValueRefusedError, match="question mark"):
        quality.key(person("kim"), check.pk, {})
    assert QualityValue.objects.exclude(keyed="").count() == 0
    quality.key(person("lou"), check.pk, as_read(check))
    with pytest.raises(DeskError, match="meanwhile"):
        quality.key(person("max"), check.pk, as_read(check))


def test_who_worked_on_a_request_does_not_judge_it(check: QualityCheck) -> None:
    """Somebody who corrected it afterwards is offered another check."""
    clara = person("clara")
    request = check.request
    correct_field(request.reference, "member.phone", "5105550177", revision=1, actor=clara, tables=TABLES)
    assert quality.next_to_key(clara) is None
    assert quality.next_to_key(person("kim")) == check
    with pytest.raises(DeskError):
        quality.key(clara, check.pk, as_read(check))


def test_raised_threshold_sends_values_to_a_person(tmp_path: Path) -> None:
    """From then on a value under it waits for a clerk, what was read is the first choice; the change is on record."""
    supervisor = person("sue", Role.SUPERVISOR)
    change = quality.set_threshold(supervisor, FieldKind.MEMBER_ID, 0.9995, "two wrong ids in October")
    assert (change.by_name, change.why) == ("sue", "two wrong ids in October")
    read_arrival(tmp_path, values())
    request = Request.objects.get()
    assert request.state == RequestState.NEEDS_REVIEW
    field = request.fields.get(name="member.id")
    assert field.value is None
    assert field.candidates[0]["value"] == "91234567A"
    assert request.fields.get(name="member.phone").value == "+15105550142"
    quality.set_threshold(supervisor, FieldKind.MEMBER_ID, 0.0, "back to the reader's own")
    assert quality.thresholds()[FieldKind.MEMBER_ID] == 0.0


def test_threshold_needs_a_reason_and_a_probability() -> None:
    """Neither without why, nor outside 0 to 1."""
    supervisor = person("sue", Role.SUPERVISOR)
    with pytest.raises(DeskError, match="why"):
        quality.set_threshold(supervisor, FieldKind.NPI, 0.9, " ")
    with pytest.raises(DeskError, match="between 0"):
        quality.set_threshold(supervisor, FieldKind.NPI, 1.2, "a reason")


def test_confidences_of_late_are_those_of_accepted_values(tmp_path: Path) -> None:
    """What a threshold would send to people is judged by what was accepted lately."""
    read_arrival(tmp_path, values())
    assert quality.accepted_lately(FieldKind.NPI) == (0.999,)


def test_refit_is_adopted_by_a_named_person_and_taken_back(check: QualityCheck) -> None:
    """What samples say of a kind holds for what is read next, dated and audited; the earlier table can come back."""
    _sample(check, wrong_every=10, count=300)
    found = refit.fitted(timezone.now())
    assert [each.kind for each in found] == ["npi"]
    with pytest.raises(MoveRefusedError):
        refit.adopt(found, "a bad quarter", actor=person("carla"))
    sue = person("sue", Role.SUPERVISOR)
    row = refit.adopt(found, "a bad quarter", actor=sue)
    assert AuditEvent.objects.get(action="quality.refitted").actor_name == "sue"
    read = as_measured(values())
    npi = read.fields["ordering_provider.npi"]
    assert (npi.status, npi.value, npi.candidates[0].value) == (FieldStatus.REVIEW, None, "1234567893")
    assert npi.confidence < 0.999
    assert read.fields["member.id"] == values().fields["member.id"]
    with pytest.raises(DeskError, match="change nothing"):
        refit.adopt(refit.fitted(timezone.now()), "once more", actor=sue)
    refit.take_up(0, "the bad fax line is gone", actor=sue)
    assert as_measured(values()) == values()
    refit.take_up(row.pk, "it was not", actor=sue)
    assert refit.bends()["npi"].least > 0.999
    with pytest.raises(DeskError, match="no confidence table"):
        refit.take_up(9_999, "typed wrong", actor=sue)


@pytest.mark.usefixtures("everything")
def test_sampled_confidence_is_the_readers_own(tmp_path: Path) -> None:
    """A value whose confidence was bent is sampled with what the reader said, so that a second fit bends from there."""
    table = {"npi": {"a": -2.0, "b": 1.0, "least": 0.0}}
    ConfidenceRefit.objects.create(table=table, at=timezone.now(), by_name="sue", why="made up")
    read_arrival(tmp_path, values())
    stored = Request.objects.get().fields.get(name="ordering_provider.npi")
    assert stored.confidence < 0.995
    quality.draw_sample(timezone.now())
    assert QualityValue.objects.get(name="ordering_provider.npi").confidence == pytest.approx(0.999)


def _sample(check: QualityCheck, *, wrong_every: int, count: int) -> None:
    """Settled samples of NPIs, some of them wrong."""
    QualityCheck.objects.update(settled_at=timezone.now())
    QualityValue.objects.all().delete()
    QualityValue.objects.bulk_create(
        QualityValue(check_of=check, position=n, name=f"npi {n}", kind="npi", read="1", confidence=0.999,
                     right=n % wrong_every > 0)
        for n in range(count)
    )  # fmt: skip
