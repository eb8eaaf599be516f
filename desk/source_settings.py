"""The settings of one source: a watched folder, a mailbox on a mail server, or a provider that hands over by HTTP."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingest.errors import SourceError
from ingest.mailbox.account import Account
from ingest.mailbox.secret import Secret, SecretFile, SecretVariable, TokenCommand
from ingest.ticket import FACTS, FILE, TicketRules
from ingest.ticket_times import known_zone

_NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"
_SECRETS = ("password_file", "password_variable", "token_file", "token_command")
_MEGABYTE = 1024 * 1024
MAIL_KEYS = (
    "host", "port", "user", *_SECRETS, "ca_file", "mailbox", "processed", "failed", "poll_seconds", "largest_mail_mb",
)  # fmt: skip
"""The keys that a mailbox has."""

_TICKET_KEYS = ("ticket_names", "ticket_zone")
FOLDER_KEYS = ("settle_seconds", "leave_files", "ticket_seconds", "index_file", "name_pattern", *_TICKET_KEYS)
HTTP_KEYS = ("token_file", "token_variable", "largest_file_mb", *_TICKET_KEYS)
OWN_NAMES = {"upload": "the desk's upload page", "command": "inlet ingest"}
"""Sources that are always there, and so no name for another."""


class SourceKind(StrEnum):
    """How a source is watched, or hands over by itself."""

    FOLDER = "folder"
    IMAP = "imap"
    HTTP = "http"


_KEYS_OF = {SourceKind.FOLDER: FOLDER_KEYS, SourceKind.IMAP: MAIL_KEYS, SourceKind.HTTP: HTTP_KEYS}


class Channel(StrEnum):
    """What a source brings."""

    FAX = "fax"
    MAIL = "mail"


class SourceSettings(BaseModel):
    """One place that arrivals come from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=_NAME)] = Field(
        description="Short name of the source: small letters, digits and hyphens."
    )
    kind: SourceKind = Field(
        default=SourceKind.FOLDER,
        description="A watched `folder`, a mailbox by `imap`, or a provider that hands over faxes by `http`.",
    )
    channel: Channel = Field(
        default=Channel.FAX,
        description="What comes in there: `fax` files or `mail` files. A mailbox brings `mail` unless this says else.",
    )
    path: Path = Field(
        description="The watched folder. Relative paths are relative to the settings file. For a mailbox "
        "or `http`, where what comes lies until it is stored (default: `spool/<name>` in the data folder)."
    )
    label: str = Field(default="", description="The fax line or mailbox that people know it by.")
    settle_seconds: float = Field(
        default=1.0,
        ge=0.0,
        le=600.0,
        description="A file is taken when its size and time have not changed for this long.",
    )
    leave_files: bool = Field(
        default=False,
        description="Folder: files stay where they are, as in a folder that may only be read; each is taken once.",
    )
    ticket_seconds: float = Field(
        default=0.0,
        ge=0.0,
        le=3600.0,
        description="Folder: a file without a ticket or index line waits this long for one; 0: tickets need not come.",
    )
    index_file: Annotated[str, Field(pattern=r"^[^/\\]*$")] = Field(
        default="", description="Folder: CSV file in it with a line of names, then a line for each fax; it stays there."
    )
    name_pattern: str = Field(
        default="",
        description="Folder: regular expression for file names, with groups such as `(?P<caller_id>[0-9]{10})`.",
    )
    ticket_names: dict[str, str] = Field(
        default={},
        description="Folder, http: what the fax server calls `caller_id`, `tsi`, `called`, `received_at`, `pages`, "
        "`error` and, in an index, `file`.",
    )
    ticket_zone: str = Field(
        default="", description="Folder, http: time zone of tickets' times without one; empty: such times are not used."
    )
    token_variable: Annotated[str, Field(pattern="^([A-Za-z_][A-Za-z0-9_]*)?$")] = Field(
        default="", description="Http: environment variable that holds the bearer token; not one named `INLET_…`."
    )
    largest_file_mb: int = Field(default=100, ge=1, le=100, description="Http: larger files are refused.")
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
        default=None,
        description="Mailbox: file with an OAuth 2 access token (XOAUTH2) that something keeps fresh. "
        "Http: file with the bearer token that the provider shows; readable by its owner only.",
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
        if self.name in OWN_NAMES:
            msg = f"source {self.name!r}: that is {OWN_NAMES[self.name]}; choose another name"
            raise ValueError(msg)
        self._refuse_strange_keys()
        if self.kind is SourceKind.IMAP:
            self._check_mailbox()
        elif self.kind is SourceKind.HTTP and bool(self.token_file) == bool(self.token_variable):
            msg = f"source {self.name!r} needs one of token_file, token_variable, and only one"
            raise ValueError(msg)
        for key in ("password_variable", "token_variable"):
            if getattr(self, key).upper().startswith("INLET_"):
                msg = f"source {self.name!r}: {key} must not begin with INLET_, which is for settings"
                raise ValueError(msg)
        self.ticket_rules()
        return self

    def _refuse_strange_keys(self) -> None:
        fields = type(self).model_fields
        own = _KEYS_OF[self.kind]
        for key in dict.fromkeys((*MAIL_KEYS, *HTTP_KEYS, *FOLDER_KEYS)):
            if key in own or getattr(self, key) == fields[key].default:
                continue
            kinds = [kind.value for kind, keys in _KEYS_OF.items() if key in keys]
            what = {"folder": "a folder", "imap": "a mailbox", "http": "reached by http"}[self.kind]
            msg = f'source {self.name!r} is {what} and has no {key}; set kind = "{kinds[0]}" for one that has'
            raise ValueError(msg)

    def _check_mailbox(self) -> None:
        if not self.host or not self.user:
            msg = f"source {self.name!r} is a mailbox; set its host and its user"
            raise ValueError(msg)
        if sum(bool(getattr(self, key)) for key in _SECRETS) != 1:
            msg = f"source {self.name!r} needs one of {', '.join(_SECRETS)}, and only one"
            raise ValueError(msg)
        try:
            self.account()
        except SourceError as error:
            raise ValueError(str(error)) from error

    def ticket_rules(self) -> TicketRules:
        """Give what is peculiar to this source's tickets. Raises ``ValueError`` with the remedy."""
        known = {*FACTS, FILE}
        for name in self.ticket_names:
            if name not in known:
                msg = f"source {self.name!r}: ticket_names has no {name!r}; it has {', '.join(sorted(known))}"
                raise ValueError(msg)
        try:
            pattern = re.compile(self.name_pattern) if self.name_pattern else None
        except re.error as error:
            msg = f"source {self.name!r}: name_pattern is no regular expression ({error})"
            raise ValueError(msg) from error
        strange = set(pattern.groupindex if pattern else ()) - set(FACTS)
        if strange or (pattern and not pattern.groupindex):
            msg = f"source {self.name!r}: name_pattern needs groups named after {', '.join(FACTS)}, and no others"
            raise ValueError(msg)
        zone = known_zone(self.ticket_zone) if self.ticket_zone else None
        return TicketRules(self.ticket_names, zone, pattern)

    def bearer(self) -> Secret:
        """Give the token that the provider shows; only for a source that is reached by HTTP."""
        return SecretFile(self.token_file, "token") if self.token_file else SecretVariable(self.token_variable, "token")

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
