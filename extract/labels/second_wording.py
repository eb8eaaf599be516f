"""Labels that the page's reader misread and our own reader saw.

On poor faxes the two readers rarely damage the same word. Where our own reader's words make a label
letter by letter that the page's words do not make, or make only a damaged one, its words take the
place of theirs: only wordings of labels are exchanged, never values.
"""

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Levenshtein

from extract.combs import Comb
from extract.labels.find import find_labels
from extract.labels.label import Label
from extract.layout import Area, Sheet, fold, lay_out
from extract.page.upright import Rules, UprightPage
from extract.page.words import line_crop, line_words
from extract.readers.own import own
from extract.readers.reading import Reader
from terms.document import Word

_ALIKE = 0.45
"""Least likeness (0 to 1) of the two readings of one place."""
_INSIDE = 0.5
"""Share of a word's width that lies in a label for the word to be part of it."""


def reworded(
    words: Sequence[Word], page: UprightPage, rules: Rules, combs: tuple[Comb, ...], *, second: Reader | None = None
) -> tuple[Word, ...]:
    """The page's words with labels that only ``second`` (default: our own reader) read rightly in its wording."""
    sheet = lay_out(words, page.width, page.height, rules, combs)
    found = find_labels(sheet)
    known = [(x.area, x.sure) for x in found.labels] + [(h.area, 1.0) for h in found.headings]
    areas = [sheet.area(word.box) for word in words]
    sure = {t.word for x in found.labels if x.sure == 1.0 for t in sheet.lines[x.line].tokens[x.first : x.past]}
    unsure = [areas[i] for i, word in enumerate(words) if i not in sure and _is_worded(word.text)]
    other = tuple(_second_words(page, second or own(), unsure))
    again = lay_out(other, page.width, page.height, rules, combs)
    gone: set[int] = set()
    come: list[Word] = []
    for label in find_labels(again).labels:
        if label.sure < 1.0 or any(sure == 1.0 and _same_place(area, label.area) for area, sure in known):
            continue
        old = {i for i, area in enumerate(areas) if _is_in(area, label.area)}
        new = _words_there(again, label, [areas[i] for i in old])
        if not old or old & gone or not new or not _alike([words[i] for i in sorted(old)], new):
            continue
        gone |= old
        come += new
    return (*(word for i, word in enumerate(words) if i not in gone), *come) if gone else tuple(words)


def _second_words(page: UprightPage, reader: Reader, unsure: Sequence[Area]) -> Iterator[Word]:
    """What ``reader`` sees on those lines of the page that hold a word of ``unsure``."""
    for stretch in page.stretches:
        area = Area(stretch.left, stretch.top, stretch.right, stretch.bottom)
        if any(area.overlaps(word) for word in unsure):
            yield from line_words(page, stretch, reader.read([line_crop(page, stretch)])[0])


def _is_worded(text: str) -> bool:
    """A word of letters, as labels have them; numbers and codes are no concern of this module."""
    return sum(c.isalpha() for c in text) > sum(c.isdigit() for c in text) and any(c.isalpha() for c in text)


def _same_place(one: Area, other: Area) -> bool:
    return one.shared_rows(other) > _INSIDE and one.shared_columns(other) > _INSIDE


def _is_in(word: Area, label: Area) -> bool:
    """A word of which the greater part stands inside a label."""
    shared = min(word.right, label.right) - max(word.left, label.left)
    return word.shared_rows(label) > _INSIDE and shared > _INSIDE * word.width


def _words_there(again: Sheet, label: Label, old: Sequence[Area]) -> list[Word]:
    """The second reader's words for a label and for whatever else the first reader's words there held."""
    tokens = again.lines[label.line].tokens[label.first : label.past]
    wanted = {t.word for t in tokens}
    for i, word in enumerate(again.words):
        if i not in wanted and any(_is_in(again.area(word.box), area) for area in old):
            wanted.add(i)
    return [again.words[i] for i in sorted(wanted)]


def _alike(old: Sequence[Word], new: Sequence[Word]) -> bool:
    one, other = (fold("".join(w.text for w in ordered(words))) for words in (old, new))
    return Levenshtein.normalized_similarity(one, other) >= _ALIKE


def ordered(words: Sequence[Word]) -> list[Word]:
    """Words of one line from left to right."""
    return sorted(words, key=lambda w: w.box.left)
