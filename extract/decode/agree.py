"""Do two independent readers see the value by themselves? Without that nothing is accepted, however sure it looks."""

from collections.abc import Mapping

from extract.decode.grammar import CODES
from terms.names import FieldKind

_SURE_LOG_P = -1.0
"""A reading whose grammar-led text has at least this log probability saw it, whatever it said first."""
_READERS = (("own", "own_loose"), ("first", "again"), ("second",))
"""Views by reader. Tesseract's probabilities are made up from its confidences: only what it says counts."""
_LOOSE = ("own_loose", "again", "second")


def two_agree(kind: FieldKind, measures: Mapping[str, float]) -> bool:
    """Say whether two different readers see the value, at least one of them in the raw, loose cut.

    ``measures`` are an evidence's; of a code (letters and digits with a grammar) the same value
    counts, of free text the same letters and digits.
    """
    seen = {view: _sees(kind, measures, view) for views in _READERS for view in views}
    readers = sum(any(seen[view] for view in views) for views in _READERS)
    return readers >= 2 and any(seen[view] for view in _LOOSE)  # noqa: PLR2004  (two readers)


def _sees(kind: FieldKind, measures: Mapping[str, float], view: str) -> bool:
    if kind not in CODES:
        return bool(measures.get(f"alike_{view}", 0.0))
    said = bool(measures.get(f"same_{view}", 0.0))
    return said or (view != "second" and measures.get(f"log_p_{view}", -99.0) > _SURE_LOG_P)
