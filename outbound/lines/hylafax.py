"""HylaFAX: submits fax jobs to ``hfaxd`` by its client protocol and asks what became of them.

The protocol is FTP with commands of its own, so Python's ftplib speaks it. Our key stands in each
job's JOBINFO: job numbers begin again at 1 some day, and a key is found in the queues also when we were
killed between submitting and writing it down. Each job gets one dial and one try: when it is tried
again is ours to say (:mod:`outbound.retry`), so that urgency and line limits hold.
"""

import datetime as dt
import ftplib
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from outbound.errors import LineDownError, LineRefusedError
from outbound.lines.safe import one_line
from outbound.transport import Failure, LineState, Receipt, Stage, Standing, Submission

T = TypeVar("T")
_FORMAT = "%j|%a|%p|%y|%d|%J|%s"
_FIELDS = 7
_JOB = re.compile(r"jobid:\s*(\d+)")
_STORED = re.compile(r"FILE:\s*(\S+)")
_STAGES = {
    "T": Stage.WAITING, "P": Stage.WAITING, "S": Stage.WAITING, "B": Stage.WAITING, "W": Stage.WAITING,
    "R": Stage.SENDING, "D": Stage.DELIVERED, "F": Stage.FAILED, "?": Stage.UNKNOWN,
}  # fmt: skip
_FAILURES: tuple[tuple[str, Failure], ...] = (
    ("busy", Failure.BUSY),
    ("blacklist", Failure.REFUSED),
    ("reject", Failure.REFUSED),
    ("invalid dialstring", Failure.REFUSED),
    ("no answer", Failure.NO_ANSWER),
    ("no local dialtone", Failure.NO_LINE),
    ("no dial tone", Failure.NO_LINE),
    ("no carrier", Failure.NO_FAX),
    ("without ced", Failure.NO_FAX),
    ("no receiver protocol", Failure.NO_FAX),
    ("voice", Failure.NO_FAX),
    ("aborted by", Failure.CANCELLED),
    ("kill time", Failure.EXPIRED),
    ("job killed", Failure.CANCELLED),
)
"""What the server's words mean, the first that fits."""

URGENT_PRIORITY, NORMAL_PRIORITY = 63, 127


@dataclass(frozen=True, slots=True)
class HylaFaxServer:
    """Where hfaxd listens and as whom we come; ``modem`` pins sending to one modem or class of modems."""

    host: str = "127.0.0.1"
    port: int = 4559
    user: str = "inlet"
    password: str = field(default="", repr=False)
    modem: str = ""
    station_id: str = ""
    seconds: float = 30.0
    job_hours: int = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the server lists it."""

    id: str
    state: str
    pages: int
    total: int
    dials: int
    key: str
    words: str


class HylaFaxTransport:
    """Sends by a HylaFAX server. A new session for each call: an old one keeps stale listings."""

    name = "hylafax"

    def __init__(self, server: HylaFaxServer) -> None:
        self._server = server

    def probe(self) -> tuple[LineState, ...]:
        """Sign in and give the server's modems with what they are doing.

        Raises LineDownError when nobody answers, LineRefusedError when the account is refused.
        """
        with self._session() as ftp:
            _say(ftp, 'MDMFMT "%m|%s"')
            lines = (line.partition("|") for line in _listing(ftp, "status") if "|" in line)
            return tuple(LineState(name.strip(), state.strip()) for name, _, state in lines)

    def submit(self, submission: Submission, *, now: dt.datetime) -> Receipt:
        """Queue a fax job under its key, unless the queues have one already; ``now`` is not used.

        Raises LineDownError (retry) for a lost connection: whether the job was queued then, the
        next call finds out by the key; LineRefusedError when the server takes the job not at all;
        UnsafeTextError for a value that would be a command.
        """
        del now
        known = self.find(submission.key)
        if known is not None:
            return known
        settings = self._parameters(submission)
        with self._session() as ftp:
            document = _store(ftp, submission.tiff)
            job = _match(_JOB, _say(ftp, "JNEW"))
            for name, value in settings:
                _say(ftp, f"JPARM {name} {value}")
            _say(ftp, f"JPARM DOCUMENT {document}")
            _say(ftp, "JSUBM")
        return Receipt(submission.key, held=False, job=job)

    def _parameters(self, submission: Submission) -> list[tuple[str, str]]:
        """The job's parameters, made and checked before anything is said to the server."""
        number = submission.number.removeprefix("+")
        if not number.isascii() or not number.isdigit():
            raise LineRefusedError("The destination is no fax number; verify it on the notice.")
        server = self._server
        settings = [
            ("FROMUSER", _quoted("Inlet")),
            ("LASTTIME", f"{server.job_hours // 24:02}{server.job_hours % 24:02}00"),
            ("MAXDIALS", "1"),
            ("MAXTRIES", "1"),
            ("SENDTIME", "NOW"),
            ("DIALSTRING", _quoted(number)),
            ("EXTERNAL", _quoted(number)),
            ("NOTIFY", '"none"'),
            ("JOBINFO", _quoted(submission.key)),
            ("VRES", "196"),
            ("PAGEWIDTH", "216"),
            ("PAGELENGTH", "279"),
            ("PAGECHOP", '"none"'),
            ("USEECM", "YES"),
            ("SCHEDPRI", str(URGENT_PRIORITY if submission.urgent else NORMAL_PRIORITY)),
        ]
        if server.modem:
            settings.append(("MODEM", _quoted(server.modem)))
        if server.station_id:
            settings.append(("TSI", _quoted(server.station_id)))
        return settings

    def find(self, key: str) -> Receipt | None:
        """The job that stands in the queues under ``key``, or None. Raises LineDownError, LineRefusedError."""
        job = self._job(key)
        return Receipt(key, held=False, job=job.id) if job else None

    def status(self, receipt: Receipt) -> Standing:
        """Where the job stands, by its key and never by its number, which the server gives out again.

        A finished job that the server has deleted from its lists is ``unknown``.
        """
        job = self._job(receipt.key)
        if job is None:
            return Standing(Stage.UNKNOWN)
        stage = _STAGES.get(job.state, Stage.UNKNOWN)
        if stage is not Stage.FAILED:
            return Standing(stage, pages=job.pages, detail=job.words)
        return Standing(stage, failure_of(job.words, job.pages), job.pages, job.words)

    def cancel(self, key: str) -> bool:
        """Kill the job of ``key`` if it has not ended; say whether there was one."""
        job = self._job(key)
        if job is None or _STAGES.get(job.state) in {Stage.DELIVERED, Stage.FAILED}:
            return False
        with self._session() as ftp:
            _say(ftp, f"JKILL {job.id}")
        return True

    def _job(self, key: str) -> Job | None:
        """The newest job of a key, the queue of waiting ones first."""
        one_line(key)
        with self._session() as ftp:
            _say(ftp, f'JOBFMT "{_FORMAT}"')
            for queue in ("sendq", "doneq"):
                jobs = [job for job in map(_job_of, _listing(ftp, queue)) if job and job.key == key]
                if jobs:
                    return max(jobs, key=lambda job: int(job.id))
        return None

    @contextmanager
    def _session(self) -> Iterator[ftplib.FTP]:
        server = self._server
        ftp = ftplib.FTP(timeout=server.seconds, encoding="utf-8")  # noqa: S321  (HylaFAX's own protocol; loopback or a private net)
        try:
            _trying(lambda: ftp.connect(server.host, server.port))
            answer = _say(ftp, f"USER {one_line(server.user)}")
            if answer.startswith("331"):
                _say(ftp, f"PASS {one_line(server.password)}")
            _say(ftp, "TZONE GMT")
            yield ftp
            _bye(ftp)
        finally:
            ftp.close()


