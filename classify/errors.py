"""Errors of classify.

::

    ClassifyError                  root of the package
    └── TableError                 a reference table cannot be used; names every faulty row

What a page says can be wrong in any way and is never an error here: it becomes a gap, a route to
the desk or a :class:`terms.errors.Problem`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from terms.errors import InletError

SHOWN = 5
"""Faults that an error names in its own words; the others are among its rows."""


class ClassifyError(InletError):
    """Base of the package's errors."""

    kind = "classify.error"


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault of a table: the row (1 is the header), the column, and a sentence with the remedy.

    The sentence never repeats a cell of the roster: a table of members is PHI.
    """

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        """Give the fault as one line."""
        return f"row {self.row}, {self.column}: {self.message}"


class TableError(ClassifyError):
    """A reference table is refused as a whole; ``faults`` holds every faulty row."""

    kind = "classify.table"

    def __init__(self, table: str, faults: Sequence[RowFault]) -> None:
        """Say which table, how many faults, and the first few of them."""
        self.table = table
        self.faults = tuple(faults)
        shown = "; ".join(str(f) for f in self.faults[:SHOWN])
        more = f"; and {len(self.faults) - SHOWN} more" if len(self.faults) > SHOWN else ""
        super().__init__(f"Table {table} was not loaded: {shown}{more}. Mend the rows and load it again.")
