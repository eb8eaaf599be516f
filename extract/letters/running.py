"""A page as one running text whose every character still knows its place on the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extract.fields.collect import Collected
from extract.fields.people import together
from extract.fields.values import Sight, piece_of, room
from extract.layout import Token
from terms.names import FieldKind
from terms.normal import normalise
from terms.values import FieldStatus, FieldValue


@dataclass(frozen=True, slots=True)
class Prose:
    """The page as one text; ``tokens`` on ``rows`` tell where each of its characters stands."""

    text: str
    starts: tuple[int, ...]
    rows: tuple[tuple[Token, ...], ...]

    def pieces(self, first: int, past: int) -> Iterator[tuple[tuple[Token, ...], int, int]]:
        """The rows that a span of the text touches, with the span inside each row."""
        for start, row in zip(self.starts, self.rows, strict=True):
            length = len(row_text(row))
            a, b = max(first, start) - start, min(past, start + length) - start
            if a < b:
                yield row, a, b


def row_text(row: Sequence[Token]) -> str:
    """The text of a row, a space where words part."""
    return "".join((("" if i == 0 or t.glued else " ") + t.text) for i, t in enumerate(row))


def prose_of(sight: Sight) -> Prose:
    """The whole page as one text, line by line."""
    texts, starts, rows = [], [], []
    at = 0
    for line in sight.sheet.lines:
        text = row_text(line.tokens)
        texts.append(text)
        starts.append(at)
        rows.append(line.tokens)
        at += len(text) + 1
    return Prose("\n".join(texts), tuple(starts), tuple(rows))


def read_span(
    sight: Sight, prose: Prose, span: tuple[int, int], kind: FieldKind, *, birth: bool = False
) -> FieldValue | None:
    """Read a span of the text; one that runs over a line's end is put together from its parts."""
    values: list[FieldValue] = []
    for row, a, b in prose.pieces(*span):
        piece = piece_of(row, a, b)
        part_kind = kind if len(values) == 0 and b - a >= span[1] - span[0] else FieldKind.TEXT
        values.append(sight.read(room(piece, row, 0.6 * sight.sheet.size), part_kind, piece.text, birth=birth))
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    text = " ".join(v.value for v in values if v.value)
    if kind is FieldKind.ADDRESS:
        text = ", ".join(v.value.strip(" ,") for v in values if v.value)
    whole = together(values, text)
    if kind in {FieldKind.NAME, FieldKind.ADDRESS, FieldKind.TEXT}:
        return whole
    # a number torn apart by a line's end is shown, not used
    return replace(whole, value=normalise(kind, whole.raw or text) or normalise(kind, text), status=FieldStatus.REVIEW)


def is_taken(prose: Prose, span: tuple[int, int], out: Collected) -> bool:
    """A label already says whose this is."""
    return any(piece_of(row, a, b).words & out.words for row, a, b in prose.pieces(*span))


def put(out: Collected, name: str, value: FieldValue | None) -> None:
    """Take a value in where the page has none of that name yet."""
    if value is not None and name not in out.fields and value.status is not FieldStatus.MISSING:
        out.put(name, value)
