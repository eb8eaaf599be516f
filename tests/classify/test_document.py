"""One file to one document: pages, requests, decisions, and why there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.document import build_document, no_request
from classify.reference import Reference
from extract.reading import PageReading
from ingest.pages import MailFacts, PageSource, Unpacked
from terms.document import Document
from terms.errors import Problem
from terms.names import PageKind, TextSource

if TYPE_CHECKING:
    from conftest import Maker

K = PageKind
IRIS = {"member.last_name": "Samplewright", "member.first_name": "Iris", "member.id": "91234567A"}
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "read.schema.json").read_text("utf-8"))
FACTS = ["page.of", "type.boxes", "cover.pages", "header.pages", "text.urgent", "blank", "page.title"]
NAMES = ["member.id", "member.last_name", "clinical.attached", "request.type", "service.place"]
DAMAGED = Problem("ingest.page_damaged", "The page is damaged. Ask for it again.")


def _source(number: int, problem: Problem | None = None) -> PageSource:
    return PageSource(number, f"page {number}", None, 204, 196, problem=problem)


def _document(
    readings: list[PageReading], make: Maker, tables: Reference, unpacked: Unpacked | None = None
) -> Document:
    if unpacked is None:
        unpacked = Unpacked("image/tiff", tuple(_source(r.number) for r in readings))
    document = build_document("fax.tif", "0" * 64, make.received_at, unpacked, readings, tables)
    jsonschema.validate(document.to_json(words=True), SCHEMA)
    return document


def test_a_cover_and_a_form_make_one_request_in_the_contracts_form(make: Maker, reference: Reference) -> None:
    """The document follows docs/read.schema.json and says kind, request and route."""
    form = make.page(2, title="PA Request Form", fields=IRIS, codes=("E0143",), facts={"type.boxes": "routine"})
    readings = [make.page(1, title="Fax Cover Sheet"), form]
    document = _document(readings, make, reference)
    assert [p.kind for p in document.pages] == [K.COVER_SHEET, K.PA_FORM]
    assert [values.pages for values, _ in document.requests] == [(1, 2)]
    assert document.problem is None


def test_a_page_that_was_not_read_is_unreadable_and_holds_the_request_for_a_clerk(
    make: Maker, shipped: Reference
) -> None:
    """The damaged second page is not forgotten, and what is missing is not yet asked of the provider."""
    form = make.page(1, title="CHME Order Form", fields=IRIS, codes=("E0143",))
    unpacked = Unpacked("image/tiff", (_source(1), _source(2, DAMAGED)))
    document = _document([form], make, shipped, unpacked)
    assert document.pages[1].kind is K.UNREADABLE
    assert document.pages[1].problem == DAMAGED
    decision = document.requests[0][1]
    assert "page[2]" in {gap.field for gap in decision.clerk_gaps}
    assert not decision.provider_gaps


@pytest.mark.parametrize(
    ("kinds", "problem"),
    [
        ([K.BLANK], "classify.blank_pages"),
        ([K.UNREADABLE, K.BLANK], "classify.unreadable"),
        ([K.JUNK], "classify.junk"),
        ([K.AUTO_REPLY], "classify.auto_reply"),
        ([K.COVER_SHEET, K.STATUS_INQUIRY], "classify.status_inquiry"),
        ([K.COVER_SHEET], "classify.cover_only"),
        ([K.COVER_SHEET, K.OTHER_PLAN_FORM], "classify.other_plan"),
        ([K.MAIL_BODY], "classify.no_request"),
        ([], "classify.no_pages"),
    ],
)
def test_an_arrival_without_a_request_says_why_and_what_to_do(kinds: list[PageKind], problem: str) -> None:
    """Each kind of nothing has its own problem with a remedy."""
    found = no_request(kinds, [None] * len(kinds))
    assert found.kind == problem
    assert found.message.endswith(".")


def test_what_is_wrong_with_an_unreadable_page_is_said() -> None:
    """A mail whose only attachment is damaged says so, and not merely that nothing could be read."""
    assert no_request([K.MAIL_BODY, K.UNREADABLE], [None, DAMAGED]) == DAMAGED
    assert no_request([K.UNREADABLE, K.STATUS_INQUIRY], [DAMAGED, None]).kind == "classify.status_inquiry"
    assert no_request([K.BLANK, K.UNREADABLE], [DAMAGED, None]).kind == "classify.unreadable"


def test_the_problem_of_the_file_comes_first(make: Maker, shipped: Reference) -> None:
    """An encrypted file is that and nothing else."""
    locked = Problem("ingest.password_protected", "The file needs a password. Ask for it without one.")
    document = _document([], make, shipped, Unpacked("application/pdf", (), locked))
    assert document.problem == locked
    assert document.requests == ()


def test_an_automatic_mail_makes_no_request(make: Maker, shipped: Reference) -> None:
    """The headers say that a machine wrote it."""
    body = make.page(1, "Please note", source=TextSource.MAIL_TEXT, legibility=None)
    mail = MailFacts("m1", "clinic@example.org", ("orders@example.org",), None, auto_submitted=True)
    document = _document([body], make, shipped, Unpacked("message/rfc822", (_source(1),), mail=mail))
    assert document.pages[0].kind is K.AUTO_REPLY
    assert document.problem is not None
    assert document.problem.kind == "classify.auto_reply"


def test_another_plans_form_makes_no_case_unless_the_roster_knows_the_member(
    make: Maker, reference: Reference, shipped: Reference
) -> None:
    """A stranger's form is quarantined with what to do; our own member on the wrong form is a request."""
    birth = {"member.date_of_birth": "1958-03-07"}
    form = make.page(
        1, title="Treatment Authorization Blue Shield of California", fields=IRIS | birth, codes=("E0143",)
    )
    stranger = make.page(1, title=form.facts["page.title"], fields=IRIS | {"member.id": "97777777H"}, codes=("E0143",))
    nobody = make.page(1, title=form.facts["page.title"], fields=birth, codes=("E0143",))
    for pages, tables in (([nobody], shipped), ([stranger], reference)):
        document = _document(pages, make, tables)
        assert document.requests == ()
        assert document.problem is not None
        assert document.problem.kind == "classify.other_plan"
    ((_, decision),) = _document([form], make, reference).requests
    assert decision.route.processor.value == "CHME"
    ((_, unsure),) = _document([form], make, shipped).requests
    assert unsure.route.rule == "identity.other_plan"
    assert unsure.clerk_gaps


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_nothing_that_pages_can_say_makes_it_raise(data: st.DataObject, make: Maker, reference: Reference) -> None:
    """Odd facts, odd values, odd words: always a document that follows the contract."""
    texts = st.text(max_size=12)
    names = st.sampled_from(
        ["page.of", "type.boxes", "cover.pages", "header.pages", "text.urgent", "blank", "page.title"]
    )
    readings = []
    for number in range(1, data.draw(st.integers(1, 4)) + 1):
        facts = data.draw(st.dictionaries(names, texts, max_size=4))
        fields = data.draw(st.dictionaries(st.sampled_from(NAMES), texts, max_size=4))
        codes = data.draw(st.lists(st.sampled_from(["E0143", "XXXXX", "72148"]), max_size=3))
        readings.append(make.page(number, data.draw(texts), fields=fields, codes=tuple(codes), facts=facts))
    document = _document(readings, make, reference)
    assert len(document.pages) == len(readings)
