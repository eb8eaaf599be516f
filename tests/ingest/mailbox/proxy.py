"""Loopback proxies that cut connections: one that sees the commands, one that counts bytes."""

import contextlib
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, Self

Where = Literal["before", "after", "within", "silent", "drip"]
_CAPABILITY = re.compile(rb"^.*\bCAPABILITY\b.*$", re.MULTILINE)


@dataclass
class Proxy:
    """Accepts connections on loopback and hands each to a thread."""

    _listener: socket.socket = field(init=False)
    _open: list[socket.socket] = field(init=False, default_factory=list)
    port: int = field(init=False)
    connections: int = field(init=False, default=0)

    def __enter__(self) -> Self:
        """Listen."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """End everything."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut_all()

    def cut_all(self) -> None:
        """Cut what is open now."""
        for one in tuple(self._open):
            _close(one)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve_one, args=(client,), daemon=True).start()

    def _serve_one(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._serve(client)
        _close(client)

    def _serve(self, client: socket.socket) -> None:
        raise NotImplementedError


@dataclass
class CommandProxy(Proxy):
    """Ends the client's TLS and speaks plainly to the server, so that it can cut at a command.

    ``cut`` is called with the number of the client's line (from 1, over all connections) and the
    line; it says where to cut: before the server sees it, after the server has answered (of which
    the client then sees nothing), within the answer, or not at all; ``silent`` and ``drip`` keep the
    connection, but say nothing more, or it only byte by byte. ``hidden`` are capabilities
    that the client does not get to see.
    """

    upstream: int
    certificate: str
    cut: Callable[[int, bytes], Where | None] = lambda *_: None
    hidden: tuple[bytes, ...] = ()
    lines: list[bytes] = field(init=False, default_factory=list)
    cuts: int = field(init=False, default=0)

    def _serve(self, client: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        with (
            context.wrap_socket(client, server_side=True) as inside,
            socket.create_connection(("127.0.0.1", self.upstream)) as server,
        ):
            self._open += [inside, server]
            try:
                self._relay(inside, server)
            finally:
                _close(inside)
                _close(server)

    def _relay(self, inside: ssl.SSLSocket, server: socket.socket) -> None:
        pending = b""
        where: Where | None = None
        while ready := [inside] if inside.pending() else select.select([inside, server], [], [], 30)[0]:
            if inside in ready:
                some = inside.recv(65536)
                pending += some
                while b"\n" in pending:
                    line, _, pending = pending.partition(b"\n")
                    self.lines.append(line.rstrip())
                    where = self.cut(len(self.lines), line)
                    self.cuts += where is not None
                    if where == "before":
                        return
                    server.sendall(line + b"\n")
            else:
                some = server.recv(65536)
                if not self._answer(inside, some, where):
                    return
            if not some:
                return

    def _answer(self, inside: ssl.SSLSocket, some: bytes, where: Where | None) -> bool:
        """Pass the server's bytes on as the cut wants it; False when the connection ends here."""
        if where in {None, "drip"}:
            shown = self._without_hidden(some)
            step = 1 if where else max(len(shown), 1)
            for place in range(0, len(shown), step):
                inside.sendall(shown[place : place + step])
                time.sleep(0.02 if where else 0)
        elif where == "within":
            inside.sendall(some[: max(len(some) // 2, 1)])
        return where not in {"after", "within"}

    def _without_hidden(self, some: bytes) -> bytes:
        def less(line: re.Match[bytes]) -> bytes:
            text = line.group()
            for word in self.hidden:
                text = re.sub(rb" " + re.escape(word) + rb"(?=[ \]\r])", b"", text)
            return text

        return _CAPABILITY.sub(less, some) if self.hidden else some


@dataclass
class BytesProxy(Proxy):
    """Passes bytes on unread; each connection gets the next of ``limits`` and is cut after so many from the server."""

    upstream: int
    limits: Iterator[int]
    cuts: int = field(init=False, default=0)

    def _serve(self, client: socket.socket) -> None:
        left = next(self.limits, None)
        with socket.create_connection(("127.0.0.1", self.upstream)) as server:
            self._open += [client, server]
            while ready := select.select([client, server], [], [], 30)[0]:
                for one in ready:
                    some = one.recv(65536)
                    if not some:
                        return
                    if one is client:
                        server.sendall(some)
                    elif left is not None and len(some) >= left:
                        client.sendall(some[:left])
                        self.cuts += 1
                        return
                    else:
                        left = None if left is None else left - len(some)
                        client.sendall(some)


def _close(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        one.close()
