"""A mailbox's messages become arrivals: the desk's side of it, against a real Dovecot."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import OperationalError

from desk.config import Settings, load_settings
from desk.doctor import Health
from desk.doctor_mailbox import check_mailbox
from desk.errors import SettingsError, StorageFullError
from desk.pipeline import mail_watch
from desk.pipeline.mail_watch import ArrivalLedger, MailWatch
from desk.pipeline.watch import Watch, watch_of
from desk.records.models import Arrival
from desk.source_settings import SourceSettings
from desk.storage import ORIGINALS, read_stored
from ingest.mailbox.letter import LetterKey
from terms.names import ArrivalState
from tests.ingest.mailbox.certificates import make_certificates
from tests.ingest.mailbox.dovecot import PASSWORD, PROGRAM, Dovecot, message, running_dovecot

_IMAP = '[[sources]]\nname="orders"\nkind="imap"\nhost="mail.example.org"\nuser="orders"\n'


@pytest.fixture(scope="module")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    """A running Dovecot."""
    if PROGRAM is None:
        pytest.skip("Dovecot is not installed; run: apt-get install dovecot-imapd")
    with running_dovecot(make_certificates(tmp_path_factory.mktemp("certificates"))) as server:
        yield server


@pytest.fixture
def source(dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SourceSettings:
    """Settings of a source for a new account."""
    monkeypatch.setenv("MAILBOX_PASSWORD", PASSWORD)
    return SourceSettings(
        name="orders", kind="imap", channel="mail", label="orders@example.org", path=tmp_path / "spool",
        host="localhost", port=dovecot.tls_port, user=dovecot.user(), password_variable="MAILBOX_PASSWORD",
        ca_file=dovecot.certificates.authority, poll_seconds=0.2, largest_mail_mb=1,
    )  # type: ignore[arg-type]  (pydantic reads the words)  # fmt: skip


def _tend(watch: MailWatch, until: Callable[[], bool]) -> None:
    """Run the watch here until something holds, which is asked elsewhere."""
    stop = threading.Event()
    late = time.monotonic() + 20

    def look() -> None:
        while not until() and time.monotonic() < late:
            time.sleep(0.02)
        stop.set()

    threading.Thread(target=look, daemon=True).start()
    watch.run(stop)
    assert time.monotonic() < late, watch.problem


@pytest.mark.django_db
def test_messages_become_arrivals(dovecot: Dovecot, source: SourceSettings, inlet: Settings) -> None:
    """Each message is an arrival with its original bytes, its label and channel; equal bytes make a duplicate."""
    dovecot.deliver(source.user, message(1), message(2), message(1))
    watch = MailWatch(source, inlet)
    _tend(watch, lambda: dovecot.count(source.user) == 0)
    first, second, third = Arrival.objects.order_by("pk")
    assert [read_stored(ORIGINALS, a.original) for a in (first, second)] == [message(1), message(2)]
    assert (first.source, first.channel, first.label) == ("orders", "mail", "orders@example.org")
    assert (third.state, third.duplicate_of) == (ArrivalState.DUPLICATE, first)
    assert first.pickup_key.startswith("orders:")
    assert watch.problem is None


@pytest.mark.django_db
def test_a_message_taken_before_is_no_second_arrival(dovecot: Dovecot, source: SourceSettings, inlet: Settings) -> None:
    """Registered, then killed before the move, then numbered anew by the server: still one arrival, and moved."""
    dovecot.deliver(source.user, message(1))
    watch = MailWatch(source, inlet)
    letter = next(watch.mailbox.letters(threading.Event()))
    mail_watch.take_letter(letter, source)
    dovecot.renumber(source.user, 4_000_000_000)
    dovecot.deliver(source.user, message(2))
    _tend(MailWatch(source, inlet), lambda: dovecot.count(source.user) == 0)
    assert Arrival.objects.count() == 2


@pytest.mark.django_db
def test_trouble_with_storage_and_database(
    dovecot: Dovecot, source: SourceSettings, inlet: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk and a database that is away leave the message on the server, say so, and pass."""
    dovecot.deliver(source.user, message(1))
    watch = MailWatch(source, inlet.model_copy(update={"rescan_seconds": 0.2}))
    store, knows = mail_watch.store_original, ArrivalLedger.knows
    seen: list[str | None] = []

    def full(path: Path) -> object:
        if len(seen) < 1:
            seen.append("full")
            raise StorageFullError("no space is left; make room")
        seen.append(watch.problem and watch.problem.kind)
        return store(path)

    def away(ledger: ArrivalLedger, key: LetterKey) -> bool:
        if len(seen) == 1:
            seen.append(watch.problem and watch.problem.kind)
            raise OperationalError("locked")
        return knows(ledger, key)

    monkeypatch.setattr(mail_watch, "store_original", full)
    monkeypatch.setattr(ArrivalLedger, "knows", away)
    _tend(watch, lambda: dovecot.count(source.user) == 0)
    assert seen[:2] == ["full", StorageFullError.kind]
    assert Arrival.objects.count() == 1
    assert watch.problem is None


