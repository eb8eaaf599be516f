"""Doubtful readings that the roster or the directory bears out, and those that they do not."""

import dataclasses
import datetime as dt

import pytest

from classify.borne_out import bear_out
from classify.decide import decide
from classify.directory import Provider, build_directory
from classify.reference import Reference, load_reference
from classify.roster import LineOfBusiness, MedicalGroup, Member, build_roster
from classify.sheet import TableInfo
from classify.why import explain
from terms.requests import Decision, RequestValues
from terms.values import Candidate, FieldStatus, FieldValue
from tests.classify.conftest import COMPLETE, RECEIVED, Maker

DAY = dt.date(2026, 11, 16)
_MEMBER = Member(
    cin=COMPLETE["member.id"], last_name="Samplewright", first_name="Iris", date_of_birth=dt.date(1958, 3, 7),
    line_of_business=LineOfBusiness.MEDI_CAL, medical_group=MedicalGroup.DIRECT,
    address="12 Invented Way, Oakland, CA 94601-1234", phone="+15105550142",
)  # fmt: skip
_PROVIDER = Provider(
    npi=COMPLETE["ordering_provider.npi"], name="Ada Mockingham", credentials="MD",
    address="1 Practice Row, Suite 4, Oakland, CA 94601", phone="+15105550100", fax="+15105550101",
)  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> Reference:
    """A roster of twins and a stranger, and a directory of one provider."""
    twin = dataclasses.replace(_MEMBER, cin="92345678C", first_name="Iva")
    other = dataclasses.replace(_MEMBER, cin="93456789D", first_name="Otto", last_name="Placeholder", phone="")
    info = TableInfo("roster", "test", "invented")
    return dataclasses.replace(
        load_reference(None),
        roster=build_roster([_MEMBER, twin, other], info),
        directory=build_directory([_PROVIDER], info),
    )


def _borne(values: RequestValues, tables: Reference) -> dict[str, str | None]:
    """The values that became certain, by field."""
    after = bear_out(values, tables, day=DAY)
    return {name: v.value for name, v in after.fields.items() if v != values.fields[name]}


@pytest.mark.parametrize(
    ("field", "read"),
    [
        ("member.last_name", "SAMPLEWRIGHT"),
        ("member.address", "12 INVENTED WAY, Oakland, California 94601"),
        ("member.phone", "+15105550142"),
        ("member.date_of_birth", "1958-03-07"),
        ("member.id", "91234567A"),
        ("ordering_provider.name", "Ada Mockingham, M.D."),
        ("ordering_provider.address", "1 Practice Row Ste 4, Oakland, CA 94601"),
        ("ordering_provider.fax", "+15105550101"),
        ("ordering_provider.npi", "1234567893"),
    ],
)
def test_what_the_table_says_too_needs_nobody(make: Maker, tables: Reference, field: str, read: str) -> None:
    """A doubtful value that a table holds of the same person is accepted as it was read, whatever its spelling."""
    values = make.request(fields={field: make.doubtful(read)})
    assert _borne(values, tables) == {field: read}
    after = bear_out(values, tables, day=DAY)
    assert after.fields[field].status is FieldStatus.ACCEPTED
    assert after.fields[field].raw == read
    assert after.facts["borne_out"].startswith(f"{field}:")
    assert bear_out(after, tables, day=DAY) == after


@pytest.mark.parametrize(
    ("field", "read"),
    [
        ("member.last_name", "Samplewrght"),
        ("member.address", "12 Invented Way, Oakland, CA 94607"),
        ("member.phone", "+15105550143"),
        ("member.id", "91234567C"),
        ("ordering_provider.name", "Ada Mockingham, DO"),
        ("ordering_provider.address", "1 Practice Row Ste 5, Oakland, CA 94601"),
    ],
)
def test_what_differs_stays_doubtful(make: Maker, tables: Reference, field: str, read: str) -> None:
    """One other character, and a person looks."""
    assert _borne(make.request(fields={field: make.doubtful(read)}), tables) == {}


def test_another_spelling_of_a_name_counts_and_of_a_number_does_not(make: Maker, tables: Reference) -> None:
    """A name that one of the readers read as the roster has it is taken; a number is never exchanged."""
    name = dataclasses.replace(make.doubtful("lris"), candidates=(Candidate("Iris", 0.4, "also possible"),))
    phone = dataclasses.replace(make.doubtful("+15105550148"), candidates=(Candidate("+15105550142", 0.4),))
    values = make.request(fields={"member.first_name": name, "member.phone": phone})
    assert _borne(values, tables) == {"member.first_name": "Iris"}


def test_which_row_is_meant_must_stand_on_the_paper(make: Maker, tables: Reference) -> None:
    """A twin's name, a doubtful id beside a doubtful birth date, or an unknown NPI: nothing is borne out."""
    doubtful = {"member.id": make.doubtful("91234567A"), "member.date_of_birth": make.doubtful("1958-03-08")}
    alone = make.request(fields=doubtful | {"member.last_name": "Other", "member.phone": make.doubtful("+15105550142")})
    assert _borne(alone, tables) == {}
    twin = make.request(fields={"member.id": make.doubtful("91234567C"), "member.first_name": make.doubtful("Ivy")})
    assert _borne(twin, tables) == {}
    unknown = make.request(
        fields={"ordering_provider.npi": "1245319599", "ordering_provider.fax": make.doubtful("+15105550101")}
    )
    assert _borne(unknown, tables) == {}


def test_a_sure_contradiction_bears_out_nothing(make: Maker, tables: Reference) -> None:
    """Where the accepted birth date is another one, the member of that id is not meant."""
    values = make.request(fields={"member.date_of_birth": "1960-01-01", "member.phone": make.doubtful("+15105550142")})
    assert _borne(values, tables) == {}


def test_two_papers_that_differ_go_to_a_person(make: Maker, tables: Reference) -> None:
    """A value that says different things in different places stays a conflict, whichever the table has."""
    contested = dataclasses.replace(
        make.doubtful("+15105550142"), candidates=(Candidate("+15105550177", 0.9, "page 2"),)
    )
    assert _borne(make.request(fields={"member.phone": contested}), tables) == {}


def test_nothing_is_taken_that_was_not_read(make: Maker, tables: Reference) -> None:
    """An empty place stays empty: what we know is no reason to think that the provider wrote it."""
    values = make.request(fields={"member.phone": None, "member.address": FieldValue.missing()})
    assert bear_out(values, tables, day=DAY) is values


def test_without_tables_nothing_changes(make: Maker) -> None:
    """Neither roster nor directory: the very same values."""
    values = make.request(fields={"member.phone": make.doubtful("+15105550142")})
    assert bear_out(values, load_reference(None), day=DAY) is values


def test_it_is_told_without_a_word_of_the_paper(make: Maker, tables: Reference) -> None:
    """The explanation names field and table, no value."""
    values = bear_out(make.request(fields={"member.phone": make.doubtful("+15105550142")}), tables, day=DAY)
    decision: Decision = decide(values, tables, received_at=RECEIVED)
    told = next(s for s in explain(values, decision) if s.question == "What is missing?")
    assert "Member phone was read with doubt; the roster says the same." in told.answers
