"""Whether a wording stands where a label would, not inside a sentence or a value."""

from collections.abc import Iterable
from itertools import pairwise

from extract.fields.shapes import TYPED, fits, unspelled
from extract.labels.cores import NUMBERING
from extract.labels.label import PERSON, Label, concept_of
from extract.layout import Sheet, TextLine, Token, fold, is_sentence, join

_OTHER_NUMBERS = frozenset({"tax_id", "other_id", "auth_number"})
"""Numbers of no shape of their own."""
_NUMBERS = frozenset({"phone", "npi", "date", "member_id"})
"""Kinds whose values are so plain that a wording before one is a label wherever it stands."""


_APART = 1.5
"""Least white before a label on a line of running text, against that between its words."""


def without_swallowed(labels: list[Label]) -> list[Label]:
    """Drop labels that lie inside a longer one's brackets or role words."""
    kept: list[Label] = []
    for label in labels:
        inside = [o for o in labels if o is not label and o.first <= label.first and label.past <= o.past]
        bigger = [o for o in inside if o.past - o.first > label.past - label.first or o.concepts != (PERSON,)]
        if not bigger or (len(inside) == 1 and inside[0].concepts == (PERSON,)):
            kept.append(label)
    return kept


def stands_as_label(  # noqa: C901, PLR0911  (one rule a return, in order)
    label: Label, line: TextLine, sheet: Sheet
) -> bool:
    """Say whether the wording stands where a label would, not in the middle of a sentence or value."""
    concept = concept_of(label)
    start, end = line.segment(label.first)
    lead = line.tokens[start : label.first]
    numbered = NUMBERING.fullmatch(line.tokens[label.first].text) is not None and label.past - label.first > 1
    starts = numbered or all(len(t.folded) <= 2 for t in lead) or _behind_value(lead, label, line, sheet)  # noqa: PLR2004  ("1.", "a)")
    ends = label.past >= end
    bare = not concept.alone or (label.concept == "full_name" and label.role is None)
    behind = unspelled(join(line.tokens[label.past : end]))
    if sum(len(t.folded) for t in line.tokens[label.first : label.past]) == 1 and not label.colon:
        # "F 510-555-0142" in a letterhead, not the F of a name spelled into boxes
        return concept.kind in TYPED and fits(concept.kind, behind, lead=True)
    if _is_starred(line.tokens[label.first : label.past]) or _ruled_behind(label, sheet):
        return starts
    if label.colon:
        return starts or end - start < 40  # noqa: PLR2004  (a colon is enough on any but an endless line)
    if fits(concept.kind, behind, lead=True) and (concept.kind in _NUMBERS or starts):
        return True
    if starts and concept.name in _OTHER_NUMBERS and end - label.past <= 3 and _is_number(behind):  # noqa: PLR2004  (a value's length)
        return True  # "Federal Tax ID 41-4894682"
    if label.concept == PERSON:
        return starts and ends
    parts = [t.folded for t in line.tokens[label.first : label.past] if t.folded]
    many = len(parts) > 1 or (label.concept == "full_name" and parts != [fold("name")])  # "FullName"
    whole_name = label.concept == "full_name" and starts and (ends or (many and could_be_name(behind)))
    if bare and not whole_name and label.role is None:
        return False
    long = starts and label.past - label.first > 3 and concept.kind == "name" and could_be_name(behind)  # noqa: PLR2004
    if label.sure < 1.0 and not ends and not long:
        return False
    if starts and ends:
        single = sum(1 for t in line.tokens[label.first : label.past] if t.folded) == 1
        if single and lead and concept.kind in {"text", "choice"} and label.first - start > 2:  # noqa: PLR2004  (words before it)
            return False
        return concept.alone or label.role is not None
    return starts and many and end - label.past <= 6 and concept.kind not in {"text", "choice"}  # noqa: PLR2004  (a value's length)


def _is_number(text: str) -> bool:
    """Say whether a text is mostly digits, as the numbers are that no shape describes."""
    digits = sum(c.isdigit() for c in text)
    return digits >= 4 and digits > 2 * sum(c.isalpha() for c in text)  # noqa: PLR2004  (a chart or tax number)


def could_be_name(text: str) -> bool:
    """Say whether a text has the shape of a person's whole name."""
    words = text.replace(",", " ").split()
    return 1 < len(words) <= 6 and not any(c.isdigit() for c in text) and all(w[0].isupper() for w in words)  # noqa: PLR2004


def _is_starred(tokens: Iterable[Token]) -> bool:
    return any("*" in token.text for token in tokens)


def _ruled_behind(label: Label, sheet: Sheet) -> bool:
    """A line to write on begins where the label ends."""
    size = sheet.size
    return any(
        -0.6 * size < rule.x0 - label.area.right < 1.5 * size
        and rule.length > 2 * size
        and -0.5 * size < (rule.y0 + rule.y1) / 2 - label.area.bottom < 0.8 * size
        for rule in sheet.rules.horizontal
    )


def _behind_value(lead: tuple[Token, ...], label: Label, line: TextLine, sheet: Sheet) -> bool:
    """A label may follow a value closely if clear space parts them."""
    if not lead:
        return True
    # between two words of large type there is more white than between a value and a label
    least = 1.1 * max(sheet.size, min(lead[-1].area.height, label.area.height))
    if is_sentence(line.tokens):
        # and in typewriter faces as much between any two words
        gaps = sorted(b.area.left - a.area.right for a, b in pairwise(line.tokens) if not b.glued)
        least = max(least, _APART * gaps[len(gaps) // 2])
    return label.area.left - lead[-1].area.right > least
