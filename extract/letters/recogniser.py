"""Members, clinicians, numbers and codes in running text, as a trained network sees them.

spaCy is loaded at the first question, which takes a second, and stays.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.letters.network import Entity, Network

WEIGHTS = Path(__file__).parent / "letters.bin"
CARD = Path(__file__).parent / "letters.json"
_NAMES = frozenset({"CLINICIAN", "MEMBER", "XNAME"})
"""What may end in a stop of its own ("M.D.")."""


def entities(text: str) -> list["Entity"]:
    """Everything recognised in a text, in order, each stretch without the marks at its ends."""
    return [tight for entity in _network().entities([text])[0] if (tight := _tight(text, entity)).past > tight.first]


def _tight(text: str, entity: "Entity") -> "Entity":
    marks = " \n\t,;:" if entity.label in _NAMES else " \n\t,;:."
    first, past = entity.first, entity.past
    while past > first and text[past - 1] in marks:
        past -= 1
    while first < past and text[first] in marks:
        first += 1
    return replace(entity, first=first, past=past)


@cache
def _network() -> "Network":
    from extract.letters.network import Network  # noqa: PLC0415  (spaCy is loaded only when a page needs it)

    network = Network()
    network.load(WEIGHTS.read_bytes())
    return network
