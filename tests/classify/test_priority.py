"""How fast a request must be handled, and when a person is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from classify.decide import decide
from classify.priority import judge_priority
from classify.reference import Reference
from terms.names import Priority, RequestType
from terms.requests import Audience, GapReason

if TYPE_CHECKING:
    from conftest import Maker


U, R = Priority.URGENT, Priority.ROUTINE


@pytest.mark.parametrize(
    ("kind", "facts", "priority", "asks"),
    [
        ("routine", {}, R, False),
        (None, {}, R, False),
        ("urgent", {}, U, False),
        ("pad_urgent", {}, U, False),
        ("pad_routine", {"type.boxes": "pad_routine,routine"}, R, False),
        ("pad_urgent", {"type.boxes": "pad_urgent,urgent"}, U, False),
        ("retro", {"type.boxes": "retro"}, R, False),
        ("routine", {"type.boxes": "routine,urgent"}, U, True),
        (None, {"type.boxes": "retro,routine"}, R, True),
        ("routine", {"cover.urgent": "yes"}, U, True),
        (None, {"cover.urgent": "yes"}, U, True),
        ("routine", {"text.urgent": "yes"}, U, True),
        ("urgent", {"cover.urgent": "yes"}, U, False),
        (None, {"type.doubtful": "urgent"}, U, True),
        ("urgent", {"type.boxes": "routine,urgent", "confirmed.request.type": "yes"}, U, False),
        ("routine", {"cover.urgent": "yes", "confirmed.request.type": "yes"}, R, False),
    ],
)
def test_any_sign_of_urgency_counts_and_contradictions_ask(
    kind: object,
    facts: dict[str, str],
    priority: Priority,
    asks: bool,  # noqa: FBT001  (a column of the table)
    make: Maker,
) -> None:
    """The safer side is taken; a person is asked unless one has already said what is meant."""
    verdict = judge_priority(make.request(fields={"request.type": kind}, facts=facts))
    assert verdict.priority is priority
    assert (verdict.doubt is not None) == asks
    assert verdict.because


def test_the_clocks_of_all_ticked_types_bind(make: Maker) -> None:
    """Retro and routine both ticked: both clocks are shown, the earlier alarms."""
    verdict = judge_priority(make.request(fields={"request.type": None}, facts={"type.boxes": "retro,routine"}))
    assert verdict.kinds == (RequestType.RETRO, RequestType.ROUTINE)


def test_a_contradiction_says_more_than_the_doubt_that_it_causes(make: Maker, shipped: Reference) -> None:
    """A type that is doubtful because two boxes are ticked is one gap: the contradiction."""
    values = make.request(fields={"request.type": make.doubtful("urgent")}, facts={"type.boxes": "routine,urgent"})
    gaps = decide(values, shipped, received_at=make.received_at).gaps
    assert [(g.field, g.reason) for g in gaps] == [("request.type", GapReason.CONFLICT)]


def test_a_contradiction_is_the_clerks_and_holds_the_request(make: Maker, reference: Reference) -> None:
    """Routine and Urgent ticked: urgent for the clock, one clerk gap on the type."""
    values = make.request(facts={"type.boxes": "routine,urgent"})
    decision = decide(values, reference, received_at=make.received_at)
    gap = next(g for g in decision.gaps if g.field == "request.type")
    assert (gap.audience, gap.reason) == (Audience.CLERK, GapReason.CONFLICT)
    assert decision.priority is U
    assert decision.clock.rule == "urgent.72_hours"
