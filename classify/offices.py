"""Processors and preferred vendors: who they are and how they are reached."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from classify.errors import RowFault
from classify.sheet import Row, Sheet, TableInfo
from terms.contact import FaxNumber, Phone
from terms.names import Processor

PROCESSOR_COLUMNS = ("code", "name")
VENDOR_COLUMNS = ("id", "name")


@dataclass(frozen=True, slots=True)
class Office:
    """A processor's contact facts: numbers are E.164, ``handover`` is ``queue`` (worked here), fax, email or sftp."""

    processor: Processor
    name: str
    phones: tuple[str, ...] = ()
    faxes: tuple[str, ...] = ()
    email: str = ""
    questions_email: str = ""
    hours: str = ""
    handover: str = "queue"
    handover_target: str = ""
    source: str = ""


@dataclass(frozen=True)
class Offices:
    """All processors."""

    info: TableInfo
    _by_code: Mapping[Processor, Office] = field(repr=False)

    def get(self, processor: Processor) -> Office | None:
        """The office of a processor; DESK and SPLIT need none."""
        return self._by_code.get(processor)

    def offices(self) -> Iterable[Office]:
        """Every office."""
        return self._by_code.values()


@dataclass(frozen=True, slots=True)
class Vendor:
    """A preferred vendor of some grid categories."""

    id: str
    name: str
    categories: tuple[str, ...] = ()
    address: str = ""
    phone: str = ""
    fax: str = ""
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    source: str = ""

    def in_force(self, day: dt.date) -> bool:
        """Say whether the vendor is preferred on ``day``."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )


@dataclass(frozen=True)
class Vendors:
    """All preferred vendors, found by id or by the category they serve."""

    info: TableInfo
    _by_id: Mapping[str, Vendor] = field(repr=False)

    def by_id(self, vendor: str) -> Vendor | None:
        """The vendor with this id, or ``None``."""
        return self._by_id.get(vendor)

    def for_category(self, category: str, day: dt.date) -> Vendor | None:
        """The first vendor (by id) preferred for a category on ``day``."""
        serving = (v for v in self._by_id.values() if category in v.categories and v.in_force(day))
        return min(serving, key=lambda v: v.id, default=None)

    def vendors(self) -> Iterable[Vendor]:
        """Every vendor."""
        return self._by_id.values()


def build_offices(offices: Iterable[Office], info: TableInfo) -> Offices:
    """Index offices by processor."""
    return Offices(info, {office.processor: office for office in offices})


def build_vendors(vendors: Iterable[Vendor], info: TableInfo) -> Vendors:
    """Index vendors by id."""
    return Vendors(info, {vendor.id: vendor for vendor in vendors})


def read_offices(sheet: Sheet, info: TableInfo) -> Offices:
    """Turn a sheet into offices; a processor may stand there once."""
    kept: dict[Processor, Office] = {}
    for raw in sheet.rows():
        office = _office(raw)
        if office is None:
            continue
        if office.processor in kept:
            sheet.faults.append(RowFault(raw.number, "code", "stands in an earlier row too; keep one"))
            continue
        kept[office.processor] = office
    sheet.finish()
    return build_offices(kept.values(), info)


def _office(raw: Row) -> Office | None:
    before = len(raw.faults)
    processor = raw.parsed("code", _processor, "is not CHME, ALLIANCE_UM, CFMG, CHCN or DESK")
    name = raw.required("name")
    phones, faxes = _numbers(raw, "phones", Phone), _numbers(raw, "faxes", FaxNumber)
    handover = raw.text("handover").lower() or "queue"
    if handover not in {"queue", "fax", "email", "sftp"}:
        raw.fault("handover", "is not queue, fax, email or sftp")
    if len(raw.faults) > before or processor is None:
        return None
    return Office(
        processor=processor,
        name=name,
        phones=phones,
        faxes=faxes,
        email=raw.text("email"),
        questions_email=raw.text("questions_email"),
        hours=raw.text("hours"),
        handover=handover,
        handover_target=raw.text("handover_target"),
        source=raw.text("source"),
    )


def read_vendors(sheet: Sheet, info: TableInfo) -> Vendors:
    """Turn a sheet into vendors; an id may stand there once."""
    kept: dict[str, Vendor] = {}
    for raw in sheet.rows():
        vendor = _vendor(raw)
        if vendor is None:
            continue
        if vendor.id in kept:
            sheet.faults.append(RowFault(raw.number, "id", "stands in an earlier row too; keep one"))
            continue
        kept[vendor.id] = vendor
    sheet.finish()
    return build_vendors(kept.values(), info)


def _vendor(raw: Row) -> Vendor | None:
    before = len(raw.faults)
    found, name = raw.required("id"), raw.required("name")
    phones, faxes = _numbers(raw, "phone", Phone), _numbers(raw, "fax", FaxNumber)
    start, end = raw.date("effective_from"), raw.date("effective_to")
    if len(raw.faults) > before:
        return None
    return Vendor(
        id=found,
        name=name,
        categories=raw.words("categories"),
        address=raw.text("address"),
        phone=phones[0] if phones else "",
        fax=faxes[0] if faxes else "",
        effective_from=start,
        effective_to=end,
        source=raw.text("source"),
    )


def _numbers(raw: Row, column: str, kind: type[Phone]) -> tuple[str, ...]:
    numbers = []
    for text in raw.words(column):
        number = kind.parse(text)
        if number is None:
            raw.fault(column, "is not a North American number; write it as +15107474540")
        else:
            numbers.append(number.value)
    return tuple(numbers)


def _processor(text: str) -> Processor | None:
    return next((p for p in Processor if p.value == text.upper() and p is not Processor.SPLIT), None)
