"""Makes samples/reference/: grid, roster, provider directory, processors and vendors.

The grid is the project's own table of equipment codes with dates added, some ranges of medical
(non-equipment) codes, and rows that exercise what a grid can hold: an owner that changed on a date,
codes without authorization, a preferred vendor. Processor numbers are the public ones of
docs/domain.md, sections 2 and 3; people, vendors and their numbers are invented.
"""

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable, Sequence

from samples import people
from samples.orders import Order, code_rows
from terms.contact import Phone

_FROM = "2025-01-01"
_NO_PA = {"A4615", "A4616", "A7038", "A4606", "E0100"}
_VENDORS = {
    "orthotics": "V-ORTHO", "prosthetics": "V-ORTHO", "diabetic_shoes": "V-ORTHO", "hearing_aids": "V-HEAR",
    "infusion_supplies": "V-INFUSE",
}  # fmt: skip
_SOURCE = "project's equipment code table"
_MEDICAL_SOURCE = "sample row: the delegated groups authorize their own members' medical services"
_ROSTER_EXTRAS = 300
_GRID_COLUMNS = (
    "code", "code_to", "description", "category", "service", "pa_required", "processor", "vendor", "effective_from",
    "effective_to", "source", "basis",
)  # fmt: skip
_ROSTER_COLUMNS = (
    "cin", "last_name", "first_name", "date_of_birth", "address", "phone", "line_of_business", "medical_group",
    "effective_from", "effective_to",
)  # fmt: skip
_PROVIDER_COLUMNS = (
    "npi", "name", "credentials", "clinic", "address", "phone", "fax", "fax_verified", "fax_verified_on",
)  # fmt: skip
_VENDOR_COLUMNS = (
    "id", "name", "categories", "address", "phone", "fax", "effective_from", "effective_to", "source",
)  # fmt: skip
_PROCESSOR_COLUMNS = (
    "code", "name", "phones", "faxes", "email", "questions_email", "hours", "handover", "handover_target", "source",
)  # fmt: skip


def grid_csv() -> str:
    """The routing grid."""
    rows: list[Sequence[str]] = []
    for row in code_rows():
        code, processor, category = row["code"], row["processor"], row["category"]
        vendor = _VENDORS.get(category, "") if processor == "ALLIANCE_UM" else ""
        needs = "no" if code in _NO_PA else "yes" if processor != "DESK" else "unknown"
        tail = (vendor, _FROM, "", _SOURCE, row["processor_basis"])
        if code == "E0118":  # the owner changed on a date: both rows stay, the day of receipt decides
            earlier = (code, "", row["short_name"], category, "dme", needs, "ALLIANCE_UM", "", _FROM, "2026-03-31")
            rows.append((*earlier, "sample row: an owner that changed", "ASSUMPTION"))
            tail = ("", "2026-04-01", "", "sample row: an owner that changed", "ASSUMPTION")
        rows.append((code, "", row["short_name"], category, "dme", needs, processor, *tail))
    medical = (
        ("70336", "76499", "Diagnostic imaging", "imaging"),
        ("95700", "95811", "Neurology and sleep studies", "sleep_studies"),
        ("97010", "97799", "Physical medicine and rehabilitation", "therapy"),
        ("99202", "99215", "Office visits", "office_visits"),
    )
    for first, last, name, category in medical:
        needs = "no" if category == "office_visits" else "yes"
        rows.append(
            (first, last, name, category, "medical", needs, "ALLIANCE_UM", "", _FROM, "", _MEDICAL_SOURCE, "ASSUMPTION")
        )
    return _csv(_GRID_COLUMNS, rows)


def roster_csv(orders: Iterable[Order], seed: int) -> str:
    """The members of ``orders`` and some three hundred others."""
    rng = random.Random(f"{seed}:roster")
    members = {o.member.cin: o.member for o in orders}
    for _ in range(_ROSTER_EXTRAS):
        extra = people.member(rng)
        members.setdefault(extra.cin, extra)
    rows = []
    for index, m in enumerate(sorted(members.values(), key=lambda m: m.cin)):
        ended = "2026-06-30" if index % 40 == 7 and not any(o.member.cin == m.cin for o in orders) else ""  # noqa: PLR2004
        birth = m.date_of_birth.isoformat()
        rows.append(
            (m.cin, m.last_name, m.first_name, birth, m.address.line, e164(m.phone), m.line_of_business,
             m.medical_group, _FROM, ended)
        )  # fmt: skip
    return _csv(_ROSTER_COLUMNS, rows)


def providers_csv(orders: Iterable[Order], seed: int, unverified: frozenset[str]) -> str:
    """The providers of ``orders`` and forty others; the NPIs in ``unverified`` have an unverified fax."""
    rng = random.Random(f"{seed}:providers")
    known = {o.provider.npi: o.provider for o in orders}
    known |= {o.servicing.npi: o.servicing for o in orders if o.servicing}
    for _ in range(40):
        extra = people.provider(rng)
        known.setdefault(extra.npi, extra)
    rows = []
    for index, p in enumerate(sorted(known.values(), key=lambda p: p.npi)):
        verified = p.npi not in unverified
        when = (dt.date(2026, 1, 5) + dt.timedelta(days=index)).isoformat() if verified else ""
        rows.append(
            (p.npi, p.name, p.credentials, p.clinic, p.address.line, e164(p.phone, p.extension), e164(p.fax),
             "yes" if verified else "no", when)
        )  # fmt: skip
    return _csv(_PROVIDER_COLUMNS, rows)


def processors_csv() -> str:
    """The processors with the public numbers of docs/domain.md."""
    return _csv(
        _PROCESSOR_COLUMNS,
        (
            ("CHME", "California Home Medical Equipment (CHME)", "+18009060626;+16503578550",
             "+18445834049;+16505234508", "aaorders@chme.org", "aaquestions@chme.org", "Mon-Fri 8:30-5", "queue",
             "CHME", "docs/domain.md section 2"),
            ("ALLIANCE_UM", "Alameda Alliance Utilization Management", "+15107474540;ext=5", "+18558917174", "", "",
             "Mon-Fri 8-5", "queue", "ALLIANCE_UM", "docs/domain.md section 2"),
            ("CFMG", "Children First Medical Group", "+15104283489", "+15104505868", "", "", "Mon-Fri 8-5", "fax",
             "+15104505868", "docs/domain.md section 3"),
            ("CHCN", "Community Health Center Network", "+15102970220", "+15102970222", "", "", "", "fax",
             "+15102970222", "docs/domain.md section 3"),
        ),
    )  # fmt: skip


def vendors_csv() -> str:
    """Invented preferred vendors of what CHME does not supply."""
    return _csv(
        _VENDOR_COLUMNS,
        (
            ("V-ORTHO", "Placeholder Prosthetics & Orthotics", "orthotics;prosthetics;diabetic_shoes",
             "1200 Example Ter, Oakland, CA 94612", "+15105550161", "+15105550162", _FROM, "", "invented"),
            ("V-HEAR", "Mockery Hearing Center", "hearing_aids", "88 Fiction Rd, Hayward, CA 94541", "+15105550163",
             "+15105550164", _FROM, "", "invented"),
            ("V-INFUSE", "Pretend Infusion Supply", "infusion_supplies", "510 Sample Cir, Fremont, CA 94538",
             "+15105550165", "+15105550166", _FROM, "", "invented"),
        ),
    )  # fmt: skip


def e164(digits: str, extension: str = "") -> str:
    """Ten digits as the normal form of a telephone number."""
    return Phone(f"+1{digits}{f';ext={extension}' if extension else ''}").value


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()
