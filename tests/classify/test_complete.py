"""What is missing or doubtful, and who is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.decide import decide
from classify.reference import Reference
from terms.names import FIELD_KINDS, MINIMUM_FIELDS
from terms.requests import Audience, Gap, GapReason, RequestValues
from terms.values import FieldStatus, FieldValue

if TYPE_CHECKING:
    from conftest import Maker


CLERK, PROVIDER = Audience.CLERK, Audience.PROVIDER


def _gaps(values: RequestValues, tables: Reference, make: Maker) -> dict[str, Gap]:
    return {gap.field: gap for gap in decide(values, tables, received_at=make.received_at).gaps}


def _brief(values: RequestValues, tables: Reference, make: Maker) -> set[tuple[str, str, str]]:
    found = decide(values, tables, received_at=make.received_at).gaps
    return {(gap.field, gap.reason.value, gap.audience.value) for gap in found}


def test_a_complete_request_has_no_gap(make: Maker, reference: Reference, shipped: Reference) -> None:
    """Nothing is asked when nothing is missing, with and without a roster."""
    assert _brief(make.request(), reference, make) == set()
    assert _brief(make.request(), shipped, make) == set()


@pytest.mark.parametrize("name", MINIMUM_FIELDS)
def test_each_field_of_the_minimum_is_asked_of_the_provider_when_absent(
    name: str, make: Maker, reference: Reference
) -> None:
    """A field that is empty on a legible page is the provider's to send."""
    values = make.request(fields={name: make.blank(label="As Printed")})
    gap = _gaps(values, reference, make)[name]
    assert (gap.reason, gap.audience, gap.label) == (GapReason.MISSING, PROVIDER, "As Printed")
    assert gap.message.endswith(".")


@pytest.mark.parametrize("name", MINIMUM_FIELDS)
def test_each_field_of_the_minimum_goes_to_the_clerk_when_doubtful(name: str, make: Maker, shipped: Reference) -> None:
    """What we are unsure of is never asked of the provider."""
    old = make.request().fields[name].value
    gap = _gaps(make.request(fields={name: make.doubtful(old)}), shipped, make)[name]
    assert (gap.reason, gap.audience) == (GapReason.UNCERTAIN, CLERK)


@pytest.mark.parametrize("facts", [{"legibility": "0.300"}, {"pages.unread": "2"}])
def test_an_empty_field_on_a_poor_page_goes_to_the_clerk(
    facts: dict[str, str], make: Maker, reference: Reference
) -> None:
    """Nobody is asked for what we merely could not read."""
    values = make.request(fields={"member.phone": None}, facts=facts)
    assert _gaps(values, reference, make)["member.phone"].audience is CLERK


def test_a_field_that_a_clerk_says_is_not_there_is_asked_for(make: Maker, reference: Reference) -> None:
    """Once a person has looked, the poor page is no reason to wait."""
    facts = {"legibility": "0.300", "confirmed.member.phone": "yes"}
    values = make.request(fields={"member.phone": None}, facts=facts)
    assert _gaps(values, reference, make)["member.phone"].audience is PROVIDER


@pytest.mark.parametrize("name", [*MINIMUM_FIELDS, "ordering_provider.fax"])
def test_a_field_that_may_stand_on_the_page_unread_is_the_clerks(name: str, make: Maker, reference: Reference) -> None:
    """A value we could neither read nor rule out: a clerk looks, told to save it empty if it is not there."""
    unread = FieldValue(None, None, 0.0, FieldStatus.REVIEW, 1)
    gaps = decide(make.request(fields={name: unread}), reference, received_at=make.received_at).gaps
    assert [(g.field, g.reason, g.audience) for g in gaps] == [(name, GapReason.UNCERTAIN, CLERK)]
    assert "save it empty" in gaps[0].message


