"""Values that stand on the pages and that no field has claimed: the sign that "missing" may mean "not found".

A field is believed to be empty only if nothing on the order's pages could be its value. One such
find makes every empty field of the request a clerk's question: a reader that overlooked one value
may have overlooked others, and nobody is asked for what we merely did not read.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from classify.grouping import FORM_KINDS, Page
from classify.offices import PROCESSOR_COLUMNS, read_offices
from classify.phrases import plain
from classify.sheet import TableInfo, open_csv
from classify.tables import TABLES
from terms.codes import MemberId, Npi
from terms.contact import Phone
from terms.dates import parse_date
from terms.names import MINIMUM_FIELDS
from terms.requests import Line
from terms.values import FieldStatus, FieldValue

_PHONE = re.compile(r"(?<![\d.])(?:\+?1[\s.\-]?)?\(?\d{3}\)?[\s.\-]{0,2}\d{3}[\s.\-]{1,2}\d{4}(?!\d)")
_NPI = re.compile(r"(?<!\d)[12]\d{9}(?!\d)")
_CIN = re.compile(r"(?<![0-9A-Z])9\d{7}[A-Z](?![0-9A-Z])")
_ZIP = re.compile(r"\b[A-Z]{2},?\s+(\d{5})(?:-\d{4})?(?!\d)")
_DATE = re.compile(r"(?<!\d)\d{1,2}[/\-]\d{1,2}[/\-](?:\d{4}|\d{2})(?!\d)")
_ICD = re.compile(r"(?<![0-9A-Z.])[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}(?![0-9A-Z])")
_HCPCS = re.compile(r"(?<![0-9A-Z])[ABEKLTV]\d{4}(?![0-9A-Z])")
_CLINICIAN = re.compile(
    r"[\w'\-]+,\s*(?:M\.?D|D\.?O|N\.?P|F\.?N\.?P|P\.?A|D\.?P\.?M|C\.?N\.?M|D\.?N\.?P|A\.?P\.?R\.?N)\b"
)
_TOLL_FREE = {"800", "833", "844", "855", "866", "877", "888"}
_OWN_ZIPS = {"94502", "94501", "94404"}  # the plan's and CHME's own addresses, printed on their forms
_TOP_EDGE = 0.03
_GENERATION = 60
_CLINICAL_WORDS = ("clinical", "clinicals", "medical necessity", "chart notes", "reason for request", "justification")
_ADDRESS = ("member.address", "ordering_provider.address")


def unclaimed(
    pages: Sequence[Page], fields: Mapping[str, FieldValue], lines: Sequence[Line], diagnoses: Sequence[FieldValue]
) -> tuple[str, ...]:
    """Names of empty fields, ``line``, ``diagnosis`` and ``clinical`` included, that the order pages could fill.

    ``diagnosis`` and ``line`` are also named where some were taken and others were left lying: codes
    with a point on any order page, procedure codes in running text (a form may print codes of its own).
    """
    text = " ".join(_text(page) for page in pages)
    taken = _taken(fields, lines, diagnoses)
    found = [name for name in MINIMUM_FIELDS if _is_empty(fields.get(name)) and _could_be(name, text, taken)]
    if any(code not in taken for code in _ICD.findall(text)):
        found.append("diagnosis")
    prose = " ".join(_text(page) for page in pages if page.kind not in FORM_KINDS)
    if any(code not in taken for code in _HCPCS.findall(prose if lines else text)):
        found.append("line")
    clinical = (fields.get("clinical.attached"), fields.get("clinical.summary"))
    if all(value is None or value.page is None for value in clinical) and _speaks_of_clinicals(pages):
        found.append("clinical")
    return tuple(found)


def _text(page: Page) -> str:
    """The page's words without the sending machine's line at its top edge."""
    return " ".join(w.text for w in page.reading.words if w.box.centre[1] > _TOP_EDGE)


def _is_empty(value: FieldValue | None) -> bool:
    return value is None or value.status is FieldStatus.MISSING


def _taken(fields: Mapping[str, FieldValue], lines: Iterable[Line], diagnoses: Iterable[FieldValue]) -> str:
    """Everything that some field, line or diagnosis holds, as read and in normal form."""
    values = [*fields.values(), *diagnoses]
    for line in lines:
        values += [line.code, line.description, line.start_date, line.end_date, *line.modifiers]
    parts = [part for v in values for part in {v.value, v.raw, *(c.value for c in v.candidates)} if part]
    return " | ".join(sorted(parts))


def _could_be(name: str, text: str, taken: str) -> bool:
    check = _CHECKS.get(name)
    return check is not None and check(text, taken)


def _free_phone(text: str, taken: str) -> bool:
    numbers = {phone.number for match in _PHONE.findall(text) if (phone := Phone.parse(match)) is not None}
    return any(n not in taken and n not in _own_numbers() and n[2:5] not in _TOLL_FREE for n in numbers)


@cache
def _own_numbers() -> frozenset[str]:
    """The processors' numbers, which forms print."""
    sheet = open_csv(TABLES / "processors.csv", PROCESSOR_COLUMNS)
    offices = read_offices(sheet, TableInfo("processors", "", "")).offices()
    return frozenset(number for office in offices for number in (*office.phones, *office.faxes))


def _free_npi(text: str, taken: str) -> bool:
    return any(Npi.parse(found) is not None and found not in taken for found in _NPI.findall(text))


def _free_id(text: str, taken: str) -> bool:
    return any(MemberId.parse(found) is not None and found not in taken for found in _CIN.findall(text))


def _free_zip(text: str, taken: str) -> bool:
    """A ZIP code more often on the page than in the addresses taken: member and clinic may share one."""
    there = Counter(_ZIP.findall(text))
    held = Counter(_ZIP.findall(taken))
    return any(count > held[found] for found, count in there.items() if found not in _OWN_ZIPS)


def _free_birth_date(text: str, taken: str) -> bool:
    """A date well before the others of the page: a day of birth, not of signing."""
    dates = [day for found in _DATE.findall(text) if (day := parse_date(found)) is not None]
    latest = max(dates, default=None)
    return any(latest is not None and (latest - d).days > _GENERATION and d.isoformat() not in taken for d in dates)


def _free_clinician(text: str, taken: str) -> bool:
    return any(found not in taken for found in _CLINICIAN.findall(text))


def _speaks_of_clinicals(pages: Sequence[Page]) -> bool:
    whole = f" {plain(' '.join(_text(page) for page in pages if page.kind in FORM_KINDS))} "
    return any(f" {words} " in whole for words in _CLINICAL_WORDS)


_CHECKS: Mapping[str, Callable[[str, str], bool]] = {
    "member.phone": _free_phone,
    "ordering_provider.phone": _free_phone,
    "ordering_provider.npi": _free_npi,
    "ordering_provider.name": _free_clinician,
    "member.id": _free_id,
    "member.date_of_birth": _free_birth_date,
    **dict.fromkeys(_ADDRESS, _free_zip),
}
