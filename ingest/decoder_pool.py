"""Decoder hosts that stand ready in this process: started at need, one for each file that is decoded at a time."""

import atexit
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_HOST = "ingest.decoder_host"
_PATIENCE = 5.0
"""Seconds that a host has to end what it started and itself."""


class Host:
    """One host (:mod:`ingest.decoder_host`) and the socket to it; whoever has it alone talks to it."""

    def __init__(self, module: str) -> None:
        self.module = module
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = _start(module, theirs)
            except OSError:
                ours.close()
                raise
        self._talk = ours

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Say whether it can take a job."""
        return self._process.poll() is None

    def decode(self, job: bytes, seconds: float) -> int | None:
        """Have a job (a line) done; its exit status, None if the host died of it. TimeoutError after ``seconds``."""
        self._talk.settimeout(seconds)
        try:
            self._talk.sendall(job + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                more = self._talk.recv(64)
                if not more:
                    return None
                answer += more
        except (BrokenPipeError, ConnectionResetError):
            return None
        return int(answer)

    def close(self) -> None:
        """End it and whatever it is doing."""
        self._talk.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Hosts:
    """The hosts that nobody uses now; each is used by one thread at a time."""

    def __init__(self) -> None:
        self._idle: list[Host] = []
        self._lock = threading.Lock()

    def take(self, module: str) -> Host:
        """A living host of ``module``, a new one if none is idle. Raises OSError when none can be started."""
        with self._lock:
            mine = [host for host in self._idle if host.module == module]
            for host in mine:
                self._idle.remove(host)
                if host.is_alive:
                    return host
                host.close()
        return Host(module)

    def give_back(self, host: Host) -> None:
        """Keep a host for the next file."""
        with self._lock:
            self._idle.append(host)

    @property
    def idle(self) -> tuple[Host, ...]:
        """Those that stand ready."""
        with self._lock:
            return tuple(self._idle)

    def close(self) -> None:
        """End all that stand ready."""
        with self._lock:
            for host in self._idle:
                host.close()
            self._idle.clear()


def _start(module: str, theirs: socket.socket) -> subprocess.Popen[bytes]:
    """Start a host in a session of its own, with no environment but what decoders need.

    It is told where packages lie instead of finding out (``-S``), a good part of its time to start.
    """
    packages = [place for place in sys.path if Path(place).is_absolute() and Path(place).is_dir()]
    environment = {
        "PYTHONPATH": os.pathsep.join([str(_ROOT), *packages]),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "OMP_THREAD_LIMIT": "1",
    }
    return subprocess.Popen(  # noqa: S603  (our own interpreter and our own module)
        [sys.executable, "-P", "-S", "-m", _HOST, module],
        stdin=theirs.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=environment,
        start_new_session=True,
    )


hosts = Hosts()
"""This process's hosts."""
atexit.register(hosts.close)
