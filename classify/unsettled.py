"""Fields that no page gave and that may stand on one all the same: a person looks, the provider is not asked.

A page says which (the fact ``unsettled``, :mod:`extract.fields.unsettled`). What another page gave, or
was found blank in its own place on another page, is settled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from classify.grouping import Page, Role
from terms.values import FieldStatus, FieldValue


def with_unsettled(fields: Mapping[str, FieldValue], pages: Sequence[Page]) -> dict[str, FieldValue]:
    """The merged fields of a request, those for review without a value that an order page may still hold."""
    settled = dict(fields)
    for page in pages:
        if page.role is not Role.ORDER:
            continue
        for name in filter(None, page.reading.facts.get("unsettled", "").split(",")):
            value = settled.get(name, FieldValue.missing())
            if value.status is FieldStatus.MISSING and value.page in {None, page.number}:
                settled[name] = replace(value, status=FieldStatus.REVIEW, page=page.number)
    return settled
