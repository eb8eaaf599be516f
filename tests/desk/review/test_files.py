"""Originals, page images and notices: who gets them, and how the browser is told to treat them."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from desk.lifecycle import Role
from desk.records.models import AuditEvent, Request
from desk.storage import store_derived

pytestmark = pytest.mark.django_db


def test_a_page_is_a_picture_and_nothing_else(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """The upright page comes as PNG, unsniffed, sandboxed, uncached."""
    page = waiting.pages.get(number=1)
    answer = signed_in().get(f"/pages/{page.pk}/image/")
    assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).format == "PNG"
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    answer.close()


def test_words_of_a_page(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """The words come with boxes, to fill fields by pointing."""
    page = waiting.pages.get(number=3)
    words = signed_in().get(f"/pages/{page.pk}/words/").json()["words"]
    assert waiting.member_last_name in [text for text, _ in words]
    assert all(len(box) == 4 for _, box in words)


@pytest.mark.parametrize(
    ("media_type", "sent", "disposition"),
    [
        ("image/tiff", "image/tiff", "attachment"),
        ("application/pdf", "application/pdf", "attachment"),
        ("message/rfc822", "message/rfc822", "attachment"),
        ("text/html", "application/octet-stream", "attachment"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("image/png", "image/png", "inline"),
    ],
)
def test_an_original_never_runs(
    media_type: str, sent: str, disposition: str, waiting: Request, signed_in: Callable[..., Client]
) -> None:
    """Only plain pictures are shown; all else is a download under a name of ours; each is audited."""
    arrival = waiting.arrival
    arrival.media_type = media_type
    arrival.file_name = '"><script>.html'
    arrival.save()
    answer = signed_in(Role.AUDITOR, "vera").get(f"/arrivals/{arrival.pk}/original/")
    assert answer["Content-Type"] == sent
    assert answer["Content-Disposition"].startswith(disposition)
    assert "script" not in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"]
    answer.close()
    assert AuditEvent.objects.filter(action="arrival.original_opened", actor_name="vera").count() == 1


def test_a_notice_opens_in_our_own_frame_only(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """A notice's PDF is shown inline, to our pages only, and the look is audited."""
    notice = waiting.notices.create(
        key="n", kind="receipt", revision=1, created_at=timezone.now(), pdf=store_derived(b"%PDF-1.7", ".pdf").name
    )
    answer = signed_in().get(f"/notices/{notice.pk}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "script-src" not in answer["Content-Security-Policy"]
    answer.close()
    assert AuditEvent.objects.filter(action="notice.opened", request=waiting).exists()


def test_a_file_that_is_gone_is_not_found(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """A page without its picture is 404, not a traceback."""
    page = waiting.pages.get(number=1)
    page.upright = "ab/" + "0" * 64
    page.save()
    assert signed_in().get(f"/pages/{page.pk}/image/").status_code == 404
