"""The packet for a processor: what was read and how far it can be trusted, before the original pages.

Pure. The processor may see everything of the request, but only of its own lines.
"""

from collections.abc import Iterable
from dataclasses import replace

from classify.offices import Office
from outbound.compose import NOT_READ
from outbound.notices import NoticeData, NoticeKind, NoticeValue
from terms.contact import Phone
from terms.names import FIELD_KINDS, FIELD_LABELS, FieldKind
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
) -> NoticeData:
    """Turn a composed forward notice into the packet's cover and summary for ``office``.

    ``mine`` are the 0-based lines that this office decides, ``pages`` how many original pages follow
    as pictures, ``texts`` what stands on those that have none (a mail's own text).
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
            label = f"Item {place + 1}: {name.replace('_', ' ')}"
            rows.append(_value(label, part, confirmed=_confirmed(values, f"{prefix}.{name}")))
    return rows


def _row(label: str, values: RequestValues, name: str) -> NoticeValue:
    return _value(
        label,
        values.fields[name],
        confirmed=_confirmed(values, name),
        is_phone=FIELD_KINDS[name] is FieldKind.PHONE,
    )


def _confirmed(values: RequestValues, name: str) -> bool:
    return values.facts.get(f"confirmed.{name}") == "yes"


def _value(label: str, value: FieldValue, *, confirmed: bool, more: str = "", is_phone: bool = False) -> NoticeValue:
    text = value.value or value.raw or NOT_READ
    phone = Phone.parse(text) if is_phone else None
    shown = phone.display if phone else text
    if confirmed or (value.source is Source.LOOKUP and value.is_accepted):
        mark = VERIFIED
    else:
        mark = READ if value.status is FieldStatus.ACCEPTED else UNSURE
    return NoticeValue(label, f"{shown} {more}".strip(), mark)
