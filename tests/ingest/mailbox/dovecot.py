"""A real Dovecot of its own: private folder, loopback, every account with the same password."""

import contextlib
import getpass
import grp
import http.server
import imaplib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.ingest.mailbox.certificates import Certificates

PASSWORD = 'Ein "schönes" \\ Wort'
PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_CONFIG = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
mail_location = maildir:{base}/mail/%u
mailbox_idle_check_interval = 1s
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
auth_username_chars = abcdefghijklmnopqrstuvwxyz0123456789-@.
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
mail_max_userip_connections = 500
default_vsz_limit = 0
imap_id_log =
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {base}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = username_format=x {base}/passwords
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%u allow_all_users=yes
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service imap {{
  service_count = 50
}}
service auth {{
  client_limit = 2000
}}
service stats {{
  chroot =
}}
"""
_OAUTH = """
tokeninfo_url = http://127.0.0.1:{port}/token?value=
username_attribute = mail
use_grant_password = no
"""


class Tokens(http.server.ThreadingHTTPServer):
    """Says for which account an access token is; tokens that it does not know have expired."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        super().__init__(("127.0.0.1", 0), _TokenHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _TokenHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer Dovecot."""
        assert isinstance(self.server, Tokens)
        (token,) = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)["value"]
        user = self.server.known.get(token)
        body = json.dumps({"mail": user} if user else {"error": "invalid_token"}).encode()
        self.send_response(200 if user else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Dovecot:
    """A running server; ``user()`` gives an account that nobody used before."""

    base: Path
    plain_port: int
    tls_port: int
    owner: tuple[int, int]
    certificates: Certificates
    tokens: Tokens
    _count: int = field(default=0)

    def user(self) -> str:
        """Name a new account."""
        self._count += 1
        return f"orders{self._count}"

    @contextlib.contextmanager
    def client(self, user: str, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """A plain connection of another program that uses the account."""
        client = imaplib.IMAP4("127.0.0.1", self.plain_port, timeout=10)
        try:
            client.authenticate("PLAIN", lambda _: f"\0{user}\0{PASSWORD}".encode())
            assert client.select(folder)[0] == "OK"
            yield client
        finally:
            client.logout()

    def deliver(self, user: str, *messages: bytes, folder: str = "INBOX") -> None:
        """Put messages into a mailbox."""
        with self.client(user) as client:
            for message in messages:
                assert client.append(folder, "", "", message)[0] == "OK"  # type: ignore[arg-type]  (an empty date is now)

    def deliver_many(self, user: str, count: int) -> None:
        """Put many small messages there at once, past the server."""
        self.deliver(user)
        new = self.base / "mail" / user / "new"
        for number in range(count):
            path = new / f"{1700000000 + number}.M{number}.test"
            path.write_bytes(message(number).replace(b"\r\n", b"\n"))
            os.chown(path, *self.owner)

    def contents(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The raw messages in a folder."""
        with self.client(user, folder) as client:
            _, (count,) = client.select(folder)
            if not int(count or 0):
                return []
            _, data = client.fetch("1:*", "(BODY.PEEK[])")
            return [part[1] for part in data if isinstance(part, tuple)]

    def count(self, user: str, folder: str = "") -> int:
        """How many messages lie in the INBOX or in a folder such as ``Inlet.Processed``, without asking the server."""
        place = self.base / "mail" / user / (f".{folder}" if folder else "")
        return sum(1 for part in ("new", "cur") if (place / part).is_dir() for _ in (place / part).iterdir())

    def flags(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The flags of all messages in a folder."""
        with self.client(user, folder) as client:
            _, data = client.fetch("1:*", "(FLAGS)")
            return [part for part in data if isinstance(part, bytes)]

    def renumber(self, user: str, validity: int) -> None:
        """Give the INBOX another UIDVALIDITY."""
        self._doveadm("mailbox", "update", "-u", user, "--uid-validity", str(validity), "INBOX")

    def _doveadm(self, *words: str) -> None:
        program = shutil.which("doveadm")
        assert program is not None
        subprocess.run([program, "-c", str(self.base / "dovecot.conf"), *words], check=True, capture_output=True)


def message(number: int, size: int = 200) -> bytes:
    """An order mail; equal numbers and sizes make equal bytes."""
    head = (
        f"From: Dr. Ada Sample <ada@example.org>\r\nTo: orders@example.org\r\nSubject: Order {number}\r\n"
        f"Message-ID: <order-{number}@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"
    )
    line = f"One walker for member {number:06d}, sample only.\r\n"
    return head.encode() + (line * (size // len(line) + 1)).encode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running_dovecot(certificates: Certificates) -> Iterator[Dovecot]:
    """Start Dovecot in a folder of its own, and stop it; as root it serves mail as another user."""
    assert PROGRAM is not None
    base = Path(tempfile.mkdtemp(prefix="inlet-dovecot-"))
    base.chmod(0o755)
    if os.geteuid() == 0:
        internal, login, owner = "dovecot", "dovenull", pwd.getpwnam("nobody")
        group = "dovecot"
    else:
        internal = login = getpass.getuser()
        owner = pwd.getpwuid(os.geteuid())
        group = grp.getgrgid(os.getegid()).gr_name
    tokens = Tokens()
    plain_port, tls_port = _free_port(), _free_port()
    mail = base / "mail"
    mail.mkdir()
    os.chown(mail, owner.pw_uid, owner.pw_gid)
    (base / "state").mkdir()
    certificate = base / "certificate.pem"
    certificate.write_bytes(certificates.good.read_bytes())
    (base / "passwords").write_text(f"x:{{PLAIN}}{PASSWORD}\n", "utf-8")
    (base / "oauth2.conf").write_text(_OAUTH.format(port=tokens.server_port), "ascii")
    (base / "dovecot.conf").write_text(
        _CONFIG.format(
            base=base, internal=internal, login=login, group=group, certificate=certificate,
            uid=owner.pw_uid, gid=owner.pw_gid, plain_port=plain_port, tls_port=tls_port,
        ),
        "utf-8",
    )  # fmt: skip
    process = subprocess.Popen([PROGRAM, "-F", "-c", str(base / "dovecot.conf")], start_new_session=True)
    try:
        _wait_for(plain_port, process, base)
        yield Dovecot(base, plain_port, tls_port, (owner.pw_uid, owner.pw_gid), certificates, tokens)
    finally:
        # nothing of it is kept, so it need not end in order; its processes are a group of their own
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        tokens.shutdown()
        tokens.server_close()
        shutil.rmtree(base, ignore_errors=True)


def _wait_for(port: int, process: subprocess.Popen[bytes], base: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
            if probe.recv(10):
                return
        time.sleep(0.05)
    log = base / "log"
    text = log.read_text("utf-8", "replace") if log.exists() else "no log"
    raise RuntimeError(f"dovecot did not start: {text}")
