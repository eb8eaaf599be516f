"""Pages to requests: split by member, joined by form, every page accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.assemble import assemble
from classify.decide import decide
from classify.evidence import evidence_of
from classify.grouping import group_pages
from classify.reference import Reference
from terms.names import FIELD_KINDS, PageKind
from terms.requests import RequestValues
from terms.values import FieldStatus

if TYPE_CHECKING:
    from conftest import Maker


K = PageKind
IRIS = {"member.last_name": "Samplewright", "member.first_name": "Iris", "member.id": "91234567A",
        "member.date_of_birth": "1958-03-07"}  # fmt: skip
OLAF = {"member.last_name": "Otherby", "member.first_name": "Olaf", "member.id": "96789012G",
        "member.date_of_birth": "1990-01-02"}  # fmt: skip


def _pages(requests: Sequence[RequestValues]) -> list[tuple[int, ...]]:
    return [r.pages for r in requests]


def test_two_members_in_one_arrival_make_two_requests_and_share_only_the_cover(make: Maker) -> None:
    """Cover to both, each form and each note to the member it names."""
    pages = [
        make.page(1, "to from pages"),
        make.page(2, fields=IRIS, codes=("E0143",)),
        make.page(3, "Patient Iris Samplewright walks poorly"),
        make.page(4, fields=OLAF, codes=("K0001",)),
        make.page(5, "Olaf Otherby cannot walk"),
    ]
    kinds = [K.COVER_SHEET, K.PA_FORM, K.CLINICAL_NOTES, K.PA_FORM, K.CLINICAL_NOTES]
    assert _pages(assemble(pages, kinds)) == [(1, 2, 3), (1, 4, 5)]


def test_notes_go_to_the_member_they_name_even_out_of_order(make: Maker) -> None:
    """The notes of the second member stand before either form."""
    pages = [
        make.page(1, "Olaf Otherby cannot walk"),
        make.page(2, fields=IRIS, codes=("E0143",)),
        make.page(3, fields=OLAF, codes=("K0001",)),
        make.page(4, "nobody is named here"),
    ]
    kinds = [K.CLINICAL_NOTES, K.PA_FORM, K.PA_FORM, K.CLINICAL_NOTES]
    assert _pages(assemble(pages, kinds)) == [(2,), (1, 3, 4)]


def test_pages_of_one_form_are_joined_by_their_marks(make: Maker) -> None:
    """Page 1 names only the provider, page 2 the member; two such forms follow one another."""
    provider = {"ordering_provider.name": "Ada Mockingham, MD", "ordering_provider.npi": "1234567893"}
    pages = [
        make.page(1, fields=provider, facts={"page.of": "1/2"}),
        make.page(2, fields=IRIS, codes=("E0143",), facts={"page.of": "2/2"}),
        make.page(3, fields=provider, facts={"page.of": "1/2"}),
        make.page(4, fields=OLAF, codes=("K0001",), facts={"page.of": "2/2"}),
    ]
    found = assemble(pages, [K.PA_FORM] * 4)
    assert _pages(found) == [(1, 2), (3, 4)]
    assert found[1].value("ordering_provider.npi") == "1234567893"
    assert found[1].value("member.last_name") == "Otherby"


def test_pages_of_one_form_without_marks_are_joined_when_they_follow(make: Maker) -> None:
    """The provider's page and the member's page of one form make one request."""
    provider = {"ordering_provider.name": "Ada Mockingham, MD", "ordering_provider.npi": "1234567893"}
    pages = [make.page(1, fields=provider), make.page(2, fields=IRIS, codes=("E0143",))]
    assert _pages(assemble(pages, [K.PA_FORM] * 2)) == [(1, 2)]


def test_a_page_that_a_form_speaks_of_and_that_did_not_come_is_a_fact(make: Maker, shipped: Reference) -> None:
    """Pages 1 and 3 of 3 came: the request opens and page 2 is asked for."""
    pages = [
        make.page(1, fields=IRIS, codes=("E0143",), facts={"page.of": "1/3"}),
        make.page(2, "more", facts={"page.of": "3/3"}),
    ]
    (found,) = assemble(pages, [K.PA_FORM] * 2)
    assert found.facts["pages.missing"] == "2/3"
    gaps = {g.field for g in decide(found, shipped, received_at=make.received_at).provider_gaps}
    assert "form_page[2]" in gaps


def test_two_forms_of_one_member_for_different_things_are_two_requests(make: Maker) -> None:
    """A walker on one form and a bed on another; the same form twice is one."""
    two = [make.page(1, fields=IRIS, codes=("E0143",)), make.page(2, fields=IRIS, codes=("E0260",))]
    assert _pages(assemble(two, [K.PA_FORM] * 2)) == [(1,), (2,)]
    same = [make.page(1, fields=IRIS, codes=("E0143",)), make.page(2, fields=IRIS, codes=("E0143",))]
    (found,) = assemble(same, [K.PA_FORM] * 2)
    assert len(found.lines) == 1


def test_a_letter_for_the_same_member_supports_the_form(make: Maker) -> None:
    """Form and letter are one request; a code that only the letter names is reported, not added."""
    pages = [
        make.page(1, fields=IRIS, codes=("E0143",)),
        make.page(2, "To whom it may concern", fields=IRIS, codes=("E0143", "E0156")),
    ]
    (found,) = assemble(pages, [K.PA_FORM, K.LETTER])
    assert [line.code.value for line in found.lines] == ["E0143"]
    assert found.facts["codes.extra"] == "E0156"


def test_a_misread_id_makes_no_second_member(make: Maker) -> None:
    """One character off with the same name and birth date: one request, and the id goes to a person."""
    pages = [
        make.page(1, fields=IRIS, codes=("E0143",)),
        make.page(2, "letter", fields=IRIS | {"member.id": "91234561A"}),
    ]
    (found,) = assemble(pages, [K.PA_FORM, K.LETTER])
    assert found.fields["member.id"].status is FieldStatus.REVIEW
    assert {c.value for c in found.fields["member.id"].candidates} == {"91234567A", "91234561A"}
    assert {c.why for c in found.fields["member.id"].candidates} == {"page 1", "page 2"}


def test_papers_that_differ_in_a_phone_do_not_contradict_each_other(make: Maker) -> None:
    """The letter's own phone is the letter's; the form's stands."""
    pages = [
        make.page(1, fields=IRIS | {"ordering_provider.phone": "+15105550100"}, codes=("E0143",)),
        make.page(2, fields=IRIS | {"ordering_provider.phone": "+15105550177"}),
    ]
    (found,) = assemble(pages, [K.PA_FORM, K.LETTER])
    assert found.fields["ordering_provider.phone"].is_accepted
    assert found.value("ordering_provider.phone") == "+15105550100"


