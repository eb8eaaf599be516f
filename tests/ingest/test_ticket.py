"""The side files of fax servers."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pages import CallFacts
from ingest.ticket import parse_ticket


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
