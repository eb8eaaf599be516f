"""Where the rows of a ruled table end."""

import pytest

from extract.labels.find import find_labels
from extract.layout import Sheet, lay_out
from extract.page.upright import Rule, Rules
from extract.tables.grid import find_tables
from terms.document import Word
from terms.geometry import Box

_WIDE, _HIGH = 1734, 2244
_EDGES = (100, 330, 1090, 1340, 1600)
_HEAD = ("HCPCS", "Description", "Modifiers", "Quantity")
_ITEM = ("L3000", "Foot insert, molded", "KX", "3")
_BELOW = (
    (110, 800, "Plrysicn uarue"),
    (130, 840, "Lucian Farraday, MD"),
    (110, 890, "C1Eni addreso"),
    (130, 930, "7620 Tamarack Drive, San Leandro, CA 94568"),
    (110, 980, "cliri phane"),
    (130, 1020, "415.555.0156"),
)


def _words(x: float, y: float, text: str) -> list[Word]:
    words = []
    for word in text.split():
        words.append(Word(word, Box(x / _WIDE, y / _HIGH, (x + 14 * len(word)) / _WIDE, (y + 22) / _HIGH), 0.99))
        x += 14 * len(word) + 12
    return words


def _sheet(*rows: tuple[str, ...], walls: tuple[tuple[int, int], ...] = ((500, 760),)) -> Sheet:
    """A table from 500 to 760 whose outer frame goes on around boxes that stand below it."""
    words = [w for n, row in enumerate(rows) for left, cell in zip(_EDGES, row, strict=False)
             for w in _words(left + 10, 510 + 52 * n, cell)]  # fmt: skip
    words += [w for x, y, text in _BELOW for w in _words(x, y, text)]
    inner = [Rule(x, top, x, bottom) for x in _EDGES[1:-1] for top, bottom in walls]
    outer = [Rule(x, 200, x, 1080) for x in (_EDGES[0], _EDGES[-1])]
    across = [Rule(_EDGES[0], y, _EDGES[-1], y) for y in (500, 552, 604, 656, 708, 760, 790, 880, 970, 1080)]
    return lay_out(words, _WIDE, _HIGH, Rules(tuple(across), (*inner, *outer)))


def _rows(sheet: Sheet) -> list[list[str]]:
    found = find_labels(sheet)
    (table,) = find_tables(sheet, found.labels, found.headings)
    return [[row.text(i) for i in range(len(table.columns))] for row in table.rows]


def test_a_box_below_a_table_in_the_same_frame_is_no_row() -> None:
    """The walls between the columns say where the rows end, not the frame that goes on around the next boxes."""
    assert _rows(_sheet(_HEAD, _ITEM)) == [list(_ITEM)]


@pytest.mark.parametrize("gap", [8, 200])
def test_a_wall_torn_by_lost_rows_ends_no_table(gap: int) -> None:
    """Rows stay where a wall has a gap, and one that holds a code also where the rest of the wall is gone."""
    second = ("E0143", "Folding walker", "NU", "1")
    torn = ((500, 600), (600 + gap, 760)) if gap < 100 else ((500, 600),)
    assert _rows(_sheet(_HEAD, _ITEM, second, walls=torn)) == [list(_ITEM), list(second)]
