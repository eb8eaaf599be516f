"""The door for fax providers: what is let in, what is refused and how, and that nothing is kept twice."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings as DjangoSettings

from desk.api import arrivals as door
from desk.config import load_settings
from desk.django_settings import storages_of
from desk.errors import StorageFullError
from desk.records.models import Arrival
from desk.storage import original_is_intact

pytestmark = pytest.mark.django_db

TOKENS = {"provider-a": "a-token-that-nobody-would-guess", "provider-b": "b-token-that-nobody-would-guess"}
FAX = b"II*\0a fax of the tests"
TICKET = {"caller_id": "510-555-0142", "did": "510-555-0100", "pages": 3, "received_at": "2026-03-02T09:00:00-08:00"}


@pytest.fixture(autouse=True)
def spools(tmp_path: Path, settings: DjangoSettings) -> dict[str, Path]:
    """Two providers at the door, and where their files lie until they are stored."""
    sources = []
    for name, token in TOKENS.items():
        (tmp_path / name).write_text(token + "\n")
        (tmp_path / name).chmod(0o600)
        sources.append({
            "name": name, "kind": "http", "label": name, "token_file": str(tmp_path / name), "largest_file_mb": 1,
        })  # fmt: skip
    made = load_settings(environment={}, data_dir=str(tmp_path / "data"), readers=1, sources=sources)
    settings.INLET = made
    settings.STORAGES = storages_of(made)
    return {source.name: source.path for source in made.all_sources}


def send(
    name: str = "provider-a",
    fax: bytes | None = FAX,
    *,
    token: str | None = None,
    key: str | None = None,
    ticket: Mapping[str, object] | str | None = None,
    **more: object,
) -> HttpResponse:
    """Hand a fax over as a provider does."""
    data: dict[str, object] = dict(more)
    if fax is not None:
        data["file"] = SimpleUploadedFile("fax-1.tif", fax, "image/tiff")
    if ticket is not None:
        data["ticket"] = ticket if isinstance(ticket, str) else json.dumps(ticket)
    headers = {"Authorization": f"Bearer {TOKENS[name] if token is None else token}"}
    if key is not None:
        headers["Idempotency-Key"] = key
    return Client(enforce_csrf_checks=True).post("/api/arrivals", data, headers=headers)  # type: ignore[return-value]  (the test client's own answer)


def is_trouble(answer: HttpResponse, status: int, kind: str) -> bool:
    """Whether an answer has the one form of trouble: kind, sentence, retry."""
    error = json.loads(answer.content)["error"]
    assert set(error) == {"kind", "message", "retry"}
    assert (answer.status_code, error["kind"]) == (status, kind)
    return bool(error["message"])


def test_a_fax_is_stored_before_it_is_answered(spools: dict[str, Path]) -> None:
    """201, its source is the provider's, the ticket's facts are kept, and nothing is left in the spool."""
    answer = send(ticket=TICKET)
    assert answer.status_code == 201
    arrival = Arrival.objects.get()
    row = json.loads(answer.content)
    assert (row["arrival"], row["state"], row["sha256"]) == (arrival.pk, "in_progress", arrival.sha256)
    assert (arrival.source, arrival.channel, arrival.file_name) == ("provider-a", "fax", "fax-1.tif")
    assert arrival.facts["call"]["called"] == "510-555-0100"
    assert arrival.received_at.isoformat() == "2026-03-02T17:00:00+00:00"
    assert original_is_intact(arrival.original, arrival.sha256)
    assert list(spools["provider-a"].iterdir()) == []


def test_the_same_key_is_the_same_arrival() -> None:
    """Sent again after a lost answer: 200 and the same number; each provider's keys are its own."""
    first = json.loads(send(key="fax-77").content)
    again = send(key="fax-77", ticket=TICKET)
    assert again.status_code == 200
    assert json.loads(again.content)["arrival"] == first["arrival"]
    other = send("provider-b", key="fax-77")
    assert other.status_code == 201
    assert json.loads(other.content)["duplicate_of"] == first["arrival"]
    assert Arrival.objects.count() == 2


def test_a_key_that_brought_another_file_is_refused() -> None:
    """A provider that uses keys twice is told so; nothing is kept of it, not even bytes."""
    send(key="fax-77")
    assert is_trouble(send(fax=b"II*\0another fax", key="fax-77"), 422, "api.key_used")
    assert Arrival.objects.count() == 1


def test_without_a_key_the_same_bytes_are_a_duplicate() -> None:
    """They are counted twice and read once."""
    first, second = json.loads(send().content), json.loads(send().content)
    assert second["duplicate_of"] == first["arrival"]
    assert second["state"] == "duplicate"


@pytest.mark.parametrize("token", ["", "wrong", TOKENS["provider-a"] + "x", "ü" * 30])
def test_a_stranger_is_refused(token: str) -> None:
    """Any other token is 401 and nothing is looked at."""
    answer = send(token=token)
    assert is_trouble(answer, 401, "api.unauthorised")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert Client().post("/api/arrivals", headers={"Authorization": "Basic eDp5"}).status_code == 401
    assert not Arrival.objects.exists()


