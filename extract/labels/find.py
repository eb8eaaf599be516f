"""Find the labels and section headings among a page's words.

A label is a core wording of a concept with role and filler words around it. It counts when it is
marked as one: a colon, a cell or segment of its own, a place at a segment's start with a value
behind it. Running text that merely mentions "the patient's date of birth" does not.
"""

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import resources

from rapidfuzz.distance import Levenshtein

from extract.fields.shapes import TYPED, fits, unspelled
from extract.labels.vocabulary import Concept, Vocabulary, squeeze, vocabulary
from extract.layout import Area, Sheet, TextLine, Token, around, fold, join

_LONGEST = 7
_PERSON = "person"
_NUMBERS = frozenset({"phone", "npi", "date", "member_id"})
"""Kinds whose values are so plain that a wording before one is a label wherever it stands."""
_OF_A_HOUSE = frozenset({"phone", "fax", "street", "full_address", "city", "tax_id", "contact", "email"})
_NUMBER = fold("number")
_NUMBERING = re.compile(r"[(]?(?:\d{1,2}|[A-Za-z])[a-z]?[.)]{1,2}")
"""A form's own number before a label: "17.", "3a)"."""
_NAME_PARTS = frozenset(fold(word) for word in ("last", "first", "middle", "mi", "name", "initial", "m.i."))
_TITLES = frozenset(fold(title) for title in ("MD", "NP", "Dr", "DO", "PA"))
"""Role words that more often end a name ("Jane Doe, MD") than begin a label."""


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label.

    ``concepts`` is what it asks for, usually one name (``phone``), several for a box that holds
    several values (``phone`` and ``fax``); ``person`` for a label that only says who ("Ordering
    physician:"). ``role`` is whose value, as far as the label itself says so, and ``weak`` that it
    says so only by a common word. ``line``, ``first`` and ``past`` place it among the sheet's
    tokens. ``sure`` (0 to 1) falls with damaged wordings and doubtful places.
    """

    concepts: tuple[str, ...]
    role: str | None
    weak: bool
    text: str
    area: Area
    line: int
    first: int
    past: int
    colon: bool
    sure: float

    @property
    def concept(self) -> str:
        """The first concept."""
        return self.concepts[0]


@dataclass(frozen=True, slots=True)
class Heading:
    """A section heading: whose section it is (a role, ``request`` or ``plan``)."""

    role: str
    text: str
    area: Area
    line: int


@dataclass(frozen=True, slots=True)
class Labels:
    """What :func:`find_labels` found, in reading order."""

    labels: tuple[Label, ...]
    headings: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class _Core:
    first: int
    past: int
    concept: str
    role: tuple[str, bool] | None
    likeness: float
    letters: int


def concept_of(label: Label) -> Concept:
    """The first concept of a label; a bare person's label asks for a full name."""
    concepts = vocabulary().concepts
    return concepts["full_name"] if label.concept == _PERSON else concepts[label.concept]


def find_labels(sheet: Sheet) -> Labels:
    """Find every label and section heading of a page, in reading order."""
    words = vocabulary()
    near = words.nearest(sorted({text for line in sheet.lines for *_, text in _windows(line)} - set(words.phrases)))
    labels: list[Label] = []
    headings: list[Heading] = []
    for number, line in enumerate(sheet.lines):
        cores = _owned(_joined(_choose(_cores(line, words, near)), line), line)
        found = [_label(line, number, core, cores, words) for core in cores]
        kept = [label for label in _without_swallowed(found) if _stands_as_label(label, line, sheet)]
        opened = _headings(line, number, kept, words)
        headings.extend(opened)
        labels.extend(x for x in kept if x.colon or not any(_is_heading(x, h) for h in opened))
    return Labels(tuple(labels), tuple(headings))


def _windows(line: TextLine) -> Iterable[tuple[int, int, str]]:
    """Every run of up to seven tokens of one segment that could be a wording, with its folded text."""
    for start, past in line.segments():
        for first in range(start, past):
            if not line.tokens[first].folded:
                continue
            text = ""
            for end in range(first, min(past, first + _LONGEST)):
                token = line.tokens[end]
                text += token.folded
                if token.folded:
                    yield first, end + 1, text
                if token.colon or (token.closes and end > first):
                    break


def _cores(line: TextLine, words: Vocabulary, near: dict[str, tuple[str, float]]) -> list[_Core]:
    found = []
    for first, past, text in _windows(line):
        if text in words.phrases:
            found.append(_Core(first, past, words.phrases[text], None, 1.0, len(text)))
        elif text in words.people:
            found.append(_Core(first, past, _PERSON, (words.people[text], False), 1.0, len(text)))
        elif text in near and past - first <= near[text][0].__len__():
            phrase, likeness = near[text]
            found.append(_Core(first, past, words.phrases[phrase], None, likeness, len(text)))
        elif past - first == 1:
            found.extend(_grown_together(first, text, words))
    return found


def _grown_together(place: int, text: str, words: Vocabulary) -> list[_Core]:
    """A role and a wording read as one word: "PatientName"."""
    found = []
    for role, meaning in words.roles.items():
        rest = text.removeprefix(role)
        if rest != text and rest in words.phrases and len(rest) > 1:
            found.append(_Core(place, place + 1, words.phrases[rest], meaning, 1.0, len(text)))
    return found


def _choose(cores: list[_Core]) -> list[_Core]:
    """Take the cores that cover most letters, none overlapping, in order."""
    taken: list[_Core] = []
    for core in sorted(cores, key=lambda c: (-c.letters * c.likeness, c.concept == _PERSON, c.first)):
        if all(core.past <= other.first or core.first >= other.past for other in taken):
            taken.append(core)
    return sorted(taken, key=lambda c: c.first)


def _joined(cores: list[_Core], line: TextLine) -> list[_Core]:
    """Two wordings for the same thing side by side are one label: "Reason for order / clinical notes"."""
    out: list[_Core] = []
    for core in cores:
        last = out[-1] if out else None
        between = line.tokens[last.past : core.first] if last else ()
        if (
            last is not None
            and last.concept == core.concept
            and not line.tokens[last.past - 1].colon
            and not any(t.folded for t in between)
            and line.segment(last.first) == line.segment(core.first)
        ):
            out[-1] = replace(
                last,
                past=core.past,
                likeness=min(last.likeness, core.likeness),
                letters=last.letters + core.letters,
            )
        else:
            out.append(core)
    return out


def _owned(cores: list[_Core], line: TextLine) -> list[_Core]:
    """Make one of what is one label: "Clinic Phone" (a house only says whose), "ICD-10 #" (a number sign)."""
    out: list[_Core] = []
    for core in cores:
        last = out[-1] if out else None
        if (
            last is not None
            and last.concept == "facility"
            and core.concept in _OF_A_HOUSE
            and last.past == core.first
            and not line.tokens[last.past - 1].colon
            and line.segment(last.first) == line.segment(core.first)
        ):
            out[-1] = replace(core, first=last.first, role=("ordering_provider", True))
        elif (
            last is not None
            and core.past - core.first == 1
            and line.tokens[core.first].folded == _NUMBER
            and last.past == core.first
            and not line.tokens[last.past - 1].colon
            and line.segment(last.first) == line.segment(core.first)
        ):
            out[-1] = replace(last, past=core.past)
        else:
            out.append(core)
    return out


def _label(line: TextLine, number: int, core: _Core, cores: list[_Core], words: Vocabulary) -> Label:
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
    if first > start and first - 1 not in owned and _NUMBERING.fullmatch(line.tokens[first - 1].text):
        first -= 1
    past, concept, more = _grow_right(line, core, end, owned, words)
    past, concept = _order_of_names(line, past, end, concept, words)
    roles.extend(more)
    inner = [words.roles[t] for t in _role_texts(line.tokens[core.first : core.past], words)]
    role, weak = _strongest([*roles, *inner])
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


def _strongest(roles: list[tuple[str, bool]]) -> tuple[str | None, bool]:
    for wanted in ("other", "servicing_provider", "office"):
        if any(role == wanted for role, _ in roles):
            return wanted, False
    strong = [role for role, weak in roles if not weak and role != "request"]
    if strong:
        # "the patient's ordering physician": the word nearest to what is asked for says whose it is
        return strong[0] if "ordering_provider" not in strong else "ordering_provider", False
    if roles:
        role, weak = roles[0]
        return (None, False) if role == "request" else (role, weak)
    return None, False


def _word_before(  # noqa: PLR0917  (all of it is one question)
    tokens: tuple[Token, ...], first: int, start: int, owned: set[int], words: Vocabulary, cores: list[_Core]
) -> tuple[int, tuple[str, bool] | None] | None:
    """One step to the left over role words, fillers and marks; None where the label begins."""
    for count in (3, 2, 1):
        begin = first - count
        if begin < start or any(t.colon or t.closes for t in tokens[begin:first]):
            continue
        text = "".join(t.folded for t in tokens[begin:first])
        role = _role(text, words)
        people = {i for c in cores if c.concept == _PERSON for i in range(c.first, c.past)}
        behind_name = begin > start and text in _TITLES and tokens[begin - 1].folded not in words.roles
        if role and not behind_name and all(i not in owned or i in people for i in range(begin, first)):
            return begin, role
    token = tokens[first - 1]
    if first - 1 in owned or token.colon or token.closes:
        return None
    if not token.folded or (token.folded in words.fillers and token.folded not in words.bracketed):
        return first - 1, None
    return None


def _role(text: str, words: Vocabulary) -> tuple[str, bool] | None:
    if text in words.roles:
        return words.roles[text]
    if len(text) < 6:  # noqa: PLR2004  (short words must be whole)
        return None
    for word, meaning in words.roles.items():
        if abs(len(word) - len(text)) <= 1 and len(word) >= 6 and Levenshtein.distance(word, text, score_cutoff=1) <= 1:  # noqa: PLR2004
            return meaning
    return None


def _grow_right(  # noqa: C901  (a branch for each thing that may stand there)
    line: TextLine, core: _Core, end: int, owned: set[int], words: Vocabulary
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
        role = _role(token.folded, words)
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


def _is_open(tokens: Iterable[Token]) -> bool:
    """A bracket is opened and not closed: "Phone (area code", with " first)" behind it."""
    depth = 0
    for token in tokens:
        depth += token.opens - token.closes
    return depth > 0


def _order_of_names(line: TextLine, past: int, end: int, concept: str, words: Vocabulary) -> tuple[int, str]:
    """Take in the order that a form asks a whole name in behind its colon: "Name: Last, First"."""
    if concept not in {"full_name", _PERSON} or not line.tokens[past - 1].colon:
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
    if concept in {"full_name", _PERSON} and last >= 0 and first >= 0:
        return "name_last_first" if last < first else "name_first_last"
    if concept == "street" and squeeze("zip") in inside:
        return "full_address"
    plain = words.phrases.get(inside)
    if concept == "diagnosis" or plain is None:
        return concept
    return plain if concept == "other_id" else concept


def _without_swallowed(labels: list[Label]) -> list[Label]:
    """Drop labels that lie inside a longer one's brackets or role words."""
    kept: list[Label] = []
    for label in labels:
        inside = [o for o in labels if o is not label and o.first <= label.first and label.past <= o.past]
        bigger = [o for o in inside if o.past - o.first > label.past - label.first or o.concepts != (_PERSON,)]
        if not bigger or (len(inside) == 1 and inside[0].concepts == (_PERSON,)):
            kept.append(label)
    return kept


def _stands_as_label(label: Label, line: TextLine, sheet: Sheet) -> bool:  # noqa: PLR0911  (one rule a return, in order)
    """Say whether the wording stands where a label would, not in the middle of a sentence or value."""
    concept = concept_of(label)
    start, end = line.segment(label.first)
    lead = line.tokens[start : label.first]
    starts = all(len(t.folded) <= 2 for t in lead) or _behind_value(lead, label, sheet)  # noqa: PLR2004  ("1.", "a)")
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
    if label.concept == _PERSON:
        return starts and ends
    many = sum(1 for t in line.tokens[label.first : label.past] if t.folded) > 1
    whole_name = label.concept == "full_name" and starts and (ends or (many and _could_be_name(behind)))
    if bare and not whole_name and label.role is None:
        return False
    long = starts and label.past - label.first > 3 and concept.kind == "name" and _could_be_name(behind)  # noqa: PLR2004
    if label.sure < 1.0 and not ends and not long:
        return False
    if starts and ends:
        single = sum(1 for t in line.tokens[label.first : label.past] if t.folded) == 1
        if single and lead and concept.kind in {"text", "choice"} and label.first - start > 2:  # noqa: PLR2004  (words before it)
            return False
        return concept.alone or label.role is not None
    return starts and many and end - label.past <= 6 and concept.kind not in {"text", "choice"}  # noqa: PLR2004  (a value's length)


def _could_be_name(text: str) -> bool:
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


def _behind_value(lead: tuple[Token, ...], label: Label, sheet: Sheet) -> bool:
    """A label may follow a value closely if clear space parts them."""
    if not lead:
        return True
    return label.area.left - lead[-1].area.right > 1.1 * sheet.size


@functools.cache
def _heading_words() -> tuple[frozenset[str], dict[str, str]]:
    data = tomllib.loads(resources.files(__package__).joinpath("headings.toml").read_text(encoding="utf-8"))
    topics = {squeeze(word): role for role, listed in data["topics"].items() for word in listed}
    return frozenset(squeeze(word) for word in data["marks"]), topics


def _headings(line: TextLine, number: int, labels: list[Label], words: Vocabulary) -> list[Heading]:
    marks, topics = _heading_words()
    found = []
    for first, past in line.segments():
        tokens = [t for t in line.tokens[first:past] if t.folded]
        if not 0 < len(tokens) <= 12:  # noqa: PLR2004  (longer is a sentence)
            continue
        role = _heading_role(tokens, marks, topics, words)
        if role is None:
            continue
        area = around(t.area for t in tokens)
        alone = [x for x in labels if first <= x.first < past]
        if any(x.concept != _PERSON and not _covers_segment(x, tokens, marks) for x in alone):
            continue
        found.append(Heading(role, join(tokens), area, number))
    return found


def _is_heading(label: Label, heading: Heading) -> bool:
    """A wording inside a section's heading is no label, except a person's that may have a value beside it."""
    inside = heading.area.left - 2 <= label.area.left and label.area.right <= heading.area.right + 2
    return inside and label.concept != _PERSON


def _covers_segment(label: Label, tokens: list[Token], marks: frozenset[str]) -> bool:
    return any(t.folded in marks for t in tokens) and not label.colon


def _heading_role(tokens: list[Token], marks: frozenset[str], topics: dict[str, str], words: Vocabulary) -> str | None:
    """Whose section a segment opens, or None if it is no heading."""
    marked = any(t.folded in marks for t in tokens)
    roles: list[tuple[str, bool]] = []
    topic: str | None = None
    unknown = 0
    i = 0
    while i < len(tokens):
        for count in (3, 2, 1):
            role = _role("".join(t.folded for t in tokens[i : i + count]), words) if i + count <= len(tokens) else None
            if role and role[0] not in {"request", "office"}:
                roles.append(role)
                i += count
                break
        else:
            text = tokens[i].folded
            if text in topics:
                topic = topic or topics[text]
            elif text not in marks and text not in words.fillers and len(text) > 2:  # noqa: PLR2004  (numbering)
                unknown += 1
            i += 1
    if any(t.colon for t in tokens[2:-1]) or unknown > (1 if marked else 0):
        return None
    whose, weak = _strongest(roles)
    named = "".join(t.folded for t in tokens) in words.people
    if whose and (marked or named or not (topic or weak)):
        return whose
    return topic if marked and topic else None


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
    if before.line != label.line or before.colon or _PERSON in {before.concept, label.concept}:
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
