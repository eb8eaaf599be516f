"""Open requests decided again when tables change: listed, then on a person's word; never what was handed over."""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from typer.testing import CliRunner

from desk.cases.actor import MACHINE, Actor
from desk.cases.open_again import decide_again, would_move
from desk.cases.release import release
from desk.cases.replay import replay_all
from desk.cases.tables import current_reference, import_table
from desk.cli.main import app
from desk.config import Settings
from desk.errors import MoveRefusedError
from desk.explaining import why
from desk.lifecycle import Role
from desk.records.models import AuditEvent, HandOver, Notice, Request
from tests.desk.made_up import values
from tests.desk.sending_house import CLERK, SENIOR
from tests.desk.test_joining import HOUR, came

pytestmark = pytest.mark.django_db
HEAD = "code,category,processor\n"


def _grid(folder: Path, *rows: str) -> None:
    path = folder / "grid.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n")
    import_table("grid", path, actor=MACHINE)


@pytest.fixture
def two(inlet: Settings, tmp_path: Path) -> tuple[Request, Request]:
    """Two open requests decided by one grid, and another grid in force that moves the first."""
    del inlet
    _grid(tmp_path, "E0143,walkers,CHME", "E0149,walkers,CHME")
    first = came(tmp_path, "a", values(), tables=current_reference())
    second = came(tmp_path, "b", values(codes=("E0149",)), after=HOUR, tables=current_reference())
    assert would_move(current_reference()).looked_at == 0
    _grid(tmp_path, "E0143,walkers,ALLIANCE_UM", "E0149,walkers,CHME")
    return first, second


def _revision(request: Request) -> int:
    request.refresh_from_db()
    return request.revision


def test_what_would_move_is_listed_and_nothing_is_changed(two: tuple[Request, Request]) -> None:
    """Both were decided by other tables, one of them would come out otherwise."""
    first, second = two
    trial = would_move(current_reference())
    assert trial.looked_at == 2
    assert [(each.move.reference, each.told) for each in trial.moved] == [
        (first.reference, ("1: E0143 CHME → ALLIANCE_UM (dme.excluded)",))
    ]
    assert (_revision(first), _revision(second)) == (1, 1)
    assert [each.move.reference for each in trial.only([second.reference]).moved] == []


def test_a_senior_has_them_decided_again(two: tuple[Request, Request]) -> None:
    """A new revision under the new grid, said in the trail and by why; the other is left with its reason."""
    first, second = two
    again = decide_again([first.reference, second.reference, "none"], actor=SENIOR, tables=current_reference())
    assert again.decided == (first.reference,)
    assert dict(again.left) == {second.reference: "it comes out as it stands", "none": "there is no such request"}
    assert _revision(first) == 2
    assert (first.processor, first.state) == ("ALLIANCE_UM", "needs_review")
    event = AuditEvent.objects.get(request=first, action="request.redecided")
    assert (event.actor_name, event.detail) == ("sena", {"revision": 2, "tables": ["grid"]})
    assert why(first).cause == "decided again under other tables"
    assert why(first, 1).sections
    assert not replay_all(first.reference).different
    assert would_move(current_reference()).moved == []
    assert decide_again([first.reference], actor=SENIOR, tables=current_reference()).decided == ()


def test_a_released_request_waits_for_its_release_again(two: tuple[Request, Request]) -> None:
    """Its notice that has not gone out is taken back, as after a correction."""
    first, _second = two
    Request.objects.filter(pk=first.pk).update(clerk_gap_count=0, state="needs_review")
    first.gaps.filter(audience="clerk").delete()
    release(first.reference, revision=1, actor=CLERK)
    notice = Notice.objects.get(request=first, processor="")
    HandOver.objects.filter(request=first).update(done_at=None)
    Request.objects.filter(pk=first.pk).update(state="routed")
    assert decide_again([first.reference], actor=SENIOR, tables=current_reference()).decided
    notice.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, notice.state) == ("needs_review", "superseded")


@pytest.mark.parametrize("state", ["handed_over", "decided", "closed", "withdrawn", "not_ours", "merged"])
def test_what_is_no_longer_ours_is_left_alone(two: tuple[Request, Request], state: str) -> None:
    """Neither listed nor decided again, even when it is named."""
    first, _second = two
    Request.objects.filter(pk=first.pk).update(state=state)
    assert would_move(current_reference()).moved == []
    again = decide_again([first.reference], actor=SENIOR, tables=current_reference())
    assert dict(again.left) == {first.reference: f"it is {state.replace('_', ' ')}"}
    assert _revision(first) == 1


def test_a_request_of_which_a_processor_has_a_part_is_left_alone(two: tuple[Request, Request]) -> None:
    """Routed still, because another part waits; but one packet has arrived."""
    first, _second = two
    Request.objects.filter(pk=first.pk).update(state="routed")
    HandOver.objects.create(
        request=first, revision=1, processor="CFMG", way="fax", begun_at=timezone.now(), done_at=timezone.now()
    )
    assert would_move(current_reference()).moved == []
    again = decide_again([first.reference], actor=SENIOR, tables=current_reference())
    assert dict(again.left) == {first.reference: "a processor has part of it already"}


@pytest.mark.parametrize("actor", [MACHINE, CLERK, Actor("ada", frozenset({Role.ADMINISTRATOR}))])
def test_only_seniors_may(two: tuple[Request, Request], actor: Actor) -> None:
    """The machine never does it by itself."""
    first, _second = two
    with pytest.raises(MoveRefusedError):
        decide_again([first.reference], actor=actor, tables=current_reference())
    assert _revision(first) == 1


def test_the_command_lists_first_and_decides_on_a_persons_word(two: tuple[Request, Request]) -> None:
    """Without --open nothing changes; with it, somebody who may has to stand for it."""
    first, second = two
    User.objects.create_user("sena").groups.add(Group.objects.get_or_create(name=Role.SENIOR_CLERK.value)[0])
    User.objects.create_user("clara").groups.add(Group.objects.get_or_create(name=Role.CLERK.value)[0])
    listed = CliRunner().invoke(app, ["redecide"]).output
    assert listed.startswith("2 open requests decided by other tables, 1 would come out otherwise.")
    assert f"{first.reference} (routed)" in listed
    assert json.loads(CliRunner().invoke(app, ["redecide", "--json"]).output)["would_move"] == 1
    for arguments, fault in (
        (["--open"], "say who wants it"),
        (["--open", "--by", "nobody"], "there is nobody called"),
        (["--open", "--by", "clara"], "your role may not"),
        (["--open", "--by", "sena", "AAAA-BBBB"], "there is no request"),
    ):
        assert fault in str(CliRunner().invoke(app, ["redecide", *arguments]).exception)
    assert _revision(first) == 1
    done = CliRunner().invoke(app, ["redecide", "--open", "--by", "sena", first.reference.lower(), second.reference])
    assert done.output == (
        f"1 decided again, 1 left as they are\n  {first.reference}\n"
        f"  {second.reference}: left, it comes out as it stands\n"
    )
    assert "0 would come out otherwise" in CliRunner().invoke(app, ["redecide"]).output
