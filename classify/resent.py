"""Whether an arrival is an earlier one sent again: from what its pages look like and from what was read on them.

Two signs must come together, because each alone may lie: the picture of two orders of one office may
differ in a few letters only, and the values of a bad line may be misread. What was read with certainty
on both and differs is a change, and then it is no duplicate but an amendment. And where a part of the
order itself could not be read on both, its very place must show the same strokes on both pages
(:mod:`classify.places`), or it is no duplicate: a corrected quantity must not drown in noise. A person is
then told what it looks like.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
_NOT_COMPARED = "a part of the order could not be compared for sure"
REASONS = (_SAME_PAGES, _LIKE_PAGES, _MOST_PAGES, _MEMBER_AGREES, _ALL_AGREES, _ONE_CALL, _DIFFERS, _NOT_COMPARED)
"""All that :class:`Verdict` gives as its reasons."""

_NUMBERS = frozenset({"member.date_of_birth", "member.id", "ordering_provider.npi"})
_NAMES = frozenset({
    "member.last_name", "member.first_name", "member.address", "ordering_provider.name", "ordering_provider.address",
})  # fmt: skip
"""Numbers that say who is meant, and names that a bad line may misspell when these agree."""

Look = Callable[[FieldValue, FieldValue], bool]
"""Says whether the pictures show the same strokes where a newer and an older value stand (or one of them does)."""

_WRITTEN = frozenset({FieldKind.ADDRESS, FieldKind.TEXT})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a newer arrival is to an earlier one.

    ``same``: the earlier one sent again, nothing in it is new. Else most of it is the same, and
    ``differences`` names what is not; without any, it looks the same throughout but a part of the order
    could not be compared for sure. ``because`` says why without a name, date or id of a member.
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

    @property
    def is_sure_enough(self) -> bool:
        """Say whether nothing is in doubt, or merely how names are spelt whose numbers agree."""
        return not self.doubtful or (self.agree >= _NUMBERS and _NAMES.issuperset(self.doubtful))


def judge(
    newer: Sequence[RequestValues],
    older: Sequence[RequestValues],
    pages: Mapping[int, Likeness],
    *,
    same_call: bool = False,
    look: Look = lambda _newer, _older: False,
) -> Verdict | None:
    """Say what an arrival's requests are to those of an earlier one; None when it is something of its own.

    ``pages`` holds how alike each page that counts is to its counterpart (cover sheets and the like do
    not count); ``same_call`` says that the fax server tells of one and the same call. ``look`` is asked about
    what was not read for sure on both.
    """
    if not pages or not newer or len(newer) != len(older) or not all(page.is_likely for page in pages.values()):
        return None
    pairs = [_compare(new, old, look) for new, old in zip(newer, older, strict=True)]
    one_member = all(pair.is_one_member for pair in pairs)
    differ = tuple(name for pair in pairs for name in pair.differ)
    unclear = any(pair.unclear for pair in pairs)
    certain = all(page.is_same for page in pages.values())
    if differ:
        because = (_MOST_PAGES, _DIFFERS)
        return Verdict(same=False, differences=differ, because=because) if one_member else None
    if unclear and not same_call:
        told = Verdict(same=False, differences=(), because=(_SAME_PAGES, _MEMBER_AGREES, _NOT_COMPARED))
        return told if certain and one_member else None
    if certain and (one_member or same_call):
        return Verdict(same=True, differences=(), because=(_SAME_PAGES, _MEMBER_AGREES if one_member else _ONE_CALL))
    if one_member and all(pair.is_sure_enough for pair in pairs):
        return Verdict(same=True, differences=(), because=(_LIKE_PAGES, _ALL_AGREES))
    return None


def _compare(new: RequestValues, old: RequestValues, look: Look) -> _Agreement:
    agree: set[str] = set()
    differ: list[str] = []
    doubtful: list[str] = []
    unclear: list[str] = []
    for name, one, other in _values(new, old):
        asked = name.startswith(_ASKED)
        if one.value is None or other.value is None:
            nobody_wrote = {one.status, other.status} == {FieldStatus.MISSING}
            unclear += [name] if asked and not nobody_wrote and not look(one, other) else []
        elif one.value == other.value or _alike(name, one.value, other.value):
            agree.add(name)
        elif _differs(name, one, other) and (asked or not look(one, other)):
            differ.append(name)  # of what is asked for, a person sees even what may be a misreading
        elif not look(one, other):
            (unclear if asked else doubtful).append(name)
    if new.facts.get("cover.urgent") == "yes" != old.facts.get("cover.urgent"):
        differ.append("request.type")
    nothing = FieldValue.missing()
    unclear += [name for name, one in _more(new, old) if not look(one, nothing)]
    unclear += [name for name, other in _more(old, new) if not look(nothing, other)]
    return _Agreement(frozenset(agree), tuple(differ), tuple(doubtful), tuple(unclear))


def _differs(name: str, one: FieldValue, other: FieldValue) -> bool:
    """Say whether two different values were both read for sure, or are texts that nobody misread for one another."""
    return (one.is_accepted and other.is_accepted) or _is_other_text(name, one.value or "", other.value or "")


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


def _more(one: RequestValues, other: RequestValues) -> Iterable[tuple[str, FieldValue]]:
    """The codes and quantities of lines, and the diagnoses, that only the first of the two has."""
    for line in one.lines[len(other.lines) :]:
        yield "line", line.code
        yield from [("line", line.quantity)] if line.quantity.value is not None else []
    for code in one.diagnoses[len(other.diagnoses) :]:
        yield "diagnosis", code