def test_an_npi_with_a_wrong_check_digit_is_the_providers(make: Maker, reference: Reference) -> None:
    """Certainly invalid: flagged, never repaired, asked for by its label."""
    values = make.request(fields={"ordering_provider.npi": make.invalid("1234567898")})
    gap = _gaps(values, reference, make)["ordering_provider.npi"]
    assert (gap.reason, gap.audience) == (GapReason.INVALID, PROVIDER)
    assert "1234567898" not in gap.message


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"lines": ()}, {("line", "missing", "provider")}),
        ({"diagnoses": ()}, {("diagnosis", "missing", "provider")}),
        ({"fields": {"clinical.attached": None}}, {("clinical", "missing", "provider")}),
        ({"fields": {"clinical.attached": None}, "facts": {"kinds": "1:pa_form,2:unknown"}},
         {("clinical", "uncertain", "clerk")}),
        ({"fields": {"clinical.attached": None}, "facts": {"kinds": "1:pa_form,2:clinical_notes"}}, set()),
        ({"fields": {"clinical.attached": None}, "facts": {"kinds": "1:letter"}}, set()),
        ({"fields": {"clinical.attached": None, "clinical.summary": "short of breath on stairs"}}, set()),
        ({"fields": {"member.date_of_birth": "2026-12-01"}}, {("member.date_of_birth", "invalid", "provider")}),
        ({"fields": {"member.date_of_birth": "1901-01-01"}}, {("member.date_of_birth", "invalid", "provider")}),
        ({"fields": {"service.start_date": "2026-12-01", "service.end_date": "2026-11-30"}},
         {("service.end_date", "conflict", "clerk")}),
        ({"fields": {"service.start_date": "2026-12-01", "service.end_date": "2026-11-30"},
          "facts": {"confirmed.service.end_date": "yes"}}, {("service.end_date", "invalid", "provider")}),
        ({"facts": {"pages.missing": "3/5", "kinds": "1:pa_form,2:unknown"}}, {("form_page[3]", "missing", "clerk")}),
        ({"fields": {"request.type": "change"}}, {("authorization.number", "missing", "provider")}),
        ({"fields": {"request.type": None}, "facts": {"type.boxes": ""}}, {("request.type", "missing", "clerk")}),
        ({"fields": {"request.type": None}}, set()),
        ({"facts": {"pages.missing": "3/5"}}, {("form_page[3]", "missing", "provider")}),
        ({"facts": {"pages.unread": "4"}}, {("page[4]", "uncertain", "clerk")}),
        ({"facts": {"pages.unread": "4", "confirmed.page[4]": "yes"}}, set()),
        ({"facts": {"pages.short": "3/5"}}, {("pages", "uncertain", "clerk")}),
        ({"facts": {"codes.extra": "E0973"}}, {("line", "uncertain", "clerk")}),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_audience(
    values: dict[str, object], expected: set[tuple[str, str, str]] | dict[str, object], make: Maker, shipped: Reference
) -> None:
    """Lines, diagnoses, clinical information, dates, types and pages: the gap a clerk would note."""
    assert _brief(make.request(**values), shipped, make) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("E0143", set()),
        ("72148", set()),
        ("E9998", {("line[0].code", "unknown", "clerk")}),
        ("E1399", {("line[0].description", "missing", "provider")}),
    ],
)
def test_an_unknown_code_is_a_persons_question_and_never_invalid(
    code: str, expected: set[tuple[str, str, str]] | dict[str, object], make: Maker, reference: Reference
) -> None:
    """The shipped table is partial: a code absent from it is unknown. An unlisted code needs its description."""
    assert _brief(make.request(code), reference, make) == expected


def test_an_unlisted_code_with_its_description_is_complete(make: Maker, reference: Reference) -> None:
    """E1399 with words goes to a person by its route, not as a gap."""
    values = make.request(lines=(make.line("E1399", description="Custom shower trolley"),))
    assert _brief(values, reference, make) == set()


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("J44.9",), set()),
        (("G20",), {("diagnosis[0]", "invalid", "provider")}),
        (("G20", "J44.9"), set()),
        (("J44.9", "Z99.X9"), {("diagnosis[1]", "unknown", "clerk")}),
    ],
)
def test_diagnoses_are_checked_against_the_list_in_force(
    codes: Sequence[str], expected: set[tuple[str, str, str]] | dict[str, object], make: Maker, reference: Reference
) -> None:
    """A category needs its longer code unless a full one stands beside it; an unknown code goes to a clerk."""
    values = make.request(diagnoses=tuple(make.value(c) for c in codes))
    assert _brief(values, reference, make) == expected


def test_a_doubtful_line_is_the_clerks_in_each_of_its_parts(make: Maker, reference: Reference) -> None:
    """Code, quantity and modifier are looked at one by one."""
    from dataclasses import replace  # noqa: PLC0415  (only here)

    line = make.line("E0143", "NU")
    line = replace(line, code=make.doubtful("E0143"), quantity=make.doubtful("7"), modifiers=(make.doubtful("RR"),))
    assert _brief(make.request(lines=(line,)), reference, make) == {
        ("line[0].code", "uncertain", "clerk"),
        ("line[0].quantity", "uncertain", "clerk"),
        ("line[0].modifiers[0]", "uncertain", "clerk"),
    }


@settings(max_examples=80, deadline=None)
@given(
    states=st.lists(
        st.sampled_from(["value", "doubtful", "blank"]), min_size=len(FIELD_KINDS), max_size=len(FIELD_KINDS)
    )
)
def test_no_doubtful_field_is_ever_asked_of_the_provider(states: list[str], make: Maker, shipped: Reference) -> None:
    """Whatever is blank or doubtful: provider gaps name only fields that hold nothing."""
    complete = make.request().fields
    fields = {}
    for (name, value), state in zip(complete.items(), states, strict=True):
        fields[name] = {"value": value, "doubtful": make.doubtful(value.value), "blank": make.blank()}[state]
    decision = decide(make.request(fields=fields), shipped, received_at=make.received_at)
    for gap in decision.provider_gaps:
        if gap.field in fields:
            assert fields[gap.field].status.value == "missing"
    named = [(g.field, g.audience) for g in decision.gaps]
    assert len(named) == len(set(named))
