"""The settings of the nightly report: when it is made, from which logs, and whom it is mailed to."""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, model_validator

from outbound.lines.mail import Security


class LogFormat(StrEnum):
    """How a fax server writes its log."""

    HYLAFAX = "hylafax"
    CSV = "csv"


class FaxLogSettings(BaseModel):
    """One fax server's own log of its calls, read each night and joined to what came in and went out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path = Field(description="The log: HylaFAX's `xferfaxlog`, or a CSV file with a heading.")
    format: LogFormat = Field(default=LogFormat.HYLAFAX, description="`hylafax` or `csv`.")
    source: str = Field(default="", description="The source that the calls of this log arrive at.")
    lines: dict[str, str] = Field(
        default={},
        description="Where a server has several lines: each line as the log names it, and its source.",
    )
    zone: str = Field(default="America/Los_Angeles", description="The time zone of the fax server's clock.")
    columns: dict[str, str] = Field(
        default={},
        description="Csv: the heading of each of `id`, `kind`, `at`, `line`, `number`, `tsi`, `pages`, `seconds`, "
        "`file`, `job`, `reason`; the first three are needed.",
    )
    kinds: dict[str, str] = Field(
        default={"RECV": "recv", "SEND": "send", "CALL": "call", "UNSENT": "unsent"},
        description="Csv: the log's word for each of `recv`, `send`, `call`, `unsent`.",
    )
    date_format: str = Field(default="%Y-%m-%d %H:%M:%S", description="Csv: how its dates are written.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            msg = f"zone {self.zone!r} is not known here; use a name such as America/Los_Angeles"
            raise ValueError(msg) from error
        if not self.source and not self.lines:
            msg = 'say whose calls a fax log holds: set source, or lines = { ttyS0 = "chme-orders" }'
            raise ValueError(msg)
        if self.format is LogFormat.CSV and not {"id", "kind", "at"} <= self.columns.keys():
            msg = "a CSV fax log needs columns for id, kind and at"
            raise ValueError(msg)
        return self

    def source_of(self, line: str) -> str:
        """Give the source that calls on a line arrive at; the line itself where nobody said."""
        return self.lines.get(line, self.source or line)


class ReportSettings(BaseModel):
    """The nightly report."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = Field(
        default="06:00", description="When the report of the day before is made, every day, in `time_zone`."
    )
    days: int = Field(default=35, ge=2, le=366, description="How many days back the ledgers are joined each night.")
    fax_logs: tuple[FaxLogSettings, ...] = Field(
        default=(), description="Logs of fax servers. Without one, arrivals are not held against the line's own record."
    )
    acknowledgements: Path | None = Field(
        default=None,
        description="Folder of CSV files in which processors acknowledge what they got: `reference`, `processor`, "
        "`acknowledged_at`, `number`.",
    )
    mail_to: tuple[str, ...] = Field(default=(), description="Who gets the report by mail; empty: nobody.")
    mail_from: str = Field(default="", description="The sender of those mails, such as `inlet@plan.example`.")
    mail_host: str = Field(default="", description="The mail server that those mails are given to.")
    mail_port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    mail_security: Security = Field(
        default=Security.STARTTLS, description="`starttls`, or `tls` from the first byte (port 465)."
    )
    mail_user: str = Field(default="", description="The account there; empty: none is needed.")
    mail_password_file: Path | None = Field(
        default=None, description="File that holds its password and nothing else, readable by its owner only."
    )
    mail_ca_file: Path | None = Field(
        default=None, description="Certificate authorities to trust instead of the system's, as PEM."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.mail_to and not (self.mail_host and self.mail_from.count("@") == 1):
            msg = "mail_to needs mail_host, and in mail_from an address such as inlet@plan.example"
            raise ValueError(msg)
        if self.mail_user and self.mail_password_file is None:
            msg = "mail_user needs mail_password_file"
            raise ValueError(msg)
        return self

    @property
    def time(self) -> dt.time:
        """The time of day at which the report is made."""
        return dt.time.fromisoformat(self.at)