def failure_of(words: str, pages: int = 0) -> Failure:
    """What a server's words about a failed job mean; with confirmed pages it is partial."""
    if pages:
        return Failure.PARTIAL
    low = words.lower()
    for part, failure in _FAILURES:
        if part in low:
            return failure
    return Failure.CUT_OFF if words else Failure.OTHER


def _job_of(line: str) -> Job | None:
    parts = line.split("|", _FIELDS - 1)
    if len(parts) != _FIELDS or not parts[0].strip().isdigit():
        return None
    number, state, pages, total, dials, key, words = (part.strip() for part in parts)
    return Job(number, state, _whole(pages), _whole(total), _whole(dials), key, words)


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _quoted(text: str) -> str:
    """A string of the protocol: quotes and backslashes marked."""
    safe = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'


def _trying(act: Callable[[], T]) -> T:
    """Do one exchange; a lost connection and a refusal become errors of ours, without the server's words."""
    try:
        return act()
    except (ftplib.error_perm, ftplib.error_reply) as error:
        code = str(error)[:3]
        raise LineRefusedError(
            f"The fax server refuses (code {code}); look at its account, hosts and settings."
        ) from error
    except (ftplib.Error, OSError, EOFError, UnicodeDecodeError) as error:
        raise LineDownError("The fax server does not answer; look whether hfaxd runs and can be reached.") from error


def _say(ftp: ftplib.FTP, command: str) -> str:
    """Send one command line and give the answer. Raises as :func:`_trying`, UnsafeTextError."""
    one_line(command)
    return _trying(lambda: ftp.sendcmd(command))


def _bye(ftp: ftplib.FTP) -> None:
    """Say goodbye; a server that is gone already has heard everything that matters."""
    try:
        ftp.quit()
    except (ftplib.Error, OSError, EOFError):
        ftp.close()


def _listing(ftp: ftplib.FTP, what: str) -> list[str]:
    lines: list[str] = []
    _trying(lambda: ftp.retrlines(f"LIST {what}", lines.append))
    return lines


def _store(ftp: ftplib.FTP, tiff: bytes) -> str:
    """Upload a document for one job and give the name under which the server keeps it."""
    _say(ftp, "TYPE I")
    _say(ftp, "FORM TIFF")

    def transfer() -> str:
        host, port = ftp.makepasv()
        with socket.create_connection((host, port), timeout=ftp.timeout or None) as data:
            opened = ftp.sendcmd("STOT")
            data.sendall(tiff)
        ftp.voidresp()
        return opened

    return _match(_STORED, _trying(transfer))


def _match(pattern: re.Pattern[str], answer: str) -> str:
    found = pattern.search(answer)
    if not found:
        raise LineRefusedError("The fax server answers in a way that is not HylaFAX's; check host and port.")
    return found[1]
