"""Passwords and access tokens: read when needed, never kept in settings, never in a message.

A token (OAuth 2, for Microsoft 365 and Google) comes from a file that something else keeps fresh,
or from a command that prints it. It is fetched anew when the server refuses it.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from ingest.mailbox.errors import SignInError

_LONGEST = 64 * 1024
_OTHERS = 0o007


class Secret(Protocol):
    """Something to show to the server."""

    @property
    def kind(self) -> Literal["password", "token"]:
        """How it is shown: as a password, or as an XOAUTH2 token."""
        ...

    def get(self, *, fresh: bool = False) -> str:
        """Give it; ``fresh`` when the server has just refused the last one. Raises SignInError."""
        ...


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A secret in a file of its own, which other users of the machine cannot read; its line end does not count."""

    path: Path
    kind: Literal["password", "token"] = "password"

    def get(self, *, fresh: bool = False) -> str:
        """Read the file, each time: what was put there since counts."""
        del fresh
        try:
            if self.path.stat().st_mode & _OTHERS:
                raise SignInError("mailbox_secret", what="everybody can read its file; run chmod 600 on it")
            text = self.path.read_text("utf-8")
        except OSError as error:
            what = f"its file cannot be read ({os.strerror(error.errno or 0).lower()}); check path and rights"
            raise SignInError("mailbox_secret", what=what) from None
        except UnicodeDecodeError:
            raise SignInError("mailbox_secret", what="its file is not UTF-8 text; write it anew") from None
        return _checked(text, "its file")


@dataclass(frozen=True, slots=True)
class SecretVariable:
    """A secret in an environment variable."""

    name: str
    kind: Literal["password", "token"] = "password"

    def get(self, *, fresh: bool = False) -> str:
        """Read the variable."""
        del fresh
        return _checked(os.environ.get(self.name, ""), f"the variable {self.name}")


@dataclass(slots=True)
class TokenCommand:
    """A token printed by a command (no shell), kept until the server refuses it."""

    command: Sequence[str]
    timeout_seconds: float = 30.0
    kind: Literal["token"] = "token"
    _token: str | None = field(default=None, repr=False)

    def get(self, *, fresh: bool = False) -> str:
        """Run the command if there is no token yet or the last one was refused."""
        if fresh or self._token is None:
            self._token = None
            self._token = _checked(self._run(), "the token command")
        return self._token

    def _run(self) -> str:
        try:
            # a group of its own, so that what the command started ends with it
            process = subprocess.Popen(  # noqa: S603  (the operator's own command, from the settings)
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            what = f"the token command cannot be run ({os.strerror(error.errno or 0).lower()}); check token_command"
            raise SignInError("mailbox_secret", what=what) from None
        with process:
            try:
                printed, _ = process.communicate(timeout=self.timeout_seconds)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                what = f"the token command took longer than {self.timeout_seconds:g} seconds; run it by hand"
                raise SignInError("mailbox_secret", what=what) from None
        if process.returncode:
            what = f"the token command ended with status {process.returncode}; run it by hand"
            raise SignInError("mailbox_secret", what=what)
        return printed[:_LONGEST].decode("utf-8", "replace")


def _checked(text: str, where: str) -> str:
    """Give the one line that a secret is, without its line end."""
    secret = text.rstrip("\r\n")
    if not secret:
        raise SignInError("mailbox_secret", what=f"{where} is empty; put the secret there")
    if len(secret) > _LONGEST or any(ord(sign) < 32 for sign in secret):  # noqa: PLR2004  (control signs)
        raise SignInError("mailbox_secret", what=f"{where} holds more than one line; leave only the secret")
    return secret
