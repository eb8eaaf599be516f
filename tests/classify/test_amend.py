"""What a later paper does to a request: it fills what is missing, and a person chooses where it contradicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.amend import amend, differences
from classify.decide import decide
from terms.requests import GapReason
from terms.values import FieldStatus

if TYPE_CHECKING:
    from conftest import Maker

    from classify.reference import Reference

CODES = ("E0143", "E0149", "E0156", "K0001", "E0260")


def targets(*found: object) -> list[str]:
    """The targets of differences."""
    return [difference.target for difference in found]  # type: ignore[attr-defined]


def test_a_corrected_code_stands_first_and_the_earlier_one_beside_it(make: Maker) -> None:
    """The re-fax with one code corrected: the new code is offered first, and nothing is settled by itself."""
    old, new = make.request("E0143", "E0156"), make.request("E0149", "E0156")
    found = amend(old, new, pages=(2,))
    code = found.values.lines[0].code
    assert targets(*found.differences) == ["line[0].code"]
    assert (code.value, code.status) == ("E0149", FieldStatus.REVIEW)
    assert [candidate.value for candidate in code.candidates] == ["E0149", "E0143"]
    assert found.values.lines[1].code == old.lines[1].code
    assert found.values.pages == (*old.pages, 2)


def test_what_was_missing_is_filled_and_no_contradiction(make: Maker) -> None:
    """An answer with the phone and the diagnosis that were asked for closes just these gaps."""
    whole = make.request("E0143")
    old = make.request("E0143", fields={"member.phone": None}, diagnoses=())
    found = amend(old, whole, pages=())
    assert set(found.filled) == {"member.phone", "diagnosis"}
    assert found.differences == ()
    assert found.values.value("member.phone") == whole.value("member.phone")
    assert found.values.diagnoses == whole.diagnoses


def test_a_contradicted_value_is_a_clerks_question(make: Maker, reference: Reference) -> None:
    """Another phone on the later paper is a conflict that keeps the request from going out."""
    old, new = make.request("E0143"), make.request("E0143", fields={"member.phone": "+15105550155"})
    found = amend(old, new, pages=())
    gaps = decide(found.values, reference, received_at=make.received_at).clerk_gaps
    assert ("member.phone", GapReason.CONFLICT) in [(gap.field, gap.reason) for gap in gaps]


def test_a_line_that_the_later_form_leaves_out_is_asked_about(make: Maker, reference: Reference) -> None:
    """Nothing is taken away silently: a person says whether the line is still wanted."""
    found = amend(make.request("E0143", "E0156"), make.request("E0143"), pages=())
    assert [line.code.value for line in found.values.lines] == ["E0143", "E0156"]
    gaps = decide(found.values, reference, received_at=make.received_at).clerk_gaps
    assert "line" in [gap.field for gap in gaps]


def test_loose_records_contradict_nothing(make: Maker) -> None:
    """Chart notes that give another address leave the request's own as it is."""
    old = make.request("E0143")
    found = amend(old, make.request("K0001", fields={"member.address": "9 Other Way"}), pages=(5,), records=True)
    assert (found.values.fields, found.values.lines, found.differences) == (old.fields, old.lines, ())


@pytest.mark.parametrize(
    ("was", "paper", "left"),
    [
        ({"pages.missing": "3/5"}, {"pages.missing": "1/5,2/5,4/5,5/5", "kinds": "6:pa_form"}, None),
        ({"pages.missing": "3/5,4/5"}, {"pages.missing": "1/5,2/5,4/5,5/5", "kinds": "6:pa_form"}, "4/5"),
        ({"pages.missing": "3/5"}, {"kinds": "6:clinical_notes"}, "3/5"),
        ({"pages.missing": "3/5"}, {"kinds": "6:pa_form"}, None),
    ],
)
def test_a_page_that_came_later_is_missing_no_more(
    was: dict[str, str], paper: dict[str, str], left: str | None, make: Maker
) -> None:
    """The form's missing page closes its gap; notes do not."""
    found = amend(make.request("E0143", facts=was), make.request("E0143", facts=paper), pages=(6,))
    assert found.values.facts.get("pages.missing") == left


@given(mine=st.lists(st.sampled_from(CODES), unique=True), theirs=st.lists(st.sampled_from(CODES), unique=True))
def test_no_line_is_ever_lost_or_accepted_unseen(mine: list[str], theirs: list[str], make: Maker) -> None:
    """Every code of both papers stands on the request afterwards, and what only the later has waits for a person."""
    old, new = (make.request(lines=tuple(make.line(code) for code in codes)) for codes in (mine, theirs))
    found = amend(old, new, pages=())
    shown = {c for line in found.values.lines for c in (line.code.value, *(x.value for x in line.code.candidates))}
    assert shown == {*mine, *theirs}
    accepted = {line.code.value for line in found.values.lines if line.code.is_accepted}
    assert accepted <= set(mine) or not mine


@given(codes=st.lists(st.sampled_from(CODES), unique=True))
def test_the_same_paper_again_changes_nothing(codes: list[str], make: Maker) -> None:
    """Joining a repeat leaves values and facts alone and names no difference."""
    values = make.request(*codes)
    assert differences(values, values) == ()
    found = amend(values, values, pages=())
    assert (found.values, found.filled, found.differences) == (values, (), ())


def test_other_clinical_words_are_told_and_not_lost(make: Maker) -> None:
    """A later paper whose only news is in its clinical text is no repeat: both texts stay to be seen."""
    told = ("Unsteady gait after a fall in October.", "Oxygen saturation has fallen to 79 percent at rest.")
    old, new = (make.request("E0143", fields={"clinical.summary": text}) for text in told)
    found = amend(old, new, pages=())
    assert [d.target for d in found.differences] == ["clinical.summary"]
    summary = found.values.fields["clinical.summary"]
    assert [candidate.value for candidate in summary.candidates] == [told[1], told[0]]
    alike = make.request("E0143", fields={"clinical.summary": "Unsteady galt after a fall in 0ctober."})
    assert amend(old, alike, pages=()).differences == ()
