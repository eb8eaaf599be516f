"""Putting files in by hand."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from desk.config import Settings
from desk.lifecycle import Role
from desk.records.models import Arrival
from desk.review import upload

pytestmark = pytest.mark.django_db
SCRIPT = {"Accept": "application/json"}


def _file(content: bytes = b"II*\0 a fax", name: str = "scan.tif") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_each_file_becomes_an_arrival(signed_in: Callable[..., Client], inlet: Settings) -> None:
    """Without a script: several at once, with links; who put them in is kept; nothing is left in the spool."""
    mail = b"From: a@clinic.example\r\nTo: b@inlet.example\r\nSubject: x\r\n\r\nbody"
    answer = signed_in(Role.CLERK, "clara").post(
        "/upload/", {"files": [_file(), _file(mail, "order.eml")]}, follow=True
    )
    assert answer.status_code == 200
    fax, message = Arrival.objects.order_by("pk")
    assert (fax.source, fax.channel, fax.file_name, fax.facts["handed_in_by"]) == ("upload", "fax", "scan.tif", "clara")
    assert message.channel == "mail"
    assert f'href="/arrivals/{fax.pk}/"' in answer.content.decode()
    assert list((inlet.data_dir / "spool" / "upload").iterdir()) == []


def test_a_script_gets_numbers_and_addresses(signed_in: Callable[..., Client]) -> None:
    """201 with the arrival; the same hand-over again is the same arrival; the same bytes anew a duplicate."""
    client = signed_in()
    first = client.post("/upload/", {"files": _file(), "once": "abc123"}, headers=SCRIPT)
    again = client.post("/upload/", {"files": _file(), "once": "abc123"}, headers=SCRIPT)
    assert first.status_code == again.status_code == 201
    assert json.loads(first.content) == json.loads(again.content)
    (row,) = json.loads(first.content)["arrivals"]
    assert row["address"] == f"/arrivals/{row['arrival']}/"
    other = client.post("/upload/", {"files": _file(), "once": "def456"}, headers=SCRIPT)
    assert json.loads(other.content)["arrivals"][0]["duplicate_of"] == row["arrival"]
    assert Arrival.objects.count() == 2


def test_when_it_was_received_counts(signed_in: Callable[..., Client]) -> None:
    """In the desk's time zone; a time to come, or none at all, is refused and nothing kept."""
    client = signed_in()
    client.post("/upload/", {"files": _file(), "received": "2026-03-02T09:00"}, headers=SCRIPT)
    assert Arrival.objects.get().received_at.isoformat() == "2026-03-02T17:00:00+00:00"
    for wrong in ("2999-01-01T00:00", "yesterday"):
        answer = client.post("/upload/", {"files": _file(b"other"), "received": wrong}, headers=SCRIPT)
        assert answer.status_code == 422
    assert Arrival.objects.count() == 1


def test_what_cannot_be_taken_is_said(signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    """No file, an empty one, one that is too large: each with a sentence, to scripts and to people."""
    client = signed_in()
    assert client.post("/upload/", headers=SCRIPT).status_code == 422
    assert client.post("/upload/", {"files": _file(b"")}, headers=SCRIPT).status_code == 422
    monkeypatch.setattr(upload, "Limits", lambda: type("Small", (), {"file_bytes": 4}))
    answer = client.post("/upload/", {"files": _file()}, headers=SCRIPT)
    assert answer.status_code == 413
    assert "larger than" in json.loads(answer.content)["error"]["message"]
    assert "Larger than" in client.post("/upload/", {"files": _file()}, follow=True).content.decode().replace(
        "A file is l", "L"
    )
    assert not Arrival.objects.exists()


def test_a_form_from_elsewhere_puts_nothing_in(signed_in: Callable[..., Client], inlet: Settings) -> None:
    """The check against forged forms holds although files are read first."""
    client = signed_in()
    client.handler.enforce_csrf_checks = True
    assert client.post("/upload/", {"files": _file()}).status_code == 403
    assert not Arrival.objects.exists()
    assert list((inlet.data_dir / "spool" / "upload").iterdir()) == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_files_are_chosen_sent_and_linked(desk: Page, tmp_path: Path) -> None:
    """In a browser: two files go with progress, each ends in a link; an empty one says so and is not sent."""
    for name, content in (("a.tif", b"II*\0 one"), ("b.tif", b"II*\0 two"), ("empty.tif", b"")):
        (tmp_path / name).write_bytes(content)
    desk.goto(desk.url.rstrip("/") + "/upload/")
    desk.locator("#files").set_input_files([tmp_path / "a.tif", tmp_path / "b.tif", tmp_path / "empty.tif"])
    expect(desk.locator("#sent a")).to_have_count(2)
    expect(desk.locator("#sent .bad")).to_have_text("The file is empty.")
    assert sorted(Arrival.objects.values_list("file_name", flat=True)) == ["a.tif", "b.tif"]
    assert all(arrival.received_at <= timezone.now() for arrival in Arrival.objects.all())
    desk.locator("#sent a").first.click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Arrival")
