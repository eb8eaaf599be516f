"""A document of the one-file contract as tables for a person."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from terms.document import Document
from terms.names import FIELD_LABELS
from terms.requests import Decision, RequestValues, Route
from terms.values import FieldStatus, FieldValue

STATUS_STYLE = {
    FieldStatus.ACCEPTED: "green",
    FieldStatus.REVIEW: "yellow",
    FieldStatus.MISSING: "dim",
    FieldStatus.INVALID: "red",
}


def print_document(document: Document, console: Console | None = None) -> None:
    """Print file, pages and each request with values, lines, gaps, route and clock."""
    console = console or Console()
    console.print(f"[bold]{escape(document.file)}[/bold]  received {document.received_at:%Y-%m-%d %H:%M %Z}")
    if document.problem:
        console.print(f"[red]{escape(document.problem.message)}[/red] [dim]{document.problem.kind}[/dim]")
    if document.pages:
        console.print(_pages(document))
    for number, (values, decision) in enumerate(document.requests, start=1):
        console.print()
        pages = ", ".join(str(page) for page in values.pages)
        console.print(f"[bold]Request {number}[/bold]  pages {pages}  priority {decision.priority.value}")
        console.print(_fields(values))
        if values.lines:
            console.print(_lines(values, decision))
        _print_decision(decision, console)


def _pages(document: Document) -> Table:
    table = Table(
        "page", "kind", "form", "turned", "text from", "legibility", "problem", title="Pages", title_justify="left"
    )
    for page in document.pages:
        table.add_row(
            str(page.number),
            page.kind.value,
            page.form or "",
            f"{page.rotation}°" if page.rotation else "",
            page.text_source.value,
            "" if page.legibility is None else f"{page.legibility:.2f}",
            escape(page.problem.message) if page.problem else "",
        )
    return table


def _fields(values: RequestValues) -> Table:
    table = Table("field", "value", "sure", "status", "page", "read as, or could be")
    rows = [(FIELD_LABELS[name], value) for name, value in values.fields.items()]
    rows += [(f"Diagnosis {place}", value) for place, value in enumerate(values.diagnoses, start=1)]
    for label, value in rows:
        table.add_row(label, *_value_cells(value))
    return table


def _value_cells(value: FieldValue) -> tuple[str, str, str, str, str]:
    style = STATUS_STYLE[value.status]
    doubt = [f"{c.value} ({c.confidence:.2f})" for c in value.candidates]
    if value.raw is not None and value.raw != value.value:
        doubt.insert(0, value.raw)
    return (
        f"[{style}]{escape(value.value or '')}[/{style}]",
        "" if value.status is FieldStatus.MISSING else f"{value.confidence:.3f}",
        f"[{style}]{value.status.value}[/{style}]",
        str(value.page or ""),
        escape(" · ".join(doubt)),
    )


def _lines(values: RequestValues, decision: Decision) -> Table:
    table = Table("code", "modifiers", "quantity", "description", "status", "goes to", "because")
    for line, route in zip(values.lines, decision.line_routes, strict=True):
        style = STATUS_STYLE[line.code.status]
        table.add_row(
            f"[{style}]{escape(line.code.best or line.code.raw or '')}[/{style}]",
            " ".join(escape(m.best or "") for m in line.modifiers),
            escape(line.quantity.best or ""),
            escape(line.description.best or ""),
            f"[{style}]{line.code.status.value}[/{style}]",
            route.processor.value,
            escape(route.reason),
        )
    return table


def _print_decision(decision: Decision, console: Console) -> None:
    for gap in decision.gaps:
        console.print(f"  [yellow]gap[/yellow] {gap.audience.value}: {escape(gap.message)} [dim]{gap.field}[/dim]")
    console.print(f"  [bold]route[/bold] {_route_text(decision.route)}")
    if decision.clock:
        console.print(f"  [bold]due[/bold] {decision.clock.due:%a %Y-%m-%d %H:%M %Z} ({decision.clock.rule})")
        for other in decision.clock.other:
            console.print(f"      or {other.due:%a %Y-%m-%d %H:%M %Z} ({other.rule})")


def _route_text(route: Route) -> str:
    vendor = f", vendor {route.vendor}" if route.vendor else ""
    return escape(f"{route.processor.value}{vendor}: {route.reason} ({route.rule})")
