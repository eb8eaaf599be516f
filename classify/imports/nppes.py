"""Providers from the NPPES file: the columns of the monthly dissemination, read row by row.

The whole file holds millions of rows, so it is streamed and only the providers asked for (by state
or by NPI) are kept. A fax number from NPPES is the provider's own claim and never counts as verified.

Source: CMS, NPPES Data Dissemination, code values and header.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping

from classify.directory import Provider
from classify.errors import RowFault, TableError
from terms.codes import Npi
from terms.contact import FaxNumber, Phone

_PLACE = "Provider Business Practice Location Address"
_NPI, _GONE, _BACK = "NPI", "NPI Deactivation Date", "NPI Reactivation Date"
_LAST, _FIRST = "Provider Last Name (Legal Name)", "Provider First Name"
_CREDENTIALS, _COMPANY = "Provider Credential Text", "Provider Organization Name (Legal Business Name)"
_STREET, _MORE = (
    "Provider First Line Business Practice Location Address",
    ("Provider Second Line Business Practice Location Address"),
)
_CITY, _STATE, _ZIP = f"{_PLACE} City Name", f"{_PLACE} State Name", f"{_PLACE} Postal Code"
_PHONE, _FAX = f"{_PLACE} Telephone Number", f"{_PLACE} Fax Number"
_COLUMNS = (_NPI, _LAST, _FIRST, _CREDENTIALS, _COMPANY, _STREET, _CITY, _STATE, _ZIP, _PHONE, _FAX)


def read_nppes(
    lines: Iterable[str], *, states: frozenset[str] | None = None, only: frozenset[str] | None = None
) -> Iterator[Provider]:
    """The providers of the file in its order, one at a time; deactivated ones are left out.

    ``states`` keeps practice locations there (``{"CA"}``), ``only`` keeps these NPIs. Raises
    :class:`TableError` when a needed column is missing; a row whose NPI is no NPI is left out, since
    nothing can be matched to it.
    """
    rows = csv.DictReader(lines)
    absent = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
    if absent:
        raise TableError("nppes", [RowFault(1, column, "column is missing; give the NPPES file") for column in absent])
    for row in rows:
        if states is not None and row[_STATE].strip().upper() not in states:
            continue
        if only is not None and row[_NPI].strip() not in only:
            continue
        provider = _provider(row)
        if provider is not None:
            yield provider


def _provider(row: Mapping[str, str]) -> Provider | None:
    npi = Npi.parse(row[_NPI])
    if npi is None or (row.get(_GONE) and not row.get(_BACK)):
        return None
    person = " ".join(p for p in (_words(row, _FIRST), _words(row, _LAST)) if p)
    credentials = _words(row, _CREDENTIALS)
    company = _words(row, _COMPANY)
    named = f"{person}, {credentials}" if person and credentials else person
    phone, fax = Phone.parse(row[_PHONE]), FaxNumber.parse(row[_FAX])
    return Provider(
        npi=npi.value,
        name=named or company,
        credentials=credentials,
        clinic=company if person else "",
        address=_address(row),
        phone=phone.value if phone else "",
        fax=fax.value if fax else "",
    )


def _words(row: Mapping[str, str], column: str) -> str:
    return " ".join((row.get(column) or "").split())


def _address(row: Mapping[str, str]) -> str:
    street = " ".join(p for p in (_words(row, _STREET), _words(row, _MORE)) if p)
    tail = f"{_words(row, _STATE)} {_words(row, _ZIP)[:5]}".strip()
    return ", ".join(part for part in (street, _words(row, _CITY), tail) if part)
