"""What a new version of a table changes: the dry run of an import."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from classify.directory import Directory
from classify.grid import Grid, GridRow
from classify.roster import Member, Roster

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs: its key and the columns with their old and new value, as text."""

    key: str
    columns: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows added, removed and changed between two versions of a table, by key, in order."""

    table: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Change, ...]
    same: int

    @property
    def is_nothing(self) -> bool:
        """Say whether the new version is the old one."""
        return not (self.added or self.removed or self.changed)

    def summary(self) -> str:
        """One line for a person."""
        return (
            f"{self.table}: {len(self.added)} added, {len(self.removed)} removed, "
            f"{len(self.changed)} changed, {self.same} the same"
        )


def grid_changes(old: Grid, new: Grid) -> Changes:
    """Compare two grids row by row: a row is its codes and the day from which it speaks."""

    def key(row: GridRow) -> str:
        return f"{row.codes} from {row.effective_from.isoformat()}" if row.effective_from else str(row.codes)

    return row_changes("grid", old.rows, new.rows, key, ignored=frozenset({"number"}))


def roster_changes(old: Roster, new: Roster) -> Changes:
    """Compare two rosters span by span. The keys are member ids: show them only where PHI may be shown."""

    def key(member: Member) -> str:
        return f"{member.cin} from {member.effective_from}" if member.effective_from else member.cin

    return row_changes("roster", old.members(), new.members(), key)


def directory_changes(old: Directory, new: Directory) -> Changes:
    """Compare two provider directories by NPI."""
    return row_changes("providers", old.providers(), new.providers(), lambda provider: provider.npi)


def row_changes(
    table: str,
    old: Iterable[R],
    new: Iterable[R],
    key: Callable[[R], str],
    *,
    ignored: frozenset[str] = frozenset(),
) -> Changes:
    """Compare two versions of a table of dataclasses; ``key`` names a row, ``ignored`` columns say nothing."""
    before, after = {key(row): row for row in old}, {key(row): row for row in new}
    changed = []
    same = 0
    for name in sorted(before.keys() & after.keys()):
        columns = tuple(_columns(before[name], after[name], ignored))
        if columns:
            changed.append(Change(name, columns))
        else:
            same += 1
    added, removed = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    return Changes(table, tuple(added), tuple(removed), tuple(changed), same)


def _columns(old: Any, new: Any, ignored: frozenset[str]) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401  (dataclasses of any table)
    for part in fields(old):
        was, now = getattr(old, part.name), getattr(new, part.name)
        if part.name not in ignored and was != now:
            yield part.name, str(was), str(now)
