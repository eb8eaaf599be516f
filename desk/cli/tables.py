"""The tables that people read on the command line."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reconcile.report.tables import Table as ReportTable
from reconcile.report.tables import cell_words
from terms.dates import PACIFIC

if TYPE_CHECKING:
    from desk.sources import Account  # loads the models, for which Django must be set up

STATE_STYLE = {
    "needs_review": "yellow",
    "incomplete": "magenta",
    "quarantined": "red",
    "in_progress": "cyan",
    "routed": "green",
    "ready": "green",
    "processed": "green",
    "duplicate": "dim",
}


def coloured(state: str) -> str:
    """A state in its colour."""
    style = STATE_STYLE.get(state)
    words = state.replace("_", " ")
    return f"[{style}]{words}[/]" if style else words


_WIDEST, _NAMING = 9, 2


def plain_tables(table: ReportTable) -> Iterator[Table | str]:
    """One table of the reports, numbers to the right; a wide one in parts that each begin with the naming columns.

    A table without rows is one line that says so.
    """
    if not table.rows:
        yield f"[bold]{table.name}[/]: none"
        return
    columns = range(len(table.columns))
    others, step = columns[_NAMING:], _WIDEST - _NAMING
    parts = (
        [columns]
        if len(columns) <= _WIDEST
        else [[*columns[:_NAMING], *others[at : at + step]] for at in range(0, len(others), step)]
    )
    for number, part in enumerate(parts):
        title = table.name if number == 0 else f"{table.name}, continued"
        made = Table(title=title, title_justify="left", title_style="bold")
        for at in part:
            kind = table.columns[at].kind
            made.add_column(
                table.columns[at].heading, justify="right" if kind in {"count", "share", "hours"} else "left"
            )
        for row in table.rows:
            made.add_row(*(escape(cell_words(table.columns[at], row[at])) for at in part))
        yield made


def sums_line(sums: dict[str, int]) -> str:
    """The sum that must always hold, as one line."""
    parts = " + ".join(f"{sums[state]} {state.replace('_', ' ')}" for state in sums if state != "in")
    return f"{sums['in']} in = {parts}"


def sources_table(sources: "Iterable[Account]") -> Table:
    """Every way in: how it is doing and its sums; a sum that does not hold is red."""
    table = blocks_table("source", "health and sums")
    for source in sources:
        look = {"well": "green", "unwatched": "dim"}.get(source.health.value, "red")
        last = f"{source.last_arrival.astimezone(PACIFIC):%Y-%m-%d %H:%M}" if source.last_arrival else "none yet"
        lines = [f"[{look}]{source.health.value}[/]  {source.backlog} waiting  last arrival {last}"]
        if source.problem:
            named = [f"{entry}: {message}" for entry, message in source.faulty]
            told = named if source.is_named else [source.problem, *named]
            lines += [f"[red]{escape(each)}[/]" for each in told]
            if source.unnamed:
                lines.append(f"[red]and {source.unnamed} more[/]")
        if source.silent:
            lines.append(f"looked at by the clock: {source.silent}")
        sums, pages = source.arrivals, source.pages
        lines.append(
            f"{sums.received} in = {sums.processed} processed + {sums.duplicates} duplicate + "
            f"{sums.quarantined} quarantined + {sums.in_progress} in progress"
        )
        lines.append(f"{pages.received} pages in, {pages.accounted} accounted for")
        if not source.is_balanced:
            lines.append("[bold red]the sums do not hold: run inlet doctor --verify[/]")
        name = escape(source.name) + (f"\n[dim]{escape(source.label)}[/]" if source.label else "")
        table.add_row(name, "\n".join(lines))
    return table


def gaps_text(row: dict[str, Any]) -> str:
    """The gaps of a request by audience: ``clerk: member.id; provider: member.phone``."""
    by_audience: dict[str, list[str]] = {}
    for gap in row["gaps"]:
        by_audience.setdefault(gap["audience"], []).append(gap["field"])
    return "; ".join(f"{audience}: {', '.join(fields)}" for audience, fields in sorted(by_audience.items()))


def notices_text(row: dict[str, Any]) -> str:
    """The notices of a request: ``receipt sent; information request held``."""
    return "; ".join(f"{n['kind'].replace('_', ' ')} {n['state']}" for n in row["notices"])


def due_text(row: dict[str, Any]) -> str:
    """The due date to the minute."""
    return (row["due"] or "")[:16].replace("T", " ")


def request_block(row: dict[str, Any]) -> str:
    """Where a request stands, in a few lines: reference, state, due date, codes, route, gaps, notices."""
    urgent = " [bold red]urgent[/]" if row["priority"] == "urgent" else ""
    codes = " ".join(line["code"] or "?" for line in row["lines"])
    lines = [
        f"[bold]{row['reference']}[/] {coloured(row['state'])}{urgent}  due {due_text(row)}",
        f"[dim]codes[/] {escape(codes) or 'none'}",
        f"[dim]route[/] {row['route']['processor']}: {escape(row['route']['reason'])}",
    ]
    if row["gaps"]:
        lines.append(f"[dim]gaps[/] {escape(gaps_text(row))}")
    clerk_waits = any(gap["audience"] == "clerk" for gap in row["gaps"])
    silent = "none while a clerk gap is open" if clerk_waits else "none"
    lines.append(f"[dim]notice[/] {escape(notices_text(row)) or silent}")
    return "\n".join(lines)


def blocks_table(first: str, second: str, *, title: str = "") -> Table:
    """An empty table of two columns that eighty columns hold: what it is, and where it stands."""
    table = Table(first, second, title=title or None, show_lines=True, expand=True)
    table.columns[0].ratio, table.columns[1].ratio = 1, 3
    table.columns[0].overflow = "fold"
    return table


def requests_table(rows: Iterable[dict[str, Any]]) -> Table:
    """Requests, one block each."""
    table = blocks_table("arrival", "request")
    for row in rows:
        table.add_row(f"{row['arrival']} {escape(row['file'])}", request_block(row))
    return table


def arrivals_table(rows: Iterable[dict[str, Any]]) -> Table:
    """Arrivals, one row each, with what to do about those in trouble."""
    table = blocks_table("arrival", "state, problem and remedy")
    for row in rows:
        words = [coloured(row["state"]), f"received {(row['received_at'] or '')[:16].replace('T', ' ')}"]
        if row["pages"]:
            words.append(f"{row['pages']} pages" if row["pages"] != 1 else "1 page")
        words += row["requests"]
        lines = ["  ".join(words)]
        if row["duplicate_of"]:
            again = "sent again" if row["came_again"] else "the same bytes"
            lines.append(f"{again}: arrival {row['duplicate_of']} came first")
        if row["problem"]:
            lines.append(escape(row["problem"]["message"]))
        table.add_row(f"{row['id']} {escape(row['source'])}: {escape(row['file'])}", "\n".join(lines))
    return table


def print_request(row: dict[str, Any], console: Console) -> None:
    """Print one request in full: values, lines, gaps, route with its reason, notices, history."""
    console.print(
        f"[bold]{row['reference']}[/]  {coloured(row['state'])}  {row['priority']}  revision {row['revision']}  "
        f"pages {', '.join(map(str, row['pages']))} of arrival {row['arrival']}"
    )
    values = Table("field", "value", "sure", "status", "read as")
    for name, field in row["fields"].items():
        by = " (a person)" if field["human"] else ""
        raw = field["raw"] if field["raw"] != field["value"] else ""
        values.add_row(
            name, escape(field["value"] or ""), f"{field['confidence']:.3f}", field["status"] + by, escape(raw or "")
        )
    for place, diagnosis in enumerate(row["diagnoses"], start=1):
        values.add_row(
            f"diagnosis {place}", escape(diagnosis["code"]), f"{diagnosis['confidence']:.3f}", diagnosis["status"], ""
        )
    console.print(values)
    lines = Table("code", "modifiers", "quantity", "description", "status", "goes to")
    for line in row["lines"]:
        lines.add_row(
            escape(line["code"]),
            escape(" ".join(line["modifiers"])),
            escape(line["quantity"]),
            escape(line["description"]),
            line["status"],
            line["route"] or "",
        )
    console.print(lines)
    for gap in row["gaps"]:
        console.print(f"  [yellow]gap[/] {gap['audience']}: {escape(gap['message'])} [dim]{escape(gap['field'])}[/]")
    route = row["route"]
    console.print(f"  [bold]route[/] {route['processor']}: {escape(route['reason'])} [dim]{route['rule']}[/]")
    for step in route.get("trace", ()):
        console.print(f"        {escape(step)}")
    console.print(f"  [bold]due[/] {due_text(row)} [dim]{row['due_rule']}[/]")
    for notice in row["notices"]:
        number = notice["destination"] or "no number"
        trust = "verified" if notice["verified"] else "not verified"
        console.print(f"  [bold]notice[/] {notice['kind'].replace('_', ' ')} {notice['state']} to {number} ({trust})")
    for event in row.get("history", ()):
        console.print(f"  [dim]{event['at'][:19]} {escape(event['by'])}: {escape(event['action'])}[/]")
