"""One place that turns what was read into normal form, by kind of field."""

import datetime as dt
import re
from collections.abc import Callable

from terms.codes import Code, HcpcsCode, Icd10Code, MemberId, Modifier, Npi
from terms.contact import Phone
from terms.dates import parse_date
from terms.names import FieldKind, RequestType

_QUANTITY = re.compile(r"#?\s*(\d{1,5})(?:\.0+)?", re.ASCII)
_PARSERS: dict[FieldKind, Callable[[str], Code | Phone | None]] = {
    FieldKind.NPI: Npi.parse,
    FieldKind.CODE: HcpcsCode.parse,
    FieldKind.DIAGNOSIS: Icd10Code.parse,
    FieldKind.MODIFIER: Modifier.parse,
    FieldKind.MEMBER_ID: MemberId.parse,
    FieldKind.PHONE: Phone.parse,
}
_YES = {"yes", "y", "x", "true", "on", "checked", "attached", "1"}
_NO = {"no", "n", "off", "false", "0"}


def normalise(kind: FieldKind, text: str, *, latest: dt.date | None = None) -> str | None:
    """Give ``text`` in the normal form of ``kind``, or ``None`` if it is not a valid value of it.

    ``latest`` bounds two-digit years (pass the day of receipt). Names, addresses and texts are
    kept as written with white space collapsed. A choice is a :class:`RequestType` value, ``yes``
    or ``no``.
    """
    text = " ".join(text.split())
    if not text:
        return None
    if kind is FieldKind.DATE:
        date = parse_date(text, latest=latest)
        return date.isoformat() if date else None
    if kind is FieldKind.QUANTITY:
        found = _QUANTITY.match(text)
        return str(int(found.group(1))) if found else None
    if kind is FieldKind.CHOICE:
        return _choice(text)
    parse = _PARSERS.get(kind)
    if parse is None:
        return text
    value = parse(text)
    return None if value is None else str(value)


def _choice(text: str) -> str | None:
    lowered = text.lower().replace(" ", "_")
    if lowered in {t.value for t in RequestType}:
        return lowered
    if lowered in _YES:
        return "yes"
    return "no" if lowered in _NO else None
