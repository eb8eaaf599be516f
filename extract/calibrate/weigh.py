"""From gathered zones to rows of evidence, one for each stage of reading, for ``fit`` and for measuring.

Our own reader reads here, from the kept cuts: a new model or another way of weighing needs no new sheets.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from extract.calibrate.store import Gathered, load
from extract.decode.evidence import Evidence, text_view, weigh_code, weigh_text
from extract.decode.grammar import CODES
from extract.decode.lexicon import known_codes
from extract.readers.own import OwnReader
from extract.readers.reading import LineReading
from extract.views import STAGES, View, stage_views
from terms.names import FieldKind
from terms.normal import normalise

_LATEST = dt.date(2046, 1, 1)
"""Two-digit years are drawn up to 2029."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A zone with its truth in normal form (None: nothing valid was written) and its evidence at each stage."""

    kind: FieldKind
    truth: str | None
    zone: Gathered
    stages: dict[str, Evidence] = field(default_factory=dict)

    def value(self, stage: str) -> str | None:
        """The value that a stage would give."""
        best = self.stages[stage].best if stage in self.stages else None
        return best.value if best else None


def weigh(path: Path, own: OwnReader) -> Iterator[Row]:
    """Weigh every zone of an archive."""
    for zone in load(path):
        truth = normalise(zone.kind, zone.text, latest=_LATEST) if zone.text else None
        if zone.blank:
            yield Row(zone.kind, truth, zone)
            continue
        views = dict(zone.views)
        views[View.OWN] = own.read([cut.snug for cut in zone.cuts], zone.kind)
        views[View.OWN_LOOSE] = own.read([cut.loose for cut in zone.cuts], zone.kind)
        yield Row(zone.kind, truth, zone, {stage: evidence(zone, views, stage) for stage in STAGES})


def evidence(zone: Gathered, views: dict[View, list[LineReading]], stage: str) -> Evidence:
    """Weigh the views that take part in a stage."""
    names = stage_views(stage, zone.kind)
    if zone.kind in CODES:
        one = {view.value: views[view][0] for view in names}
        return weigh_code(zone.kind, one, latest=_LATEST, lexicon=known_codes(zone.kind))
    texts = {view.value: text_view(views[view], zone.first_text if view is View.FIRST else None) for view in names}
    return weigh_text(zone.kind, texts, coarse=bool(zone.page["coarse"]))
