"""Everything that reads what strangers send ends in a value or a promised problem, whatever the bytes."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.fuzz.targets import TARGETS, seeds
from ingest.message.outlook import read_msg

_QUICK = tuple(name for name in TARGETS if name != "tiff")
"""The TIFF reader has a test of its own that damages real faxes."""


@pytest.mark.parametrize("target", _QUICK)
@given(data=st.binary(max_size=400))
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_borne(target: str, data: bytes) -> None:
    """Nothing but the promised answer comes out of bytes that mean nothing."""
    TARGETS[target](data)


@pytest.mark.parametrize("target", ["mime", "outlook"])
def test_damaged_mails_are_borne(target: str) -> None:
    """Mails of the golden pairs with bytes changed, cut and doubled."""
    chance = random.Random(f"damage {target}")
    for data in seeds(target):
        for _ in range(3):
            changed = bytearray(data)
            for _ in range(chance.choice((1, 8, 40))):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            start = chance.randrange(len(changed))
            changed[start:start] = changed[start : start + chance.choice((0, 64))]
            TARGETS[target](bytes(changed[: chance.randrange(1, len(changed) + 1)]))


def test_a_stream_that_says_it_is_endless_costs_that_property_only() -> None:
    """A size beyond every number, as a fuzzing run found it, leaves the rest of the message."""
    mail = Path(__file__).parent / "mails" / "outlook_order.msg"
    data = bytearray(mail.read_bytes())
    place = data.find("__substg1.0_0037001F".encode("utf-16-le"))
    data[place + 120 : place + 128] = b"\xff" * 8
    found = read_msg(bytes(data), depth=1, parts=5)
    assert found is None or "E0143" in found.plain
