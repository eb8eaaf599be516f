"""Prose pages: letters, notes, test results and junk, laid out from the templates in letters.toml."""

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from samples.orders import Order
from samples.printed import Hand, slots
from samples.sheet import WIDTH, Sheet, face, text_width

_SLOT = re.compile(r"\{([^}]+)\}")
_REPEAT = "{lines}"
_LINE_PARTS = ("code", "modifiers", "description", "quantity")


@dataclass(frozen=True, slots=True)
class Prose:
    """A layout: the page kind it makes and its lines."""

    name: str
    kind: str
    lines: tuple[str, ...]

    @property
    def keys(self) -> frozenset[str]:
        """Every slot it prints; service lines count as ``line``."""
        found = {key for line in self.lines for key in _SLOT.findall(line)}
        return frozenset((found - {"lines", *_LINE_PARTS}) | ({"line"} if "lines" in found else set()))


@functools.cache
def load_prose(name: str) -> Prose:
    """Load a layout by its name in letters.toml."""
    data = tomllib.loads((Path(__file__).parent / "letters.toml").read_text("utf-8"))[name]
    return Prose(name, data["kind"], tuple(data["lines"]))


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    key: str | None


def write_prose(sheet: Sheet, prose: Prose, order: Order, hand: Hand, *, margin: float = 64.0) -> None:
    """Write the layout with the order's values onto the sheet's current page."""
    texts = slots(order, hand)
    size = max(hand.size, 9.5)
    y = 70.0
    for line in _expanded(prose.lines, len(order.lines)):
        if line == "---":
            sheet.line(margin, y - 3, WIDTH - margin, y - 3, width=1)
            y += size * 0.9
            continue
        centred = line.startswith("^")
        heading = "# " in line[:3]
        body = line.lstrip("^").lstrip().removeprefix("# ")
        words = _words(body, texts)
        if not words:
            y += size * 0.9
            continue
        font, big = face(hand.font, bold=heading), size * (1.2 if heading else 1.0)
        y = _flow(sheet, words, y, font=font, size=big, margin=margin, centred=centred)


def _expanded(lines: tuple[str, ...], count: int) -> list[str]:
    """Repeat the service line's template for each line of the order."""
    result: list[str] = []
    for line in lines:
        if line.startswith(_REPEAT):
            result += [_numbered(line.removeprefix(_REPEAT), index) for index in range(count)]
        else:
            result.append(line)
    return result


def _numbered(template: str, index: int) -> str:
    for part in _LINE_PARTS:
        template = template.replace(f"{{{part}}}", f"{{line[{index}].{part}}}")
    return template


def _words(text: str, texts: Mapping[str, str]) -> list[_Word]:
    """Split into words; a slot's words know their slot, and marks after a slot stay attached to it."""
    words: list[_Word] = []
    at = 0
    glue = False
    for match in [*_SLOT.finditer(text), None]:
        plain = text[at : match.start()] if match else text[at:]
        if glue and plain and not plain[0].isspace() and words:
            head, _, plain = plain.partition(" ")
            words.append(_Word(f"\b{head}", None))
        words += [_Word(w, None) for w in plain.split()]
        if match is None:
            break
        opening = bool(plain) and not plain[-1].isspace() and bool(words)
        value = [_Word(w, match.group(1)) for w in texts.get(match.group(1), "").split()]
        if opening and value:
            value[0] = _Word(f"\b{value[0].text}", match.group(1))
        words += value
        glue, at = bool(value), match.end()
    return words


def _flow(sheet: Sheet, words: list[_Word], y: float, *, font: str, size: float, margin: float, centred: bool) -> float:
    """Set words in lines; a backspace before a word means no space before it. Gives the next baseline."""
    space, room = text_width(" ", font, size), WIDTH - 2 * margin
    rows: list[list[tuple[float, _Word]]] = [[]]
    x = 0.0
    for word in words:
        bare = word.text.removeprefix("\b")
        wide = text_width(bare, font, size)
        gap = 0.0 if word.text.startswith("\b") or not rows[-1] else space
        if rows[-1] and x + gap + wide > room:
            rows.append([])
            x, gap = 0.0, 0.0
        rows[-1].append((x + gap, _Word(bare, word.key)))
        x += gap + wide
    for row in rows:
        last_x, last = row[-1]
        left = (WIDTH - last_x - text_width(last.text, font, size)) / 2 if centred else margin
        _write_row(sheet, row, left, y, font=font, size=size)
        y += size * 1.38
    return y


def _write_row(sheet: Sheet, row: list[tuple[float, _Word]], left: float, y: float, *, font: str, size: float) -> None:
    """Write one row; words in a run of the same slot are remembered as one value."""
    run: list[tuple[float, _Word]] = []
    for item in [*row, None]:
        if run and (item is None or item[1].key != run[0][1].key):
            if run[0][1].key:
                end = run[-1][0] + text_width(run[-1][1].text, font, size)
                sheet.remember(
                    run[0][1].key, " ".join(w.text for _, w in run), left + run[0][0], y, left + end, size=size
                )
            run = []
        if item is not None:
            sheet.text(left + item[0], y, item[1].text, font=font, size=size)
            run.append(item)
