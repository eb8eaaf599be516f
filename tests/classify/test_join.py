"""Where a paper belongs that is not the first about its request."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.join import JoinKind, KnownRequest, find_request

if TYPE_CHECKING:
    from conftest import Maker

J = JoinKind
OTHER = {"member.id": "96789012G", "member.last_name": "Otherby", "member.first_name": "Olaf",
         "member.date_of_birth": "1990-01-02"}  # fmt: skip


def _known(make: Maker) -> list[KnownRequest]:
    day = dt.timedelta(days=1)
    return [
        KnownRequest("AAAA-1111", make.request("E0143"), make.received_at - day),
        KnownRequest("BBBB-2222", make.request("K0001", fields=OTHER), make.received_at - day),
        KnownRequest("CCCC-3333", make.request("E0143"), make.received_at - 90 * day),
        KnownRequest("DDDD-4444", make.request("E0143"), make.received_at - 2 * day, is_open=False),
    ]


@pytest.mark.parametrize(
    ("codes", "fields", "facts", "kind", "references"),
    [
        (("E0143",), {}, {"reference": "AAAA-1111"}, J.ANSWER, ("AAAA-1111",)),
        (("E0143",), OTHER, {"reference": "AAAA-1111"}, J.UNSURE, ("AAAA-1111",)),
        (("E0143",), {}, {}, J.REPEAT, ("AAAA-1111",)),
        (("E0143",), {"member.phone": "+15105550155"}, {}, J.AMENDMENT, ("AAAA-1111",)),
        (("E0143", "E0156"), {}, {"reference": "ZZZZ-9999"}, J.AMENDMENT, ("AAAA-1111",)),
        (("E0149",), {}, {}, J.UNSURE, ("AAAA-1111",)),
        (("E0143",), {"ordering_provider.npi": "1245319599"}, {}, J.NEW, ()),
        (("E0143",), {"member.date_of_birth": "1960-01-01"}, {}, J.NEW, ()),
        (("K0001",), OTHER, {"records_only": "yes"}, J.RECORDS, ("BBBB-2222",)),
        (("E0143",), {"member.id": "97777777H", "member.date_of_birth": "1970-01-01"}, {"records_only": "yes"},
         J.UNMATCHED, ()),
    ],
)  # fmt: skip
def test_a_paper_finds_its_request_or_says_that_it_has_none(  # noqa: PLR0917  (one for each column of the table)
    codes: tuple[str, ...],
    fields: dict[str, str],
    facts: dict[str, str],
    kind: JoinKind,
    references: tuple[str, ...],
    make: Maker,
) -> None:
    """By our reference, else by member, birth date, provider and code; closed and old requests take nothing."""
    values = make.request(*codes, fields=fields, facts=facts)
    found = find_request(values, _known(make), received_at=make.received_at)
    assert (found.kind, found.references) == (kind, references)
    assert found.because


def test_records_that_fit_two_open_requests_are_a_persons_choice(make: Maker) -> None:
    """Both candidates are named."""
    known = [
        KnownRequest(name, make.request(code), make.received_at) for name, code in (("A", "E0143"), ("B", "K0001"))
    ]
    values = make.request(lines=(), facts={"records_only": "yes"})
    found = find_request(values, known, received_at=make.received_at)
    assert (found.kind, found.references) == (J.UNSURE, ("A", "B"))


@given(order=st.permutations(range(4)))
def test_the_order_of_the_requests_does_not_matter(order: list[int], make: Maker) -> None:
    """The same verdict in any order."""
    known = _known(make)
    values = make.request("E0143", fields={"member.phone": "+15105550155"})
    first = find_request(values, known, received_at=make.received_at)
    assert find_request(values, [known[i] for i in order], received_at=make.received_at) == first
