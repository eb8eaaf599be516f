"""Rows filled into moulds are what the template itself would make of each value, escaped as it would."""

from dataclasses import replace

import pytest
from django.template.loader import get_template
from django.utils import translation

from desk.review.moulds import Mould
from desk.review.sheet import FieldView
from desk.review.templatetags.moulded import DIAGNOSIS, PART, VALUE
from terms.names import FieldKind

PLAIN = FieldView(
    target="member.id",
    label="Member ID",
    short="ID",
    kind=FieldKind.MEMBER_ID,
    shown="91234567A",
    raw="91234567A",
    percent=93,
    status="accepted",
    page=1,
    box="0.1,0.2,0.3,0.4",
    human=False,
    changed_by="",
    why=(),
    doubtful=False,
    candidates=(),
    options=(),
    placeholder="",
    origin="p. 1",
)
VIEWS = (
    PLAIN,
    replace(PLAIN, shown="", page=None, box="", percent=0, origin=""),
    replace(PLAIN, shown='"><script>alert(1)</script> & \ue0000\ue001', origin="it's {{ 7 }}"),
    replace(PLAIN, human=True, changed_by="<b>carla</b>", origin="carla"),
    replace(PLAIN, doubtful=True, target="clinical.summary", kind=FieldKind.TEXT, shown="a\n<b>"),
    replace(PLAIN, target="request.type", kind=FieldKind.CHOICE, shown="b", options=(("a", "A"), ("b", "<B>"))),
    replace(PLAIN, target="request.type", kind=FieldKind.CHOICE, shown="a", options=(("a", "A"), ("b", "<B>"))),
    replace(PLAIN, percent=7),
)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("mould", "template", "others"),
    [
        (VALUE, "review/_value_row.html", {}),
        (PART, "review/_line_part.html", {"look": "qty"}),
        (DIAGNOSIS, "review/_diagnosis_row.html", {"number": "2"}),
    ],
)
def test_a_filled_mould_is_what_its_template_makes(
    mould: Mould, template: str, others: dict[str, str], language: str
) -> None:
    """Twice each value, in turn with others: nothing of one row stays for the next."""
    with translation.override(language):
        for may_correct in (True, False):
            for view in (*VIEWS, *reversed(VIEWS)):
                as_template = get_template(template).render(
                    {"view": _Empty(view), "may_correct": may_correct, **others}
                )
                assert mould.cast(view, **others, may_correct=may_correct) == as_template.strip()


class _Empty:
    """A value as the template sees it: what is missing is empty."""

    def __init__(self, view: FieldView) -> None:
        self._view = view

    def __getattr__(self, name: str) -> object:
        return getattr(self._view, name) or ""
