"""How far a label reaches around its core, what it asks for and whose value it names."""

import re
from collections.abc import Iterable

from rapidfuzz.distance import Levenshtein

from extract.labels.cores import NUMBERING, Core
from extract.labels.label import PERSON, Label
from extract.labels.roles import role_of, strongest
from extract.labels.vocabulary import Vocabulary, squeeze
from extract.layout import TextLine, Token, around, fold, join

_NAME_PARTS = frozenset(fold(word) for word in ("last", "first", "middle", "mi", "name", "initial", "m.i."))
_TORN = 0.5
"""Least likeness (0 to 1) of a label's misread last word, its colon behind it, to what its wording goes on with."""
_TITLES = frozenset(fold(title) for title in ("MD", "NP", "Dr", "DO", "PA"))
"""Role words that more often end a name ("Jane Doe, MD") than begin a label."""


def label_of(line: TextLine, number: int, core: Core, cores: list[Core], words: Vocabulary) -> Label:
    """The whole label around a core; ``cores`` are all of the line, ``number`` is the line's."""
    start, end = line.segment(core.first)
    owned = {i for other in cores if other is not core for i in range(other.first, other.past)}
    roles = [core.role] if core.role else []
    first = core.first
    while first > start:
        step = _word_before(line.tokens, first, start, owned, words, cores)
        if step is None:
            break
        first, said = step
        if said:
            roles.append(said)
    if first > start and first - 1 not in owned and NUMBERING.fullmatch(line.tokens[first - 1].text):
        first -= 1
    past, concept, more = _grow_right(line, core, end, owned, words)
    past = _torn_end(line, core, past, end, words)
    past, concept = _order_of_names(line, past, end, concept, words)
    roles.extend(more)
    inner = [words.roles[t] for t in _role_texts(line.tokens[core.first : core.past], words)]
    role, weak = strongest([*roles, *inner])
    tokens = line.tokens[first:past]
    return Label(
        concepts=(concept,),
        role=role,
        weak=weak,
        text=join(tokens).strip(" *"),
        area=around(t.area for t in tokens),
        line=number,
        first=first,
        past=past,
        colon=line.tokens[past - 1].colon,
        sure=core.likeness,
    )


def _role_texts(tokens: Iterable[Token], words: Vocabulary) -> list[str]:
    return [
        t.folded for t in tokens if t.folded in words.roles and words.roles[t.folded][0] not in {"request", "office"}
    ]


def _word_before(  # noqa: PLR0917  (all of it is one question)
    tokens: tuple[Token, ...], first: int, start: int, owned: set[int], words: Vocabulary, cores: list[Core]
) -> tuple[int, tuple[str, bool] | None] | None:
    """One step to the left over role words, fillers and marks; None where the label begins."""
    for count in (3, 2, 1):
        begin = first - count
        if begin < start or any(t.colon or t.closes for t in tokens[begin:first]):
            continue
        text = "".join(t.folded for t in tokens[begin:first])
        role = role_of(text, words)
        people = {i for c in cores if c.concept == PERSON for i in range(c.first, c.past)}
        behind_name = begin > start and text in _TITLES and tokens[begin - 1].folded not in words.roles
        if role and not behind_name and all(i not in owned or i in people for i in range(begin, first)):
            return begin, role
    token = tokens[first - 1]
    if first - 1 in owned or token.colon or token.closes:
        return None
    if not token.folded or (token.folded in words.fillers and token.folded not in words.bracketed):
        return first - 1, None
    return None


def _grow_right(  # noqa: C901  (a branch for each thing that may stand there)
    line: TextLine, core: Core, end: int, owned: set[int], words: Vocabulary
) -> tuple[int, str, list[tuple[str, bool]]]:
    """Take in brackets, fillers and "of …" behind the core; gives the new end, concept and roles."""
    past, concept = core.past, core.concept
    roles: list[tuple[str, bool]] = []
    linked = False
    if _is_open(line.tokens[core.first : past]):
        past = next((i + 1 for i in range(past, min(end, past + 6)) if line.tokens[i].closes), past)
    while past < end and not line.tokens[past - 1].colon:
        token = line.tokens[past]
        if token.opens:
            close = next((i for i in range(past, min(end, past + 10)) if line.tokens[i].closes), None)
            inside = line.tokens[past : close + 1] if close is not None else ()
            if not inside or sum(c.isdigit() for t in inside for c in t.text) > 2:  # noqa: PLR2004  (an area code is a value)
                break
            concept = _refined(concept, "".join(t.folded for t in inside), words)
            roles.extend(words.roles[t] for t in _role_texts(inside, words))
            past += len(inside)
            continue
        if concept == "diagnosis" and past not in owned and re.fullmatch(r"#?[1-9][.):#]*", token.text):
            past += 1
            continue
        role = role_of(token.folded, words)
        linking = token.text.lower() in {"of", "for", "to"}
        if role and (linked or token.colon) and past not in owned:
            roles.append(role)
        elif not token.folded or (token.folded in words.fillers and token.folded not in words.bracketed):
            if past in owned or not (_mostly_letters(token) or not token.folded):
                break
            linked = linked or linking
        elif not (linked and role):
            break
        else:
            roles.append(role)
        past += 1
    while past > core.past and line.tokens[past - 1].text.lower() in {"of", "for", "to", "the"}:
        past -= 1
    return past, concept, roles


def _torn_end(line: TextLine, core: Core, past: int, end: int, words: Vocabulary) -> int:
    """Take in a misread last word before the colon: "Patient last Pamc:"; gives the new end."""
    if past != core.past or past >= end or line.tokens[past - 1].colon or not line.tokens[past].colon:
        return past
    said, torn = "".join(t.folded for t in line.tokens[core.first : past]), line.tokens[past].folded
    rests = (p[len(said) :] for p, concept in words.phrases.items() if concept == core.concept and p.startswith(said))
    is_end = any(rest and Levenshtein.normalized_similarity(torn, rest) >= _TORN for rest in rests)
    return past + 1 if is_end and not any(c.isdigit() for c in torn) else past


def _is_open(tokens: Iterable[Token]) -> bool:
    """A bracket is opened and not closed: "Phone (area code", with " first)" behind it."""
    depth = 0
    for token in tokens:
        depth += token.opens - token.closes
    return depth > 0


def _order_of_names(line: TextLine, past: int, end: int, concept: str, words: Vocabulary) -> tuple[int, str]:
    """Take in the order that a form asks a whole name in behind its colon: "Name: Last, First"."""
    if concept not in {"full_name", PERSON} or not line.tokens[past - 1].colon:
        return past, concept
    stop = past
    while stop < end and (line.tokens[stop].folded in _NAME_PARTS or not line.tokens[stop].folded):
        stop += 1
    refined = _refined(concept, "".join(t.folded for t in line.tokens[past:stop]), words)
    return (stop, refined) if refined in {"name_last_first", "name_first_last"} else (past, concept)


def _mostly_letters(token: Token) -> bool:
    return not any(c.isdigit() for c in token.text)


def _refined(concept: str, inside: str, words: Vocabulary) -> str:
    """What the words in brackets behind a label make of it: "Name (Last, First)"."""
    last, first = inside.find(squeeze("last")), inside.find(squeeze("first"))
    if concept in {"full_name", PERSON} and last >= 0 and first >= 0:
        return "name_last_first" if last < first else "name_first_last"
    if concept == "street" and squeeze("zip") in inside:
        return "full_address"
    plain = words.phrases.get(inside)
    if concept == "diagnosis" or plain is None:
        return concept
    return plain if concept == "other_id" else concept
