"""Labels too damaged to be sure of: what they most likely ask for, so that a person is shown a value, not a gap.

A label that the page's reader tore apart ("Date of Duth", "Ottico Fax") still stands beside its
value. Such labels are looked for only where a field was not found by a sound one, and what is read at
them always goes to a person.
"""

import functools
from collections.abc import Iterator

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from extract.labels.label import Label, Labels
from extract.labels.vocabulary import own_wordings, squeeze, vocabulary
from extract.layout import Sheet, TextLine, around, join

_WANTED = (
    "last_name", "first_name", "full_name", "name_last_first", "date_of_birth", "member_id", "phone", "fax", "npi",
    "diagnosis",
)  # fmt: skip
_WHO = (
    "", "patient", "member", "subscriber", "enrollee", "beneficiary", "client", "provider", "physician", "doctor",
    "ordering provider", "ordering physician", "requesting provider", "referring physician", "prescriber", "office",
    "clinic", "practice",
)  # fmt: skip
_LONGEST = 7
_LEAST = 0.62
"""Least likeness (0 to 1) to a wording at which a damaged label is worth a look."""
_MOST_DIGITS = 2
"""Most digits in a label; more are a value."""
_APART, _MARKED = 0.9, 1.3
"""White, in word heights, from which a word may begin a label, and from which it does not go on behind a mark."""
_SHORTEST = 5
"""Fewest letters of a damaged label; fewer are like everything."""


def likely_labels(sheet: Sheet, found: Labels) -> list[Label]:
    """Give the damaged labels among the words that no sound label takes, one at most for each run of words."""
    taken = {(x.line, i) for x in found.labels for i in range(x.first, x.past)}
    headings = {h.line for h in found.headings}
    spans = [
        (number, *span)
        for number, line in enumerate(sheet.lines)
        if number not in headings
        for span in _spans(line, {i for at, i in taken if at == number}, sheet.size)
    ]
    if not spans:
        return []
    wordings = _wordings(own_wordings())
    scores = process.cdist(
        [s[3] for s in spans],
        list(wordings),
        scorer=Levenshtein.normalized_similarity,
        score_cutoff=_LEAST,
        dtype=float,
    )
    best: dict[tuple[int, int], Label] = {}
    names = list(wordings.values())
    for row, (number, first, past, _) in enumerate(spans):
        place = int(scores[row].argmax())
        score = float(scores[row, place])
        known = best.get((number, first))
        if score >= _LEAST and (known is None or score > known.sure):
            concept, role = names[place]
            tokens = sheet.lines[number].tokens[first:past]
            best[number, first] = Label(
                (concept,), role, role is not None and role != "member", join(tokens), around(t.area for t in tokens),
                number, first, past, tokens[-1].colon, score,
            )  # fmt: skip
    return list(best.values())


def _spans(line: TextLine, taken: set[int], size: float) -> Iterator[tuple[int, int, str]]:
    """Runs of words that could be a damaged label: first, past the last, folded text."""
    for start in _starts(line, size):
        text, digits = "", 0
        for end in range(start, min(len(line.tokens), start + _LONGEST)):
            token = line.tokens[end]
            digits += sum(c.isdigit() for c in token.text)
            if end in taken or (end > start and end in line.cuts) or digits > _MOST_DIGITS:
                break
            text += token.folded
            if len(text) >= _SHORTEST:
                yield start, end + 1, text
            behind = line.tokens[end + 1] if end + 1 < len(line.tokens) else None
            if token.colon and (behind is None or behind.area.left - token.area.right > _MARKED * size):
                break  # a mark that a letter was misread as stands close before the label's next word


def _starts(line: TextLine, size: float) -> list[int]:
    """Where a label may begin: a segment's first word, or one with clear space before it."""
    return [
        i
        for i, token in enumerate(line.tokens)
        if token.folded
        and (i == 0 or i in line.cuts or token.area.left - line.tokens[i - 1].area.right > _APART * size)
    ]


@functools.lru_cache(maxsize=2)
def _wordings(_own: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, str | None]]:
    """Wordings of what is worth looking for, with and without the word that says whose: concept and role."""
    words = vocabulary()
    found: dict[str, tuple[str, str | None]] = {}
    for phrase, concept in words.phrases.items():
        if concept not in _WANTED or len(phrase) < 3:  # noqa: PLR2004  (too short to be like anything)
            continue
        for who in _WHO:
            role = words.roles.get(squeeze(who), (None, False))[0] if who else None
            text = squeeze(who) + phrase
            if len(text) >= _SHORTEST and not (concept in {"full_name", "phone"} and not who and len(phrase) < 5):  # noqa: PLR2004
                found.setdefault(text, (concept, role if role in {"member", "ordering_provider"} else None))
    return found
