"""One page's result against its truth: what became of every value, and of every field left blank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from terms.names import CRITICAL_FIELDS

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One value of one page. ``truth`` is None where the page left the field blank, ``read`` where nothing was read.

    ``status`` is the field's status (``absent`` where the result does not name the field at all).
    """

    field: str
    truth: str | None
    read: str | None
    status: str
    confidence: float
    critical: bool
    box: tuple[float, ...] | None = None

    @property
    def exact(self) -> bool:
        """Say whether the whole value is right."""
        return self.truth is not None and self.read == self.truth

    @property
    def accepted(self) -> bool:
        """Say whether it is used without a person."""
        return self.status == "accepted" and self.read is not None

    @property
    def accepted_wrong(self) -> bool:
        """Say whether a wrong value is used without a person: the figure that matters most."""
        return self.accepted and not self.exact

    @property
    def called_missing(self) -> bool:
        """Say whether a filled field is called missing."""
        return self.truth is not None and self.read is None and self.status in {"missing", "absent"}

    @property
    def called_filled(self) -> bool:
        """Say whether an empty field is called filled."""
        return self.truth is None and self.status not in {"missing", "absent"}

    def to_json(self) -> dict[str, Any]:
        """Give the form kept on disk."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, data: Json) -> "Item":
        """Rebuild from :meth:`to_json`'s form."""
        return cls(**{**data, "box": tuple(data["box"]) if data["box"] else None})


def score(document: Json, truth: Json) -> list[Item]:
    """Compare the one-file JSON of a page with its truth.

    A page holds one request. Where several were made of it, each value counts as read only if the
    first request has it, and accepted wrong values of the others count too.
    """
    requests: Sequence[Json] = document["requests"]
    first: Json = requests[0] if requests else {"fields": {}, "lines": [], "diagnoses": []}
    items = [_field(name, value, first["fields"].get(name)) for name, value in truth["fields"].items()]
    codes = [line["code"] for line in first["lines"]]
    items += _listed("line.code", [line["code"] for line in truth["lines"]], codes, critical=True)
    items += _listed("diagnosis", truth["diagnoses"], first["diagnoses"], critical=True)
    items += _listed(
        "line.quantity",
        [line["quantity"] for line in truth["lines"]],
        [line["quantity"] for line in first["lines"]],
        critical=False,
    )
    for other in requests[1:]:
        items += [item for item in (_extra(name, value) for name, value in other["fields"].items()) if item]
    return items


def _field(name: str, truth: str | None, found: Json | None) -> Item:
    critical = name in CRITICAL_FIELDS
    if found is None:
        return Item(name, truth, None, "absent", 0.0, critical)
    return Item(name, truth, found["value"], found["status"], found["confidence"], critical, _box(found))


def _extra(name: str, found: Json) -> Item | None:
    if found["status"] != "accepted" or name not in CRITICAL_FIELDS or found["value"] is None:
        return None
    return Item(name, None, found["value"], "accepted", found["confidence"], critical=True, box=_box(found))


def _listed(name: str, truth: Sequence[str], found: Sequence[Json], *, critical: bool) -> list[Item]:
    """Pair values of a list: equal ones first, then what is left in order; what was read too much stands alone."""
    left, rest = list(found), []
    items = []
    for value in truth:
        match = next((f for f in left if f["value"] == value), None)
        if match is None:
            rest.append(value)
            continue
        left.remove(match)
        items.append(Item(name, value, value, match["status"], match["confidence"], critical, _box(match)))
    for value in rest:
        match = left.pop(0) if left else None
        if match is None:
            items.append(Item(name, value, None, "absent", 0.0, critical))
        else:
            items.append(Item(name, value, match["value"], match["status"], match["confidence"], critical, _box(match)))
    spare = [f for f in left if f["status"] != "missing"]
    items += [Item(name, None, f["value"], f["status"], f["confidence"], critical, _box(f)) for f in spare]
    return items


def _box(found: Json) -> tuple[float, ...] | None:
    return tuple(found["box"]) if found["box"] else None


def upper_bound(wrong: int, total: int, *, sure: float = 0.95) -> float:
    """Give the exact (Clopper-Pearson) one-sided upper bound of a share, in per cent."""
    if total == 0 or wrong >= total:
        return 100.0
    low, high = wrong / total, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(wrong, total, middle) > 1 - sure:
            low = middle
        else:
            high = middle
    return 100 * high


def _at_most(wrong: int, total: int, share: float) -> float:
    """The chance of at most ``wrong`` in ``total`` at ``share`` each."""
    if share in {0.0, 1.0}:
        return 1.0 if share == 0 else 0.0
    term = (1 - share) ** total
    chance = term
    for k in range(1, wrong + 1):
        term *= (total - k + 1) / k * share / (1 - share)
        chance += term
    return chance
