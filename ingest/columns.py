"""Tables in plain text: cells parted by tabs stand under each other, as in the table they came from."""

import re

_GAP = 3
_WIDEST = 60


def align(text: str) -> str:
    """Give ``text`` with the cells of each run of tabbed lines padded to columns; other lines stay as they are.

    Blank lines between two rows of a table are taken out. A cell wider than 60 letters moves its row's rest along.
    """
    if "\t" not in text:
        return text
    lines: list[str] = []
    rows: list[list[str]] = []
    for line in re.sub(r"(?m)^([^\n]*\t[^\n]*\n)\n+(?=[^\n]*\t)", r"\1", text).split("\n"):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > 1 and any(cells):
            rows.append(cells)
            continue
        lines.extend(_padded(rows))
        rows = []
        lines.append(line.strip("\t"))
    lines.extend(_padded(rows))
    return "\n".join(lines)


def _padded(rows: list[list[str]]) -> list[str]:
    widths: list[int] = []
    for row in rows:
        for column, cell in enumerate(row[:-1]):
            if column >= len(widths):
                widths.append(0)
            widths[column] = max(widths[column], min(len(cell), _WIDEST))
    padded = []
    for row in rows:
        head = "".join(cell.ljust(widths[column]) + " " * _GAP for column, cell in enumerate(row[:-1]))
        padded.append((head + row[-1]).rstrip())
    return padded
