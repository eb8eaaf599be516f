"""Cases of where a request goes: split lines, codes without a row, delegated groups, other plans, changes."""

import pytest

from samples.orders import OrderLine, line
from tests.cases.office import MONDAY, WALKER, Office, as_fax, draw, gaps, notices, only, order

pytestmark = pytest.mark.django_db
MRI = OrderLine("72148", "MRI lumbar spine without contrast")


def test_case_08_imaging_of_a_delegated_member_goes_to_the_group(office: Office) -> None:
    """MRI for a CFMG member on the Alliance line: to CFMG with its fax number, clock unreset, the sender is told."""
    asked = order(8, MRI, group="CFMG", place="Outpatient Hospital (22)", diagnoses=("M54.16",))
    office.know(asked)
    request = only(office.receive(as_fax(draw(("alliance_pa_short", asked)))))
    assert (request.processor, request.route_rule) == ("CFMG", "group.cfmg")
    assert "510-450-5868" in request.route_reason
    assert (request.received_at, request.clock_started_at) == (MONDAY, MONDAY)


def test_case_09_lines_of_two_processors_are_split_and_linked(office: Office) -> None:
    """Walker, orthosis and hearing aid on one form: CHME's part and the plan's under one reference."""
    asked = order(9, WALKER, line("L1970", "RT"), line("V5257", "LT"), diagnoses=("G60.0", "H90.3"))
    office.know(asked)
    request = only(office.receive(as_fax(draw(("alliance_pa_short", asked)))))
    assert request.processor == "SPLIT"
    assert [(part.processor, part.lines) for part in request.parts.all()] == [("CHME", [0]), ("ALLIANCE_UM", [1, 2])]
    assert {part.request_id for part in request.parts.all()} == {request.pk}


def test_case_10_a_code_the_grid_lacks_waits_for_a_person(office: Office) -> None:
    """E1399, unlisted: to the desk, with the text description kept as it was written."""
    asked = order(10, line("E1399", description="Custom bath lift, model Placeholder 3"))
    office.know(asked)
    request = only(office.receive(as_fax(draw(("alliance_pa_short", asked)))))
    assert (request.processor, request.route_rule) == ("DESK", "dme.desk")
    assert request.state not in {"routed", "handed_over"}
    assert "Placeholder 3" in request.lines.get().description


def test_case_21_another_plans_member_makes_no_case(office: Office) -> None:
    """Another plan's form for a stranger: no request, the pages secured in quarantine with what to do."""
    stranger = order(21)
    office.know(order(2100))
    arrival = office.receive(as_fax(draw(("other_plan", stranger))))
    assert (arrival.state, arrival.problem_kind, arrival.requests.count()) == ("quarantined", "classify.other_plan", 0)
    assert "Call the sender" in arrival.problem_message


def test_case_24_a_change_of_an_authorization_is_a_persons_match(office: Office) -> None:
    """Change request with an authorization number nobody knows: a clerk finds it; nothing goes out by itself."""
    asked = order(24, types=("change",), authorization_number="A2026110099")
    office.know(asked)
    request = only(office.receive(as_fax(draw(("alliance_pa_2026", asked)))))
    assert (request.processor, request.route_rule, request.state) == ("DESK", "request.change", "needs_review")
    assert "authorization.number" in gaps(request, "clerk")
    assert notices(request) == []
