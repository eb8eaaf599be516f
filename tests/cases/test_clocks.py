"""Cases of how fast and since when: urgency, weekends, service before the request."""

import datetime as dt

import pytest

from samples.catalogue import TODAY
from samples.orders import line
from terms.dates import PACIFIC
from tests.cases.office import MONDAY, WALKER, Office, as_fax, draw, gaps, notices, only, order, value

pytestmark = pytest.mark.django_db
FRIDAY = dt.datetime(2026, 11, 13, 16, 58, tzinfo=PACIFIC)


def cover_words(comments: str) -> tuple[tuple[str, str], ...]:
    """What stands on a cover sheet."""
    return (
        ("cover.to", "CHME / Alameda Alliance intake"), ("cover.to_fax", "844-583-4049"),
        ("cover.from", "Placeholder Clinic"), ("cover.phone", "510-555-0101"), ("cover.fax", "510-555-0102"),
        ("cover.pages", "2"), ("cover.subject", "Authorization request"), ("cover.comments", comments),
    )  # fmt: skip


def test_case_11_routine_and_urgent_ticked_is_urgent_and_asked(office: Office) -> None:
    """Both boxes: handled as urgent, and a clerk says which is meant."""
    asked = order(11, types=("routine", "urgent"))
    office.know(asked)
    request = only(office.receive(as_fax(draw(("alliance_pa_short", asked)))))
    assert (request.priority, request.due_rule) == ("urgent", "urgent.72_hours")
    assert gaps(request, "clerk")["request.type"] == "conflict"


def test_case_12_urgent_on_the_cover_only_is_flagged(office: Office) -> None:
    """URGENT stands only on the cover sheet: urgent until somebody has looked, and the doubt is a clerk's."""
    asked = order(12)
    office.know(asked)
    cover = order(12, typed=cover_words("URGENT - discharge tomorrow, please review today!"))
    request = only(office.receive(as_fax(draw(("cover_sheet", cover), ("chme_order", asked)))))
    assert request.priority == "urgent"
    assert gaps(request, "clerk")["request.type"] == "conflict"
    assert "cover sheet" in request.gaps.get(field="request.type").message


def test_case_13_urgent_on_friday_evening_runs_through_the_weekend(office: Office) -> None:
    """At 4:58 pm on a Friday 72 hours end on Monday at 4:58 pm."""
    asked = order(13, types=("urgent",))
    office.know(asked)
    request = only(office.receive(as_fax(draw(("alliance_pa_short", asked))), at=FRIDAY))
    assert request.due_at == FRIDAY + dt.timedelta(hours=72)
    assert request.due_at.astimezone(PACIFIC).strftime("%A %H:%M") == "Monday 16:58"


def test_case_14_equipment_dated_last_week_without_retro_is_flagged(office: Office) -> None:
    """CHME's retro rule is not met: shown to a person, who decides; no notice says no."""
    asked = order(14, WALKER, start_date=TODAY - dt.timedelta(days=7))
    office.know(asked)
    request = only(office.receive(as_fax(draw(("alliance_pa_2026", asked)))))
    assert value(request, "service.start_date") == (TODAY - dt.timedelta(days=7)).isoformat()
    assert gaps(request, "clerk")["service.start_date"] == "conflict"
    assert "not marked RETRO" in request.gaps.get(field="service.start_date", reason="conflict").message
    assert notices(request) == []


def test_case_15_retro_without_an_emergency_asks_for_the_explanation(office: Office) -> None:
    """Marked RETRO, no emergency told: the provider is asked to explain, a person decides."""
    asked = order(15, line("E1390", "RR"), types=("retro",), start_date=TODAY - dt.timedelta(days=9))
    office.know(asked)
    request = only(office.receive(as_fax(draw(("alliance_pa_2026", asked)))))
    assert gaps(request, "provider")["retro.explanation"] == "missing"
    assert request.state in {"incomplete", "needs_review"}
    assert (request.received_at, request.processor) == (MONDAY, "CHME")
