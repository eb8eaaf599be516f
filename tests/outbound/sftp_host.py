"""A small SFTP host for tests: paramiko's own server on the loopback, over a real folder."""

import os
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

import paramiko
from paramiko import SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface


class _Door(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if (username, password) == ("inlet", "right") else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        del chanid
        return paramiko.OPEN_SUCCEEDED if kind == "session" else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def get_allowed_auths(self, username: str) -> str:
        del username
        return "password"


class _Shelf(SFTPServerInterface):
    """The folder, seen through SFTP."""

    def __init__(self, server: paramiko.ServerInterface, host: "SftpServerHere") -> None:
        super().__init__(server)
        self._host = host

    def _real(self, path: str) -> Path:
        return self._host.folder / path.lstrip("/")

    def list_folder(self, path: str) -> list[SFTPAttributes] | int:
        return [SFTPAttributes.from_stat(one.stat(), one.name) for one in self._real(path).iterdir()]

    def stat(self, path: str) -> SFTPAttributes | int:
        try:
            return SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: SFTPAttributes) -> SFTPHandle | int:
        del attr
        handle = SFTPHandle(flags)
        real = self._real(path)
        file = os.fdopen(os.open(real, flags | os.O_CREAT, 0o600), "wb" if flags & os.O_WRONLY else "rb")
        handle.readfile = handle.writefile = file
        return handle

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        if self._host.fail_after is not None and self._host.renames >= self._host.fail_after:
            self._host.hang_up()
            return paramiko.SFTP_FAILURE
        self._host.renames += 1
        self._real(oldpath).replace(self._real(newpath))
        return paramiko.SFTP_OK


class SftpServerHere:
    """The host, running while the block runs. ``fail_after`` lets it hang up at the rename after so many."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = paramiko.ECDSAKey.generate()
        self.fail_after: int | None = None
        self.renames = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._transports: list[paramiko.Transport] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        self.hang_up()

    def hang_up(self) -> None:
        """Break every connection."""
        for transport in self._transports:
            transport.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                one, _ = self._listener.accept()
                transport = paramiko.Transport(one)
                transport.add_server_key(self.key)
                transport.set_subsystem_handler("sftp", SFTPServer, _Shelf, self)
                self._transports.append(transport)
                # whoever is refused hangs up in the middle of it: that ends this connection and not the host
                with suppress(paramiko.SSHException, EOFError, OSError):
                    transport.start_server(server=_Door())
