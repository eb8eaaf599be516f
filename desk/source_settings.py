"""The settings of one source: a watched folder, or a mailbox on a mail server."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingest.errors import SourceError
from ingest.mailbox.account import Account
from ingest.mailbox.secret import Secret, SecretFile, SecretVariable, TokenCommand

_NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"
_SECRETS = ("password_file", "password_variable", "token_file", "token_command")
_MEGABYTE = 1024 * 1024
MAIL_KEYS = (
    "host", "port", "user", *_SECRETS, "ca_file", "mailbox", "processed", "failed", "poll_seconds", "largest_mail_mb",
)  # fmt: skip
"""The keys that only a mailbox has."""


class SourceKind(StrEnum):
    """How a source is watched."""

    FOLDER = "folder"
    IMAP = "imap"


class Channel(StrEnum):
    """What a source brings."""

    FAX = "fax"
    MAIL = "mail"


class SourceSettings(BaseModel):
    """One watched place that arrivals come from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=_NAME)] = Field(
        description="Short name of the source: small letters, digits and hyphens."
    )
    kind: SourceKind = Field(
        default=SourceKind.FOLDER, description="How the source is watched: a `folder`, or a mailbox by `imap`."
    )
    channel: Channel = Field(
        default=Channel.FAX,
        description="What comes in there: `fax` files or `mail` files. A mailbox brings `mail` unless this says else.",
    )
    path: Path = Field(
        description="The watched folder. Relative paths are relative to the settings file. For a mailbox, where "
        "messages lie until they are stored (default: `spool/<name>` in the data folder)."
    )
    label: str = Field(default="", description="The fax line or mailbox that people know it by.")
    settle_seconds: float = Field(
        default=1.0,
        ge=0.0,
        le=600.0,
        description="A file is taken when its size and time have not changed for this long.",
    )
    host: str = Field(default="", description="Mailbox: the mail server. Its certificate must be for this name.")
    port: int = Field(default=993, ge=1, le=65535, description="Mailbox: the port for IMAP over TLS.")
    user: str = Field(default="", description="Mailbox: the account's user name.")
    password_file: Path | None = Field(
        default=None, description="Mailbox: file that holds the password and nothing else, readable by its owner only."
    )
    password_variable: Annotated[str, Field(pattern="^([A-Za-z_][A-Za-z0-9_]*)?$")] = Field(
        default="", description="Mailbox: environment variable that holds the password; not one named `INLET_…`."
    )
    token_file: Path | None = Field(
        default=None, description="Mailbox: file with an OAuth 2 access token (XOAUTH2) that something keeps fresh."
    )
    token_command: tuple[str, ...] = Field(
        default=(),
        description="Mailbox: command (a list, no shell) that prints an OAuth 2 access token; run again when refused.",
    )
    ca_file: Path | None = Field(
        default=None, description="Mailbox: certificate authorities to trust instead of the system's, as PEM."
    )
    mailbox: str = Field(default="INBOX", description="Mailbox: the mail folder that is watched.")
    processed: str = Field(
        default="Inlet/Processed", description="Mailbox: the mail folder that taken messages are moved to."
    )
    failed: str = Field(
        default="Inlet/Failed", description="Mailbox: the mail folder for messages that cannot be fetched."
    )
    poll_seconds: float = Field(
        default=60.0,
        ge=0.2,
        le=1500.0,
        description="Mailbox: it is looked at this often, whatever the server tells or does not tell.",
    )
    largest_mail_mb: int = Field(
        default=60, ge=1, le=500, description="Mailbox: larger messages are not fetched; they are put in quarantine."
    )

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if self.kind is SourceKind.FOLDER:
            fields = type(self).model_fields
            strange = [key for key in MAIL_KEYS if getattr(self, key) != fields[key].default]
            if strange:
                msg = f'source {self.name!r} is a folder and has no {strange[0]}; set kind = "imap" for a mailbox'
                raise ValueError(msg)
            return self
        if not self.host or not self.user:
            msg = f"source {self.name!r} is a mailbox; set its host and its user"
            raise ValueError(msg)
        if sum(bool(getattr(self, key)) for key in _SECRETS) != 1:
            msg = f"source {self.name!r} needs one of {', '.join(_SECRETS)}, and only one"
            raise ValueError(msg)
        if self.password_variable.upper().startswith("INLET_"):
            msg = f"source {self.name!r}: password_variable must not begin with INLET_, which is for settings"
            raise ValueError(msg)
        try:
            self.account()
        except SourceError as error:
            raise ValueError(str(error)) from error
        return self

    def account(self) -> Account:
        """Give the mailbox as the way in wants it; only for a source that is one."""
        return Account(
            host=self.host,
            port=self.port,
            user=self.user,
            secret=self._secret(),
            folder=self.mailbox,
            processed=self.processed,
            failed=self.failed,
            ca_file=self.ca_file,
            rescan_seconds=self.poll_seconds,
            letter_bytes=self.largest_mail_mb * _MEGABYTE,
        )

    def _secret(self) -> Secret:
        if self.password_file:
            return SecretFile(self.password_file)
        if self.token_file:
            return SecretFile(self.token_file, "token")
        if self.token_command:
            return TokenCommand(self.token_command)
        return SecretVariable(self.password_variable)
