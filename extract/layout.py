"""Words on a page put in order: tokens, text lines and the gaps between them.

All coordinates are pixels of the upright page (:data:`extract.page.upright.DPI`); a page that has
no picture (a mail) gets a sheet of the same measure. Nothing here knows what a label is.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from extract.combs import Comb, spelled_together, without_inner_walls
from extract.page.upright import Rules
from terms.document import Word
from terms.geometry import Box

_LOOKALIKES = str.maketrans({"0": "o", "1": "i", "l": "i", "|": "i", "!": "i", "5": "s", "8": "b", "$": "s"})
_PIECE = re.compile(r"[()\[\]{}]|[:;]+(?=\S)|/(?=[A-Za-z])|(?<=[A-Za-z])&(?=[A-Za-z])|_{2,}|(?<=[a-z])(?=#)")
_LEADER = re.compile(r"[._\u2026\u00b7]+")
"""Dots or strokes that lead from a label to where its value goes; they part what stands on either side."""
_EMPTY_BOX = re.compile(r"[\[({]\s*[\])}]")
_NUMBER_SIGN = {"#", "no", "num", "nbr", "nr", "numb", "nos", "numero"}
_COLUMN_LINES = 3
"""Fewest lines that begin anew at the same place for a column to begin there."""
_COLUMN_EDGE = 0.5
"""How far apart, in word heights, the lines of a column may begin."""
_COLUMN_GAP = 0.3
"""Least white before a column's line, in word heights: more than between two words."""
_SENTENCE = 7
"""Fewest words of a line that is a sentence."""
_GAP = 1.7
"""A gap wider than this many word heights parts two segments of a line."""


def fold(text: str) -> str:
    """Squeeze text for comparing printed labels: lower case, no accents, marks or spaces, look-alikes made one.

    ``fold("Patient's N0.")`` and ``fold("PATIENTS NO")`` agree; so do ``rn`` and ``m``. Both sides of
    a comparison must be folded; the result is for comparing only.
    """
    plain = unicodedata.normalize("NFKD", text.lower())
    kept = "".join(c for c in plain if c.isalnum() or c in "|!$")
    return kept.translate(_LOOKALIKES).replace("rn", "m").replace("vv", "w")


def fold_token(text: str) -> str:
    """Fold one token of a label; every way of writing "number" becomes the same token."""
    bare = text.strip().lower().strip(".,:;*()[]")
    if bare in _NUMBER_SIGN or (bare.startswith("#") and len(bare) <= 2):  # noqa: PLR2004  ("#:" and "#s")
        return fold("number")
    if bare.endswith(("'s", "\u2019s")):
        bare = bare[:-2]
    return fold(bare)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in pixels of the upright page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The height of the middle, in pixels from the top of the page."""
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        """The middle from the left, in pixels."""
        return (self.left + self.right) / 2

    def union(self, other: "Area") -> "Area":
        """The smallest area around both."""
        return Area(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def shared_rows(self, other: "Area") -> float:
        """How much of the lower one's height the two share, 0 to 1."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, shared) / max(1.0, min(self.height, other.height))

    def shared_columns(self, other: "Area") -> float:
        """How much of the narrower one's width the two share, 0 to 1."""
        shared = min(self.right, other.right) - max(self.left, other.left)
        return max(0.0, shared) / max(1.0, min(self.width, other.width))

    def overlaps(self, other: "Area") -> bool:
        """Say whether the two have any pixel in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def around(areas: Iterable[Area]) -> Area:
    """The smallest area around all of ``areas``, which must not be empty."""
    rest = iter(areas)
    whole = next(rest)
    for area in rest:
        whole = whole.union(area)
    return whole


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a word: words are cut at brackets, colons and slashes between letters.

    ``folded`` is for comparing with label wordings (empty for pure marks); ``colon`` says that a
    colon follows, ``opens``/``closes`` that a bracket stands before/after, ``glued`` that no space
    parts it from the token before.
    """

    text: str
    folded: str
    area: Area
    confidence: float
    word: int
    colon: bool = False
    opens: bool = False
    closes: bool = False
    comma: bool = False
    glued: bool = False


