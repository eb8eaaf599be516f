"""The side files of fax servers."""

import datetime as dt
import json
import re
import zoneinfo
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pages import CallFacts
from ingest.ticket import FORMATS, TicketRules, facts_of_name, parse_ticket, read_index
from ingest.ticket_times import read_moment


def test_a_full_ticket() -> None:
    """Every fact is read; the time keeps its zone."""
    facts, trouble = parse_ticket(
        json.dumps({
            "caller_id": "510-555-0142", "tsi": "CLINIC", "called": "510-555-0100", "pages": 3,
            "received_at": "2026-11-02T16:58:03-08:00", "error": "",
        }).encode()
    )  # fmt: skip
    assert trouble is None
    assert facts == CallFacts(
        caller_id="510-555-0142", tsi="CLINIC", called="510-555-0100", pages=3,
        received_at=dt.datetime(2026, 11, 2, 16, 58, 3, tzinfo=dt.timezone(dt.timedelta(hours=-8))),
    )  # fmt: skip


def test_other_servers_names() -> None:
    """Names in other styles mean the same; unknown names are no fault."""
    facts, trouble = parse_ticket(b'{"CallerID": 5105550142, "Remote-Id": "X", "DNIS": "0100", "colour": "blue"}')
    assert trouble is None
    assert facts == CallFacts(caller_id="5105550142", tsi="X", called="0100")


@pytest.mark.parametrize(
    "data", [b"", b"not json", b"[1, 2]", b'"text"', b"\xff\xfe", b"{" * 5000, b" " * 70_000], ids=repr
)
def test_what_is_no_ticket_is_a_problem(data: bytes) -> None:
    """Anything else gives no facts and one problem."""
    facts, trouble = parse_ticket(data)
    assert facts is None
    assert trouble is not None
    assert trouble.kind == "ingest.ticket_damaged"


def test_parts_that_make_no_sense_are_left_out_and_named() -> None:
    """A bad time and page count are dropped; the rest is used; no value is repeated in the sentence."""
    facts, trouble = parse_ticket(b'{"pages": "many-Zara", "received_at": "2026-11-02T16:58", "tsi": "CLINIC"}')
    assert facts == CallFacts(tsi="CLINIC")
    assert trouble is not None
    assert "pages, received_at" in trouble.message
    assert "Zara" not in trouble.message


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20), st.lists, max_leaves=4
)
_NAME = st.sampled_from(["caller_id", "tsi", "called", "received_at", "pages", "error"]) | st.text(max_size=8)


@given(st.dictionaries(_NAME, _JSON, max_size=6))
def test_any_json_ends_in_values(content: dict[str, object]) -> None:
    """Whatever the values are, nothing raises, and facts can be stored and read back."""
    facts, _ = parse_ticket(json.dumps(content).encode())
    assert facts is None or CallFacts.from_record(json.loads(json.dumps(facts.to_record()))) == facts


@given(st.binary(max_size=200))
def test_any_bytes_end_in_values(data: bytes) -> None:
    """No bytes raise."""
    facts, problem = parse_ticket(data)
    assert facts is not None or problem is not None


SERVERS = {
    "gateway.xml": (
        b"""<?xml version="1.0"?><fax xmlns="urn:example:fax"><remote-csid>OAK CLINIC</remote-csid>
        <ani>510-555-0142</ani><dnis>5105550100</dnis><received>2026-11-02T16:58:03-08:00</received>
        <pages>3</pages><error>OK</error></fax>""",
        CallFacts("510-555-0142", "OAK CLINIC", "5105550100", pages=3),
    ),
    "attributes.xml": (
        b'<Job><Call CallerID="510-555-0142" TSI="OAK CLINIC"/><Result Pages="3" Error="lost carrier"/></Job>',
        CallFacts("510-555-0142", "OAK CLINIC", pages=3, error="lost carrier"),
    ),
    "pairs.xml": (
        b'<meta><field name="Caller ID" value="510-555-0142"/><field name="DID">5105550100</field></meta>',
        CallFacts("510-555-0142", called="5105550100"),
    ),
    "line.csv": (
        b"\xef\xbb\xbfCaller ID;Remote ID;Pages\r\n510-555-0142;OAK CLINIC;3\r\n",
        CallFacts("510-555-0142", "OAK CLINIC", pages=3),
    ),
    "nested.json": (
        b'{"event": "fax.received", "data": {"from_number": "+15105550142", "num_pages": 3, "error": {"code": 0}}}',
        CallFacts("+15105550142", pages=3),
    ),
}


@pytest.mark.parametrize("name", SERVERS)
def test_the_forms_of_servers(name: str) -> None:
    """JSON with parts inside parts, XML in three styles, a CSV line: the same facts come out."""
    data, expected = SERVERS[name]
    facts, trouble = parse_ticket(data, f".{name.rpartition('.')[2]}")
    assert trouble is None
    assert facts is not None
    assert replace(facts, received_at=None) == expected


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a><tsi>&b;</tsi></a>', ".xml"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>', ".xml"),
        (b"<a>" * 50 + b"</a>" * 50, ".xml"),
        (b"<a><tsi>x</a>", ".xml"),
        (b"\0\0", ".csv"),
        (b"", ".csv"),
    ],
    ids=["entity", "external", "deep", "unclosed", "zeros", "empty"],
)
def test_dangerous_and_broken_tickets_are_problems(data: bytes, suffix: str) -> None:
    """No entity is expanded, no file looked at; what is no ticket is one problem and no facts."""
    facts, trouble = parse_ticket(data, suffix)
    assert facts is None
    assert trouble is not None
    assert trouble.kind == "ingest.ticket_damaged"


