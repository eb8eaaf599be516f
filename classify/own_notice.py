"""Pages of our own notices that come back, on top of an answer or alone.

What they say is ours: the values on them are never a provider's order. Only the reference is kept,
which says what the pages behind them answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from classify.phrases import holds, plain
from extract.reading import PageReading
from terms.names import PageKind

PHRASES: tuple[str, ...] = (
    "these pages hold health information that the law protects",
    "put nothing of the patient on this page put the missing items",
    "your prior authorization request cannot be completed without the following",
    "it does not stop while we wait send only what is missing",
    "with the last page of this fax on top or write reference",
    "this is a receipt it is not a decision and not a promise to pay",
    "do not send the whole request again a second copy makes a second case",
    "and cannot be used it has not been processed",
    "criteria or provision and how to get a copy",
    "we do not decide it",
    "this prior authorization request is yours to decide we received it",
    "asks for services that different offices decide",
    "the authorization covers only these services quantities and dates while the member is eligible",
    "is granted with changes authorization number",
    "is deferred it is neither approved nor denied",
    "medical necessity was not judged",
)
"""Sentences of our notices, in plain form; ``tests/classify`` holds them against the notices themselves."""

_KEPT = ("reference", "header.line", "header.sender", "header.date", "header.page", "header.pages")


@dataclass(frozen=True, slots=True)
class Settled:
    """The pages without what is ours; ``reference`` is the one that our own pages name."""

    readings: tuple[PageReading, ...]
    kinds: tuple[PageKind, ...]
    reference: str | None = None
    ours: frozenset[int] = frozenset()


def is_own_notice(reading: PageReading) -> bool:
    """Say whether a page is one of our notices: it names a reference of ours and speaks our sentences."""
    if "reference" not in reading.facts:
        return False
    text = plain(reading.text)
    return any(holds(text, phrase) for phrase in PHRASES)


def settle_own_notices(readings: Sequence[PageReading], kinds: Sequence[PageKind]) -> Settled:
    """Take the values off our own pages, which count as cover sheets of what follows."""
    ours = frozenset(reading.number for reading in readings if is_own_notice(reading))
    if not ours:
        return Settled(tuple(readings), tuple(kinds))
    bare = tuple(_bare(reading) if reading.number in ours else reading for reading in readings)
    covers = tuple(
        PageKind.COVER_SHEET if reading.number in ours else kind for reading, kind in zip(readings, kinds, strict=True)
    )
    reference = next(reading.facts["reference"] for reading in readings if reading.number in ours)
    return Settled(bare, covers, reference, ours)


def _bare(reading: PageReading) -> PageReading:
    facts = {name: reading.facts[name] for name in _KEPT if name in reading.facts}
    return replace(reading, fields={}, lines=(), diagnoses=(), facts=facts, form=None)
