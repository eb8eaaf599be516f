"""Labels printed on two lines ("LAST" over "NAME"), put on one, so that they are found as one label."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.labels.find import find_labels
from extract.layout import Area, Sheet, TextLine, Token, around, lay_out
from terms.document import Word
from terms.geometry import Box

_MOST = 5
"""Most tokens on one line of a broken label."""
_APART = 0.5
"""Most white between its lines, in word heights; rows of a form stand wider."""
_ALIGNED = 0.7
"""How far its lines may begin from each other, in word heights."""


@dataclass(frozen=True, slots=True)
class _Run:
    line: int
    tokens: tuple[Token, ...]
    area: Area


def mended(sheet: Sheet) -> Sheet:
    """The sheet with every broken label on one line, its words squeezed into the place of both.

    Two runs of words are one label if the one stands close under the other, nothing is ruled
    between them, and together they are a label from first to last. Two that are labels each by
    themselves are left alone unless one ruled box holds both. Only labels move, never values.
    """
    pairs = _pairs(sheet)
    if not pairs:
        return sheet
    tried = [TextLine((*above.tokens, *below.tokens), above.area.union(below.area)) for above, below in pairs]
    alone = [TextLine(run.tokens, run.area) for pair in pairs for run in pair]
    found = _whole_labels([*tried, *alone], sheet)
    moved: dict[int, Area] = {}
    for i, (above, below) in enumerate(pairs):
        both = found[len(pairs) + 2 * i] and found[len(pairs) + 2 * i + 1]
        used = {t.word for t in (*above.tokens, *below.tokens)}
        if found[i] and not used & set(moved) and (not both or _one_box(above, below, sheet)):
            moved |= _squeezed(above, below)
    if not moved:
        return sheet
    words = [_placed(word, moved.get(i), sheet) for i, word in enumerate(sheet.words)]
    return lay_out(words, sheet.width, sheet.height, sheet.rules, sheet.combs)


def _pairs(sheet: Sheet) -> list[tuple[_Run, _Run]]:
    runs = [
        _Run(number, line.tokens[first:past], around(t.area for t in line.tokens[first:past]))
        for number, line in enumerate(sheet.lines)
        for first, past in line.segments()
        if past - first <= _MOST and _is_wording(line.tokens[first:past])
    ]
    pairs = []
    for i, above in enumerate(runs):
        for below in runs[i + 1 :]:
            if below.area.top - above.area.bottom > _APART * sheet.size:
                if below.line > above.line + 3:
                    break
                continue
            if _continues(above, below, sheet):
                pairs.append((above, below))
                break
    return pairs


def _is_wording(tokens: Sequence[Token]) -> bool:
    letters = sum(c.isalpha() for t in tokens for c in t.text)
    digits = sum(c.isdigit() for t in tokens for c in t.text)
    return digits <= 2 and (letters > 1 or any("#" in t.text for t in tokens))  # noqa: PLR2004  ("ICD-10")


def _continues(above: _Run, below: _Run, sheet: Sheet) -> bool:
    size = sheet.size
    close = -0.45 * size < below.area.top - above.area.bottom <= _APART * size
    aligned = abs(below.area.left - above.area.left) < _ALIGNED * size
    lower = below.area.middle - above.area.middle > 0.5 * size
    return close and aligned and lower and not above.tokens[-1].colon and not _ruled_between(above, below, sheet)


def _ruled_between(above: _Run, below: _Run, sheet: Sheet) -> bool:
    x = above.area.left + sheet.size / 2
    return any(
        r.x0 <= x <= r.x1 and above.area.middle < (r.y0 + r.y1) / 2 < below.area.middle for r in sheet.rules.horizontal
    )


def _whole_labels(lines: Sequence[TextLine], sheet: Sheet) -> list[bool]:
    """Whether each line is one label from its first to its last token."""
    made = Sheet(sheet.width, sheet.height, sheet.words, tuple(lines), size=sheet.size)
    whole = [False] * len(lines)
    for label in find_labels(made).labels:
        if label.first == 0 and label.past == len(lines[label.line].tokens):
            whole[label.line] = True
    return whole


def _one_box(above: _Run, below: _Run, sheet: Sheet) -> bool:
    """One ruled box holds both runs and nothing else on their left edge."""
    size, area = sheet.size, above.area.union(below.area)
    x = area.left + size / 2
    across = [(r.y0 + r.y1) / 2 for r in sheet.rules.horizontal if r.x0 - size / 2 <= x <= r.x1 + size / 2]
    top = max((y for y in across if y < area.top + size / 3), default=None)
    bottom = min((y for y in across if y > area.bottom - size / 3), default=None)
    return top is not None and bottom is not None and bottom - top < 2.2 * area.height


def _squeezed(above: _Run, below: _Run) -> dict[int, Area]:
    """Where each word of the two runs goes: side by side, each as high as both lines, whose ink is no value's."""
    area = above.area.union(below.area)
    high = min(above.area.height, below.area.height)
    wide = above.area.width + below.area.width
    share = area.width / max(1.0, wide + 0.3 * high)
    moved: dict[int, Area] = {}
    at = area.left
    for run in (above, below):
        by_word: dict[int, Area] = {}
        for token in run.tokens:
            by_word[token.word] = by_word[token.word].union(token.area) if token.word in by_word else token.area
        for word, place in by_word.items():
            left = at + (place.left - run.area.left) * share
            moved[word] = Area(left, area.top, left + place.width * share, area.bottom)
        at += (run.area.width + 0.3 * high) * share
    return moved


def _placed(word: Word, area: Area | None, sheet: Sheet) -> Word:
    if area is None:
        return word
    box = Box.clipped(
        area.left / sheet.width, area.top / sheet.height, area.right / sheet.width, area.bottom / sheet.height
    )
    return replace(word, box=box)
