"""Code families: what a code without a grid row is, so that equipment is never taken for a medical service."""

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum

from classify.grid import shape
from classify.sheet import Sheet, TableInfo
from terms.codes import HcpcsCode


class Family(StrEnum):
    """``dme``: equipment and supplies; ``medical``: services and drugs; ``unknown``: a person must say."""

    DME = "dme"
    MEDICAL = "medical"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Families:
    """Ranges of codes with their family; ranges of one shape never overlap."""

    info: TableInfo
    _ranges: dict[str, tuple[tuple[str, str, Family], ...]] = field(repr=False)

    def family(self, code: str) -> Family:
        """The family of a code; ``unknown`` where no range holds it."""
        ranges = self._ranges.get(shape(code), ())
        place = bisect_right(ranges, code, key=lambda item: item[0]) - 1
        if place < 0:
            return Family.UNKNOWN
        first, last, family = ranges[place]
        return family if first <= code <= last else Family.UNKNOWN


def read_families(sheet: Sheet, info: TableInfo) -> Families:
    """Turn a sheet of ``code``, ``code_to``, ``family`` into families."""
    found: dict[str, list[tuple[str, str, Family]]] = {}
    for raw in sheet.rows():
        first = raw.parsed("code", HcpcsCode.parse, "is not a code")
        last = raw.parsed("code_to", HcpcsCode.parse, "is not a code")
        family = raw.text("family")
        if family not in set(Family):
            raw.fault("family", "is not dme, medical or unknown")
            continue
        if first and last:
            ranges = found.setdefault(shape(first.value), [])
            if any(first.value <= high and low <= last.value for low, high, _ in ranges):
                raw.fault("code", "overlaps an earlier range; part them")
            ranges.append((first.value, last.value, Family(family)))
    sheet.finish()
    return Families(info, {letters: tuple(sorted(ranges)) for letters, ranges in found.items()})
