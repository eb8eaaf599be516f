"""Doubtful readings that the roster or the directory bears out.

The paper and the plan's own tables are independent of each other: where a reading that was left for
a person says letter for letter what the table holds of this very member or provider, nobody needs to
compare it again. Which row of a table is meant must stand on other values of the paper; nothing is
taken from a table that was not read, and no reading that was accepted is touched.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from classify.directory import Provider
from classify.reference import Reference
from classify.retro import first_service_day
from classify.roster import Member, Roster, plain_name, unaccented
from terms.dates import PACIFIC
from terms.names import FIELD_KINDS, FieldKind
from terms.requests import RequestValues
from terms.values import FieldStatus, FieldValue

FACT = "borne_out"
_SURE = 0.999
_FREE = frozenset({FieldKind.NAME, FieldKind.ADDRESS})
"""Kinds of which a reader's other spelling may be the right one: none of them is a number or a code."""
_WORDS = {
    "street": "st", "avenue": "ave", "av": "ave", "boulevard": "blvd", "drive": "dr", "road": "rd", "lane": "ln",
    "court": "ct", "place": "pl", "terrace": "ter", "circle": "cir", "parkway": "pkwy", "highway": "hwy",
    "suite": "ste", "floor": "fl", "apartment": "apt", "unit": "apt", "room": "rm", "building": "bldg",
    "north": "n", "south": "s", "east": "e", "west": "w", "california": "ca",
}  # fmt: skip
"""Words of an address that are written short or long (USPS Publication 28)."""
_ZIP_MORE = re.compile(r"(?<=\b\d{5})-\d{4}\b")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table: what it holds by field name, the fields that single it out, and the table's name."""

    holds: Mapping[str, str]
    keys: tuple[str, ...]
    table: str


def bear_out(values: RequestValues, reference: Reference, *, day: dt.date) -> RequestValues:
    """The same request with doubtful readings accepted that a table bears out; ``day`` is the date of service.

    The fact ``borne_out`` lists them with their table, ``"member.address:roster"``. Values that say
    different things in different places stay doubtful, and so does everything else that differs.
    """
    if reference.roster is None and reference.directory is None:
        return values
    proven: dict[str, FieldValue] = {}
    told: list[str] = []
    for row in _rows(values, reference, day):
        for name, value in _agreeing(values, row).items():
            proven[name] = value
            told.append(f"{name}:{row.table}")
    if not proven:
        return values
    known = [part for part in values.facts.get(FACT, "").split(",") if part and part not in told]
    facts = dict(values.facts) | {FACT: ",".join([*known, *told])}
    return replace(values, fields=dict(values.fields) | proven, facts=facts)


def bear_out_all(
    requests: Iterable[RequestValues], reference: Reference, *, received_at: dt.datetime
) -> tuple[RequestValues, ...]:
    """Every request of an arrival, each as of its own date of service; see :func:`bear_out`."""
    received_on = received_at.astimezone(PACIFIC).date()
    return tuple(bear_out(each, reference, day=first_service_day(each) or received_on) for each in requests)


def _rows(values: RequestValues, reference: Reference, day: dt.date) -> Iterable[_Row]:
    """The rows that are surely meant."""
    if reference.roster is not None:
        for member in _members(values, reference.roster, day):
            row = _of_member(member)
            if _is_meant(values, row, least=3):
                yield row
                break
    if reference.directory is not None:
        for role in ("ordering_provider", "servicing_provider"):
            npi = values.value(f"{role}.npi")
            provider = reference.directory.by_npi(npi) if npi else None
            if provider is not None:
                row = _of_provider(provider, role)
                if _is_meant(values, row, least=1 if _read(values, f"{role}.npi").is_accepted else 3):
                    yield row


def _members(values: RequestValues, roster: Roster, day: dt.date) -> Iterable[Member]:
    """Whom the id or the birth date may mean."""
    cin, born = values.value("member.id"), values.value("member.date_of_birth")
    member = roster.by_id_on(cin, day) if cin else None
    if member is not None:
        yield member
    if born:
        cins = dict.fromkeys(m.cin for m in roster.born_on(dt.date.fromisoformat(born)))
        yield from filter(None, (roster.by_id_on(each, day) for each in cins if each != cin))


def _of_member(member: Member) -> _Row:
    holds = {
        "member.id": member.cin,
        "member.date_of_birth": member.date_of_birth.isoformat(),
        "member.last_name": member.last_name,
        "member.first_name": member.first_name,
        "member.address": member.address,
        "member.phone": member.phone,
    }
    return _Row(holds, ("member.id", "member.date_of_birth", "member.last_name", "member.first_name"), "roster")


def _of_provider(provider: Provider, role: str) -> _Row:
    name = provider.name
    if provider.credentials and not _folded(name).endswith(_folded(provider.credentials)):
        name = f"{name}, {provider.credentials}"
    parts = {
        "npi": provider.npi,
        "name": name,
        "address": provider.address,
        "phone": provider.phone,
        "fax": provider.fax,
    }
    holds = {f"{role}.{part}": value for part, value in parts.items() if f"{role}.{part}" in FIELD_KINDS}
    return _Row(holds, tuple(holds), "directory")


def _is_meant(values: RequestValues, row: _Row, *, least: int) -> bool:
    """Say whether enough of what singles a row out was read as it stands there, and nothing sure contradicts it."""
    read = {name: _read(values, name) for name in row.keys}
    same = [name for name, value in read.items() if value.value and _same(name, value.value, row.holds[name])]
    if any(value.is_accepted and row.holds[name] and name not in same and _tells(name) for name, value in read.items()):
        return False
    return len(same) >= least and any(read[name].is_accepted for name in same)


def _tells(name: str) -> bool:
    """Say whether a field that differs means another person: telephones, names and addresses change or vary."""
    return name in {"member.id", "member.date_of_birth"} or name.endswith(".npi")


def _agreeing(values: RequestValues, row: _Row) -> dict[str, FieldValue]:
    """The doubtful values that say what the row holds."""
    found = {}
    for name, held in row.holds.items():
        read = _read(values, name)
        if read.status is not FieldStatus.REVIEW or not held or any(c.why.startswith("page ") for c in read.candidates):
            continue
        spelled = [read.value] if FIELD_KINDS[name] not in _FREE else [read.value, *(c.value for c in read.candidates)]
        fitting = next((text for text in spelled if text and _same(name, text, held)), None)
        if fitting is not None:
            others = tuple(c for c in read.candidates if c.value != fitting)
            found[name] = replace(read, value=fitting, confidence=_SURE, status=FieldStatus.ACCEPTED, candidates=others)
    return found


def _read(values: RequestValues, name: str) -> FieldValue:
    return values.fields.get(name) or FieldValue.missing()


def _same(name: str, read: str, held: str) -> bool:
    if not held:
        return False
    kind = FIELD_KINDS[name]
    if kind is FieldKind.ADDRESS:
        return _address(read) == _address(held)
    if kind is FieldKind.NAME:
        fold = plain_name if name.startswith("member.") else _folded
        return fold(read) == fold(held) != ""
    return read == held


def _folded(text: str) -> str:
    """A text without case, accents, marks and spaces."""
    return "".join(c for c in unaccented(text).casefold() if c.isalnum())


def _address(text: str) -> tuple[str, ...]:
    """An address word by word, each in its short form; the longer part of a ZIP code left out."""
    words = re.findall(r"[^\W_]+", _ZIP_MORE.sub("", text.replace("#", " apt ")).casefold())
    return tuple(_WORDS.get(word, word) for word in words)
