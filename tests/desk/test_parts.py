"""A request whose lines go to different processors stands in the records as linked parts."""

from pathlib import Path

import pytest

from classify.reference import load_reference
from desk.cases.corrections import Change, correct
from desk.records.models import Request
from tests.desk.made_up import values
from tests.desk.test_joining import CLERK, TABLES, came

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
WALKER, HEARING_AID, ORTHOSIS, UNLISTED = "E0143", "V5257", "L1970", "E1399"


def shown(request: Request) -> list[tuple[str, str, list[int]]]:
    """The parts: reference without the request's own, processor, lines."""
    return [
        (part.reference.removeprefix(request.reference), part.processor, part.lines) for part in request.parts.all()
    ]


def test_lines_of_two_processors_are_two_linked_parts(tmp_path: Path) -> None:
    """Walker, orthosis and hearing aid on one form: CHME's part and the plan's, under one reference."""
    request = came(tmp_path, "three", values(codes=(WALKER, ORTHOSIS, HEARING_AID)))
    assert request.processor == "SPLIT"
    assert shown(request) == [("-1", "CHME", [0]), ("-2", "ALLIANCE_UM", [1, 2])]


def test_a_request_of_one_processor_has_one_part(tmp_path: Path) -> None:
    """Whoever hands over need not ask whether a request is split."""
    assert shown(came(tmp_path, "one", values())) == [("-1", "CHME", [0])]


def test_a_part_keeps_its_number_when_lines_change(tmp_path: Path) -> None:
    """The plan's part stays part 2 after CHME's line was taken out; a new processor gets the free number."""
    assert load_reference(None).grid.all_for(UNLISTED)
    request = came(tmp_path, "two", values(codes=(WALKER, ORTHOSIS)))
    kept = request.parts.get(number=2).pk
    correct(request.reference, [Change("line[0]", None)], revision=1, actor=CLERK, tables=TABLES)
    assert shown(request) == [("-2", "ALLIANCE_UM", [0])]
    correct(request.reference, [Change("line[+]", UNLISTED)], revision=2, actor=CLERK, tables=TABLES)
    assert shown(request) == [("-1", "DESK", [1]), ("-2", "ALLIANCE_UM", [0])]
    assert request.parts.get(number=2).pk == kept
