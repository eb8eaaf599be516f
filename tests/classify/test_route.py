"""Where lines go, by the table of examples and by what must hold for every request."""

from __future__ import annotations

import csv
import datetime as dt
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.decide import decide
from classify.grid import build_grid
from classify.reference import Reference
from terms.names import Processor
from terms.requests import Outcome, RequestValues

if TYPE_CHECKING:
    from conftest import Maker


EXAMPLES = list(csv.DictReader((Path(__file__).parent / "routing_examples.csv").read_text("utf-8").splitlines()))
CINS = {"DIRECT": "91234567A", "CFMG": "92345678C", "CHCN": "93456789D", "KAISER": "94567890E", "ENDED": "95678901F"}
CODES = st.one_of(
    st.sampled_from(sorted({row["code"] for row in EXAMPLES} - {""})),
    st.from_regex(r"[A-EGHJ-MP-V]\d{4}", fullmatch=True),
    st.from_regex(r"\d{5}", fullmatch=True),
)


def _fields(row: dict[str, str]) -> dict[str, object]:
    group = row["group"]
    fields: dict[str, object] = {"request.type": row["type"], "service.place": row["place"] or None}
    fields["service.start_date"] = row["date"]
    if group in CINS:
        fields["member.id"] = CINS[group]
    elif group == "NO_ID":
        fields["member.id"] = None
    elif group in {"NOT_FOUND", "OTHER_PLAN"}:
        fields["member.id"] = "97777777H"
    elif group == "CONFLICT":
        fields["member.date_of_birth"] = "1971-05-05"
    elif group == "CONFLICT_NAME":
        fields["member.last_name"] = "Entirely-Different"
    return fields


def _request(row: dict[str, str], make: object) -> RequestValues:
    facts = {"other_plan": "yes"} if row["group"].startswith("OTHER_PLAN") else {}
    lines = (make.line(row["code"] or None, description="an item"),)
    return make.request(fields=_fields(row), lines=lines, facts=facts)


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda r: f"{r['code'] or 'none'}-{r['group']}-{r['date']}-{r['type']}")
def test_each_example_goes_where_the_table_says(
    row: dict[str, str] | str, make: Maker, shipped: Reference, reference: Reference, dated: Reference
) -> None:
    """Code, date, group, type and place give the stated processor by the stated rule."""
    tables = shipped if row["group"] == "NO_ROSTER" else reference
    if row["grid"] == "dated":
        tables = replace(dated, roster=tables.roster)
    values = _request(row, make)
    decision = decide(values, tables, received_at=make.received_at)
    route = decision.line_routes[0]
    assert (route.processor.value, route.rule, route.outcome.value) == (row["processor"], row["rule"], row["outcome"])
    assert decision.route.processor is route.processor
    assert route.reason
    assert route.trace


def test_there_are_enough_examples() -> None:
    """The table holds at least 150 examples and no two alike."""
    assert len(EXAMPLES) >= 150
    keys = [tuple(v for k, v in row.items() if k != "note") for row in EXAMPLES]
    assert len(set(keys)) == len(keys)


def test_every_rule_has_an_example() -> None:
    """Each rule id that the router documents stands in the table of examples."""
    from classify import route  # noqa: PLC0415  (its docstring is what is tested)

    listed = route.__doc__.split("::")[1].split("A request's own")[0]
    names = {word for chunk in listed.split() for word in chunk.split("/") if "." in word and word.islower()}
    assert names == {row["rule"] for row in EXAMPLES}


def test_lines_of_different_processors_split_the_request(make: Maker, reference: Reference) -> None:
    """A walker, an ankle-foot orthosis and a hearing aid on one form go to CHME and Alliance UM."""
    decision = decide(make.request("E0143", "L1970", "V5257"), reference, received_at=make.received_at)
    assert [r.processor for r in decision.line_routes] == [
        Processor.CHME,
        Processor.ALLIANCE_UM,
        Processor.ALLIANCE_UM,
    ]
    assert decision.route.processor is Processor.SPLIT
    assert decision.route.rule == "request.split"


def test_a_request_without_lines_goes_to_the_desk(make: Maker, reference: Reference) -> None:
    """Without any line nobody else can be chosen."""
    decision = decide(make.request(lines=()), reference, received_at=make.received_at)
    assert (decision.route.processor, decision.route.rule) == (Processor.DESK, "request.no_lines")


def test_the_delegated_groups_fax_number_stands_in_the_reason(make: Maker, reference: Reference) -> None:
    """An MRI for a CFMG member names the group's fax number."""
    values = make.request("72148", fields={"member.id": CINS["CFMG"]})
    assert "510-450-5868" in decide(values, reference, received_at=make.received_at).line_routes[0].reason


def test_a_request_names_the_tables_that_made_it(make: Maker, dated: Reference) -> None:
    """The decision and the route carry the grid's version and row."""
    decision = decide(make.request("L1930"), dated, received_at=make.received_at)
    assert decision.tables["grid"] == "dated"
    assert decision.tables["roster"] == "test"
    assert decision.line_routes[0].row == "8@dated"


