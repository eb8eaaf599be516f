"""Values of several pages made one: the order's own page first, contradictions kept as candidates.

A merged value is never surer than the page it came from. What only a supporting page says is
offered for a person to accept, not taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, utils

from classify.evidence import MemberEvidence, same_member
from classify.grouping import FORM_KINDS, Page, Role
from terms.names import FIELD_KINDS, FieldKind, PageKind
from terms.requests import Line
from terms.values import Candidate, FieldStatus, FieldValue

_ORDER = {FieldStatus.ACCEPTED: 0, FieldStatus.REVIEW: 1, FieldStatus.INVALID: 2, FieldStatus.MISSING: 3}
_ALIKE = 75.0
_DOUBTED = 0.5
_NAMING = ("member.last_name", "member.first_name")
_MUST_AGREE = frozenset({
    "member.last_name", "member.first_name", "member.date_of_birth", "member.id",
    "ordering_provider.npi", "authorization.number",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Claim:
    """One page's value of a field, and how much the page's word counts (0 counts most)."""

    value: FieldValue
    rank: int
    page: int
    kind: PageKind


def rank(page: Page) -> int:
    """How much a page's word counts for a request: forms 0, letters and prescriptions 1, other order pages 2."""
    if page.role is not Role.ORDER:
        return 4 if page.role is Role.SUPPORT else 3
    if page.kind in FORM_KINDS:
        return 0
    return 1 if page.kind in {PageKind.LETTER, PageKind.PRESCRIPTION} else 2


def merge_fields(pages: Sequence[Page]) -> dict[str, FieldValue]:
    """Every canonical field of a request from its pages; missing where no page has it."""
    member = _order_member(pages)
    return {name: _merge(name, _claims(name, pages, member)) for name in FIELD_KINDS}


def _order_member(pages: Sequence[Page]) -> MemberEvidence:
    whole = MemberEvidence()
    for page in pages:
        if page.role is Role.ORDER:
            whole = whole.with_more(page.member)
    return whole


def _claims(name: str, pages: Sequence[Page], member: MemberEvidence) -> list[_Claim]:
    claims = []
    for page in pages:
        value = page.reading.fields.get(name)
        if value is None or not _may_speak(name, page, member):
            continue
        placed = value if value.page is not None or value.status is FieldStatus.MISSING else value.on_page(page.number)
        claims.append(_Claim(placed, rank(page), page.number, page.kind))
    return sorted(claims, key=lambda c: (_ORDER[c.value.status], c.rank, -c.value.confidence, c.page))


def _may_speak(name: str, page: Page, member: MemberEvidence) -> bool:
    """Say whether a page's word on a field counts at all: notes know the member but name other providers."""
    if page.role is Role.ORDER:
        return True
    if page.role is Role.COVER:
        return name.startswith("ordering_provider.") or (name.startswith("member.") and not member)
    return name.startswith(("member.", "clinical.")) and same_member(member, page.member) is not False


def _merge(name: str, claims: list[_Claim]) -> FieldValue:
    orders = [c for c in claims if c.rank < 3]  # noqa: PLR2004  (order pages)
    seen = [c for c in orders if c.value.status is not FieldStatus.MISSING]
    if seen:
        return _settle(name, seen)
    others = [c for c in claims if c not in orders and c.value.value is not None]
    if others:
        return _offered(others[0])
    blank = next((c.value for c in orders if c.value.page is not None), None)
    return blank or next((c.value for c in claims), FieldValue.missing())


def _settle(name: str, seen: list[_Claim]) -> FieldValue:
    """The chief value of the order pages, or both when they contradict each other."""
    labelled = [c for c in seen if c.value.label] or seen
    seen = labelled if any(c.value.value is not None for c in labelled) else seen  # a role that was guessed gives way
    chief = min(seen, key=lambda c: (c.rank, _ORDER[c.value.status], -c.value.confidence, c.page))
    agreeing = next((c for c in seen if c.value.is_accepted and _agree(name, c, chief)), None)
    if chief.value.status is FieldStatus.REVIEW and agreeing is not None:
        return agreeing.value
    if chief.value.value is None and chief.value.status is FieldStatus.REVIEW:
        surer = next((c for c in seen if c.value.is_accepted), None)
        return _contested(surer, [chief]) if surer else chief.value
    against = [c for c in seen if c is not chief and c.value.is_accepted and not _agree(name, c, chief)]
    if against and _matters(name, chief, against):
        return _contested(chief, against)
    return chief.value


def _matters(name: str, chief: _Claim, against: list[_Claim]) -> bool:
    """Say whether a contradiction must be settled: always on one form, between papers where the field is one thing."""
    if name in _MUST_AGREE or chief.value.value is None:
        return True
    return any(c.kind is chief.kind and c.kind in FORM_KINDS for c in against)


