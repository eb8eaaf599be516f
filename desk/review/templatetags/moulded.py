"""The rows of a request's values, each one filled into its mould."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe

from desk.review.moulds import Mould
from desk.review.sheet import FieldView

register = template.Library()

_FILLED = ("target", "page", "box", "key", "label", "short", "shown", "changed_by", "percent", "origin")
VALUE = Mould(
    "review/_value_row.html",
    shape=("options", "chosen", "long", "table", "is_code", "human", "doubtful"),
    filled=_FILLED,
)
PART = Mould("review/_line_part.html", shape=("table",), filled=_FILLED)
DIAGNOSIS = Mould("review/_diagnosis_row.html", shape=("human", "doubtful"), filled=_FILLED)
_COLUMNS = ("code mono", "mods mono", "qty", "")
"""The looks of a line's parts, in their order."""


@register.simple_tag
def value_rows(views: Iterable[FieldView], may_correct: bool) -> SafeString:  # noqa: FBT001  (a tag's argument)
    """Show the values of a section, a row each."""
    return _joined(VALUE.cast(view, may_correct=may_correct) for view in views)


@register.simple_tag
def line_parts(parts: Iterable[FieldView], may_correct: bool) -> SafeString:  # noqa: FBT001  (a tag's argument)
    """Show the parts of a line, a cell each."""
    looks = zip(parts, _COLUMNS, strict=True)
    return _joined(PART.cast(view, look=look, may_correct=may_correct) for view, look in looks)


@register.simple_tag
def diagnosis_rows(views: Iterable[FieldView], may_correct: bool) -> SafeString:  # noqa: FBT001  (a tag's argument)
    """Show diagnoses, a row each."""
    numbered = enumerate(views, start=1)
    return _joined(DIAGNOSIS.cast(view, number=str(number), may_correct=may_correct) for number, view in numbered)


def _joined(rows: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(rows))  # noqa: S308  (rows of moulds, escaped there)
