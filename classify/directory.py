"""The directory: providers by NPI, with the fax number that was verified for them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from classify.errors import RowFault
from classify.sheet import Row, Sheet, TableInfo, parse_yes
from terms.codes import Npi
from terms.contact import FaxNumber, Phone

PROVIDER_COLUMNS = ("npi", "name")


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as the directory knows them; ``fax_verified`` says that a person confirmed the number."""

    npi: str
    name: str
    credentials: str = ""
    clinic: str = ""
    address: str = ""
    phone: str = ""
    fax: str = ""
    fax_verified: bool = False
    fax_verified_on: dt.date | None = None


@dataclass(frozen=True)
class Directory:
    """All providers by NPI."""

    info: TableInfo
    _by_npi: Mapping[str, Provider] = field(repr=False)

    def __len__(self) -> int:
        """Count the providers."""
        return len(self._by_npi)

    def by_npi(self, npi: str) -> Provider | None:
        """The provider with this NPI, or ``None``."""
        return self._by_npi.get(npi)

    def providers(self) -> Iterable[Provider]:
        """Every provider."""
        return self._by_npi.values()


def build_directory(providers: Iterable[Provider], info: TableInfo) -> Directory:
    """Index providers by NPI."""
    return Directory(info, {provider.npi: provider for provider in providers})


def read_directory(sheet: Sheet, info: TableInfo) -> Directory:
    """Turn a sheet into a directory; an NPI may stand there once."""
    seen: dict[str, int] = {}
    kept: list[Provider] = []
    for raw in sheet.rows():
        provider = _provider(raw)
        if provider is None:
            continue
        if provider.npi in seen:
            sheet.faults.append(RowFault(raw.number, "npi", f"stands in row {seen[provider.npi]} too; keep one"))
            continue
        seen[provider.npi] = raw.number
        kept.append(provider)
    sheet.finish()
    return build_directory(kept, info)


def _provider(raw: Row) -> Provider | None:
    before = len(raw.faults)
    npi = raw.parsed("npi", Npi.parse, "is not an NPI: ten digits whose check digit fits")
    name = raw.required("name")
    numbers: dict[str, str] = {}
    for column, kind in (("phone", Phone), ("fax", FaxNumber)):
        text = raw.text(column)
        number = kind.parse(text) if text else None
        if text and number is None:
            raw.fault(column, "is not a North American number; write it as +15105550142")
        numbers[column] = number.value if number else ""
    verified = raw.text("fax_verified")
    is_verified = parse_yes(verified) if verified else False
    if is_verified is None:
        raw.fault("fax_verified", "is not yes or no")
    checked_on = raw.date("fax_verified_on")
    if len(raw.faults) > before or npi is None:
        return None
    return Provider(
        npi=npi.value,
        name=name,
        credentials=raw.text("credentials"),
        clinic=raw.text("clinic"),
        address=raw.text("address"),
        phone=numbers["phone"],
        fax=numbers["fax"],
        fax_verified=bool(is_verified),
        fax_verified_on=checked_on,
    )