def test_a_doubtful_value_is_borne_out_by_a_sure_one(make: Maker) -> None:
    """The form's smudged id is read well on the letter: the sure reading is used."""
    pages = [
        make.page(1, fields=IRIS | {"member.id": make.doubtful("91234567A")}, codes=("E0143",)),
        make.page(2, fields=IRIS),
    ]
    (found,) = assemble(pages, [K.PA_FORM, K.LETTER])
    assert found.fields["member.id"].is_accepted
    assert found.fields["member.id"].page == 2


def test_what_only_the_notes_say_is_offered_and_not_taken(make: Maker) -> None:
    """An id and a diagnosis found only on clinical notes go to a person."""
    no_id = {k: v for k, v in IRIS.items() if k != "member.id"}
    pages = [
        make.page(1, fields=no_id | {"member.id": make.blank()}, codes=("E0143",)),
        make.page(2, fields=IRIS, diagnoses=("M17.11",)),
    ]
    (found,) = assemble(pages, [K.PA_FORM, K.CLINICAL_NOTES])
    assert found.fields["member.id"].status is FieldStatus.REVIEW
    assert found.value("member.id") == "91234567A"
    assert [d.status for d in found.diagnoses] == [FieldStatus.REVIEW]


def test_notes_do_not_name_the_ordering_provider(make: Maker) -> None:
    """Another doctor on the notes is not the one who orders."""
    pages = [
        make.page(1, fields=IRIS | {"ordering_provider.npi": make.blank()}, codes=("E0143",)),
        make.page(2, fields=IRIS | {"ordering_provider.npi": "1245319599"}),
    ]
    (found,) = assemble(pages, [K.PA_FORM, K.CLINICAL_NOTES])
    assert found.fields["ordering_provider.npi"].status is FieldStatus.MISSING


