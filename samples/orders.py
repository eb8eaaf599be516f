"""What an invented provider asks for: equipment codes that go with a diagnosis and a reason."""

import csv
import datetime as dt
import functools
import random
from dataclasses import dataclass
from pathlib import Path

from samples import people

_TABLES = Path(__file__).resolve().parent.parent / "classify" / "tables"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One thing asked for, as the truth has it."""

    code: str
    description: str
    modifiers: tuple[str, ...] = ()
    quantity: str = "1"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """Everything true of one request before it is typed on a form.

    ``types`` holds the type boxes that are ticked (normally one); ``blank`` names the slots left
    empty on purpose and ``typed`` overrides what is printed in a slot (a slip of the pen).
    """

    member: people.Member
    provider: people.Provider
    lines: tuple[OrderLine, ...]
    diagnoses: tuple[str, ...]
    request_date: dt.date
    start_date: dt.date
    end_date: dt.date | None = None
    types: tuple[str, ...] = ("routine",)
    servicing: people.Provider | None = None
    place: str = "Home (12)"
    summary: str = ""
    clinicals_attached: bool = True
    authorization_number: str = ""
    blank: frozenset[str] = frozenset()
    typed: tuple[tuple[str, str], ...] = ()


@functools.cache
def code_rows() -> tuple[dict[str, str], ...]:
    """The equipment codes of the classify tables, as read from CSV."""
    with (_TABLES / "hcpcs_dme.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@functools.cache
def diagnosis_rows() -> tuple[dict[str, str], ...]:
    """The common diagnosis codes of the classify tables, as read from CSV."""
    with (_TABLES / "icd10cm_common.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@functools.cache
def _by_code() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in code_rows()}


def line(code: str, *modifiers: str, quantity: int = 1, unit: str = "", description: str | None = None) -> OrderLine:
    """Build a line for a known code with the table's own name, unless a description is given."""
    name = description if description is not None else _by_code()[code]["short_name"]
    return OrderLine(code, name, tuple(modifiers), str(quantity), unit)


_MONTHLY = {"incontinence", "ostomy", "urology", "wound_care", "enteral_nutrition", "diabetic_supplies"}
_MODIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "wheelchairs_manual": (("RR",), ("NU",), ("RR", "KH"), ()),
    "wheelchairs_power": (("NU",), ("RR", "KX"), ()),
    "hospital_beds_support": (("RR",), ("RR", "KI"), ()),
    "respiratory_oxygen": (("RR",), ("RR", "KX"), ()),
    "cpap_sleep": (("NU",), ("RR", "KH"), ()),
    "orthotics": (("RT",), ("LT",), ("LT", "RT")),
    "prosthetics": (("RT",), ("LT",)),
    "walkers": (("NU",), ("NU", "KX"), ()),
}
_REASONS = (
    "Patient has had {n} falls in the past three months and cannot manage at home without this equipment.",
    "Functional decline since hospital discharge; conservative measures tried for {n} weeks without success.",
    "Seen in clinic for follow-up. Symptoms limit daily activities; needs equipment for safe mobility and care.",
    "Chronic condition, stable on current treatment. Equipment is required for continued use in the home.",
    "Caregiver reports difficulty with transfers. Physical therapy evaluation {n} days ago supports this request.",
)


def reason(rng: random.Random) -> str:
    """Draw a sentence or two of clinical information."""
    return rng.choice(_REASONS).format(n=rng.randrange(2, 9))


def draw_order(rng: random.Random, *, today: dt.date, kind: str | None = None) -> Order:
    """Draw a complete order: a member, a provider, one to four lines and one to three diagnoses.

    ``kind`` restricts the lines to one grid category (for example ``breast_pumps``).
    """
    first_code, related = _codes(rng, kind)
    chosen = [first_code, *related]
    diagnoses = _diagnoses(rng, first_code["code"])
    lines = tuple(_line(rng, row) for row in chosen)
    request_date = today - dt.timedelta(days=rng.randrange(3))
    member = people.member(rng)
    if kind == "breast_pumps":
        born = dt.date(1984, 1, 1) + dt.timedelta(days=rng.randrange(7000))
        member = people.Member(
            member.last_name, rng.choice(("Amina", "Delphine", "Keisha", "Lourdes", "Priya", "Xiomara", "Sunita")),
            born, member.cin, member.address, member.phone, "MEDI_CAL", member.medical_group,
        )  # fmt: skip
    start = today + dt.timedelta(days=rng.randrange(1, 9))
    return Order(
        member=member,
        provider=people.provider(rng),
        servicing=people.provider(rng) if people.chance(rng, 0.6) else None,
        lines=lines,
        diagnoses=diagnoses,
        request_date=request_date,
        start_date=start,
        end_date=start + dt.timedelta(days=rng.choice((30, 90, 180, 365))) if people.chance(rng, 0.7) else None,
        types=(rng.choices(("routine", "urgent", "standing_referral"), (12, 4, 1))[0],),
        summary=reason(rng),
    )


def _codes(rng: random.Random, kind: str | None) -> tuple[dict[str, str], list[dict[str, str]]]:
    rows = [r for r in code_rows() if (kind is None or r["category"] == kind) and r["category"] != "misc_unlisted"]
    first = rng.choice(rows)
    same = [r for r in rows if r["category"] == first["category"] and r is not first]
    count = min(len(same), rng.choices((0, 1, 2, 3), (5, 3, 2, 1))[0])
    return first, rng.sample(same, count)


def _diagnoses(rng: random.Random, code: str) -> tuple[str, ...]:
    current = [r for r in diagnosis_rows() if "stale" not in r["note"]]
    fitting = [r["code"] for r in current if r["typical_hcpcs"] == code]
    everything = [r["code"] for r in current]
    first = rng.choice(fitting or everything)
    others = [c for c in rng.sample(everything, 3) if c != first]
    return (first, *others[: rng.choices((0, 1, 2), (4, 4, 2))[0]])


def _line(rng: random.Random, row: dict[str, str]) -> OrderLine:
    category = row["category"]
    modifiers = rng.choice(_MODIFIERS.get(category, ((),)))
    if category in _MONTHLY:
        return OrderLine(row["code"], row["short_name"], modifiers, str(rng.choice((30, 60, 90, 120, 180, 200))), "/mo")
    quantity = "2" if set(modifiers) == {"LT", "RT"} else "1"
    return OrderLine(row["code"], row["short_name"], modifiers, quantity)
