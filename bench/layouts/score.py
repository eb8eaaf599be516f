"""Compare what was read of a page with what was drawn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench.layouts.pages import SERVICING, Drawn
from extract.reading import PageReading
from terms.names import CRITICAL_FIELDS
from terms.values import FieldStatus

COLUMNS = ("filled", "exact", "accepted", "wrong_accepted", "false_missing", "empty", "false_filled")


@dataclass(frozen=True, slots=True)
class Row:
    """One expected or found value: field, arrangement, what was drawn, what was read."""

    field: str
    how: str
    expected: str | None
    found: str | None
    accepted: bool

    @property
    def is_right(self) -> bool:
        """Say whether the value is exact (or rightly missing)."""
        return (self.expected or "").casefold() == (self.found or "").casefold()

    def count(self) -> Counter[str]:
        """Give the row's part in the figures."""
        counts: Counter[str] = Counter(
            accepted=int(self.accepted), wrong_accepted=int(self.accepted and not self.is_right)
        )
        if self.expected is None:
            return counts + Counter(empty=1, false_filled=int(self.found is not None))
        missing = self.found is None
        return counts + Counter(filled=1, exact=int(self.is_right), false_missing=int(missing))


def compare(drawn: Drawn, reading: PageReading) -> list[Row]:
    """Pair every critical value of a page with what was read."""
    rows = []
    unsettled = set(reading.facts.get("unsettled", "").split(","))
    for name in (*CRITICAL_FIELDS, *SERVICING):
        if drawn.how.get(name) == "unsaid":
            continue
        value = reading.fields.get(name)
        wanted = drawn.values.get(name)
        found = None
        if value is not None and value.status is not FieldStatus.MISSING:
            found = value.value or value.raw or "?"
        elif name in unsettled:
            found = "?"
        how = drawn.how.get(name, "absent")
        rows.append(Row(name, how, wanted, found, bool(value and value.is_accepted)))
    codes = [
        (x.code.value or x.code.raw or "?", x.code.is_accepted)
        for x in reading.lines
        if x.code.status is not FieldStatus.MISSING
    ]
    rows += _paired("line.code", drawn.how.get("line", "absent"), drawn.codes, codes)
    diagnoses = [
        (d.value or d.raw or "?", d.is_accepted) for d in reading.diagnoses if d.status is not FieldStatus.MISSING
    ]
    how = drawn.how.get("diagnosis.list") or drawn.how.get("diagnosis[0]") or drawn.how.get("line", "absent")
    return rows + _paired("diagnosis", how, drawn.diagnoses, diagnoses)


def _paired(name: str, how: str, expected: list[str], found: Sequence[tuple[str | None, bool]]) -> list[Row]:
    rest = list(found)
    rows, unmatched = [], []
    for code in expected:
        hit = next((f for f in rest if f[0] == code), None)
        if hit is None:
            unmatched.append(code)
            continue
        rest.remove(hit)
        rows.append(Row(name, how, code, *hit))
    rows += [Row(name, how, code, *(rest.pop(0) if rest else (None, False))) for code in unmatched]
    return rows + [Row(name, how, None, *other) for other in rest]