def test_reasons_and_traces_hold_nothing_about_the_member(make: Maker, reference: Reference) -> None:
    """No name, birth date or id stands in any sentence of a decision."""
    for row in EXAMPLES:
        decision = decide(_request(row, make), reference, received_at=make.received_at)
        said = repr((decision.gaps, decision.route, decision.line_routes))
        for secret in ("Samplewright", "Iris", "1958-03-07", "91234567A", "97777777H", "5550142"):
            assert secret not in said


@settings(max_examples=150, deadline=None)
@given(
    codes=st.lists(CODES, min_size=1, max_size=6),
    group=st.sampled_from([*CINS, "NOT_FOUND", "CONFLICT", "NO_ID"]),
    day=st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31)),
    with_roster=st.booleans(),
)
def test_every_line_gets_exactly_one_processor_or_the_desk(  # noqa: PLR0917  (drawn by name)
    codes: Sequence[str],
    group: str,
    day: dt.date | int,
    with_roster: bool,  # noqa: FBT001  (drawn by name)
    make: Maker,
    shipped: Reference,
    reference: Reference,
) -> None:
    """Whatever the codes, dates and member: one route a line, none SPLIT, unsafe identities only at the desk."""
    tables: Reference = reference if with_roster else shipped
    fields = _fields({"group": group, "type": "routine", "place": "", "date": day.isoformat()})
    decision = decide(make.request(*codes, fields=fields), tables, received_at=make.received_at)
    assert len(decision.line_routes) == len(codes)
    assert all(r.processor is not Processor.SPLIT for r in decision.line_routes)
    if with_roster and group in {"NOT_FOUND", "CONFLICT"}:
        assert {r.processor for r in decision.line_routes} == {Processor.DESK}
    assert (decision.route.processor is Processor.SPLIT) == (len({r.processor for r in decision.line_routes}) > 1)
    assert all(r.outcome is not Outcome.NO_PA_REQUIRED or r.rule == "grid.no_pa" for r in decision.line_routes)


@settings(max_examples=60, deadline=None)
@given(codes=st.lists(CODES, min_size=2, max_size=6, unique=True), data=st.data())
def test_a_line_goes_the_same_way_whatever_stands_beside_it(
    codes: Sequence[str], data: st.DataObject, make: Maker, reference: Reference
) -> None:
    """Neither the other lines nor their order change a line's route."""
    order = data.draw(st.permutations(codes))
    alone = {c: decide(make.request(c), reference, received_at=make.received_at).line_routes[0] for c in codes}
    together = decide(make.request(*order), reference, received_at=make.received_at).line_routes
    assert list(together) == [alone[code] for code in order]


@settings(max_examples=40, deadline=None)
@given(code=CODES, group=st.sampled_from(list(CINS)), order=st.randoms(use_true_random=False))
def test_the_order_of_the_grids_rows_decides_nothing(
    code: str, group: str, order: random.Random, make: Maker, dated: Reference
) -> None:
    """The same rows in any order route every code alike: nested ranges and dates decide, never the place."""
    rows = list(dated.grid.rows)
    order.shuffle(rows)
    shuffled = dated.with_grid(build_grid(rows, dated.grid.info))
    values = make.request(code, fields=_fields({"group": group, "type": "routine", "place": "", "date": "2026-11-16"}))
    one, other = (decide(values, tables, received_at=make.received_at) for tables in (dated, shuffled))
    assert one.line_routes == other.line_routes


def test_the_earlier_rule_has_the_say(make: Maker, reference: Reference) -> None:
    """Each rule of the list gives way to those before it, whatever the code."""
    changing = _fields({"group": "DIRECT", "type": "change", "place": "", "date": "2026-11-16"})
    kaiser = _fields({"group": "KAISER", "type": "change", "place": "", "date": "2026-11-16"})
    unsafe = _fields({"group": "CONFLICT", "type": "change", "place": "", "date": "2026-11-16"})
    other = {"other_plan": "yes"}
    for code in ("E0143", "72148", "E9998", None):
        told = [
            decide(make.request(code, fields=fields, facts=facts), reference, received_at=make.received_at)
            for fields, facts in ((unsafe, other), (unsafe, {}), (kaiser, {}), (changing, {}))
        ]
        assert [decision.line_routes[0].rule for decision in told] == [
            "identity.other_plan", "identity.conflict", "group.kaiser", "request.change",
        ]  # fmt: skip


def test_a_hundred_thousand_lines_are_routed_in_ten_seconds(make: Maker, reference: Reference) -> None:
    """Speed on one core: 100,000 lines in under 10 seconds (measured over 10,000)."""
    codes = [row["code"] for row in EXAMPLES if row["code"]]
    values = make.request(*(codes[i % len(codes)] for i in range(10_000)))
    from classify.identity import check_identity  # noqa: PLC0415  (only here)
    from classify.route import route_facts, route_line  # noqa: PLC0415  (only here)

    day = dt.date(2026, 11, 16)
    shared = route_facts(values, check_identity(values, reference.roster, day), day, reference)
    start = time.process_time()
    routes = [route_line(line, shared) for line in values.lines]
    spent = time.process_time() - start
    assert len(routes) == 10_000
    assert spent < 1.0