def test_names_and_zone_from_the_settings() -> None:
    """A server's own names are used before the usual ones, and its zone where a time has none."""
    rules = TicketRules(
        names={"caller_id": "Phone Nr", "received_at": "when"}, zone=zoneinfo.ZoneInfo("America/Los_Angeles")
    )
    data = b'{"Phone-Nr": "510-555-0142", "from": "somebody", "when": "11/02/2026 04:58:03 PM"}'
    facts, trouble = parse_ticket(data, ".json", rules)
    assert trouble is None
    assert facts is not None
    assert facts.caller_id == "510-555-0142"
    assert facts.received_at == dt.datetime(2026, 11, 3, 0, 58, 3, tzinfo=dt.UTC)


PACIFIC = zoneinfo.ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("written", "zone", "expected"),
    [
        ("2026-11-02T16:58:03-08:00", None, "2026-11-03T00:58:03+00:00"),
        ("2026-11-02T16:58:03Z", None, "2026-11-02T16:58:03+00:00"),
        ("2026-11-02 16:58:03", PACIFIC, "2026-11-03T00:58:03+00:00"),
        ("2026:11:02 16:58:03", PACIFIC, "2026-11-03T00:58:03+00:00"),
        ("20261102165803", PACIFIC, "2026-11-03T00:58:03+00:00"),
        ("20261102_1658", PACIFIC, "2026-11-03T00:58:00+00:00"),
        ("11/02/26 16:58", PACIFIC, "2026-11-03T00:58:00+00:00"),
        ("Mon, 02 Nov 2026 16:58:03 -0800", None, "2026-11-03T00:58:03+00:00"),
        (1793667483, None, "2026-11-03T00:58:03+00:00"),
        ("1793667483", None, "2026-11-03T00:58:03+00:00"),
        (1793667483000, None, "2026-11-03T00:58:03+00:00"),
        ("2026-11-01T01:30:00", PACIFIC, "2026-11-01T08:30:00+00:00"),
        ("2026-11-02 16:58:03", None, None),
        ("2026-11-02", PACIFIC, None),
        ("1762131459", None, "2025-11-03T00:57:39+00:00"),
        ("yesterday", PACIFIC, None),
        (True, PACIFIC, None),
        (1e300, None, None),
        (float("nan"), None, None),
    ],
)
def test_moments(written: object, zone: dt.tzinfo | None, expected: str | None) -> None:
    """Every form a server writes; a time whose zone nobody knows is not used, one told twice is the earlier."""
    moment = read_moment(written, zone)
    assert (moment.astimezone(dt.UTC).isoformat() if moment else None) == expected


def test_facts_from_a_file_name() -> None:
    """A pattern of the settings finds caller, line and time; a name that does not fit gives nothing."""
    rules = TicketRules(
        zone=PACIFIC,
        name_pattern=re.compile(r"^(?P<received_at>\d{14})_(?P<caller_id>\d{10})_(?P<called>\d{4})"),
    )
    facts = facts_of_name("20261102165803_5105550142_0100.tif", rules)
    assert facts is not None
    assert (facts.caller_id, facts.called) == ("5105550142", "0100")
    assert facts.received_at == dt.datetime(2026, 11, 3, 0, 58, 3, tzinfo=dt.UTC)
    assert facts_of_name("scan.tif", rules) is None
    assert facts_of_name("20261102165803_5105550142_0100.tif", TicketRules()) is None


def test_an_index_names_each_file(tmp_path: Path) -> None:
    """The last whole line about a file counts; one that is still being written is as if it were not there."""
    index = tmp_path / "index.csv"
    index.write_bytes(
        b"Image,Caller,Pages\nC:\\fax\\a.tif,510-555-0142,2\nb.tif,510-555-0143,1\nb.tif,510-555-0144,1\nc.tif,510-5"
    )
    found = read_index(index)
    assert found == {
        "a.tif": CallFacts("510-555-0142", pages=2),
        "b.tif": CallFacts("510-555-0144", pages=1),
    }
    index.write_bytes(b"Which,Caller\na.tif,510-555-0142\n")
    assert read_index(index) == {}
    assert set(read_index(index, TicketRules(names={"file": "which"}))) == {"a.tif"}


@given(st.binary(max_size=300), st.sampled_from(sorted(FORMATS)))
def test_any_bytes_in_any_form_end_in_values(data: bytes, suffix: str) -> None:
    """No bytes raise, whatever the form they claim."""
    facts, _problem = parse_ticket(data, suffix)
    assert facts is None or isinstance(facts, CallFacts)
