"""The logs of other fax servers: a CSV file and a mapping of its columns."""

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reconcile.errors import LedgerError
from reconcile.ledger import Call, CallKind
from reconcile.xferfaxlog import CallLog, Oddity
from terms.contact import Phone
from terms.dates import PACIFIC


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """Which column holds what, how its dates are written, and which words mean which kind of call.

    ``columns`` maps our names (``id``, ``kind``, ``at``, ``line``, ``number``, ``tsi``, ``pages``,
    ``seconds``, ``file``, ``job``, ``reason``) to the file's; ``id``, ``kind`` and ``at`` are needed.
    ``fine`` are the words in ``reason`` that mean the call ended well.
    """

    columns: Mapping[str, str]
    kinds: Mapping[str, CallKind]
    date_format: str = "%Y-%m-%d %H:%M:%S"
    zone: dt.tzinfo = PACIFIC
    fine: frozenset[str] = frozenset({"", "OK", "ok", "success"})


def read_csv_log(lines: Iterable[str], mapping: CsvMapping) -> CallLog:
    """Read a log by its mapping; a missing column is a :class:`LedgerError`, an odd row an oddity."""
    rows = csv.DictReader(lines)
    wanted = {name: mapping.columns.get(name) for name in ("id", "kind", "at")}
    for name, column in wanted.items():
        if column is None or column not in (rows.fieldnames or ()):
            raise LedgerError(f"The log has no column for {name!r}; mend the mapping of its columns.")
    calls: list[Call] = []
    oddities: list[Oddity] = []
    for number, row in enumerate(rows, 2):
        cells = {name: (row.get(column) or "").strip() for name, column in mapping.columns.items()}
        read = _read(cells, mapping, number)
        if isinstance(read, Oddity):
            oddities.append(read)
        else:
            calls.append(read)
    return CallLog(tuple(calls), tuple(oddities))


def _read(cells: Mapping[str, str], mapping: CsvMapping, number: int) -> Call | Oddity:
    kind = mapping.kinds.get(cells["kind"])
    if kind is None:
        return Oddity(number, "is of no known kind")
    try:
        moment = dt.datetime.strptime(cells["at"], mapping.date_format)  # noqa: DTZ007  (the zone follows)
        pages, seconds = int(cells.get("pages") or 0), int(cells.get("seconds") or 0)
    except ValueError:
        return Oddity(number, "has a date or a count that cannot be read")
    phone = Phone.parse(cells.get("number", ""))
    reason = cells.get("reason", "")
    return Call(
        id=cells["id"],
        kind=kind,
        at=moment if moment.tzinfo else moment.replace(tzinfo=mapping.zone),
        line=cells.get("line", ""),
        number=phone.number if phone else None,
        tsi=cells.get("tsi") or None,
        pages=pages,
        seconds=seconds,
        file=cells.get("file") or None,
        job=cells.get("job") or None,
        reason="" if reason in mapping.fine else reason,
    )
