"""The packet for a processor: what was read and how far it can be trusted, before the original pages.

Pure. The processor may see everything of the request, but only of its own lines.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from classify.offices import Office
from outbound.compose import NOT_READ
from outbound.notices import NoticeData, NoticeKind, NoticeValue
from terms.contact import Phone
from terms.names import FIELD_KINDS, FIELD_LABELS, LINE_KINDS, FieldKind
from terms.requests import RequestValues
from terms.values import FieldStatus, FieldValue, Source

VERIFIED, READ, UNSURE = "verified", "read by machine", "unsure, look at the page"


def packet(
    data: NoticeData,
    values: RequestValues,
    office: Office,
    mine: Iterable[int],
    *,
    pages: int,
    texts: Iterable[str] = (),
    why: Iterable[str] = (),
) -> NoticeData:
    """Turn a composed forward notice into the packet's cover and summary for ``office``.

    ``mine`` are the 0-based lines that this office decides, ``pages`` how many original pages follow
    as pictures, ``texts`` what stands on those that have none (a mail's own text), ``why`` the reasons for
    which these lines are the office's (without any, the reason of the request as a whole).
    Every value that the request holds stands there with how sure it is; a line of another office does
    not. Raises ValueError for a notice of another kind.
    """
    if data.kind is not NoticeKind.FORWARD:
        raise ValueError("a packet is made from a notice of kind forward")
    own = sorted(set(mine))
    rows = [_row(FIELD_LABELS[name], values, name) for name in FIELD_KINDS if _worth_showing(values.fields.get(name))]
    for place in own:
        rows += _line_rows(values, place)
    for place, diagnosis in enumerate(values.diagnoses):
        rows.append(_value("Diagnosis", diagnosis, confirmed=_confirmed(values, f"diagnosis[{place}]")))
    return replace(
        data,
        to_name=office.name,
        lines=tuple(data.lines[place] for place in own),
        deciders=tuple(decider for decider in data.deciders if decider.name == office.name),
        values=tuple(rows),
        original_pages=pages,
        page_texts=tuple(text.strip() for text in texts if text.strip()),
        reason=" ".join(dict.fromkeys(why)) or data.reason,
        barcode="",
    )


def _worth_showing(value: FieldValue | None) -> bool:
    return value is not None and (value.value is not None or value.raw is not None)


def _line_rows(values: RequestValues, place: int) -> list[NoticeValue]:
    line = values.lines[place]
    modifiers = " ".join(m.value for m in line.modifiers if m.value)
    prefix = f"line[{place}]"
    rows = [
        _value(f"Item {place + 1}: code", line.code, confirmed=_confirmed(values, f"{prefix}.code"), more=modifiers)
    ]
    for name in ("description", "quantity", "unit", "start_date", "end_date"):
        part: FieldValue = getattr(line, name)
        if _worth_showing(part):
            label, kind = f"Item {place + 1}: {name.replace('_', ' ')}", LINE_KINDS[name]
            rows.append(_value(label, part, confirmed=_confirmed(values, f"{prefix}.{name}"), kind=kind))
    return rows


def _row(label: str, values: RequestValues, name: str) -> NoticeValue:
    return _value(
        label,
        values.fields[name],
        confirmed=_confirmed(values, name),
        kind=FIELD_KINDS[name],
    )


def _confirmed(values: RequestValues, name: str) -> bool:
    return values.facts.get(f"confirmed.{name}") == "yes"


def _value(
    label: str, value: FieldValue, *, confirmed: bool, more: str = "", kind: FieldKind = FieldKind.TEXT
) -> NoticeValue:
    shown = _as_offices_write(value.value, kind) if value.value else value.raw or NOT_READ
    if confirmed or (value.source is Source.LOOKUP and value.is_accepted):
        mark = VERIFIED
    else:
        mark = READ if value.status is FieldStatus.ACCEPTED else UNSURE
    return NoticeValue(label, f"{shown} {more}".strip(), mark)


def _as_offices_write(text: str, kind: FieldKind) -> str:
    """A value in the form that is usual on paper here; dates with the month first."""
    if kind is FieldKind.PHONE:
        phone = Phone.parse(text)
        return phone.display if phone else text
    if kind is FieldKind.DATE:
        try:
            return f"{dt.date.fromisoformat(text):%m/%d/%Y}"
        except ValueError:
            return text  # a person wrote it otherwise
    return text
