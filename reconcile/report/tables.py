"""The report as tables: what the workbook's sheets, the CSV file and the pages' details show."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.measures import Measures, Rate, Turnaround
from reconcile.report.values import NightReport, in_words
from terms.dates import PACIFIC

YES_OR_NO = ("yes", "NO")
"""Whether the sums hold."""
ALL_SOURCES = "all"
GROUPINGS = ("urgency", "processor", "line of business")
"""By what turnaround is told."""

Cell = str | int | float | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and what stands under it: ``text``, ``count``, ``share`` (0 to 1), ``hours``, ``day``, ``moment``."""

    heading: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report; moments are Pacific."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables_of(report: NightReport) -> tuple[Table, ...]:
    """Give every table of the report, in the order of the workbook's sheets."""
    return (
        sums_table(report),
        open_items(report),
        _cleared(report),
        _trend(report),
        *measure_tables(report.measures),
    )


def measure_tables(measures: Measures) -> tuple[Table, ...]:
    """Give the tables of the measures: turnaround, corrections, samples, senders, lines."""
    groups = (measures.by_urgency, measures.by_processor, measures.by_line_of_business)
    return (
        _turnaround([(by, row) for by, rows in zip(GROUPINGS, groups, strict=True) for row in rows]),
        _rates("Corrections", "field and form", (*measures.corrections,)),
        _rates("Quality samples", "field and form", (*measures.samples,)),
        _senders(measures),
        _rates("Lines", "line", (*measures.lines,)),
    )


def open_items(report: NightReport) -> Table:
    """The differences that stand open, worst first: also the CSV file."""
    columns = (
        Column("What"),
        Column("Item"),
        Column("Since", "moment"),
        Column("Age (hours)", "hours"),
        Column("First night", "day"),
        Column("Owner"),
        Column("What clears it"),
        Column("Facts"),
    )
    now = report.night.now
    rows = tuple(
        (
            in_words(item.difference.kind),
            item.difference.item,
            _pacific(item.difference.since),
            round(item.difference.age(now).total_seconds() / 3600, 1),
            item.first_seen,
            item.difference.owner.value,
            item.difference.action,
            ", ".join(f"{key}: {value}" for key, value in item.difference.facts.items()),
        )
        for item in report.night.open
    )
    return Table("Open items", columns, rows)


def sums_table(report: NightReport) -> Table:
    """The day's sums by source, and in all."""
    columns = (
        Column("Source"),
        *(Column(name, "count") for name in ("In", "Processed", "Duplicates", "Quarantined", "In progress")),
        Column("Holds"),
    )
    night = report.night.sums
    named = [*sorted(night.by_source.items()), (ALL_SOURCES, night.total)]
    rows = tuple(
        (name, s.received, s.processed, s.duplicates, s.quarantined, s.in_progress, YES_OR_NO[not s.is_balanced])
        for name, s in named
    )
    return Table("Sums", columns, rows)


def _cleared(report: NightReport) -> Table:
    columns = (Column("Difference"), Column("By"), Column("At", "moment"), Column("Why"))
    rows = tuple((c.difference, c.by, _pacific(c.at), c.why) for c in report.night.cleared)
    return Table("Cleared", columns, rows)


def _trend(report: NightReport) -> Table:
    names = ("In", "Processed", "Duplicates", "Quarantined", "In progress")
    more = ("Released", "Untouched", "Notices delivered", "Notices waiting", "Notices failed")
    columns = (Column("Day", "day"), *(Column(name, "count") for name in (*names, *more)))
    rows = tuple(
        (
            d.day,
            d.sums.received,
            d.sums.processed,
            d.sums.duplicates,
            d.sums.quarantined,
            d.sums.in_progress,
            d.released,
            d.untouched,
            d.delivered,
            d.waiting,
            d.failed,
        )
        for d in report.trend
    )
    return Table("Days", columns, rows)


def _turnaround(groups: Sequence[tuple[str, Turnaround]]) -> Table:
    counts = ("Received", "Decided", "Approved", "Denied", "Extended", "Waiting")
    columns = (
        Column("By"),
        Column("Group"),
        *(Column(name, "count") for name in counts),
        *(Column(f"{name} share", "share") for name in ("Approved", "Denied", "Extended")),
        Column("Average hours", "hours"),
        Column("Median hours", "hours"),
        Column("Late, calendar", "count"),
        Column("Late, business", "count"),
    )
    rows = tuple(
        (
            by,
            row.group,
            row.received,
            row.decided,
            row.approved,
            row.denied,
            row.extended,
            row.waiting,
            row.share(row.approved),
            row.share(row.denied),
            row.share(row.extended),
            row.average_hours,
            row.median_hours,
            row.late.get("calendar", 0),
            row.late.get("business", 0),
        )
        for by, row in groups
    )
    return Table("Turnaround", columns, rows)


def _rates(name: str, heading: str, rates: Sequence[Rate]) -> Table:
    columns = (
        Column(heading.capitalize()),
        Column("Count", "count"),
        Column("Of", "count"),
        Column("Share", "share"),
        Column("At least", "share"),
        Column("At most", "share"),
    )
    rows = tuple((r.name, r.count, r.of, r.share, *(r.interval or (None, None))) for r in rates)
    return Table(name, columns, rows)


def _senders(measures: Measures) -> Table:
    columns = (
        Column("Sender"),
        Column("Requests with gaps", "count"),
        Column("Requests", "count"),
        Column("Share", "share"),
        Column("What was left out"),
    )
    rows = tuple(
        (rate.name, rate.count, rate.of, rate.share, ", ".join(f"{what} ({n})" for what, n in omitted.items()))
        for rate, omitted in measures.senders
    )
    return Table("Senders", columns, rows)


def cell_words(column: Column, value: Cell) -> str:
    """A cell as people read it."""
    if value is None:
        return "-"
    if column.kind == "share":
        return f"{float(str(value)):.1%}"
    if column.kind == "hours":
        return f"{float(str(value)):,.1f}"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _pacific(moment: dt.datetime) -> dt.datetime:
    """The moment as the wall clock shows it, without a zone: workbooks know none."""
    return moment.astimezone(PACIFIC).replace(tzinfo=None, microsecond=0)
