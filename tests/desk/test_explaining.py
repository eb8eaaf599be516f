"""Why a stored request was decided as it was, and what a draft grid would move."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desk.cases.actor import MACHINE
from desk.cases.corrections import correct_field
from desk.cases.tables import current_reference, draft_reference, import_table
from desk.cli.main import app
from desk.errors import DeskError
from desk.explaining import why
from desk.records.models import Request
from desk.trying import try_draft
from terms.names import Processor
from tests.desk.made_up import values
from tests.desk.test_joining import CLERK, HOUR, came

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "reference"
QUESTIONS = (
    "What is each page?", "Why do these pages belong together?", "How fast?", "By when?", "What is missing?",
    "Who decides line 1?", "Who decides the request?", "By which tables?",
)  # fmt: skip


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    """A walker for a member whom no roster knows."""
    return came(tmp_path, "first", values(codes=("E0143", "72148")))


def told(request: Request, question: str) -> str:
    """The answers to a question."""
    return " ".join(a for s in why(request).sections if s.question == question for a in s.answers)


def test_every_question_has_an_answer_that_names_nobody(request_: Request) -> None:
    """The whole trace in words, without the member's name, birth date or id."""
    found = why(request_)
    asked = [section.question for section in found.sections]
    assert [question for question in QUESTIONS if question not in asked] == []
    assert all(section.answers for section in found.sections)
    text = json.dumps(found.to_json())
    assert not [word for word in ("Sampleton", "Quilla", "91234567A", "1958") if word in text]


def test_it_says_who_decides_and_what_would_change_that(request_: Request) -> None:
    """The walker goes to CHME whatever the group; imaging goes by the group, and each is named."""
    walker, imaging = told(request_, "Who decides line 1?"), told(request_, "Who decides line 2?")
    assert "California Home Medical Equipment" in walker
    assert "Children First" not in walker
    assert (
        "Children First Medical Group would decide if the member were proven and assigned to Children First" in imaging
    )


def test_it_says_by_when_and_which_other_clock_would_run(request_: Request) -> None:
    """Due date in words with its rule, and the urgent clock for comparison."""
    clock = told(request_, "By when?")
    assert "It must be decided by Wednesday, March 11, 2026, 9:30 AM Pacific" in clock
    assert "Were it marked urgent: 72 hours for urgent requests, by Saturday, March 7, 2026, 9:30 AM Pacific." in clock


def test_what_came_later_is_part_of_the_story(tmp_path: Path) -> None:
    """The amendment, and what it says otherwise by field, not by value."""
    first = came(tmp_path, "first", values())
    came(tmp_path, "again", values(member__phone=values().fields["ordering_provider.phone"]), after=HOUR)
    first.refresh_from_db()
    story = told(first, "What else came about it?")
    assert "with changes" in story
    assert "It says otherwise: Member phone." in story


def test_an_earlier_revision_can_be_asked_for(request_: Request) -> None:
    """The decision of then, under the tables of then."""
    correct_field(request_.reference, "request.type", "urgent", revision=1, actor=CLERK, tables=current_reference())
    request_.refresh_from_db()
    assert "urgent" in told(request_, "How fast?")
    then = why(request_, 1)
    assert [s.answers[0] for s in then.sections if s.question == "How fast?"] == ["It is handled as routine."]
    with pytest.raises(DeskError, match="revision 9"):
        why(request_, 9)


def test_the_command_prints_it_and_one_line_alone(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """``inlet why`` in words and as JSON; ``--line`` gives just that line."""
    monkeypatch.setattr("desk.cli.records.open_records", lambda **_: None)
    runner = CliRunner()
    assert "Who decides line 2?" in runner.invoke(app, ["why", request_.reference.lower()]).output
    alone = json.loads(runner.invoke(app, ["why", request_.reference, "--line", "2", "--json"]).output)
    assert [section["line"] for section in alone["sections"]] == [2]
    assert isinstance(runner.invoke(app, ["why", request_.reference, "--line", "7"]).exception, DeskError)


def test_a_draft_grid_says_what_would_move_before_it_goes_live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Walkers would go to the plan; wheelchairs stay; nothing is changed."""
    import_table("grid", SAMPLES / "grid.csv", actor=MACHINE)
    now = current_reference()
    walker = came(tmp_path, "a", values(), tables=now)
    came(tmp_path, "b", values(codes=("K0001",), member__date_of_birth=None), tables=now)
    lines = (SAMPLES / "grid.csv").read_text().splitlines()
    draft = tmp_path / "draft.csv"
    changed = (line.replace("CHME", "ALLIANCE_UM") if line.startswith("E0143,") else line for line in lines)
    draft.write_text("\n".join(changed) + "\n")
    trial = try_draft(draft_reference("grid", draft))
    assert (trial.looked_at, [moved.move.reference for moved in trial.moved]) == (2, [walker.reference])
    assert dict(trial.ways) == {(Processor.CHME, Processor.ALLIANCE_UM): 1}
    assert current_reference() is now
    monkeypatch.setattr("desk.cli.records.open_records", lambda **_: None)
    shown = CliRunner().invoke(app, ["what-if", str(draft), "--since", "2026-01-01"]).output
    assert "2 requests looked at, 1 would come out otherwise" in shown
    later = CliRunner().invoke(app, ["what-if", str(draft), "--since", "2027-01-01", "--json"]).output
    assert json.loads(later)["looked_at"] == 0


def test_replay_from_the_command_line(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """All the same ends well; a decision that differs ends with status 1 and its reference."""
    monkeypatch.setattr("desk.cli.records.open_records", lambda **_: None)
    assert CliRunner().invoke(app, ["replay"]).output.startswith("1 decisions came out the same, 0 differ")
    request_.decisions.update(priority="urgent")
    done = CliRunner().invoke(app, ["replay", request_.reference])
    assert (done.exit_code, request_.reference in done.output) == (1, True)
