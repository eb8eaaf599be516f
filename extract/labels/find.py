"""Find the labels and section headings among a page's words.

A label is a core wording of a concept with role and filler words around it. It counts when it is
marked as one: a colon, a cell or segment of its own, a place at a segment's start with a value
behind it. Running text that merely mentions "the patient's date of birth" does not.
"""

from collections.abc import Iterable
from dataclasses import replace

from extract.labels.cores import choose, cores_of, joined_cores, owned_cores, windows
from extract.labels.extent import label_of
from extract.labels.headings import headings_of, is_heading
from extract.labels.label import PERSON, Heading, Label, Labels
from extract.labels.standing import stands_as_label, without_swallowed
from extract.labels.vocabulary import vocabulary
from extract.layout import Sheet, TextLine, fold

_COLUMN_HEADS = frozenset({"code", "modifier", "quantity", "unit", "description"})
_FEWEST_HEADS = 2
_CODE_WORDS = frozenset({fold("code"), fold("codes")})
_LAST_WORD = 2.5
"""Most white, in word heights, before the last word of a label."""


def find_labels(sheet: Sheet) -> Labels:
    """Find every label and section heading of a page, in reading order."""
    words = vocabulary()
    near = words.nearest(sorted({text for line in sheet.lines for *_, text in windows(line)} - set(words.phrases)))
    labels: list[Label] = []
    headings: list[Heading] = []
    for number, line in enumerate(sheet.lines):
        cores = owned_cores(joined_cores(choose(cores_of(line, words, near)), line), line)
        found = [label_of(line, number, core, cores, words) for core in cores]
        whole = without_swallowed(found)
        standing = [label for label in whole if stands_as_label(label, line, sheet)]
        kept = sorted({id(x): x for x in (*standing, *_column_heads(whole, line))}.values(), key=lambda x: x.first)
        opened = headings_of(line, number, kept, words)
        headings.extend(opened)
        labels.extend(x for x in kept if x.colon or not any(is_heading(x, h) for h in opened))
    return Labels(tuple(labels), tuple(headings))


def _column_heads(labels: list[Label], line: TextLine) -> list[Label]:
    """Wordings of a table's columns that fill a stretch of a line from end to end, however close they stand."""
    heads: list[Label] = []
    for first, past in line.segments():
        inside = [x for x in labels if first <= x.first < past]
        covered = {i for x in inside for i in range(x.first, x.past)}
        rest = [i for i in range(first, past) if i not in covered and line.tokens[i].folded]
        names = {x.concept for x in inside}
        if not rest and "code" in names and len(names & _COLUMN_HEADS) >= _FEWEST_HEADS and names <= _COLUMN_HEADS:
            heads += inside
    return heads


def merged(labels: Iterable[Label], sheet: Sheet) -> list[Label]:
    """Join labels that stand directly beside each other into one that asks for several values.

    "Phone / Fax:" and "City, State, Zip" become one label each; for tables use the labels as found.
    """
    out: list[Label] = []
    for label in labels:
        before = out[-1] if out else None
        if before is not None and _is_its_last_word(before, label, sheet):
            out[-1] = replace(
                before,
                text=f"{before.text} {label.text}",
                area=before.area.union(label.area),
                past=label.past,
                colon=label.colon,
            )
        elif before is not None and _one_box(before, label, sheet):
            concepts = before.concepts if label.concept in before.concepts else (*before.concepts, label.concept)
            out[-1] = replace(
                before,
                concepts=concepts,
                role=before.role or label.role,
                text=f"{before.text} {label.text}",
                area=before.area.union(label.area),
                past=label.past,
                colon=label.colon,
                sure=min(before.sure, label.sure),
            )
        else:
            out.append(label)
    return out


def _is_its_last_word(before: Label, label: Label, sheet: Sheet) -> bool:
    """A bare "codes" behind a label that asks for diagnoses, however wide the gap: "Diagnosis / ICD-10   codes:"."""
    if before.concept != "diagnosis" or label.concept != "code" or before.line != label.line or before.colon:
        return False
    tokens = sheet.lines[label.line].tokens
    bare = {t.folded for t in tokens[label.first : label.past] if t.folded} <= _CODE_WORDS
    between = any(t.folded for t in tokens[before.past : label.first])
    return bare and not between and label.area.left - before.area.right < _LAST_WORD * sheet.size


def _one_box(before: Label, label: Label, sheet: Sheet) -> bool:
    if before.line != label.line or before.colon or PERSON in {before.concept, label.concept}:
        return False
    if label.concept.startswith("cover_"):
        return False
    line = sheet.lines[label.line]
    between = line.tokens[before.past : label.first]
    if any(t.folded for t in between) or any(before.past <= cut <= label.first for cut in line.cuts):
        return False
    if before.role and label.role and before.role != label.role:
        return False
    return label.area.left - before.area.right < 0.9 * sheet.size