def test_records_of_another_member_stand_alone(make: Maker) -> None:
    """Notes that certainly belong to somebody else are never put into this member's request."""
    pages = [
        make.page(1, fields=IRIS, codes=("E0143",)),
        make.page(2, "other notes", fields={"member.id": "96789012G", "member.date_of_birth": "1990-01-02"}),
    ]
    found = assemble(pages, [K.PA_FORM, K.CLINICAL_NOTES])
    assert _pages(found) == [(1,), (2,)]
    assert found[1].facts["records_only"] == "yes"


def test_a_form_that_names_nobody_stays_alone(make: Maker) -> None:
    """A form with lines and no member is not guessed to be its neighbour's."""
    pages = [make.page(1, fields=IRIS, codes=("E0143",)), make.page(2, codes=("K0001",))]
    assert _pages(assemble(pages, [K.PA_FORM, K.CHME_ORDER])) == [(1,), (2,)]


def test_a_letter_that_names_nobody_supports_the_nearest_request(make: Maker) -> None:
    """A second letter page without a name follows its first."""
    pages = [make.page(1, fields=IRIS, codes=("E0143",)), make.page(2, "Sincerely")]
    assert _pages(assemble(pages, [K.LETTER, K.LETTER])) == [(1, 2)]


@pytest.mark.parametrize("kind", [K.BLANK, K.JUNK, K.AUTO_REPLY, K.COVER_SHEET, K.STATUS_INQUIRY])
def test_pages_that_ask_for_nothing_make_no_request(kind: object, make: Maker) -> None:
    """Blanks, advertising, automatic replies, covers and inquiries alone are no request."""
    assert assemble([make.page(1, "some words")], [kind]) == ()


def test_records_alone_wait_as_records(make: Maker, shipped: Reference) -> None:
    """Clinical notes without any form make one group without gaps for the provider."""
    (found,) = assemble([make.page(1, "notes", fields=IRIS)], [K.CLINICAL_NOTES])
    decision = decide(found, shipped, received_at=make.received_at)
    assert decision.route.rule == "request.records_only"
    assert [gap.field for gap in decision.clerk_gaps] == ["request"]
    assert decision.provider_gaps == ()


def test_urgent_on_the_cover_is_told_apart_from_urgent_on_the_form(make: Maker) -> None:
    """The cover's word is the fact cover.urgent."""
    pages = [make.page(1, "URGENT", facts={"text.urgent": "yes"}), make.page(2, fields=IRIS, codes=("E0143",))]
    (found,) = assemble(pages, [K.COVER_SHEET, K.PA_FORM])
    assert found.facts["cover.urgent"] == "yes"
    assert "text.urgent" not in found.facts


def test_fewer_pages_than_the_cover_announced_is_a_fact(make: Maker) -> None:
    """The cover says four pages, two came."""
    pages = [make.page(1, facts={"cover.pages": "4"}), make.page(2, fields=IRIS, codes=("E0143",))]
    (found,) = assemble(pages, [K.COVER_SHEET, K.PA_FORM])
    assert found.facts["pages.short"] == "2/4"


def test_another_plans_form_is_said_to_be_one(make: Maker) -> None:
    """The only form is another plan's."""
    (found,) = assemble([make.page(1, fields=IRIS, codes=("E0143",))], [K.OTHER_PLAN_FORM])
    assert found.facts["other_plan"] == "yes"


def test_every_canonical_field_is_there(make: Maker) -> None:
    """A request always holds every field, missing ones as such."""
    (found,) = assemble([make.page(1, fields=IRIS, codes=("E0143",))], [K.PA_FORM])
    assert list(found.fields) == list(FIELD_KINDS)


def test_a_role_that_was_guessed_gives_way_to_a_label(make: Maker) -> None:
    """The member's page shows a phone that the reader also took for the provider's: the labelled one stands."""
    guessed = replace(make.value("+15105550142"), page=2)
    pages = [
        make.page(1, fields=IRIS | {"ordering_provider.phone": "+15105550100"}, facts={"page.of": "1/2"}),
        replace(make.page(2, codes=("E0143",), facts={"page.of": "2/2"}), fields={"ordering_provider.phone": guessed}),
    ]
    (found,) = assemble(pages, [K.PA_FORM] * 2)
    assert found.fields["ordering_provider.phone"].is_accepted
    assert found.value("ordering_provider.phone") == "+15105550100"