@dataclass(frozen=True, slots=True)
class TextLine:
    """Tokens that stand on one line, left to right; ``cuts`` are the places before which a wide gap or a rule lies."""

    tokens: tuple[Token, ...]
    area: Area
    cuts: frozenset[int] = frozenset()

    def segment(self, place: int) -> tuple[int, int]:
        """The first and past-the-last token of the segment in which token ``place`` stands."""
        starts = [0, *sorted(self.cuts), len(self.tokens)]
        for first, past in pairwise(starts):
            if first <= place < past:
                return first, past
        msg = f"token {place} is not on this line"
        raise IndexError(msg)

    def segments(self) -> list[tuple[int, int]]:
        """All segments of the line, as (first, past the last)."""
        starts = sorted({0, *self.cuts})
        return list(zip(starts, [*starts[1:], len(self.tokens)], strict=True))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's words in order, with its size, ruling lines, combs and usual word height (all in pixels).

    What stands in a comb is one word here, and the walls between its cells are not among the rules.
    """

    width: float
    height: float
    words: tuple[Word, ...]
    lines: tuple[TextLine, ...]
    rules: Rules = field(default_factory=Rules)
    size: float = 24.0
    combs: tuple[Comb, ...] = ()

    def area(self, box: Box) -> Area:
        """A box in pixels."""
        return Area(box.left * self.width, box.top * self.height, box.right * self.width, box.bottom * self.height)

    def box(self, area: Area) -> Box:
        """Pixels as a box."""
        return Box.clipped(
            area.left / self.width, area.top / self.height, area.right / self.width, area.bottom / self.height
        )


def is_sentence(tokens: Sequence[Token]) -> bool:
    """Say whether the tokens of a line are running text: seven or more, most of them words in small letters."""
    words = [t for t in tokens if t.text.isalpha() and t.text.islower()]
    return len(tokens) >= _SENTENCE and len(words) > len(tokens) / 2


def join(tokens: Sequence[Token]) -> str:
    """The text of tokens as it was printed, spaces where words part."""
    parts: list[str] = []
    for token in tokens:
        if parts and not token.glued:
            parts.append(" ")
        parts.append(token.text)
    return "".join(parts).strip()


def lay_out(
    words: Sequence[Word], width: float, height: float, rules: Rules | None = None, combs: tuple[Comb, ...] = ()
) -> Sheet:
    """Put words on text lines from top to bottom.

    ``width`` and ``height`` are the page's pixels. Words of one line share most of their height;
    rules upright between two words cut the line there.
    """
    rules = without_inner_walls(rules or Rules(), combs)
    words = spelled_together(words, combs, width, height)
    placed = [
        (i, Area(w.box.left * width, w.box.top * height, w.box.right * width, w.box.bottom * height))
        for i, w in enumerate(words)
        if w.text.strip() and not _LEADER.fullmatch(w.text.strip())
    ]
    if not placed:
        return Sheet(width, height, tuple(words), (), rules, combs=combs)
    size = median(area.height for _, area in placed)
    lines: list[list[tuple[int, Area]]] = []
    for item in sorted(placed, key=lambda p: (p[1].middle, p[1].left)):
        home = _home(lines, item[1], size)
        if home is None:
            lines.append([item])
        else:
            home.append(item)
    made = [_text_line(sorted(line, key=lambda p: p[1].left), words, size, rules) for line in lines]
    made = _cut_at_columns([line for line in made if line.tokens], size)
    made.sort(key=lambda line: (line.area.middle, line.area.left))
    return Sheet(width, height, tuple(words), tuple(made), rules, size, combs)


def _cut_at_columns(lines: list[TextLine], size: float) -> list[TextLine]:
    """The lines parted also where a column begins that several lines share, however little white is before it."""
    starts = [
        (line.tokens[first].area.left, line.area.middle) for line in lines for first, _ in line.segments() if first > 0
    ]
    columns: list[tuple[float, float, float]] = []
    for x, _ in sorted(starts):
        if columns and x - columns[-1][0] < _COLUMN_EDGE * size:
            continue
        same = [y for other, y in starts if 0 <= other - x < _COLUMN_EDGE * size]
        if len(same) >= _COLUMN_LINES:
            columns.append((x, min(same), max(same)))
    if not columns:
        return lines
    return [_cut_at(line, columns, size) for line in lines]


def _cut_at(line: TextLine, columns: Sequence[tuple[float, float, float]], size: float) -> TextLine:
    more = set()
    for place in range(1, len(line.tokens)):
        token, before = line.tokens[place], line.tokens[place - 1]
        white = token.area.left - before.area.right
        if place in line.cuts or token.glued or -0.1 * size < white < _COLUMN_GAP * size:
            continue
        for x, top, bottom in columns:
            near = -0.15 * size <= token.area.left - x < _COLUMN_EDGE * size
            if near and top - 6 * size <= line.area.middle <= bottom + 6 * size:
                more.add(place)
    return replace(line, cuts=line.cuts | more) if more else line


def _home(lines: list[list[tuple[int, Area]]], area: Area, size: float) -> list[tuple[int, Area]] | None:
    # words come from top to bottom, so only the latest lines can take this one
    best, nearest = None, 0.45 * size
    for line in lines[-12:]:
        near = _beside(line, area)
        distance = abs(near.middle - area.middle)
        if distance < nearest and near.shared_rows(area) > 0.5 and not _covers(line, area):  # noqa: PLR2004
            best, nearest = line, distance
    return best


def _beside(line: list[tuple[int, Area]], area: Area) -> Area:
    """Of a line's nearest word on either side the one that stands more level: columns may be set apart in height."""
    left = [other for _, other in line if other.centre <= area.centre]
    right = [other for _, other in line if other.centre > area.centre]
    sides = [max(left, key=lambda o: o.right)] if left else []
    sides += [min(right, key=lambda o: o.left)] if right else []
    return min(sides, key=lambda o: abs(o.middle - area.middle))


