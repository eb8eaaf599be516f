"""A later paper about a request we have: what it adds, what it says otherwise, and what then stands.

What the request lacks is taken from the paper. Where the paper says something else than what stood as
certain, the paper's value is put first (a corrected form is sent to be believed), the earlier one beside
it, and a person chooses: nothing is overwritten silently. What the paper leaves out takes nothing away.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from classify.amend_lines import amended_lines, line_differences
from classify.contested import Difference, contested, differs, doubted, is_other_text, same
from terms.names import FIELD_KINDS
from terms.requests import RequestValues
from terms.values import FieldStatus, FieldValue

_OWN_TO_EACH_PAPER = frozenset({"request.date", "clinical.summary", "clinical.attached"})
"""What each paper says for itself: filled where it is missing, no contradiction (but other clinical words are told)."""

_ANY_PAPER = ("text.emergency", "text.retro", "text.urgent", "cover.urgent", "text.clinical")


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
    return tuple(_field_differences(old, new)) + line_differences(old, new) + _diagnosis_differences(old, new)


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
            fields[name] = contested(mine, theirs)
        elif _is_gain(name, mine, theirs):
            fields[name] = theirs
            filled.append(name)
    lines, more_lines = amended_lines(old.lines, new.lines, records=records)
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
    return theirs.is_accepted and (mine.value is None or same(name, mine.value, theirs.value))


def _field_differences(old: RequestValues, new: RequestValues) -> Iterator[Difference]:
    for name in FIELD_KINDS:
        mine, theirs = old.fields.get(name), new.fields.get(name)
        if mine is None or theirs is None:
            continue
        if name == "clinical.summary" and is_other_text(mine.value, theirs.value):
            yield Difference(name, mine.value, theirs.value)
        if name in _OWN_TO_EACH_PAPER:
            continue
        if mine.status is not FieldStatus.INVALID and differs(name, mine, theirs):
            yield Difference(name, mine.value, theirs.value)


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
        taken = tuple(doubted(d) for d in told) if records else tuple(told)
        return taken, ("diagnosis",)
    if records:
        return tuple(old), ()
    known = {d.value for d in old}
    added = tuple(doubted(d) for d in told if d.value not in known)
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