@pytest.mark.parametrize(
    ("empty", "text"),
    [
        ("member.phone", "call 510-555-0142 or"),
        ("ordering_provider.npi", "NPI 1234567893"),
        ("member.id", "card 91234567A"),
        ("member.address", "12 Invented Way, Oakland, CA 94601 clinic 1 Practice Row, Oakland, CA 94601"),
        ("member.date_of_birth", "born 03/07/1958 signed 11/14/2026"),
        ("ordering_provider.name", "Ada Mockingham, MD"),
        ("diagnosis", "because of M17.11 in both"),
        ("line", "a walker, E0143, today"),
    ],
)
def test_nothing_is_asked_for_that_stands_on_the_page(empty: str, text: str, make: Maker, shipped: Reference) -> None:
    """A value that no field claimed makes every empty field the clerk's question."""
    fields = {name: v for name, v in make.request().fields.items() if v.value and name != empty}
    codes = () if empty == "line" else ("E0260",)
    diagnoses = () if empty == "diagnosis" else ("J44.9",)
    (found,) = assemble([make.page(1, text, fields=fields, codes=codes, diagnoses=diagnoses)], [K.LETTER])
    assert empty in found.facts["unclaimed"].split(",")
    decision = decide(found, shipped, received_at=make.received_at)
    assert decision.provider_gaps == ()
    assert empty in {gap.field for gap in decision.clerk_gaps}


@pytest.mark.parametrize(
    "text",
    ["Fax to CHME 844.583.4049, questions 510.747.4540, 800-555-0100", "signed 11/14/2026, 11/16/2026", "1234567890"],
)
def test_what_a_form_prints_of_its_own_is_no_unclaimed_value(text: str, make: Maker, shipped: Reference) -> None:
    """The processors' numbers, days of signing and numbers that are no NPI leave the provider's gaps as they are."""
    fields = {name: v for name, v in make.request().fields.items() if v.value}
    fields |= {name: make.blank() for name in ("member.phone", "member.date_of_birth", "ordering_provider.npi")}
    (found,) = assemble([make.page(1, text, fields=fields, codes=("E0260",), diagnoses=("J44.9",))], [K.CHME_ORDER])
    assert "unclaimed" not in found.facts
    gaps = decide(found, shipped, received_at=make.received_at).provider_gaps
    assert {g.field for g in gaps} == {"member.phone", "member.date_of_birth", "ordering_provider.npi"}


def test_urgent_in_a_forms_instructions_is_not_urgent_but_a_stamp_is(make: Maker) -> None:
    """The word in a printed sentence does not count on a form; alone on its line it does."""
    says = {"text.urgent": "yes"}
    printed = make.page(1, "urgent requests", fields=IRIS, codes=("E0143",), facts=says)
    stamped = make.page(1, "URGENT!", fields=IRIS, codes=("E0143",), facts=says)
    assert "text.urgent" not in assemble([printed], [K.PA_FORM])[0].facts
    assert assemble([stamped], [K.PA_FORM])[0].facts["text.urgent"] == "yes"
    assert assemble([printed], [K.LETTER])[0].facts["text.urgent"] == "yes"


@pytest.mark.parametrize(
    ("foot", "missing"), [("PA Form 1/3", "2/3,3/3"), ("Form, Page 2.of 2", "1/2"), ("855.891.7174", None)]
)
def test_a_forms_page_mark_is_found_at_its_foot(foot: str, missing: str | None, make: Maker) -> None:
    """Where no mark was read as such, the foot's own is used."""
    (found,) = assemble([make.page(1, fields=IRIS, codes=("E0143",), facts={"form.footer": foot})], [K.PA_FORM])
    assert found.facts.get("pages.missing") == missing


