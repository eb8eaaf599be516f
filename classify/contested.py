"""Two papers' words for one thing: whether they differ, and how a person is asked which is meant."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from classify.roster import plain_name
from terms.contact import Phone
from terms.names import FIELD_KINDS, FieldKind
from terms.values import Candidate, FieldStatus, FieldValue

_UNSETTLED = 0.5
_OTHER_TEXT = 65.0


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


def contested(mine: FieldValue, theirs: FieldValue) -> FieldValue:
    """The paper's value first and the earlier one beside it, for a person to choose."""
    offered = [Candidate(theirs.value or "", _UNSETTLED, _where(theirs, "the later paper"))]
    if mine.value is not None:
        offered.append(Candidate(mine.value, _UNSETTLED, _where(mine, "before")))
    confidence = min(theirs.confidence, _UNSETTLED)
    return replace(theirs, confidence=confidence, status=FieldStatus.REVIEW, candidates=tuple(offered))


def _where(value: FieldValue, otherwise: str) -> str:
    return f"page {value.page}" if value.page else otherwise


def same(name: str, one: str | None, other: str | None) -> bool:
    """Say whether two values of a field are one, written differently or not."""
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


def is_other_text(one: str | None, other: str | None) -> bool:
    """Say whether two running texts tell different things, a misread letter here and there aside."""
    return bool(one and other) and fuzz.ratio((one or "").lower(), (other or "").lower()) < _OTHER_TEXT


def differs(name: str, mine: FieldValue, theirs: FieldValue) -> bool:
    """Say whether the later value contradicts the earlier; a doubtful one that could be the earlier does not."""
    if mine.value is None or theirs.value is None or same(name, mine.value, theirs.value):
        return False
    return theirs.is_accepted or all(candidate.value != mine.value for candidate in theirs.candidates)


def doubted(value: FieldValue) -> FieldValue:
    """The value, for a person to say whether it is wanted."""
    offered = value.candidates or ((Candidate(value.value, _UNSETTLED, _where(value, "added")),) if value.value else ())
    confidence = min(value.confidence, _UNSETTLED)
    return replace(value, status=FieldStatus.REVIEW, confidence=confidence, candidates=offered)
