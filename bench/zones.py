"""What the judgement of zones makes of sheets that nothing was fitted on.

``python -m bench.zones COLLECTED.zip… [--pictures docs/pictures]``

COLLECTED comes from ``python -m extract.calibrate.collect --test``: known values in the reserved faces,
sent by fax. Prints, for each condition and kind: the share exact, accepted at the first stage,
accepted at all, and wrong among accepted; how many blanks were called filled and filled ones missing;
every accepted wrong value. ``--pictures`` draws reliability and the share accepted at each error.
"""

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from bench.reading.curves import Pairs, draw_accepted, draw_reliability
from extract.calibrate.fit import may_accept
from extract.calibrate.weigh import Row, weigh
from extract.decode.confidence import current_targets, judge
from extract.readers.own import own
from extract.views import QUICK, STAGES
from terms.names import FieldKind

_SMALL = {FieldKind.ADDRESS, FieldKind.TEXT, FieldKind.CHOICE, FieldKind.QUANTITY, FieldKind.MODIFIER}
_GROUPS = {
    "numbers, dates, ids": {FieldKind.NPI, FieldKind.PHONE, FieldKind.DATE, FieldKind.MEMBER_ID},
    "codes and diagnoses": {FieldKind.CODE, FieldKind.DIAGNOSIS},
    "names": {FieldKind.NAME},
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One filled zone judged: the value given, how sure, at which stage, and whether it is accepted and right."""

    row: Row
    value: str | None = None
    confidence: float = 0.0
    stage: str = QUICK
    accepted: bool = False

    @property
    def right(self) -> bool:
        """Say whether the value is exact."""
        return self.value is not None and self.value == self.row.truth

    @property
    def column(self) -> str:
        """The condition it came in."""
        about = self.row.zone.about
        return f"{'fine' if about['lines'] == 196 else 'standard'} {about['condition']}"


def outcome(row: Row) -> Outcome:
    """Judge a row as ``extract.zone`` does: at the first stage that accepts, else at the last."""
    found = Outcome(row)
    for stage in STAGES if row.stages else ():
        table = judge(row.kind, stage)
        sure = table.confidence(row.stages[stage], row.zone.page) if may_accept(row, stage) else 0.0
        accepted = sure >= table.threshold(current_targets()[row.kind])
        found = Outcome(row, row.value(stage), sure, stage, accepted)
        if accepted:
            break
    return found


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collected", type=Path, nargs="+")
    parser.add_argument("--pictures", type=Path, help="draw the curves into this folder")
    options = parser.parse_args()
    rows = [row for path in options.collected for row in weigh(path, own())]
    filled = [outcome(row) for row in rows if row.zone.text and row.zone.text.isascii()]
    blanks = [row for row in rows if not row.zone.text]
    table(filled)
    called = sum(not row.zone.blank for row in blanks)
    missing = [o for o in filled if o.row.zone.blank and not o.row.zone.faint]
    print(f"\nblank called filled {called} of {len(blanks)}; filled called missing {len(missing)} of {len(filled)}")
    print(*(f"  {o.column}: {o.row.zone.about['sheet']}" for o in missing), sep="\n")
    for o in filled:
        if o.accepted and not o.right:
            print(f"{o.column}: {o.row.kind.value} {o.row.zone.text!r} accepted as {o.value!r} at {o.confidence:.4f}")
    if options.pictures:
        series = pairs(filled)
        note = "values on faxes in faces that nothing was fitted on"
        (options.pictures / "zones-reliability.svg").write_text(draw_reliability(series, f"Reliability: {note}"))
        (options.pictures / "zones-accepted.svg").write_text(draw_accepted(series, f"Accepted: {note}"))


def table(filled: list[Outcome]) -> None:
    """Print the figures of each column and kind."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for o in filled:
        groups[o.row.kind.value].append(o)
        if o.row.kind not in _SMALL:
            groups[o.column].append(o)
            groups["all critical"].append(o)
    print("| | n | exact % | accepted at once % | accepted % | wrong accepted |\n|---|---|---|---|---|---|")
    for name, found in sorted(groups.items()):
        counts = Counter(
            exact=sum(o.right for o in found),
            quick=sum(o.accepted and o.stage == QUICK for o in found),
            accepted=sum(o.accepted for o in found),
            wrong=sum(o.accepted and not o.right for o in found),
        )
        shares = " | ".join(f"{100 * counts[key] / len(found):.1f}" for key in ("exact", "quick", "accepted"))
        print(f"| {name} | {len(found)} | {shares} | {counts['wrong']} |")


def pairs(filled: list[Outcome]) -> dict[str, Pairs]:
    """Confidence and rightness of every value given, by group of kinds."""
    return {
        name: [(o.confidence, o.right) for o in filled if o.row.kind in kinds and o.value is not None]
        for name, kinds in _GROUPS.items()
    }


if __name__ == "__main__":
    main()
