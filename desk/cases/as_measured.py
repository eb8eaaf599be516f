"""What people measured, laid upon what was read: raised thresholds, and confidence refitted from samples."""

import dataclasses

from desk.cases.quality import thresholds
from desk.cases.refit import bends
from reconcile.refit import AS_READ
from terms.names import FIELD_KINDS, FieldKind
from terms.requests import Line, RequestValues
from terms.values import Candidate, FieldStatus, FieldValue, Source


def as_measured(values: RequestValues) -> RequestValues:
    """Say of accepted values how sure they really are, and send those under a bar to a person.

    The bar of a kind is the higher of a person's threshold and that of the refitted table, both of the
    reader's own confidence. What was read stays as the first choice.
    """
    limits, bent = thresholds(), bends()
    if not limits and not bent:
        return values

    def held(value: FieldValue, kind: FieldKind) -> FieldValue:
        if value.source is not Source.OCR or not value.is_accepted:
            return value
        bend = bent.get(kind.value, AS_READ)
        sure = round(bend.confidence(value.confidence), 6)
        if value.confidence >= max(limits.get(kind, 0.0), bend.least):
            return dataclasses.replace(value, confidence=sure)
        first = Candidate(value.value or "", sure, "under the threshold")
        return dataclasses.replace(
            value, value=None, confidence=sure, status=FieldStatus.REVIEW, candidates=(first, *value.candidates)
        )

    def held_line(line: Line) -> Line:
        return dataclasses.replace(
            line, code=held(line.code, FieldKind.CODE), quantity=held(line.quantity, FieldKind.QUANTITY)
        )

    return dataclasses.replace(
        values,
        fields={name: held(value, FIELD_KINDS[name]) for name, value in values.fields.items()},
        lines=tuple(held_line(line) for line in values.lines),
        diagnoses=tuple(held(value, FieldKind.DIAGNOSIS) for value in values.diagnoses),
    )
