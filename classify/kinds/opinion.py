"""What the trained classifier thinks a page is, with a probability that can be relied on.

spaCy is loaded at the first question, which takes a second or two, and stays.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from classify.kinds.tokens import features
from extract.reading import PageReading
from terms.names import PageKind

if TYPE_CHECKING:
    from classify.kinds.network import Network

WEIGHTS = Path(__file__).parent / "page_kinds.bin"
CARD = Path(__file__).parent / "page_kinds.json"


@dataclass(frozen=True, slots=True)
class Opinion:
    """The likeliest kind, its probability (0 to 1, calibrated on wordings not learned from), whether that is enough."""

    kind: PageKind
    probability: float
    sure: bool
    version: str

    def __str__(self) -> str:
        """Give the opinion as a reason that a person can read."""
        return f"{self.version} reads a {self.kind.value.replace('_', ' ')} ({self.probability:.0%})"


@dataclass(frozen=True, slots=True)
class _Trained:
    network: "Network"
    version: str
    temperature: float
    threshold: float
    threshold_agreed: float
    threshold_against: float


def opinion(reading: PageReading, *, rules: PageKind = PageKind.UNKNOWN, leaning: Sequence[PageKind] = ()) -> Opinion:
    """What the page's words and shape look like; the same page always gives the same answer.

    ``rules`` is what the rules call the page; to speak against them takes a higher probability.
    ``leaning`` is what they hint at where they leave it unknown; where that agrees, a lower one is enough.
    """
    from classify.kinds.network import KINDS  # noqa: PLC0415  (spaCy is loaded only when a page needs it)

    trained = _trained()
    row = trained.network.scores([features(reading)], temperature=trained.temperature)[0]
    at = max(range(len(row)), key=row.__getitem__)
    enough = trained.threshold_agreed if KINDS[at] in leaning else trained.threshold
    if rules is not PageKind.UNKNOWN:
        enough = trained.threshold_against
    return Opinion(KINDS[at], row[at], row[at] >= enough, trained.version)


@cache
def _trained() -> _Trained:
    from classify.kinds.network import Network  # noqa: PLC0415  (as above)

    card = json.loads(CARD.read_text("utf-8"))
    network = Network()
    network.load(WEIGHTS.read_bytes())
    figures = (float(card[name]) for name in ("temperature", "threshold", "threshold_agreed", "threshold_against"))
    return _Trained(network, str(card["version"]), *figures)
