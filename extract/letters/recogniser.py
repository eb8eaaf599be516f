"""Members, clinicians, numbers and codes in running text, as a trained network sees them.

spaCy is loaded at the first question, which takes a second, and stays.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.letters.network import Entity, Network

WEIGHTS = Path(__file__).parent / "letters.bin"
CARD = Path(__file__).parent / "letters.json"


def entities(text: str) -> list["Entity"]:
    """Everything recognised in a text, in order, each stretch tight to its letters and digits."""
    found = _network().entities([text])[0]
    return [e for e in found if e.past > e.first]


@cache
def _network() -> "Network":
    from extract.letters.network import Network  # noqa: PLC0415  (spaCy is loaded only when a page needs it)

    network = Network()
    network.load(WEIGHTS.read_bytes())
    return network
