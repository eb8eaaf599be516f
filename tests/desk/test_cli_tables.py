"""Reports' tables on a terminal: a wide one in parts, an empty one in a line."""

import io

from rich.console import Console

from desk.cli.tables import plain_tables
from reconcile.report.tables import Column, Table


def _printed(table: Table) -> str:
    out = io.StringIO()
    Console(file=out, width=110).print(*plain_tables(table), sep="\n")
    return out.getvalue()


def _columns(count: int) -> tuple[Column, ...]:
    return tuple(Column(f"Heading {n}", "text" if n < 2 else "count") for n in range(count))


def test_a_wide_table_comes_in_parts_that_each_name_their_row() -> None:
    """Fifteen columns in two parts; every heading stands there whole and once, the naming ones in each part."""
    printed = _printed(Table("Turnaround", _columns(15), (("line", "Medi-Cal", *range(2, 15)),)))
    words = " ".join(printed.split())
    assert "…" not in words
    assert words.count("Medi-Cal") == 2
    assert "Turnaround, continued" in words
    assert _printed(Table("Narrow", _columns(9), (tuple(range(9)),))).count("Narrow") == 1


def test_a_table_without_rows_is_a_line() -> None:
    """No frame around nothing."""
    assert _printed(Table("Senders", _columns(4), ())) == "Senders: none\n"
