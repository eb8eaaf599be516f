"""What a new version of a table changes: the dry run of an import."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from classify.directory import Directory
from classify.grid import Grid, GridRow
from classify.roster import Roster


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
        return f"{row.codes} from {row.effective_from.isoformat() if row.effective_from else 'ever'}"

    ignored = frozenset({"number"})
    return _compare("grid", {key(r): r for r in old.rows}, {key(r): r for r in new.rows}, ignored)


def roster_changes(old: Roster, new: Roster) -> Changes:
    """Compare two rosters span by span. The keys are member ids: show them only where PHI may be shown."""

    def keyed(roster: Roster) -> dict[str, Any]:
        return {f"{m.cin} from {m.effective_from or 'ever'}": m for m in roster.members()}

    return _compare("roster", keyed(old), keyed(new))


def directory_changes(old: Directory, new: Directory) -> Changes:
    """Compare two provider directories by NPI."""
    return _compare("providers", {p.npi: p for p in old.providers()}, {p.npi: p for p in new.providers()})


def _compare(
    table: str, old: Mapping[str, Any], new: Mapping[str, Any], ignored: Iterable[Hashable] = frozenset()
) -> Changes:
    left_out = set(ignored)
    changed = []
    same = 0
    for key in sorted(old.keys() & new.keys()):
        columns = tuple(
            (f.name, str(before), str(after))
            for f in fields(old[key])
            if f.name not in left_out and (before := getattr(old[key], f.name)) != (after := getattr(new[key], f.name))
        )
        if columns:
            changed.append(Change(key, columns))
        else:
            same += 1
    added, removed = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    return Changes(table, tuple(added), tuple(removed), tuple(changed), same)
