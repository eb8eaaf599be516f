"""Code lists as CMS releases them: the HCPCS alpha-numeric table and the ICD-10-CM order file.

Sources: CMS "HCPCS Quarterly Update" (columns HCPC, SHORT/LONG DESCRIPTION, ADD DT, TERM DT) and CMS
"icd10cm-order" file (code in columns 7-13, a flag in column 15 that is 1 for codes that may be used).
"""

import datetime as dt
from collections.abc import Iterable

from classify.codesets import CodeEntry, DiagnosisCodes, ProcedureCodes, build_diagnoses, build_procedures
from classify.errors import RowFault, TableError
from classify.sheet import Sheet, TableInfo
from terms.codes import HcpcsCode, Icd10Code

HCPCS_COLUMNS = ("hcpc",)
_MODIFIER_LENGTH = 2
_CODE, _FLAG, _SHORTEST = slice(6, 13), 14, 15


def read_hcpcs(sheet: Sheet, info: TableInfo) -> ProcedureCodes:
    """The codes of a release with their dates; modifiers and continuation lines of descriptions are passed over."""
    entries: dict[str, CodeEntry] = {}
    for raw in sheet.rows():
        text = raw.text("hcpc").upper()
        if len(text) == _MODIFIER_LENGTH:
            continue
        code = HcpcsCode.parse(text)
        if code is None:
            raw.fault("hcpc", "is no HCPCS code or modifier")
            continue
        if code.value in entries:
            continue
        start, end = (_day(raw.text(column)) for column in ("add dt", "term dt"))
        said = raw.text("short description") or raw.text("long description")
        entries[code.value] = CodeEntry(said, start, end)
    sheet.finish()
    if not entries:
        raise TableError(info.name, [RowFault(2, "file", "has no codes")])
    return build_procedures(entries, info)


def _day(text: str) -> dt.date | None:
    digits = "".join(c for c in text.split(".", maxsplit=1)[0] if c.isdigit())
    for form in ("%Y%m%d", "%m%d%Y"):
        try:
            return dt.datetime.strptime(digits[:8], form).date()  # noqa: DTZ007  (a day without a time)
        except ValueError:
            continue
    return None


def read_icd10_order(lines: Iterable[str], info: TableInfo) -> DiagnosisCodes:
    """The codes of an order file: those that may be used, and the categories above them."""
    billable: list[str] = []
    categories: list[str] = []
    faults: list[RowFault] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        code = Icd10Code.parse(line[_CODE]) if len(line) >= _SHORTEST else None
        if code is None or line[_FLAG] not in "01":
            faults.append(RowFault(number, "line", "is not in the order file's layout"))
            continue
        (billable if line[_FLAG] == "1" else categories).append(code.value)
    if faults or not billable:
        raise TableError(info.name, faults or [RowFault(1, "file", "has no codes")])
    return build_diagnoses(billable, categories, info)
