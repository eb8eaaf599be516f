"""What a request must hold to start: the plan's minimum list and what single forms and types add."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from classify.errors import RowFault, TableError
from classify.sheet import TableInfo
from terms.names import FIELD_KINDS, FIELD_LABELS, MINIMUM_FIELDS, RequestType


@dataclass(frozen=True, slots=True)
class Minimum:
    """The required fields, the legibility under which "missing" is not believed, and the sentences.

    ``by_type`` adds fields for a request type. ``ask`` holds the sentence the provider reads for an
    absent item, by canonical name (``line``, ``diagnosis`` and ``clinical`` included).
    """

    info: TableInfo
    fields: tuple[str, ...]
    by_type: Mapping[RequestType, tuple[str, ...]]
    legible: float
    ask: Mapping[str, str]

    def required(self, kind: RequestType | None) -> tuple[str, ...]:
        """The single-valued fields a request of this type must hold, in reading order."""
        extra = self.by_type.get(kind, ()) if kind else ()
        return self.fields + tuple(name for name in extra if name not in self.fields)


def read_minimum(path: Path, info: TableInfo) -> Minimum:
    """Read ``minimum.toml``; names that are not canonical and absent sentences are a :class:`TableError`."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(path.name, [RowFault(1, "file", "is not a readable TOML file; mend it")]) from error
    fields = tuple(data["fields"])
    by_type = {RequestType(kind): tuple(names) for kind, names in data.get("type", {}).items()}
    ask = dict(data["ask"])
    wanted = {*fields, *(name for names in by_type.values() for name in names)}
    faults = [RowFault(1, name, "is not a canonical field name") for name in sorted(wanted - FIELD_KINDS.keys())]
    left_out = [name for name in MINIMUM_FIELDS if name not in fields]
    faults += [RowFault(1, name, "is in the plan's minimum and may not be left out") for name in left_out]
    unasked = sorted({*wanted, "line", "diagnosis", "clinical"} - ask.keys())
    faults += [RowFault(1, name, "has no sentence under [ask]") for name in unasked]
    faults += [RowFault(1, name, "under [ask] is no field") for name in sorted(ask.keys() - FIELD_LABELS.keys())]
    if faults:
        raise TableError(path.name, faults)
    return Minimum(info, fields, by_type, float(data["legible"]), ask)
