"""A HylaFAX server of our own: Debian's programs on a private spool, loopback only, no modem unless one is given.

hfaxd and faxq give up their rights to the user ``uucp``, so the spool is theirs and stands in a
folder that they can enter. Needs root, as on any machine that runs HylaFAX.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SYSTEM_SPOOL = Path("/var/spool/hylafax")
ETC = Path("/etc/hylafax")
_FOLDERS = (
    "archive", "bin", "client", "config", "dev", "docq", "doneq", "etc", "info", "log", "pollq", "recvq", "sendq",
    "status", "tmp",
)  # fmt: skip
_FROM_ETC = ("setup.cache", "setup.modem", "pagesizes", "typerules", "dialrules", "lutRS18.pcf")
_CONFIG = (
    "LogFacility: daemon\nCountryCode: 1\nAreaCode: 510\nLongDistancePrefix: 1\nInternationalPrefix: 011\n"
    "DialStringRules: etc/dialrules\nServerTracing: 0x4f\nUse2D: yes\nMaxConcurrentCalls: 1\n"
    "JobReqBusy: 5\nJobReqNoAnswer: 5\nJobReqNoCarrier: 5\nJobReqOther: 5\nJobRetryOther: 5\n"
)
_MODEM = (
    "CountryCode: 1\nAreaCode: 510\nFAXNumber: {number}\nLocalIdentifier: {number}\nLongDistancePrefix: 1\n"
    "InternationalPrefix: 011\nDialStringRules: etc/dialrules\nServerTracing: 0x4f\nSessionTracing: 0x4f\n"
    "RecvFileMode: 0644\nLogFileMode: 0644\nDeviceMode: 0660\nRingsBeforeAnswer: 1\nSpeakerVolume: off\n"
    'ModemType: Class1\nModemResetCmds: "ATH1\\nAT+VCID=1"\nModemReadyCmds: ATH0\nClass1AdaptRecvCmd: AT+FAR=1\n'
    'Class1TMConnectDelay: 400\nCallIDPattern: "NMBR="\nCallIDPattern: "NAME="\nCallIDPattern: "ANID="\n'
    'CallIDPattern: "NDID="\nGettyArgs: ""\nAdaptiveAnswer: no\nAnswerRotary: fax\n'
)
"""A modem of t31pair, as Debian's configuration for iaxmodem has it."""
ANYONE = "^.*@127\\.0\\.0\\.1$:21::\n"


def missing() -> str:
    """Say why HylaFAX cannot be started here; empty when it can."""
    if os.geteuid() != 0:
        return "HylaFAX needs root to give up its rights to uucp"
    absent = [
        program for program in ("hfaxd", "faxq") if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")
    ]
    return f"not installed: {', '.join(absent)}; install hylafax-server" if absent else ""


def free_port() -> int:
    """A port of the loopback that nobody listens on just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class HylaFax:
    """One server: ``spool`` is its folder, ``port`` where its client protocol is spoken."""

    def __init__(self, spool: Path, *, hosts: str = ANYONE, first_job: int = 1) -> None:
        self.spool = spool
        self.port = free_port()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._build(hosts, first_job)

    def _build(self, hosts: str, first_job: int) -> None:
        owner = pwd.getpwnam("uucp")
        self.spool.chmod(0o755)
        for name in _FOLDERS:
            (self.spool / name).mkdir()
        for name in ("docq", "tmp"):
            (self.spool / name).chmod(0o777)
        for script in (SYSTEM_SPOOL / "bin").iterdir():
            (self.spool / "bin" / script.name).symlink_to(script.resolve())
        for name in _FROM_ETC:
            shutil.copy(ETC / name, self.spool / "etc" / name)
        (self.spool / "etc" / "config").write_text(_CONFIG, "ascii")
        (self.spool / "etc" / "hosts.hfaxd").write_text(hosts, "ascii")
        (self.spool / "etc" / "hosts.hfaxd").chmod(0o600)
        (self.spool / "etc" / "hfaxd.conf").write_text("JobProtection: 0644\n", "ascii")
        (self.spool / "status" / "any.info").write_text("", "ascii")
        (self.spool / "sendq" / "seqf").write_text(f"{first_job}\n", "ascii")
        for path in (self.spool, *self.spool.rglob("*")):
            if not path.is_symlink():
                os.chown(path, owner.pw_uid, owner.pw_gid)

    def run(self, name: str, *command: str) -> None:
        """Start one of HylaFAX's programs in the foreground, in its own session."""
        with (self.spool / f"{name}.out").open("ab") as out:
            self._running[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )

    def start(self) -> None:
        """Start scheduler and protocol server and wait until it answers."""
        self.run("faxq", "/usr/sbin/faxq", "-D", "-q", str(self.spool))
        fifo = self.spool / "FIFO"
        _wait(fifo.exists)
        self.run("hfaxd", "/usr/sbin/hfaxd", "-d", "-q", str(self.spool), "-l", "127.0.0.1", "-i", str(self.port))
        _wait(self._answers)

    def add_modems(self, program: Path, numbers: tuple[str, str]) -> tuple[str, str]:
        """Wire two soft modems to each other, each with its own number, and let each answer; give their names.

        ``program`` is the compiled t31pair.c. What a modem receives goes through faxrcvd and the
        FaxDispatch of this spool.
        """
        owner = pwd.getpwnam("uucp")
        names = (f"inlet{os.getpid()}a", f"inlet{os.getpid()}b")
        links = [f"/dev/{name}" for name in names]
        self.run("t31pair", str(program), *links, "--owner", f"{owner.pw_uid}:{owner.pw_gid}")
        _wait(lambda: all(Path(link).exists() for link in links))
        for name, number in zip(names, numbers, strict=True):
            config = self.spool / "etc" / f"config.{name}"
            config.write_text(_MODEM.format(number=number), "ascii")
            os.chown(config, owner.pw_uid, owner.pw_gid)
            self.run(f"faxgetty-{name}", "/usr/sbin/faxgetty", "-q", str(self.spool), name)
        _wait(lambda: all("Running and idle" in self.modem_state(name) for name in names), 60)
        return names

    def modem_state(self, name: str) -> str:
        """What a modem is doing, as faxstat tells."""
        path = self.spool / "status" / name
        return path.read_text("latin-1") if path.exists() else ""

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as one:
            return one.recv(3) == b"220"
        return False

    def stop(self) -> None:
        """Stop everything, the children too."""
        for process in reversed(self._running.values()):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)
        self._running.clear()

    def queued(self) -> list[str]:
        """The job files of the send queue."""
        return sorted(path.name for path in (self.spool / "sendq").glob("q*"))


def _wait(ready: object, seconds: float = 10.0) -> None:
    assert callable(ready)
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError("HylaFAX did not start")
        time.sleep(0.05)


@contextmanager
def hylafax(**options: object) -> Iterator[HylaFax]:
    """A running server on a spool that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="inlet-hylafax-"))
    server = HylaFax(folder, **options)  # type: ignore[arg-type]  # its own keywords
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
