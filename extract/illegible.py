"""Values of which too little ink came through to be read by anyone: the sender must send them again."""

from collections.abc import Iterator, Mapping, Sequence

from extract.decode.grammar import CODES
from extract.page.faded import is_faded
from extract.page.upright import UprightPage
from terms.names import FIELD_KINDS, FieldKind
from terms.requests import Line
from terms.values import FieldStatus, FieldValue, Source

_UNSURE = 0.5


def illegible_fields(
    page: UprightPage, fields: Mapping[str, FieldValue], lines: Sequence[Line], diagnoses: Sequence[FieldValue]
) -> tuple[str, ...]:
    """Name the fields, codes (``line[0].code``) and diagnoses (``diagnosis[0]``) that only a new fax can mend.

    Such a value was read from the picture, is for review with less than even confidence, and less than a
    third of its ink is there: of 32 of them on faxes nobody tuned on one was read right, by chance. A
    value that is merely doubtful is never named: a person can read it. Addresses and free text, which are
    put together from several places, are left out.
    """
    return tuple(name for name, value in _single(fields, lines, diagnoses) if _is_lost(page, value))


def _single(
    fields: Mapping[str, FieldValue], lines: Sequence[Line], diagnoses: Sequence[FieldValue]
) -> Iterator[tuple[str, FieldValue]]:
    for name, value in fields.items():
        if FIELD_KINDS[name] in CODES or FIELD_KINDS[name] is FieldKind.NAME:
            yield name, value
    for place, line in enumerate(lines):
        yield f"line[{place}].code", line.code
    for place, value in enumerate(diagnoses):
        yield f"diagnosis[{place}]", value


def _is_lost(page: UprightPage, value: FieldValue) -> bool:
    doubtful = value.status is FieldStatus.REVIEW and value.source is Source.OCR and value.confidence < _UNSURE
    return doubtful and value.box is not None and is_faded(page, value.box)
