"""What a clerk says lets the plan's own tables settle other doubts."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from classify.reference import load_reference
from classify.roster import LineOfBusiness, MedicalGroup, Member, build_roster
from classify.sheet import TableInfo
from desk.cases.actor import Actor
from desk.cases.corrections import correct_field
from desk.cases.decisions import decision_at
from desk.lifecycle import Role
from desk.records.models import Request
from terms.values import FieldStatus
from tests.desk.made_up import doubtful, values
from tests.desk.test_cases import read_arrival

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
CLERK = Actor("clara", frozenset({Role.CLERK}))


def test_a_corrected_id_settles_what_the_roster_bears_out(tmp_path: Path) -> None:
    """The clerk mends one character of the id; the address that the roster has too is certain at once, not as hers."""
    known = values()
    held = {name: value.value or "" for name, value in known.fields.items()}
    member = Member(
        cin=held["member.id"],
        last_name=held["member.last_name"],
        first_name=held["member.first_name"],
        date_of_birth=dt.date.fromisoformat(held["member.date_of_birth"]),
        line_of_business=LineOfBusiness.MEDI_CAL,
        medical_group=MedicalGroup.DIRECT,
        address=held["member.address"],
    )
    tables = dataclasses.replace(
        load_reference(None), roster=build_roster([member], TableInfo("roster", "test", "invented"))
    )
    unsure = {
        name: dataclasses.replace(known.fields[name], confidence=0.6, status=FieldStatus.REVIEW)
        for name in ("member.address", "ordering_provider.address")
    } | {"member.id": doubtful("90000001A")}
    read_arrival(tmp_path, dataclasses.replace(known, fields=dict(known.fields) | unsure))
    request = Request.objects.get()
    after = correct_field(
        request.reference, "member.id", held["member.id"], revision=request.revision, actor=CLERK, tables=tables
    )
    assert [gap.field for gap in after.gaps.filter(audience="clerk")] == ["ordering_provider.address"]
    address = after.fields.get(name="member.address")
    assert (address.status, address.human) == ("accepted", False)
    assert after.facts["borne_out"] == "member.address:roster"
    assert decision_at(after, after.revision)[0].facts["borne_out"] == "member.address:roster"