def _covers(line: list[tuple[int, Area]], area: Area) -> bool:
    return any(other.shared_columns(area) > 0.5 and other.width > 0 for _, other in line)  # noqa: PLR2004  (most)


def _text_line(items: list[tuple[int, Area]], words: Sequence[Word], size: float, rules: Rules) -> TextLine:
    tokens: list[Token] = []
    cuts: set[int] = set()
    before: Area | None = None
    for index, area, typed in _with_empty_brackets(items, words, size):
        pieces = [typed] if typed else _pieces(words[index], index, area)
        if not pieces:
            continue
        if before is not None and (area.left - before.right > _GAP * size or _ruled_off(before, area, rules)):
            cuts.add(len(tokens))
        if pieces[0].text and not pieces[0].folded and tokens and len(pieces) == 1:
            # a lone colon belongs to the token before it
            mark = pieces[0].text
            if mark in {":", ".:", ";"}:
                tokens[-1] = _with_colon(tokens[-1])
                before = area
                cuts.discard(len(tokens))
                continue
        tokens.extend(pieces)
        before = area
    whole = around(t.area for t in tokens) if tokens else Area(0, 0, 0, 0)
    return TextLine(tuple(tokens), whole, frozenset(cuts))


def _with_empty_brackets(
    items: list[tuple[int, Area]], words: Sequence[Word], size: float
) -> list[tuple[int, Area, Token | None]]:
    """The line's words; a pair of brackets with nothing inside ("[  ]", a box typed with letters) is one token."""
    out: list[tuple[int, Area, Token | None]] = []
    skip = False
    for place, (index, area) in enumerate(items):
        text = words[index].text.strip()
        after = items[place + 1] if place + 1 < len(items) else None
        if skip:
            skip = False
        elif _EMPTY_BOX.fullmatch(text):
            out.append((index, area, Token("[ ]", "", area, words[index].confidence, index)))
        elif (
            after and text in {"[", "("} and words[after[0]].text.strip() in {"]", ")"} and _close(area, after[1], size)
        ):
            whole = area.union(after[1])
            out.append((index, whole, Token("[ ]", "", whole, words[index].confidence, index)))
            skip = True
        else:
            out.append((index, area, None))
    return out


def _close(one: Area, other: Area, size: float) -> bool:
    return other.left - one.right < 1.5 * size  # as wide as a letter that was not typed


def _with_colon(token: Token) -> Token:
    return Token(
        token.text,
        token.folded,
        token.area,
        token.confidence,
        token.word,
        colon=True,
        opens=token.opens,
        closes=token.closes,
        comma=token.comma,
        glued=token.glued,
    )


def _ruled_off(before: Area, after: Area, rules: Rules) -> bool:
    if after.left <= before.right:
        return False
    y = (before.middle + after.middle) / 2
    return any(
        before.right - 2 <= rule.x0 <= after.left + 2 and min(rule.y0, rule.y1) <= y <= max(rule.y0, rule.y1)
        for rule in rules.vertical
    )


def _pieces(word: Word, index: int, area: Area) -> list[Token]:
    """Cut one word at brackets, inner colons, slashes between letters and runs of underscores."""
    text = word.text.strip()
    spans: list[tuple[int, int]] = []
    start = 0
    for mark in _PIECE.finditer(text):
        spans.append((start, mark.start()))
        start = mark.end()
    spans.append((start, len(text)))
    spans = [span for span in spans if text[slice(*span)].strip("_ ")]
    step = area.width / max(1, len(text))
    tokens: list[Token] = []
    for place, (first, past) in enumerate(spans):
        begin = 0 if place == 0 else first
        end = spans[place + 1][0] if place + 1 < len(spans) else len(text)
        before, after = text[:first].rstrip(), text[past:].lstrip()
        tokens.append(
            Token(
                text=text[begin:end].replace("_", ""),
                folded=fold_token(text[first:past]),
                area=Area(area.left + begin * step, area.top, area.left + end * step, area.bottom),
                confidence=word.confidence,
                word=index,
                colon=text[first:past].rstrip("*.,;").endswith(":") or after.startswith(":"),
                opens=before.endswith(("(", "[")),
                closes=after.startswith((")", "]")),
                comma=text[first:past].rstrip().endswith(","),
                glued=bool(tokens),
            )
        )
    return tokens