@pytest.mark.django_db
def test_a_message_too_large_is_quarantined(dovecot: Dovecot, source: SourceSettings, inlet: Settings) -> None:
    """It is an arrival all the same, with the reason and the remedy, and the source counts it until it is gone."""
    dovecot.deliver(source.user, message(1, size=1_200_000))
    watch = MailWatch(source, inlet)
    _tend(watch, lambda: dovecot.count(source.user) == 0 and watch.waiting == 1)
    arrival = Arrival.objects.get()
    assert arrival.state == ArrivalState.QUARANTINED
    assert arrival.problem_kind == "ingest.mail_too_large"
    assert "ask for a smaller one" in arrival.problem_message


def test_a_mailbox_in_the_settings(tmp_path: Path) -> None:
    """A mailbox needs no path, brings mail unless told else, and its files are found from the settings file."""
    text = _IMAP + 'password_file="secret"\n[[sources]]\nname="fax"\npath="fax"\n'
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "inlet.toml").write_text(f'data_dir="../data"\n{text}', "utf-8")
    settings = load_settings(tmp_path / "conf" / "inlet.toml", environment={})
    mailbox, folder = settings.all_sources
    assert (mailbox.channel.value, mailbox.path) == ("mail", tmp_path / "data" / "spool" / "orders")
    assert mailbox.password_file == tmp_path / "conf" / "secret"
    assert isinstance(watch_of(mailbox, settings), MailWatch)
    assert isinstance(watch_of(folder, settings), Watch)
    again = load_settings(environment=settings.to_environment() | {"INLET_CONFIG": str(settings.config_file)})
    assert again.all_sources == settings.all_sources


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (_IMAP, "password_file"),
        (_IMAP + 'password_variable="PW"\ntoken_command=["x"]\n', "only one"),
        (_IMAP + 'password_variable="INLET_PW"\n', "INLET_"),
        (_IMAP + 'password_variable="PW"\nprocessed="INBOX"\n', "three different ones"),
        ('[[sources]]\nname="a"\nkind="imap"\npassword_variable="PW"\n', "host"),
        ('[[sources]]\nname="a"\npath="x"\nhost="mail.example.org"\n', 'kind = "imap"'),
        ('[[sources]]\nname="a"\n', "path"),
        (_IMAP + 'pasword_file="x"\n', "password_file"),
    ],
)
def test_settings_that_cannot_be(tmp_path: Path, text: str, words: str) -> None:
    """No secret or two, a folder with a host, taken mail that would come in again: each is refused in words."""
    (tmp_path / "inlet.toml").write_text(f'data_dir="data"\n{text}', "utf-8")
    with pytest.raises(SettingsError, match=words):
        load_settings(tmp_path / "inlet.toml", environment={})


def test_the_doctor_looks_into_mailboxes(
    dovecot: Dovecot, source: SourceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mailbox that can be used, one with messages in Failed, one with a wrong password: each with its remedy."""
    dovecot.deliver(source.user, message(1))
    assert check_mailbox(source).found == "signed in; messages that wait: 1"
    dovecot.deliver(source.user, message(1), folder="Inlet.Failed")
    assert check_mailbox(source).health is Health.WARNING
    monkeypatch.setenv("MAILBOX_PASSWORD", "wrong")
    fault = check_mailbox(source)
    assert fault.health is Health.FAULT
    assert "refused user name and password" in fault.found
    assert fault.remedy.startswith("Check both")
