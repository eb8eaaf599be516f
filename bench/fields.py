"""How well fields are found and read on made faxes with truth: ``python -m bench.fields DIR``.

DIR is a folder made by ``python -m samples.make --count N --condition light --out DIR``. Prints,
per field, how many values were exact, accepted, accepted though wrong, missed though filled
(false missing) and found though empty, and the CPU seconds a page.
"""

import argparse
import datetime as dt
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extract.read import read_page
from extract.reading import PageReading
from ingest.unpack import unpack
from terms.names import CRITICAL_FIELDS, FIELD_KINDS
from terms.values import FieldStatus, FieldValue

_RANK = {FieldStatus.ACCEPTED: 3, FieldStatus.INVALID: 2, FieldStatus.REVIEW: 1, FieldStatus.MISSING: 0}
_COLUMNS = ("filled", "exact", "accepted", "wrong_accepted", "false_missing", "empty", "false_filled")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench over a folder; gives the exit status."""
    parser = argparse.ArgumentParser(description="Field reading against the truth of made faxes.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list every value that is not exact")
    parser.add_argument("--only", default="", help="files whose name contains this")
    chosen = parser.parse_args(arguments)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    pages, seconds = 0, 0.0
    for truth_file in sorted(chosen.folder.glob("*.expected.json")):
        if chosen.only not in truth_file.name:
            continue
        truth = json.loads(truth_file.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as scratch:
            unpacked = unpack(truth_file.with_name(truth["file"]), Path(scratch))
            start = time.process_time()
            received = dt.datetime.fromisoformat(truth["received_at"]).date()
            readings = [read_page(page, received_on=received) for page in unpacked.pages]
            seconds += time.process_time() - start
            pages += len(readings)
        if len(truth["requests"]) != 1:
            continue
        for name, expected, found, accepted in compared(truth["requests"][0], readings):
            verdict = _verdict(expected, found, accepted=accepted)
            counts[name].update(verdict)
            if chosen.wrong and not {"exact", "empty_right"} & set(verdict):
                print(
                    f"  {truth_file.name[:28]:28} {name:26} {expected!r} <- {found!r} {'ACCEPTED' if accepted else ''}"
                )
    _print(counts, pages, seconds)
    return 0


def compared(request: dict[str, Any], readings: list[PageReading]) -> list[tuple[str, str | None, str | None, bool]]:
    """Every field of the truth beside what was read: name, expected, found, accepted."""
    rows: list[tuple[str, str | None, str | None, bool]] = []
    for name in FIELD_KINDS:
        expected = request["fields"].get(name)
        found = best_of([r.fields[name] for r in readings if name in r.fields])
        wanted = None if expected is None else expected["value"]
        rows.append((name, wanted, found.value if found else None, bool(found and found.is_accepted)))
    codes = [(line.code.value, line.code.is_accepted) for r in readings for line in r.lines]
    rows += _listed("line.code", [line["code"] for line in request["lines"]], codes)
    diagnoses = [(d.value, d.is_accepted) for r in readings for d in r.diagnoses if d.status is not FieldStatus.MISSING]
    rows += _listed("diagnosis", list(request["diagnoses"]), diagnoses)
    quantities = {
        line.code.value: (line.quantity.value, line.quantity.is_accepted) for r in readings for line in r.lines
    }
    modifiers = {line.code.value: [m.value for m in line.modifiers] for r in readings for line in r.lines}
    for line in request["lines"]:
        if line["code"] in quantities:
            found_value, accepted = quantities[line["code"]]
            rows.append(("line.quantity", line["quantity"] or None, found_value, accepted))
            rows.append(
                (
                    "line.modifiers",
                    " ".join(line["modifiers"]) or None,
                    " ".join(m or "?" for m in modifiers[line["code"]]) or None,
                    False,
                )
            )
    return rows


def _listed(
    name: str, expected: list[str], found: list[tuple[str | None, bool]]
) -> list[tuple[str, str | None, str | None, bool]]:
    """Pair a list of codes with those found: same value first, then in order."""
    rest = list(found)
    rows: list[tuple[str, str | None, str | None, bool]] = []
    unmatched = []
    for code in expected:
        hit = next((f for f in rest if f[0] == code), None)
        if hit:
            rest.remove(hit)
            rows.append((name, code, hit[0], hit[1]))
        else:
            unmatched.append(code)
    for code in unmatched:
        other = rest.pop(0) if rest else (None, False)
        rows.append((name, code, *other))
    rows.extend((name, None, *other) for other in rest)
    return rows


def best_of(values: list[FieldValue]) -> FieldValue | None:
    """Of a field's values on several pages the surest one."""
    return max(values, key=lambda v: (_RANK[v.status], v.confidence), default=None)


def _verdict(expected: str | None, found: str | None, *, accepted: bool) -> list[str]:
    if expected is None:
        if found is None:
            return ["empty", "empty_right"]
        return ["empty", "false_filled", *(["wrong_accepted", "accepted"] if accepted else [])]
    verdict = ["filled"]
    exact = found is not None and " ".join(found.split()).casefold() == " ".join(expected.split()).casefold()
    if exact:
        verdict.append("exact")
    if found is None:
        verdict.append("false_missing")
    if accepted:
        verdict.append("accepted")
        if not exact:
            verdict.append("wrong_accepted")
    return verdict


def _print(counts: dict[str, Counter[str]], pages: int, seconds: float) -> None:
    print(f"{'field':28}" + "".join(f"{c:>15}" for c in _COLUMNS))
    critical: Counter[str] = Counter()
    for name, count in counts.items():
        print(f"{name:28}" + "".join(f"{count[c]:>15}" for c in _COLUMNS))
        if name in CRITICAL_FIELDS or name in {"line.code", "diagnosis"}:
            critical.update(count)
    print(f"{'critical':28}" + "".join(f"{critical[c]:>15}" for c in _COLUMNS))
    filled = max(1, critical["filled"])
    print(
        f"critical: exact {critical['exact'] / filled:.1%}, accepted {critical['accepted'] / filled:.1%}, "
        f"wrong among accepted {critical['wrong_accepted']}/{critical['accepted']}; "
        f"{pages} pages, {seconds / max(1, pages):.2f} CPU s a page"
    )


if __name__ == "__main__":
    sys.exit(main())
