"""One Dovecot for all tests of the mailbox; each test uses an account of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.mailbox.account import Account
from ingest.mailbox.secret import SecretVariable
from tests.ingest.mailbox.certificates import Certificates, make_certificates
from tests.ingest.mailbox.dovecot import PASSWORD, PROGRAM, Dovecot, running_dovecot

MakeAccount = Callable[..., Account]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Authorities and certificates for loopback."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def dovecot(certificates: Certificates) -> Iterator[Dovecot]:
    """A running Dovecot."""
    if PROGRAM is None:
        pytest.skip("Dovecot is not installed; run: apt-get install dovecot-imapd")
    with running_dovecot(certificates) as server:
        yield server


@pytest.fixture
def make_account(dovecot: Dovecot, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> MakeAccount:
    """Makes accounts on the server: a new user's, impatient, with whatever a test sets otherwise."""
    monkeypatch.setenv("MAILBOX_PASSWORD", PASSWORD)

    def make(**more: object) -> Account:
        facts: dict[str, object] = {
            "host": "localhost",
            "port": dovecot.tls_port,
            "user": dovecot.user(),
            "secret": SecretVariable("MAILBOX_PASSWORD"),
            "ca_file": certificates.authority,
            "rescan_seconds": 0.2,
            "retry_seconds": 0.005,
            "retry_most_seconds": 0.05,
            "refused_seconds": 0.05,
        }
        return Account(**(facts | more))  # type: ignore[arg-type]  (a test sets what it likes)

    return make


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """Where a source keeps what it has fetched."""
    return tmp_path / "spool"