_POOL = [
    (K.COVER_SHEET, {}, ()),
    (K.PA_FORM, IRIS, ("E0143",)),
    (K.PA_FORM, OLAF, ("K0001",)),
    (K.LETTER, IRIS, ("E0143",)),
    (K.CLINICAL_NOTES, IRIS, ()),
    (K.CLINICAL_NOTES, OLAF, ()),
    (K.TEST_RESULT, OLAF, ()),
    (K.BLANK, {}, ()),
]


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(range(len(_POOL))), shuffle=st.permutations(range(len(_POOL))))
def test_pages_that_name_their_member_give_the_same_requests_in_any_order(
    order: Sequence[int], shuffle: Sequence[int], make: Maker, shipped: Reference
) -> None:
    """Whatever the order of the pages in the fax or in the argument: the same members, values and decisions."""
    pages, kinds = [], []
    for number, place in enumerate(order, 1):
        kind, fields, codes = _POOL[place]
        pages.append(make.page(number, "words", fields=fields, codes=codes, diagnoses=("M17.11",) if codes else ()))
        kinds.append(kind)
    found = assemble([pages[i] for i in shuffle], [kinds[i] for i in shuffle])
    assert assemble(pages, kinds) == found
    seen = {}
    for values in found:
        decision = decide(values, shipped, received_at=make.received_at)
        of = {order[number - 1] for number in values.pages}
        seen[values.value("member.id")] = (
            of,
            [line.code.value for line in values.lines],
            decision.gaps,
            decision.route,
        )
    assert {cin: (of, codes) for cin, (of, codes, _, _) in seen.items()} == {
        "91234567A": ({0, 1, 3, 4}, ["E0143"]),
        "96789012G": ({0, 2, 5, 6}, ["K0001"]),
    }
    assert {cin: rest[2:] for cin, rest in seen.items()} == _expected(make, shipped)


def _expected(make: Maker, shipped: Reference) -> dict[str | None, tuple[object, ...]]:
    pages = [
        make.page(n, "words", fields=f, codes=c, diagnoses=("M17.11",) if c else ())
        for n, (_, f, c) in enumerate(_POOL, 1)
    ]
    found = assemble(pages, [kind for kind, _, _ in _POOL])
    decided = [(v, decide(v, shipped, received_at=make.received_at)) for v in found]
    return {v.value("member.id"): (d.gaps, d.route) for v, d in decided}


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_every_page_is_accounted_for(data: st.DataObject, make: Maker) -> None:
    """Each page is in a request, or of a kind that is set aside, or a cover of nothing."""
    count = data.draw(st.integers(1, 8))
    kinds = [data.draw(st.sampled_from(list(K))) for _ in range(count)]
    pages = []
    for number in range(1, count + 1):
        fields = data.draw(st.sampled_from([{}, IRIS, OLAF, {"member.last_name": "Otherby"}]))
        codes = data.draw(st.sampled_from([(), ("E0143",), ("K0001", "E0973")]))
        mark = data.draw(st.sampled_from([{}, {"page.of": "1/2"}, {"page.of": "2/2"}, {"page.of": "x"}]))
        pages.append(make.page(number, "some words", fields=fields, codes=codes, facts=mark))
    found = assemble(pages, kinds)
    used = {number for values in found for number in values.pages}
    aside = {K.BLANK, K.JUNK, K.AUTO_REPLY}
    covers = {K.COVER_SHEET, K.STATUS_INQUIRY, K.MAIL_BODY}
    for number, kind in enumerate(kinds, 1):
        if number not in used:
            assert kind in aside or (kind in covers | {K.UNKNOWN, K.UNREADABLE} and not found)
        elif kind in aside:
            pytest.fail("a page set aside is in a request")
    once = [n for values in found for n in values.pages if kinds[n - 1] in {K.PA_FORM, K.CHME_ORDER, K.LETTER}]
    assert len(once) == len(set(once))


def test_a_page_of_records_goes_to_the_member_it_fits_best(make: Maker) -> None:
    """Namesakes in one fax: the birth date decides, also one that only a third page gives the order."""
    first = make.page(
        1, title="Order", fields={"member.first_name": "Iris", "member.id": "91234567A"}, codes=("E0143",)
    )
    second = make.page(4, title="Order", fields={"member.last_name": "Samplewright", "member.first_name": "Olaf",
                       "member.id": "96789012G", "member.date_of_birth": "1990-01-02"}, codes=("K0001",))  # fmt: skip
    alike = make.page(2, fields={"member.last_name": "Samplewright", "member.date_of_birth": "1958-03-07"})
    telling = make.page(3, fields={"member.last_name": "Samplewright", "member.first_name": "Iris",
                        "member.date_of_birth": "1958-03-07", "member.id": "91234567A"})  # fmt: skip
    kinds = {1: K.CHME_ORDER, 2: K.CLINICAL_NOTES, 3: K.CLINICAL_NOTES, 4: K.CHME_ORDER}
    groups = group_pages([first, alike, telling, second], kinds)
    assert [[p.number for p in g.pages] for g in groups] == [[1, 2, 3], [4]]


