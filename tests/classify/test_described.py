"""A description against its code: what contradicts and what merely says it otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from classify.decide import decide
from classify.described import contradicted
from classify.reference import Reference
from terms.requests import Audience, GapReason

if TYPE_CHECKING:
    from conftest import Maker


@pytest.mark.parametrize(
    ("code", "said", "meant"),
    [
        ("E0143", "Bariatric wheeled walker", "E0149"),
        ("E0105", "Electric patient lift", "E0635"),
        ("E0607", "Insulin purnp, rental device", None),
        ("E0105", "Rigid pick-up walker", "E0130"),
    ],
)
def test_a_description_that_is_another_codes_contradicts(
    code: str, said: str, meant: str | None, shipped: Reference
) -> None:
    """Plainly another code's name, also with a letter misread; what is not plain contradicts nothing."""
    found = contradicted(code, said, shipped.procedures)
    assert (found.code if found else None) == meant


def test_no_code_is_contradicted_by_its_own_name(shipped: Reference) -> None:
    """The table never contradicts itself, however alike two names are."""
    for code, entry in shipped.procedures.items():
        assert contradicted(code, entry.description, shipped.procedures) is None, code


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("E0130", "Walker, adjustable, fixed height"),
        ("E1392", "Portable oxygen concentrator rental"),
        ("E0635", "Hoyer lift with sling"),
        ("E0784", "Ambulatory infusion device"),
        ("E0999", "Electric patient lift"),
    ],
)
def test_other_words_for_the_same_thing_contradict_nothing(code: str, said: str, shipped: Reference) -> None:
    """Offices describe things in their own words; a code that no table names is never contradicted."""
    assert contradicted(code, said, shipped.procedures) is None


def test_the_contradiction_is_the_clerks_until_a_person_lets_it_stand(make: Maker, shipped: Reference) -> None:
    """A person sees whether code or description was misread, and the provider is not asked."""
    lines = (make.line("E0143", description="Bariatric wheeled walker"),)
    gaps = {g.field: g for g in decide(make.request(lines=lines), shipped, received_at=make.received_at).gaps}
    assert (gaps["line[0].code"].reason, gaps["line[0].code"].audience) == (GapReason.CONFLICT, Audience.CLERK)
    stands = make.request(lines=lines, facts={"confirmed.line[0].code": "yes"})
    assert not [g for g in decide(stands, shipped, received_at=make.received_at).gaps if g.field == "line[0].code"]
