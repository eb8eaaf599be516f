"""The connection: imaplib's protocol over bytes that come in time, in bounds, and only over TLS.

imaplib waits for ever between two bytes, takes literals of any size and (before Python 3.14) cannot
IDLE. Its documented seams (``open``, ``read``, ``readline``, ``send``, ``shutdown``) are replaced
here, and IDLE is spoken directly over them; nothing private of imaplib is used.
"""

import contextlib
import imaplib
import re
import socket
import ssl
import time
from collections.abc import Iterator
from threading import Event
from typing import TYPE_CHECKING

from ingest.mailbox.errors import LiteralTooLargeError, LostError, RefusedCommandError, response_code

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_CHUNK = 1 << 16
_LONGEST_LINE = 1 << 20
_STOP_CHECK = 0.5
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n$")
_NEWS = re.compile(rb"\* \d+ (EXISTS|RECENT)\b", re.IGNORECASE)
_BYE = re.compile(rb"\* BYE\b", re.IGNORECASE)


class Wire(imaplib.IMAP4):
    """A connection to a mail server, signed in or not.

    Raises OSError (so ssl.SSLError, TimeoutError) from making it. ``literal_bytes`` is the most that
    the server may send as one string; ``heard`` counts the bytes that came in the last :meth:`within`.
    """

    sock: ssl.SSLSocket

    def __init__(self, host: str, port: int, context: ssl.SSLContext, *, patience: float, literal_bytes: int) -> None:
        self._context = context
        self._patience = patience
        self._most = literal_bytes
        self._received = bytearray()
        self._until = time.monotonic() + patience
        self._idles = 0
        self.heard = 0
        super().__init__(host, port, patience)

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give all that is said in the block this much time together."""
        self._until = time.monotonic() + seconds
        self.heard = 0
        yield

    def open(self, host: str = "", port: int = 993, timeout: float | None = None) -> None:
        """Connect, and check the certificate."""
        self.host, self.port = host, port
        plain = socket.create_connection((host, port), timeout)
        try:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            self.sock = self._context.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def read(self, size: int) -> bytes:
        """Read ``size`` bytes, all of them."""
        if size > self._most:
            raise LiteralTooLargeError
        while len(self._received) < size:
            self._receive()
        return self._taken(size)

    def readline(self) -> bytes:
        """Read a line with its end."""
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            if searched > _LONGEST_LINE:
                raise LiteralTooLargeError
            self._receive()
        return self._taken(end + 1)

    def send(self, data: "ReadableBuffer") -> None:
        """Send all of it."""
        self.sock.settimeout(self._time_left())
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Close the connection, whatever state it is in."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def idle(self, seconds: float, stop: Event) -> bool:
        """Wait until the server tells of a new message (True), ``seconds`` are over or ``stop`` is set.

        Raises RefusedCommandError where the server will not, LostError or OSError when it went away.
        """
        self._idles += 1
        tag = b"IDLE%d" % self._idles
        with self.within(self._patience):
            self.send(tag + b" IDLE\r\n")
            news = False
            while not (line := self._answer()).startswith(b"+"):
                if line.startswith(tag):
                    raise RefusedCommandError("IDLE", response_code(line))
                news |= _NEWS.match(line) is not None
        end = time.monotonic() + seconds
        while not news and not stop.is_set() and (left := end - time.monotonic()) > 0:
            if b"\n" in self._received or self._wait(min(left, _STOP_CHECK)):
                # what has begun to come comes whole within the usual patience
                with self.within(self._patience):
                    news = _NEWS.match(self._answer()) is not None
        with self.within(self._patience):
            self.send(b"DONE\r\n")
            while not (line := self._answer()).startswith(tag):
                news |= _NEWS.match(line) is not None
        return news

    def _answer(self) -> bytes:
        """Read one answer, passing over literals in it."""
        first = line = self.readline()
        while found := _LITERAL.search(line):
            self.read(int(found.group(1)))
            line = self.readline()
        if _BYE.match(first):
            raise LostError
        return first

    def _wait(self, seconds: float) -> bool:
        """Wait for bytes; polling the socket would miss what TLS holds back already, so read with a short timeout."""
        try:
            self._receive(seconds)
        except TimeoutError:
            return False
        return b"\n" in self._received

    def _time_left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, self._patience)

    def _receive(self, seconds: float | None = None) -> None:
        self.sock.settimeout(self._time_left() if seconds is None else seconds)
        some = self.sock.recv(_CHUNK)
        if not some:
            raise LostError
        self._received += some
        self.heard += len(some)

    def _taken(self, size: int) -> bytes:
        some = bytes(memoryview(self._received)[:size])
        del self._received[:size]
        return some