@pytest.mark.parametrize(
    "text",
    [
        "Lab report Samplewright, Iris DOB collected 10/28/2026 03/07/1958 Hemoglobin 10.1",
        "State of California identification 91234567A issued 01/15/2024",
        "State of California identification 9123456TA issued 01/15/2024",
        "Patient Iris Sampiewright, seen by the therapist",
    ],
    ids=["birth date apart from its label", "id", "id misread", "name misread"],
)
def test_records_that_name_their_member_in_running_text_alone_go_to_that_member(text: str, make: Maker) -> None:
    """No field was read on them, and another member's request stands nearer."""
    pages = [
        make.page(1, fields=IRIS, codes=("E0143",)),
        make.page(2, fields=OLAF, codes=("K0001",)),
        make.page(3, text),
    ]
    assert _pages(assemble(pages, [K.PA_FORM, K.PA_FORM, K.TEST_RESULT])) == [(1, 3), (2,)]


def test_a_field_that_was_misread_gives_way_to_what_the_text_says(make: Maker) -> None:
    """The reader took the doctor for the patient on the form, and a heading for the patient on the report."""
    form = {"member.last_name": "Van Example", "member.first_name": "Fitzgerald", "member.id": "91234567A"}
    report = {"member.last_name": "Report", "member.first_name": "Laboratory"}
    pages = [
        make.page(
            1, "Member Samplewright, Iris ID 91234567A Provider Fitzgerald Van Example", fields=form, codes=("E0143",)
        ),
        make.page(2, fields=OLAF, codes=("K0001",)),
        make.page(3, "Laboratory Report Iris Samplewright CIN 91234567A", fields=report),
    ]
    assert _pages(assemble(pages, [K.PA_FORM, K.PA_FORM, K.TEST_RESULT])) == [(1, 3), (2,)]


def test_two_forms_in_a_row_whose_members_stand_in_their_text_alone_are_two_requests(make: Maker) -> None:
    """Nothing of the members was read as a field; their ids in the text tell them apart."""
    pages = [
        make.page(1, "Member ID 91234567A walker", codes=("E0143",)),
        make.page(2, "ID 96789012G", codes=("K0001",)),
    ]
    assert _pages(assemble(pages, [K.PA_FORM, K.PA_FORM])) == [(1,), (2,)]


def test_text_that_names_two_members_gives_no_page_an_id(make: Maker) -> None:
    """A list of members is nobody's form."""
    assert evidence_of(make.page(1, "91234567A and 96789012G")).id is None
    assert evidence_of(make.page(1, "91234567A and again 91234567A")).id == "91234567A"
    assert evidence_of(make.page(1, "DOB: 03/07/1958, born 03/07/1958")).birth == "1958-03-07"
    assert evidence_of(make.page(1, "DOB 13/45/1958 seen 03/07/1958")).birth is None


def test_a_field_that_may_stand_on_the_page_unread_is_not_missing(make: Maker) -> None:
    """What an order page could not rule out is for review without a value; what another page gave stays."""
    facts = {"unsettled": "member.phone,ordering_provider.npi"}
    form = make.page(1, fields=IRIS | {"ordering_provider.npi": "1234567893"}, codes=("E0143",), facts=facts)
    (request,) = assemble([form], [K.PA_FORM])
    phone = request.fields["member.phone"]
    assert (phone.value, phone.status, phone.page) == (None, FieldStatus.REVIEW, 1)
    assert request.fields["ordering_provider.npi"].is_accepted


def test_what_was_found_blank_on_one_page_is_not_unsettled_by_another(make: Maker) -> None:
    """The form has a place for the telephone and it is blank: a stray number on a second sheet changes nothing."""
    form = make.page(1, fields=IRIS | {"member.phone": make.blank()}, codes=("E0143",))
    second = make.page(2, fields=IRIS, codes=("E0143",), facts={"unsettled": "member.phone"})
    (request,) = assemble([form, second], [K.PA_FORM, K.PA_FORM])
    assert request.fields["member.phone"].status is FieldStatus.MISSING
