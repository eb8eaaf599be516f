"""A care decision as people write it, on a page or as rows of a table: read, checked, told back in words."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from zoneinfo import ZoneInfo

from desk.cases.actor import Actor
from desk.cases.care import record_decision
from desk.errors import DeskError, ReferenceDataError, ValueRefusedError
from desk.lifecycle import RequestState
from desk.records.models import Request
from outbound.care import CareDecision, CareKind, DecidedLine
from outbound.notices import Contact, Language
from outbound.texts import Texts
from terms.errors import InletError

FACTS = (
    "kind", "decided_by", "phone", "decided_at", "authorization_number", "reasons", "criteria", "unmet", "awaited",
    "expected_on", "vendor", "harmless",
)  # fmt: skip
LINE = ("code", "description", "requested", "granted", "starts", "ends")
COLUMNS = ("reference", "revision", *FACTS, *LINE)
"""The columns of a table of decisions: one row for each line, the rows of a request one after the other."""

MOST_ROWS = 5000
"""Requests in a table to fill in."""

_NEEDED = frozenset({"reference", "kind", "decided_by", "phone", "decided_at"})
_YES = frozenset({"yes", "y", "true", "1", "on"})
_TEXTS = ("decided_by", "phone", "authorization_number", "reasons", "criteria", "unmet", "awaited", "vendor")


@dataclass(frozen=True, slots=True)
class Row:
    """One decision of a table: its first row (2 is the first under the heading), what is wrong, whether it was made."""

    number: int
    reference: str
    kind: str
    fault: str = ""
    made: bool = False


def read_decision(
    facts: Mapping[str, str],
    lines: Sequence[Mapping[str, str]],
    *,
    zone: ZoneInfo,
    member_reasons: Mapping[Language, str] | None = None,
) -> CareDecision:
    """Read what a person wrote. Times without a zone are of ``zone``.

    Raises :class:`desk.errors.ValueRefusedError` for what is no date or kind, and
    :class:`outbound.errors.CareDecisionError` naming every part that is missing.
    """
    said = {name: facts.get(name, "").strip() for name in FACTS}
    kind = said["kind"].casefold().replace(" ", "_").replace("-", "_")
    if kind not in {each.value for each in CareKind}:
        raise ValueRefusedError(f"the kind of decision is one of {', '.join(each.value for each in CareKind)}")
    try:
        at = dt.datetime.fromisoformat(said["decided_at"])
    except ValueError as error:
        raise ValueRefusedError("decided at is a date and time such as 2026-11-20 14:30") from error
    return CareDecision(
        kind=CareKind(kind),
        decided_at=at if at.tzinfo else at.replace(tzinfo=zone),
        lines=tuple(_line(line) for line in lines),
        expected_on=_day(said["expected_on"], "expected on"),
        harmless=said["harmless"].casefold() in _YES,
        member_reasons=dict(member_reasons or {}),
        **{name: said[name] for name in _TEXTS},
    )


def _line(said: Mapping[str, str]) -> DecidedLine:
    texts = {name: said.get(name, "").strip() for name in ("code", "description", "requested", "granted")}
    return DecidedLine(**texts, starts=_day(said.get("starts", ""), "starts"), ends=_day(said.get("ends", ""), "ends"))


def _day(text: str, what: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise ValueRefusedError(f"{what} is a day such as 2026-11-20, or empty") from error


def requested_lines(request: Request) -> list[dict[str, str]]:
    """Give a request's lines as a decision names them: code, description, what was requested."""
    return [
        {"code": line.code, "description": line.description, "requested": line.quantity} for line in request.lines.all()
    ]


