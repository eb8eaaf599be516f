"""Quality sampling at the desk: keyed blind, settled, judged."""

import io
import os
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page
from pytest_django import Settings as DjangoSettings

from desk.cases.quality import draw_sample
from desk.config import Settings
from desk.lifecycle import Role
from desk.records.models import AuditEvent, QualityCheck, QualityValue, Request, ThresholdChange

pytestmark = pytest.mark.django_db


@pytest.fixture
def check(clear: Request, inlet: Settings, settings: DjangoSettings) -> QualityCheck:
    """A drawn request."""
    del clear
    settings.INLET = inlet.model_copy(update={"quality": inlet.quality.model_copy(update={"share": 1.0})})
    draw_sample(timezone.now())
    return QualityCheck.objects.get()


def _form(check: QualityCheck, **other: str) -> dict[str, str]:
    values = {f"value-{v.position}": other.get(v.name.rpartition(".")[2], v.read) for v in check.values.all()}
    return values | {"check": str(check.pk)}


def test_page_to_key_does_not_show_what_was_read(check: QualityCheck, signed_in: Callable[..., Client]) -> None:
    """Blind is blind: neither the values nor the reference that would lead to them stand on the page."""
    page = signed_in(Role.CLERK, "kim").get("/quality/key/").content.decode()
    read = [value.read for value in check.values.all() if len(value.read) > 3]
    assert len(read) > 8
    assert [text for text in read if text in page] == []
    assert check.request.reference not in page
    assert page.count("/quality/values/") == check.values.count()


def test_paper_is_shown_where_the_value_stands(check: QualityCheck, signed_in: Callable[..., Client]) -> None:
    """A picture of the place, for whoever may key it, as long as it is open."""
    client = signed_in(Role.CLERK, "kim")
    value = check.values.get(name="member.id")
    answer = client.get(f"/quality/values/{value.pk}/")
    image = Image.open(io.BytesIO(answer.content))
    assert image.width > image.height > 20
    QualityValue.objects.filter(pk=value.pk).update(right=True)
    assert client.get(f"/quality/values/{value.pk}/").status_code == 404


def test_disagreement_goes_to_another_person(check: QualityCheck, signed_in: Callable[..., Client]) -> None:
    """Who keyed it is told that nothing is to settle; somebody else sees both words and chooses."""
    kim, lou = signed_in(Role.CLERK, "kim"), signed_in(Role.CLERK, "lou")
    assert kim.post("/quality/key/", _form(check, id="91234568A")).status_code == 302
    assert "Nothing to settle" in kim.get("/quality/settle/").content.decode()
    page = lou.get("/quality/settle/").content.decode()
    value = check.values.get(name="member.id")
    assert value.read in page
    assert "91234568A" in page
    lou.post("/quality/settle/", {"check": str(check.pk), f"choice-{value.position}": value.read})
    value.refresh_from_db()
    assert value.right is True


def test_missing_value_keeps_what_was_typed(check: QualityCheck, signed_in: Callable[..., Client]) -> None:
    """A form that is not whole comes back with the reason and with everything that was typed."""
    form = _form(check)
    form.pop(f"value-{check.values.get(name='member.id').position}")
    answer = signed_in(Role.CLERK, "kim").post("/quality/key/", form)
    assert answer.status_code == 422
    assert "question mark" in answer.content.decode()
    assert check.values.get(name="member.phone").read in answer.content.decode()


def test_rates_and_what_if_are_told(check: QualityCheck, signed_in: Callable[..., Client]) -> None:
    """The supervisor sees each kind with its interval, and what a threshold would do before it is set."""
    signed_in(Role.CLERK, "kim").post("/quality/key/", _form(check))
    client = signed_in(Role.SUPERVISOR, "sue")
    page = client.get("/quality/?kind=member_id&threshold=0.9999").content.decode()
    assert "more samples needed" in page
    assert "<strong>1 of 1</strong> values accepted lately would go to a person" in page
    client.post("/quality/threshold/", {"kind": "member_id", "threshold": "0.9999", "why": "to be safe"})
    assert ThresholdChange.objects.get().by_name == "sue"
    assert AuditEvent.objects.filter(action="quality.threshold").exists()
    assert "to be safe" in client.get("/quality/").content.decode()


def test_only_supervisors_set_thresholds(check: QualityCheck, signed_in: Callable[..., Client]) -> None:
    """A senior clerk sees the rates and may not change what is accepted."""
    del check
    senior = signed_in(Role.SENIOR_CLERK, "sena")
    assert senior.get("/quality/").status_code == 200
    data = {"kind": "npi", "threshold": "0.9", "why": "because"}
    assert senior.post("/quality/threshold/", data).status_code == 403
    assert not ThresholdChange.objects.exists()


def test_sample_is_keyed_by_keyboard_in_the_browser(check: QualityCheck, desk: Page) -> None:
    """The paper is drawn above each box; typing and Tab fill them all, Enter sends, and the next is offered."""
    desk.goto(f"{desk.url}quality/key/")
    assert desk.locator(".keyed img").first.evaluate("image => image.naturalWidth") > 50
    if pictures := os.environ.get("DESK_PICTURES"):
        desk.screenshot(path=f"{pictures}/quality-key.png")
    for value in check.values.all():
        desk.keyboard.type(value.read)
        desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.get_by_text("Nothing to key.").wait_for()
    check.refresh_from_db()
    assert check.settled_at is not None
