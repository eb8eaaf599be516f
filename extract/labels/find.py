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
from extract.layout import Sheet, TextLine

_COLUMN_HEADS = frozenset({"code", "modifier", "quantity", "unit", "description"})
_FEWEST_HEADS = 2


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
        if before is not None and _one_box(before, label, sheet):
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
