"""Whether an arrival is an earlier one sent again: from what its pages look like and from what was read on them.

Two signs must come together, because each alone may lie: the picture of two orders of one office may
differ in a few letters only, and the values of a bad line may be misread. What was read with certainty
on both and differs is a change, and then it is no duplicate but an amendment. And where a part of the
order itself could not be read on both, nothing is linked: a corrected quantity must not drown in noise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from classify.similar import Likeness
from terms.names import FIELD_KINDS, FieldKind
from terms.requests import RequestValues
from terms.values import FieldStatus, FieldValue

_WRITTEN_ALIKE = 88.0
"""From this likeness (0 to 100) two readings of an address or a text are one."""

_OTHER_TEXT, _LONG = 65.0, 20
"""Under this likeness two texts of at least so many letters tell different things, whatever was misread."""

_ASKED = ("line[", "diagnosis[", "service.", "request.")
"""What is asked for: the parts of an order that an office corrects and sends again."""

_SAME_PAGES, _LIKE_PAGES = "every page looks the same", "every page looks much the same"
_MOST_PAGES = "most of the pages look the same"
_MEMBER_AGREES, _ALL_AGREES = "the member agrees and nothing read for sure differs", "everything that was read agrees"
_ONE_CALL, _DIFFERS = "the fax server tells of one call", "what was read differs"
REASONS = (_SAME_PAGES, _LIKE_PAGES, _MOST_PAGES, _MEMBER_AGREES, _ALL_AGREES, _ONE_CALL, _DIFFERS)
"""All that :class:`Verdict` gives as its reasons."""

_WRITTEN = frozenset({FieldKind.ADDRESS, FieldKind.TEXT})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a newer arrival is to an earlier one.

    ``same``: the earlier one sent again, nothing in it is new. Else most of it is the same, and
    ``differences`` names what is not. ``because`` says why without a name, date or id of a member.
    """

    same: bool
    differences: tuple[str, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Agreement:
    """How two requests' values compare: names that agree, that differ for sure, that differ as far as was read.

    ``unclear`` are those parts of the order itself (codes, quantities, diagnoses, dates) that could not
    be read on both: a correction may hide in them.
    """

    agree: frozenset[str]
    differ: tuple[str, ...]
    doubtful: tuple[str, ...]
    unclear: tuple[str, ...]

    @property
    def is_one_member(self) -> bool:
        """Say whether more than a name says that it is the same member."""
        marks = {"member.date_of_birth", "member.id", "member.last_name"} & self.agree
        return len(marks) >= 2 and not any(name.startswith("member.") for name in self.differ)  # noqa: PLR2004  (two of three)


def judge(
    newer: Sequence[RequestValues],
    older: Sequence[RequestValues],
    pages: Mapping[int, Likeness],
    *,
    same_call: bool = False,
) -> Verdict | None:
    """Say what an arrival's requests are to those of an earlier one; None when it is something of its own.

    ``pages`` holds how alike each page that counts is to its counterpart (cover sheets and the like do
    not count); ``same_call`` says that the fax server tells of one and the same call.
    """
    if not pages or not newer or len(newer) != len(older) or not all(page.is_likely for page in pages.values()):
        return None
    pairs = [_compare(new, old) for new, old in zip(newer, older, strict=True)]
    one_member = all(pair.is_one_member for pair in pairs)
    differ = tuple(name for pair in pairs for name in pair.differ)
    doubtful = tuple(name for pair in pairs for name in pair.doubtful)
    unclear = any(pair.unclear for pair in pairs)
    certain = all(page.is_same for page in pages.values())
    if differ:
        because = (_MOST_PAGES, _DIFFERS)
        return Verdict(same=False, differences=differ, because=because) if one_member else None
    if unclear and not same_call:
        return None
    if certain and (one_member or same_call):
        return Verdict(same=True, differences=(), because=(_SAME_PAGES, _MEMBER_AGREES if one_member else _ONE_CALL))
    if one_member and not doubtful:
        return Verdict(same=True, differences=(), because=(_LIKE_PAGES, _ALL_AGREES))
    return None


def _compare(new: RequestValues, old: RequestValues) -> _Agreement:
    agree: set[str] = set()
    differ: list[str] = []
    doubtful: list[str] = []
    unclear: list[str] = []
    for name, one, other in _values(new, old):
        asked = name.startswith(_ASKED)
        if one.value is None or other.value is None:
            nobody_wrote = {one.status, other.status} == {FieldStatus.MISSING}
            unclear += [name] if asked and not nobody_wrote else []
        elif one.value == other.value or _alike(name, one.value, other.value):
            agree.add(name)
        elif (one.is_accepted and other.is_accepted) or _is_other_text(name, one.value, other.value):
            differ.append(name)
        else:
            (unclear if asked else doubtful).append(name)
    if new.facts.get("cover.urgent") == "yes" != old.facts.get("cover.urgent"):
        differ.append("request.type")
    unclear += _more(new.lines, old.lines, "line") + _more(new.diagnoses, old.diagnoses, "diagnosis")
    return _Agreement(frozenset(agree), tuple(differ), tuple(doubtful), tuple(unclear))


def _values(new: RequestValues, old: RequestValues) -> Iterable[tuple[str, FieldValue, FieldValue]]:
    for name in FIELD_KINDS:
        if name in new.fields and name in old.fields:
            yield name, new.fields[name], old.fields[name]
    for place, (line, was) in enumerate(zip(new.lines, old.lines, strict=False)):
        yield f"line[{place}].code", line.code, was.code
        yield f"line[{place}].quantity", line.quantity, was.quantity
    for place, (code, before) in enumerate(zip(new.diagnoses, old.diagnoses, strict=False)):
        yield f"diagnosis[{place}]", code, before


def _alike(name: str, one: str, other: str) -> bool:
    """Say whether two readings of something written freely are one but for a letter or a comma."""
    kind = FIELD_KINDS.get(name)
    return kind in _WRITTEN and fuzz.ratio(one.lower(), other.lower()) >= _WRITTEN_ALIKE


def _is_other_text(name: str, one: str, other: str) -> bool:
    """Say whether two texts, however badly read, tell different things: new clinical words are no misreading."""
    long = min(len(one), len(other)) >= _LONG
    return long and FIELD_KINDS.get(name) is FieldKind.TEXT and fuzz.ratio(one.lower(), other.lower()) < _OTHER_TEXT


def _more(new: Sequence[object], old: Sequence[object], what: str) -> tuple[str, ...]:
    """A line or diagnosis that only one of the two has."""
    return (what,) if len(new) != len(old) else ()