def import_decisions(
    rows: Iterable[str], *, actor: Actor, zone: ZoneInfo, sender: Contact, texts: Texts, dry_run: bool
) -> tuple[Row, ...]:
    """Record the decisions of a CSV table; with ``dry_run`` only say what would be refused.

    Each decision is recorded by itself, and only if no row of the whole table has a fault. Letters to
    members are not drafted from tables. Raises :class:`desk.errors.ReferenceDataError` for a table
    without the needed columns.
    """
    reader = csv.DictReader(rows)
    if missing := _NEEDED - set(reader.fieldnames or ()):
        raise ReferenceDataError(f"the table has no column {min(missing)}; columns: {', '.join(COLUMNS)}")
    if strange := set(reader.fieldnames or ()) - set(COLUMNS):
        raise ReferenceDataError(f"there is no column {min(strange)!r}; columns: {', '.join(COLUMNS)}")
    numbered = [
        (number, {name: text or "" for name, text in row.items() if name}) for number, row in enumerate(reader, 2)
    ]
    found: list[tuple[Row, CareDecision | None, int]] = []
    for reference, group in groupby(numbered, key=lambda each: each[1]["reference"].strip().upper()):
        found.append(_read_group(reference, list(group), zone))
    told = [row for row, _care, _revision in found]
    twice = {row.reference for row in told if sum(other.reference == row.reference for other in told) > 1}
    told = [
        replace(row, fault=row.fault or "the request has rows in two places; put them together")
        if row.reference in twice
        else row
        for row in told
    ]
    if dry_run or any(row.fault for row in told):
        return tuple(told)
    done = []
    for row, care, revision in found:
        assert care is not None, "a row without fault was read"
        try:
            record_decision(row.reference, care, revision=revision, actor=actor, sender=sender, texts=texts)
        except InletError as error:
            done.append(replace(row, fault=str(error)))
        else:
            done.append(replace(row, made=True))
    return tuple(done)


def _read_group(
    reference: str, rows: list[tuple[int, dict[str, str]]], zone: ZoneInfo
) -> tuple[Row, CareDecision | None, int]:
    number, first = rows[0]
    kind = first["kind"].strip()
    try:
        request = Request.objects.filter(reference=reference).first()
        if request is None:
            raise DeskError("no request has this reference")
        revision = _revision(request, first.get("revision", ""))
        if request.state not in {RequestState.HANDED_OVER, RequestState.ROUTED}:
            raise DeskError(f"the request is {request.state.replace('_', ' ')}; nobody decides it now")
        for name in FACTS:
            if any(row.get(name, "") not in {"", first.get(name, "")} for _number, row in rows):
                raise DeskError(f"its rows say different things for {name}")
        known = {line["code"]: line for line in requested_lines(request)}
        lines = [_filled(row, known) for _number, row in rows if row.get("code", "").strip()]
        if any(line["code"].strip() not in known for line in lines) and first["kind"].strip() != CareKind.MODIFY.value:
            raise DeskError("a line names a code that was not requested; only a modification may")
        care = read_decision(first, lines or requested_lines(request), zone=zone)
    except InletError as error:
        return Row(number, reference, kind, str(error)), None, 0
    return Row(number, reference, kind), care, revision


def _filled(row: Mapping[str, str], known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """A line's row, with what it leaves empty of the requested service as the request has it."""
    said = {name: row.get(name, "").strip() for name in LINE}
    asked = known.get(said["code"], {})
    return said | {name: said[name] or asked.get(name, "") for name in ("description", "requested")}


def table_to_fill_in() -> str:
    """Give the requests that wait for a decision as such a table: a row for each line, what was decided left empty.

    No services' descriptions: a provider's words could be a formula to a spreadsheet, and they are known here.
    """
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    table.writeheader()
    rows = Request.objects.filter(state=RequestState.HANDED_OVER).order_by("due_at", "id")
    for row in rows.defer("read_values", "facts").prefetch_related("lines")[:MOST_ROWS]:
        for line in row.lines.all():
            if line.code:
                table.writerow({"reference": row.reference, "revision": str(row.revision), "code": line.code})
    return out.getvalue()


def _revision(request: Request, text: str) -> int:
    """The revision that was decided; a table that names none means the one that stands."""
    if not text.strip():
        return request.revision
    if text.strip() != str(request.revision):
        raise DeskError(f"the request has moved on to revision {request.revision}")
    return request.revision
