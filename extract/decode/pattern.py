"""Small patterns over characters that can be walked one character at a time.

Python's ``re`` cannot say whether a text could still become a match; a decoder must know that at
every character. A pattern here is a nondeterministic automaton; :meth:`Pattern.step` walks it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

Part = Callable[["Builder", int], int]
"""Adds itself to a builder from a start state and gives its end state."""


@dataclass(slots=True)
class Builder:
    """States and arcs of an automaton being put together."""

    arcs: list[list[tuple[frozenset[str], int]]] = field(default_factory=lambda: [[]])
    empty: list[list[int]] = field(default_factory=lambda: [[]])

    def state(self) -> int:
        """Add a state and give its number."""
        self.arcs.append([])
        self.empty.append([])
        return len(self.arcs) - 1


def chars(allowed: str) -> Part:
    """Exactly one of ``allowed``."""
    symbols = frozenset(allowed)

    def build(to: Builder, start: int) -> int:
        end = to.state()
        to.arcs[start].append((symbols, end))
        return end

    return build


def seq(*parts: Part | str) -> Part:
    """The parts one after another; a string stands for itself."""
    whole = [part if callable(part) else _literal(part) for part in parts]

    def build(to: Builder, start: int) -> int:
        for part in whole:
            start = part(to, start)
        return start

    return build


def either(*parts: Part | str) -> Part:
    """Any one of the parts."""
    choices = [seq(part) for part in parts]

    def build(to: Builder, start: int) -> int:
        end = to.state()
        for part in choices:
            first = to.state()
            to.empty[start].append(first)
            to.empty[part(to, first)].append(end)
        return end

    return build


def times(part: Part, least: int, most: int) -> Part:
    """``part`` at least ``least`` and at most ``most`` times."""

    def build(to: Builder, start: int) -> int:
        end = to.state()
        for i in range(most):
            if i >= least:
                to.empty[start].append(end)
            start = part(to, start)
        to.empty[start].append(end)
        return end

    return build


def maybe(part: Part | str) -> Part:
    """``part`` or nothing."""
    return times(seq(part), 0, 1)


def _literal(text: str) -> Part:
    return seq(*(chars(char) for char in text))


class Pattern:
    """A pattern that can be walked; states are small integers, ``DEAD`` once nothing fits any more."""

    DEAD = -1

    def __init__(self, part: Part) -> None:
        """Build the automaton once; its deterministic states are made as they are met."""
        self._builder = Builder()
        self._end = part(self._builder, 0)
        self._sets: list[frozenset[int]] = []
        self._numbers: dict[frozenset[int], int] = {}
        self._steps: dict[tuple[int, str], int] = {}
        self.start = self._number(self._closed({0}))

    def step(self, state: int, char: str) -> int:
        """The state after ``char``, or ``DEAD``."""
        if state == self.DEAD:
            return self.DEAD
        key = (state, char)
        if key not in self._steps:
            reached = {to for one in self._sets[state] for symbols, to in self._builder.arcs[one] if char in symbols}
            self._steps[key] = self._number(self._closed(reached)) if reached else self.DEAD
        return self._steps[key]

    def accepts(self, state: int) -> bool:
        """Say whether a text that led to ``state`` is a whole match."""
        return state != self.DEAD and self._end in self._sets[state]

    def matches(self, text: str) -> bool:
        """Say whether the whole text matches."""
        state = self.start
        for char in text:
            state = self.step(state, char)
        return self.accepts(state)

    def _closed(self, states: set[int]) -> frozenset[int]:
        waiting, seen = list(states), set(states)
        while waiting:
            for to in self._builder.empty[waiting.pop()]:
                if to not in seen:
                    seen.add(to)
                    waiting.append(to)
        return frozenset(seen)

    def _number(self, states: frozenset[int]) -> int:
        if states not in self._numbers:
            self._numbers[states] = len(self._sets)
            self._sets.append(states)
        return self._numbers[states]
