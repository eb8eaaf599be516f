"""A proxy on the loopback that cuts a connection at a chosen command: what a bad network does."""

import socket
import threading
from contextlib import suppress
from typing import Self


class CuttingProxy:
    """Passes lines on to ``port`` and breaks off at the command number ``cut_at`` of all it has passed.

    ``before``: the command does not reach the server; else it does, and the answer is lost. ``hold``
    names a command whose first answer is kept back until ``let_go`` is set (``held`` says that it is).
    """

    def __init__(self, port: int, *, cut_at: int | None = None, before: bool = False, hold: str = "") -> None:
        self._target = port
        self._cut_at = cut_at
        self._before = before
        self._hold = hold
        self.held = threading.Event()
        self.let_go = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.commands: list[str] = []
        self._answered = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            threading.Thread(target=self._answers, args=(server, client), daemon=True).start()
            with suppress(OSError), client.makefile("rb") as lines:
                for line in lines:
                    self.commands.append(line.split()[0].decode("ascii", "replace"))
                    if len(self.commands) - 1 == self._cut_at:
                        if not self._before:
                            server.sendall(line)
                            self._answered.wait(2)
                        self._break(client)
                        return
                    server.sendall(line)

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                cut = self._cut_at is not None and len(self.commands) > self._cut_at
                if cut:
                    self._answered.set()
                    return
                if self._hold and not self.held.is_set() and self.commands[-1:] == [self._hold]:
                    self.held.set()
                    self.let_go.wait(60)
                client.sendall(data)

    @staticmethod
    def _break(client: socket.socket) -> None:
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
