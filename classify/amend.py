"""A later paper about a request we have: what it adds, what it says otherwise, and what then stands.

What the request lacks is taken from the paper. Where the paper says something else than what stood as
certain, the paper's value is put first (a corrected form is sent to be believed), the earlier one beside
it, and a person chooses: nothing is overwritten silently. What the paper leaves out takes nothing away.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from classify.roster import plain_name
from terms.contact import Phone
from terms.names import FIELD_KINDS, FieldKind
from terms.requests import Line, RequestValues
from terms.values import Candidate, FieldStatus, FieldValue

_OWN_TO_EACH_PAPER = frozenset({"request.date", "clinical.summary", "clinical.attached"})
"""What each paper says for itself: filled where it is missing, never a contradiction."""

_ANY_PAPER = ("text.emergency", "text.retro", "text.urgent", "cover.urgent", "text.clinical")
_CONTESTED = 0.5


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing the paper says otherwise: a field, ``line[0].code``, ``line[+]``, ``diagnosis[+]``, ``line[-]``.

    ``before`` and ``after`` are values in normal form; they are PHI and shown only where PHI may be shown.
    """

    target: str
    before: str | None
    after: str | None

    def to_record(self) -> dict[str, str | None]:
        """Give the storable form."""
        return {"target": self.target, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class Amended:
    """The request's values after the paper, what was filled in, and what was contradicted."""

    values: RequestValues
    filled: tuple[str, ...]
    differences: tuple[Difference, ...]


def differences(old: RequestValues, new: RequestValues) -> tuple[Difference, ...]:
    """What the newer paper says otherwise than ``old``; what it leaves out, or only adds, is none.

    A doubtful value that could as well be the old one is no difference.
    """
    return tuple(_field_differences(old, new)) + _line_differences(old, new) + _diagnosis_differences(old, new)


def amend(old: RequestValues, new: RequestValues, *, pages: Sequence[int], records: bool = False) -> Amended:
    """Give what a request says once a later paper is joined to it.

    ``new`` speaks of the request's own page numbers already; ``pages`` are those that the paper adds.
    ``records`` are loose records: they fill what is missing and contradict nothing.
    """
    found = () if records else differences(old, new)
    fields = dict(old.fields)
    filled: list[str] = []
    disputed = {difference.target for difference in found}
    for name in FIELD_KINDS:
        mine, theirs = old.fields.get(name, FieldValue.missing()), new.fields.get(name, FieldValue.missing())
        if name in disputed:
            fields[name] = _contested(mine, theirs)
        elif _is_gain(name, mine, theirs):
            fields[name] = theirs
            filled.append(name)
    lines, more_lines = _amended_lines(old.lines, new.lines, records=records)
    diagnoses, more_diagnoses = _amended_diagnoses(old.diagnoses, new.diagnoses, records=records)
    facts = _facts(old, new, pages, records=records)
    dropped = [d.before for d in found if d.target == "line[-]" and d.before]
    if dropped:
        facts["codes.dropped"] = ",".join(dropped)
    taken_back = {target for target in disputed if f"confirmed.{target}" in facts}
    facts = {name: fact for name, fact in facts.items() if name.removeprefix("confirmed.") not in taken_back}
    values = RequestValues((*old.pages, *pages), fields, lines, diagnoses, facts)
    return Amended(values, (*filled, *more_lines, *more_diagnoses), found)


def _is_gain(name: str, mine: FieldValue, theirs: FieldValue) -> bool:
    """Say whether the paper's value is worth taking where nothing is contradicted."""
    if theirs.value is None and theirs.raw is None:
        return False
    if mine.status in {FieldStatus.MISSING, FieldStatus.INVALID}:
        return theirs.value is not None or mine.status is FieldStatus.MISSING
    if name in _OWN_TO_EACH_PAPER or mine.status is not FieldStatus.REVIEW:
        return False
    return theirs.is_accepted and (mine.value is None or _same(name, mine.value, theirs.value))


def _contested(mine: FieldValue, theirs: FieldValue) -> FieldValue:
    """The paper's value first and the earlier one beside it, for a person to choose."""
    offered = [Candidate(theirs.value or "", _CONTESTED, _where(theirs, "the later paper"))]
    if mine.value is not None:
        offered.append(Candidate(mine.value, _CONTESTED, _where(mine, "before")))
    confidence = min(theirs.confidence, _CONTESTED)
    return replace(theirs, confidence=confidence, status=FieldStatus.REVIEW, candidates=tuple(offered))


def _where(value: FieldValue, otherwise: str) -> str:
    return f"page {value.page}" if value.page else otherwise


def _same(name: str, one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one == other
    kind = FIELD_KINDS.get(name, FieldKind.TEXT)
    return _PLAIN.get(kind, str)(one) == _PLAIN.get(kind, str)(other)


def _words(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _number(text: str) -> str:
    phone = Phone.parse(text)
    return phone.value.partition(";")[0] if phone else text


_PLAIN: Mapping[FieldKind, Callable[[str], str]] = {
    FieldKind.NAME: plain_name,
    FieldKind.ADDRESS: _words,
    FieldKind.TEXT: _words,
    FieldKind.PHONE: _number,
}


def _differs(name: str, mine: FieldValue, theirs: FieldValue) -> bool:
    if mine.value is None or theirs.value is None or _same(name, mine.value, theirs.value):
        return False
    return theirs.is_accepted or all(candidate.value != mine.value for candidate in theirs.candidates)


def _field_differences(old: RequestValues, new: RequestValues) -> Iterator[Difference]:
    for name in FIELD_KINDS:
        mine, theirs = old.fields.get(name), new.fields.get(name)
        if name in _OWN_TO_EACH_PAPER or mine is None or theirs is None:
            continue
        if mine.status is not FieldStatus.INVALID and _differs(name, mine, theirs):
            yield Difference(name, mine.value, theirs.value)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Lines of both papers side by side: the same code, a code in the place of another, only here, only there."""

    same: tuple[tuple[int, int], ...]
    changed: tuple[tuple[int, int], ...]
    only_old: tuple[int, ...]
    only_new: tuple[int, ...]


def _pairs(old: Sequence[Line], new: Sequence[Line]) -> _Pairs:
    """Pair by code; what is left over on both sides in equal number stands for one another, in order."""
    left = list(range(len(old)))
    same, unpaired = [], []
    for place, line in enumerate(new):
        mine = next((p for p in left if _codes(old[p]) & _codes(line)), None)
        if mine is None:
            unpaired.append(place)
        else:
            left.remove(mine)
            same.append((mine, place))
    if left and len(left) == len(unpaired):
        return _Pairs(tuple(same), tuple(zip(left, unpaired, strict=True)), (), ())
    return _Pairs(tuple(same), (), tuple(left), tuple(unpaired))


def _codes(line: Line) -> set[str]:
    """The code of a line, or those it could be where it is in doubt."""
    if line.code.is_accepted and line.code.value:
        return {line.code.value}
    return {code for code in (line.code.value, *(c.value for c in line.code.candidates)) if code}


def _line_differences(old: RequestValues, new: RequestValues) -> tuple[Difference, ...]:
    if not new.lines:
        return ()
    pairs = _pairs(old.lines, new.lines)
    found = []
    for mine, theirs in pairs.same:
        was, now = old.lines[mine], new.lines[theirs]
        if _differs("line.quantity", was.quantity, now.quantity):
            found.append(Difference(f"line[{mine}].quantity", was.quantity.value, now.quantity.value))
        before, after = _modifiers(was), _modifiers(now)
        if after and after != before:
            found.append(Difference(f"line[{mine}].modifiers", before or None, after))
    found += [
        Difference(f"line[{mine}].code", old.lines[mine].code.value, new.lines[theirs].code.value)
        for mine, theirs in pairs.changed
        if old.lines[mine].code.value and new.lines[theirs].code.value
    ]
    if old.lines:
        found += [Difference("line[+]", None, new.lines[place].code.best) for place in pairs.only_new]
    found += [Difference("line[-]", old.lines[place].code.best, None) for place in pairs.only_old]
    return tuple(found)


def _modifiers(line: Line) -> str:
    return " ".join(sorted(m.value for m in line.modifiers if m.value))


def _amended_lines(
    old: Sequence[Line], new: Sequence[Line], *, records: bool
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    if records or not new:
        return tuple(old), ()
    if not old:
        return tuple(new), ("line",)
    pairs = _pairs(old, new)
    lines = list(old)
    for mine, theirs in pairs.same:
        lines[mine] = _joined_line(old[mine], new[theirs])
    for mine, theirs in pairs.changed:
        was, now = old[mine], new[theirs]
        settled = was.code.value is None or now.code.value is None
        code = (now.code if now.code.value else was.code) if settled else _contested(was.code, now.code)
        lines[mine] = replace(now, code=code)
    added = [_asked(new[place]) for place in pairs.only_new]
    return (*lines, *added), ("line",) if added else ()


def _joined_line(was: Line, now: Line) -> Line:
    """One line of both papers: gaps filled, contradictions offered."""
    parts = {}
    for name in ("description", "quantity", "unit", "start_date", "end_date"):
        mine, theirs = getattr(was, name), getattr(now, name)
        if mine.value is None and mine.raw is None:
            parts[name] = theirs
        elif name == "quantity" and _differs("line.quantity", mine, theirs):
            parts[name] = _contested(mine, theirs)
    code = now.code if now.code.is_accepted and not was.code.is_accepted else was.code
    modifiers = was.modifiers
    if _modifiers(now) and _modifiers(now) != _modifiers(was):
        modifiers = tuple(_doubted(m) for m in now.modifiers)
    return replace(was, code=code, modifiers=modifiers, **parts)


def _asked(line: Line) -> Line:
    """A line that only the paper has: a person says whether it is wanted."""
    return replace(line, code=_doubted(line.code))


def _doubted(value: FieldValue) -> FieldValue:
    offered = value.candidates or ((Candidate(value.value, _CONTESTED, _where(value, "added")),) if value.value else ())
    confidence = min(value.confidence, _CONTESTED)
    return replace(value, status=FieldStatus.REVIEW, confidence=confidence, candidates=offered)


def _usable(diagnoses: Sequence[FieldValue]) -> bool:
    return any(d.value is not None and d.status is not FieldStatus.INVALID for d in diagnoses)


def _diagnosis_differences(old: RequestValues, new: RequestValues) -> tuple[Difference, ...]:
    if not _usable(old.diagnoses):
        return ()
    known = {d.value for d in old.diagnoses} | {c.value for d in old.diagnoses for c in d.candidates}
    return tuple(
        Difference("diagnosis[+]", None, d.value)
        for d in new.diagnoses
        if d.value is not None and d.value not in known and not (known & {c.value for c in d.candidates})
    )


def _amended_diagnoses(
    old: Sequence[FieldValue], new: Sequence[FieldValue], *, records: bool
) -> tuple[tuple[FieldValue, ...], tuple[str, ...]]:
    told = [d for d in new if d.value is not None]
    if not told:
        return tuple(old), ()
    if not _usable(old):
        taken = tuple(_doubted(d) for d in told) if records else tuple(told)
        return taken, ("diagnosis",)
    if records:
        return tuple(old), ()
    known = {d.value for d in old}
    added = tuple(_doubted(d) for d in told if d.value not in known)
    return (*old, *added), ("diagnosis",) if added else ()


def _facts(old: RequestValues, new: RequestValues, pages: Sequence[int], *, records: bool) -> dict[str, str]:
    facts = dict(old.facts)
    for name in ("kinds", "why"):
        separator = "," if name == "kinds" else " | "
        more = [part for part in new.facts.get(name, "").split(separator) if _page_of(part) in set(pages)]
        told = separator.join(filter(None, (facts.get(name, ""), *more)))
        if told:
            facts[name] = told
    for name in _ANY_PAPER[:2] if records else _ANY_PAPER:
        if new.facts.get(name) == "yes":
            facts[name] = "yes"
    if not records:
        for name in ("type.boxes", "type.doubtful"):
            listed = [part for side in (facts, new.facts) for part in side.get(name, "").split(",") if part]
            if listed:
                facts[name] = ",".join(dict.fromkeys(listed))
    _settle_pages(facts, new.facts)
    return facts


def _page_of(part: str) -> int | None:
    number = part.partition(":")[0].strip()
    return int(number) if number.isdecimal() else None


def _settle_pages(facts: dict[str, str], paper: Mapping[str, str]) -> None:
    """A page that was missing and has come is missing no more; one that cannot be read is one more of those."""
    missing = [mark for mark in facts.get("pages.missing", "").split(",") if mark]
    still = set(paper.get("pages.missing", "").split(","))
    counts = {mark.partition("/")[2] for mark in still if mark}
    came_whole = not counts
    left = [m for m in missing if m in still or (m.partition("/")[2] not in counts and not came_whole)]
    if missing and (counts or _has_form(paper)):
        facts["pages.missing"] = ",".join(left)
        if not left:
            del facts["pages.missing"]
            facts.pop("pages.short", None)
    unread = [part for side in (facts, paper) for part in side.get("pages.unread", "").split(",") if part]
    if unread:
        facts["pages.unread"] = ",".join(dict.fromkeys(unread))


def _has_form(paper: Mapping[str, str]) -> bool:
    return any(part.endswith(("_form", "_order")) for part in paper.get("kinds", "").split(","))