def test_a_short_or_open_token_lets_nobody_in(tmp_path: Path) -> None:
    """A token that could be guessed, or that others on the machine can read, opens nothing."""
    (tmp_path / "provider-a").write_text("short")
    assert send(token="short").status_code == 401
    (tmp_path / "provider-b").chmod(0o644)
    assert send("provider-b").status_code == 401


def test_a_new_token_counts_at_once(tmp_path: Path) -> None:
    """The file is read anew: no restart for a new token, and the old one is out."""
    assert send().status_code == 201
    (tmp_path / "provider-a").write_text("another-token-that-nobody-would-guess")
    assert send().status_code == 401
    assert send(token="another-token-that-nobody-would-guess").status_code == 201


def test_what_is_no_fax_handed_over_is_refused_in_one_form() -> None:
    """Each refusal has its status and kind; nothing is kept."""
    client = Client()
    headers = {"Authorization": f"Bearer {TOKENS['provider-a']}"}
    assert is_trouble(client.get("/api/arrivals", headers=headers), 405, "api.method")  # type: ignore[arg-type]  (the test client's own answer)
    body = client.post("/api/arrivals", FAX, content_type="image/tiff", headers=headers)
    assert is_trouble(body, 415, "api.not_multipart")  # type: ignore[arg-type]  (as above)
    broken = client.post(
        "/api/arrivals", b"--x\r\nnonsense", content_type="multipart/form-data; boundary=x", headers=headers
    )
    assert is_trouble(broken, 422, "api.no_file")  # type: ignore[arg-type]  (as above)
    missing = client.post("/api/arrivals", b"x", content_type="multipart/form-data", headers=headers)
    assert is_trouble(missing, 422, "api.broken_form")  # type: ignore[arg-type]  (as above)
    assert is_trouble(send(fax=None), 422, "api.no_file")
    assert is_trouble(send(fax=b""), 422, "api.no_file")
    assert is_trouble(send(second=SimpleUploadedFile("b.tif", b"x")), 422, "api.two_files")
    for key in ("", "x" * 201, "schlüssel"):
        assert send(key=key).status_code == 422
    assert not Arrival.objects.exists()


def test_a_file_that_is_too_large_is_refused_and_swept(spools: dict[str, Path]) -> None:
    """Stopped while it comes; nothing stays."""
    assert is_trouble(send(fax=b"x" * (2**20 + 1)), 413, "desk.too_large")
    many = {f"file{number}": SimpleUploadedFile("a.tif", b"x") for number in range(30)}
    assert is_trouble(send(**many), 413, "desk.too_many_files")
    assert list(spools["provider-a"].iterdir()) == []
    assert not Arrival.objects.exists()
    assert send(fax=b"x" * 2**20).status_code == 201


@pytest.mark.parametrize("ticket", ["{broken", "[1]", "<fax><tsi>x", '{"pages": "many"}'])
def test_a_bad_ticket_never_keeps_a_fax_out(ticket: str) -> None:
    """The fax is kept, and the answer says what is wrong with the ticket."""
    answer = send(ticket=ticket)
    assert answer.status_code == 201
    assert json.loads(answer.content)["ticket_problem"]["kind"] == "ingest.ticket_damaged"
    assert Arrival.objects.get().facts["ticket_problem"]["kind"] == "ingest.ticket_damaged"


def test_a_ticket_may_be_a_file_or_xml() -> None:
    """Providers send it as they like."""
    send(fax=b"1", ticket="<fax><ani>510-555-0142</ani></fax>")
    send(fax=b"2", metadata=SimpleUploadedFile("call.json", json.dumps(TICKET).encode(), "application/json"))
    assert [a.facts["call"]["caller_id"] for a in Arrival.objects.all()] == ["510-555-0142", "510-555-0142"]


@pytest.mark.parametrize("error", [StorageFullError("full"), OSError(28, "no space"), OperationalError("locked")])
def test_what_cannot_be_stored_is_said_to_be_sent_again(
    monkeypatch: pytest.MonkeyPatch, spools: dict[str, Path], error: Exception
) -> None:
    """503 with a time to come back, and no half of it kept."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(door, "hand_in", fail)
    answer = send(key="fax-1")
    assert is_trouble(answer, 503, "api.unavailable")
    assert answer["Retry-After"] == "60"
    assert list(spools["provider-a"].iterdir()) == []
    monkeypatch.undo()
    assert send(key="fax-1").status_code == 201


def test_a_provider_asks_after_its_own_only() -> None:
    """Where an arrival stands is told to who handed it over; for others it is not there."""
    number = json.loads(send().content)["arrival"]
    for name, status in (("provider-a", 200), ("provider-b", 404)):
        answer = Client().get(f"/api/arrivals/{number}", headers={"Authorization": f"Bearer {TOKENS[name]}"})
        assert answer.status_code == status
    assert Client().get(f"/api/arrivals/{number}").status_code == 401


def test_a_name_with_a_path_is_only_a_name() -> None:
    """Where the sender's file lay says nothing and leads nowhere."""
    data = {"file": SimpleUploadedFile("x", FAX)}
    data["file"].name = "..\\..\\C\\fax\\..\\real.tif"
    headers = {"Authorization": f"Bearer {TOKENS['provider-a']}"}
    assert Client().post("/api/arrivals", data, headers=headers).status_code == 201
    assert "/" not in Arrival.objects.get().file_name
    assert "\\" not in Arrival.objects.get().file_name