def _contested(chief: _Claim, against: list[_Claim]) -> FieldValue:
    candidates = {c.value: c for c in chief.value.candidates}
    for claim in (chief, *against):
        if claim.value.value is not None:
            why = f"page {claim.page}"
            candidates[claim.value.value] = Candidate(claim.value.value, min(claim.value.confidence, _DOUBTED), why)
    ordered = tuple(sorted(candidates.values(), key=lambda c: (-c.confidence, c.value)))
    confidence = min(chief.value.confidence, _DOUBTED)
    return replace(chief.value, status=FieldStatus.REVIEW, confidence=confidence, candidates=ordered)


def _offered(claim: _Claim) -> FieldValue:
    """A value that only a supporting page says: for a person to accept."""
    why = f"only on the {claim.kind.value.replace('_', ' ')}"
    offered = Candidate(claim.value.value or "", min(claim.value.confidence, _DOUBTED), why)
    confidence = min(claim.value.confidence, _DOUBTED)
    rest = tuple(c for c in claim.value.candidates if c.value != offered.value)
    return replace(claim.value, status=FieldStatus.REVIEW, confidence=confidence, candidates=(offered, *rest))


def _agree(name: str, one: _Claim, other: _Claim) -> bool:
    left, right = one.value.value, other.value.value
    if left is None or right is None:
        return False
    if left == right:
        return True
    kind = FIELD_KINDS[name]
    if kind is FieldKind.PHONE:
        return left.partition(";")[0] == right.partition(";")[0]
    if name in _NAMING:
        part = "last" if name == _NAMING[0] else "first"
        return same_member(MemberEvidence(**{part: left}), MemberEvidence(**{part: right})) is True
    if kind in {FieldKind.NAME, FieldKind.ADDRESS, FieldKind.TEXT}:
        return fuzz.token_set_ratio(left, right, processor=utils.default_process) >= _ALIKE
    return False


@dataclass(frozen=True, slots=True)
class MergedLines:
    """The lines of a request, and codes that a supporting paper names beside them."""

    lines: tuple[Line, ...]
    extra_codes: tuple[str, ...]


def merge_lines(pages: Sequence[Page]) -> MergedLines:
    """The service lines: those of the highest-ranking order pages; the same row on a second paper counts once.

    A code that a letter names beside a form's lines is not added but reported: the letter may only
    speak of what the member has already.
    """
    ranked: dict[int, list[Page]] = {}
    for page in pages:
        if page.reading.lines:
            ranked.setdefault(rank(page), []).append(page)
    if not ranked:
        return MergedLines((), ())
    chief = min(ranked)
    doubtful = chief >= 3  # noqa: PLR2004  (no order page has lines)
    lines: list[Line] = []
    for place, page in enumerate(ranked[chief]):
        earlier = {_key(line) for line in lines} if place else set()
        rows = [line for line in page.reading.lines if _says_something(line) and _key(line) not in earlier]
        lines += [_for_review(line, page.number) if doubtful else line for line in rows]
    codes = {line.code.value for line in lines}
    others = [p for r, group in ranked.items() if chief < r < 3 for p in group]  # noqa: PLR2004  (order pages)
    return MergedLines(tuple(lines), tuple(sorted({c for p in others for c in p.codes} - codes)))


def _says_something(line: Line) -> bool:
    return any(part.value is not None or part.raw for part in (line.code, line.description))


def _key(line: Line) -> tuple[object, ...]:
    return (line.code.value or line.code.raw, line.description.value if not line.code.value else None,
            tuple(m.value for m in line.modifiers))  # fmt: skip


def _for_review(line: Line, page: int) -> Line:
    return replace(line, code=_doubted(line.code, page))


def _doubted(value: FieldValue, page: int) -> FieldValue:
    if value.status is not FieldStatus.ACCEPTED:
        return value
    confidence = min(value.confidence, _DOUBTED)
    why = (Candidate(value.value or "", confidence, f"only on page {page}"),)
    return replace(value, status=FieldStatus.REVIEW, confidence=confidence, candidates=why)


def merge_diagnoses(pages: Sequence[Page]) -> tuple[FieldValue, ...]:
    """The diagnoses of the order pages, each once, surest reading kept; of other pages only when there are none."""
    found = _diagnoses([p for p in pages if p.role is Role.ORDER])
    if any(d.value or d.raw for d in found):
        return found
    others = [p for p in pages if p.role is Role.SUPPORT]
    offered = tuple(_doubted(d, d.page or 0) for d in _diagnoses(others) if d.value)
    return offered or found


def _diagnoses(pages: Sequence[Page]) -> tuple[FieldValue, ...]:
    kept: dict[str, FieldValue] = {}
    blank: list[FieldValue] = []
    for page in sorted(pages, key=lambda p: (rank(p), p.number)):
        for value in page.reading.diagnoses:
            key = value.value or (f"raw {value.raw}" if value.raw else None)
            if key is None:
                blank.append(value)
            elif key not in kept or _ORDER[value.status] < _ORDER[kept[key].status]:
                kept[key] = value
    return tuple(kept.values()) or tuple(blank[:1])
