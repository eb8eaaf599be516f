"""A table in an XLSX workbook, as the same sheet that a CSV file gives."""

import datetime as dt
import hashlib
import io
import zipfile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from classify.errors import RowFault, TableError
from classify.sheet import Sheet


def sheet_of_workbook(data: bytes, name: str, required: tuple[str, ...]) -> Sheet:
    """Open the first worksheet of a workbook; values only, formulas by their last result.

    Raises :class:`TableError` for what is no workbook and for missing columns.
    """
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            rows = [[_text(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
        finally:
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError) as error:
        fault = RowFault(1, "file", "is no readable XLSX workbook; save it as XLSX or CSV")
        raise TableError(name, [fault]) from error
    while rows and not any(rows[0]):
        rows.pop(0)
    width = len(rows[0]) if rows else 0
    while width and not rows[0][width - 1]:
        width -= 1
    trimmed = [row[:width] for row in rows]
    return Sheet.of_records(trimmed, name, required, hashlib.sha256(data).hexdigest())


def _text(cell: object) -> str:
    """A cell as a CSV file would hold it: dates in ISO form, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
