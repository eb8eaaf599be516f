"""The service lines of two papers about one request: which belong together, what the later one changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from classify.contested import Difference, contested, differs, doubted
from terms.requests import Line, RequestValues


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


def line_differences(old: RequestValues, new: RequestValues) -> tuple[Difference, ...]:
    """What the later paper's lines say otherwise: a part, a code, a line more (``line[+]``) or less (``line[-]``)."""
    if not new.lines:
        return ()
    pairs = _pairs(old.lines, new.lines)
    found = []
    for mine, theirs in pairs.same:
        was, now = old.lines[mine], new.lines[theirs]
        if differs("line.quantity", was.quantity, now.quantity):
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


def amended_lines(
    old: Sequence[Line], new: Sequence[Line], *, records: bool
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """The lines that then stand, and ``line`` where the paper added any; ``records`` add and change none."""
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
        code = (now.code if now.code.value else was.code) if settled else contested(was.code, now.code)
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
        elif name == "quantity" and differs("line.quantity", mine, theirs):
            parts[name] = contested(mine, theirs)
    code = now.code if now.code.is_accepted and not was.code.is_accepted else was.code
    modifiers = was.modifiers
    if _modifiers(now) and _modifiers(now) != _modifiers(was):
        modifiers = tuple(doubted(m) for m in now.modifiers)
    return replace(was, code=code, modifiers=modifiers, **parts)


def _asked(line: Line) -> Line:
    """A line that only the paper has: a person says whether it is wanted."""
    return replace(line, code=doubted(line.code))
