"""The walker of TIFF directories."""

import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import tiff_directory as td
from tests.ingest.making import raw_tiff, tiff, written_page


def test_it_finds_every_directory_in_order() -> None:
    """Each page of a multi-page file is a directory, with its numbers and texts."""
    chain = td.walk(tiff(written_page(), written_page("TWO"), t270="CLINIC"), most=10)
    assert chain.complete
    assert [d.whole(td.WIDTH) for d in chain.directories] == [1728, 1728]
    assert chain.directories[0].texts[td.DESCRIPTION] == "CLINIC"
    assert chain.directories[0].number(td.X_RESOLUTION) == 204


def test_both_byte_orders_read_alike() -> None:
    """A Motorola file gives the same values as an Intel one."""
    tags = {256: (3, [1728]), 257: (3, [2]), 282: (5, [204, 1])}
    for order in "<>":
        found = td.walk(raw_tiff([b"\0"], tags, order=order), most=5).directories[0]
        assert (found.whole(td.WIDTH), found.number(td.X_RESOLUTION)) == (1728, 204.0)


def test_a_loop_ends() -> None:
    """A chain that comes back to itself is followed once and is not complete."""
    data = bytearray(raw_tiff([b"\0"], {256: (3, [8])}))
    count = struct.unpack_from("<H", data, 8)[0]
    struct.pack_into("<I", data, 8 + 2 + 12 * count, 8)
    chain = td.walk(bytes(data), most=100)
    assert len(chain.directories) == 1
    assert not chain.complete


def test_a_pointer_past_the_end_keeps_what_came_before() -> None:
    """The first page survives a second directory that is not in the file."""
    data = bytearray(raw_tiff([b"\0"], {256: (3, [8])}))
    count = struct.unpack_from("<H", data, 8)[0]
    struct.pack_into("<I", data, 8 + 2 + 12 * count, 1_000_000)
    chain = td.walk(bytes(data), most=100)
    assert chain.directories[0].whole(td.WIDTH) == 8
    assert not chain.complete


def test_a_value_outside_the_file_is_left_out() -> None:
    """A tag that points past the end is missing; the others stay."""
    data = raw_tiff([b"\0"], {256: (3, [8]), 282: (5, [204, 1])})
    outside = data.index(struct.pack("<II", 204, 1))
    chain = td.walk(data[:outside], most=5)
    assert td.X_RESOLUTION not in chain.directories[0].numbers
    assert chain.directories[0].whole(td.WIDTH) == 8


def test_a_zero_denominator_is_no_value() -> None:
    """A resolution of 204/0 is missing, not an error."""
    chain = td.walk(raw_tiff([b"\0"], {282: (5, [204, 0])}), most=5)
    assert chain.directories[0].number(td.X_RESOLUTION) is None


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_end_in_an_answer(data: bytes) -> None:
    """No bytes raise, and no more directories come than were asked for."""
    assert len(td.walk(b"II*\0" + data, most=4).directories) <= 4


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_change_of_a_real_file_ends_in_an_answer(data: st.DataObject) -> None:
    """A directory changed anywhere still ends in an answer."""
    changed = bytearray(_REAL)
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    assert len(td.walk(bytes(changed), most=20).directories) <= 20


_REAL = raw_tiff([b"\0\1\2"], {256: (3, [1728]), 257: (4, [2200]), 282: (5, [204, 1]), 297: (3, [0, 2])})
