"""The settings of sending: by which way notices go out, with which patience, and whom readers are told to call."""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from outbound.hours import CallingHours
from outbound.lines.mail import Security
from outbound.retry import Ladder

_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class FaxWay(StrEnum):
    """How faxes leave."""

    FOLDER = "folder"
    HYLAFAX = "hylafax"
    GATEWAY = "gateway"
    PROVIDER = "provider"


COUNTS_LINES = frozenset({FaxWay.HYLAFAX.value, FaxWay.PROVIDER.value})
"""Ways that have lines, of which only so many are used at once as the settings say."""


class SendingSettings(BaseModel):
    """How notices go out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fax_way: FaxWay = Field(
        default=FaxWay.FOLDER,
        description="How faxes leave: a `folder` (outbox_dir), `hylafax`, an e-mail to fax `gateway`, or a `provider` "
        "on the internet.",
    )
    lines: int = Field(
        default=2, ge=1, le=200, description="Faxes on their way at once; urgent ones go first, the others wait."
    )
    poll_seconds: float = Field(default=10.0, ge=0.2, le=600.0, description="How often the ways out are asked.")
    read_back: bool = Field(
        default=True, description="Read each fax image before it goes out, and hold one that does not come back right."
    )
    calls_from: Annotated[str, Field(pattern=_TIME)] = Field(
        default="00:00", description="Routine faxes ring from this hour on, by the clock of the place called."
    )
    calls_until: Annotated[str, Field(pattern=_TIME)] = Field(
        default="00:00", description="And until this one; the same as `calls_from`: at any hour. Urgent ones always."
    )
    urgent_pauses: tuple[float, ...] = Field(
        default=(2.0, 3.0, 5.0, 10.0), min_length=1, description="Minutes before each further try of an urgent fax."
    )
    routine_pauses: tuple[float, ...] = Field(
        default=(5.0, 10.0, 20.0, 45.0, 90.0), min_length=1, description="The same for a routine one."
    )
    texts_dir: Path | None = Field(
        default=None, description="Folder with the plan's own words of notices; see docs/sending.md."
    )
    approve_by_another: bool = Field(
        default=False,
        description="The notice of a care decision is approved by somebody other than who recorded the decision.",
    )
    peer_phone: str = Field(
        default="+15107474510", description="Where providers talk a decision over with a clinician."
    )
    peer_hours: str = Field(default="Mon-Fri 7:30-5", description="And when.")
    member_phone: str = Field(default="", description="Where members call. Without it no letter to members is made.")
    member_tty: str = Field(default="711", description="TTY number for members.")
    own_addresses: tuple[str, ...] = Field(
        default=(),
        description="Further fax numbers, mail addresses and host names that Inlet watches, which nothing is ever sent "
        "to. Those of the sources are known.",
    )
    hylafax_host: str = Field(default="127.0.0.1", description="HylaFAX: where hfaxd listens.")
    hylafax_port: int = Field(default=4559, ge=1, le=65535, description="HylaFAX: its port.")
    hylafax_user: str = Field(default="inlet", description="HylaFAX: the account.")
    hylafax_password_file: Path | None = Field(
        default=None, description="HylaFAX: file with the account's password, readable by its owner only."
    )
    hylafax_modem: str = Field(default="", description="HylaFAX: the modem or class of modems to send by; empty: any.")
    hylafax_job_hours: int = Field(default=3, ge=1, le=72, description="HylaFAX: hours a job may wait for a line.")
    provider_url: str = Field(default="", description="Provider: address of its interface, with https.")
    provider_token_file: Path | None = Field(
        default=None, description="Provider: file with the token, readable by its owner only."
    )
    mail_host: str = Field(default="", description="E-mail: the server that mails are given to.")
    mail_port: int = Field(default=587, ge=1, le=65535, description="E-mail: its port.")
    mail_security: Security = Field(
        default=Security.STARTTLS, description="E-mail: `starttls`, or `tls` from the first byte (port 465)."
    )
    mail_from: str = Field(default="", description="E-mail: our address, such as `inlet@plan.example`.")
    mail_user: str = Field(default="", description="E-mail: the account; empty: none is needed.")
    mail_password_file: Path | None = Field(
        default=None, description="E-mail: file with its password, readable by its owner only."
    )
    mail_ca_file: Path | None = Field(
        default=None, description="E-mail: certificate authorities to trust instead of the system's, as PEM."
    )
    mail_gateway: str = Field(default="", description="Gateway: faxes are mailed to `<digits>@` this.")
    gateway_senders: tuple[str, ...] = Field(
        default=(),
        description="Gateway: further addresses or domains that it writes back from; what comes from `mail_gateway` "
        "is believed.",
    )
    gateway_words: Path | None = Field(
        default=None,
        description="Gateway: file with the patterns of what it writes back, instead of the shipped ones; see "
        "docs/sending.md.",
    )
    gateway_result_hours: int = Field(
        default=0,
        ge=0,
        le=72,
        description="Gateway: hours in which it must have written back, after which a person is asked; 0: what its "
        "mail server took counts as gone.",
    )
    sftp_known_hosts: Path | None = Field(
        default=None, description="SFTP: file with the keys of the hosts, as ssh keeps it."
    )
    sftp_key_file: Path | None = Field(default=None, description="SFTP: our private key, readable by its owner only.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.fax_way is FaxWay.GATEWAY and not (self.mail_gateway and self.mail_host):
            msg = 'fax_way = "gateway" needs mail_gateway, mail_host and mail_from'
            raise ValueError(msg)
        if self.fax_way is FaxWay.PROVIDER and not (self.provider_url and self.provider_token_file):
            msg = 'fax_way = "provider" needs provider_url and provider_token_file'
            raise ValueError(msg)
        if self.mail_host and self.mail_from.count("@") != 1:
            msg = "mail_host needs in mail_from an address such as inlet@plan.example"
            raise ValueError(msg)
        if min(*self.urgent_pauses, *self.routine_pauses) <= 0:
            msg = "urgent_pauses and routine_pauses are minutes, each more than 0"
            raise ValueError(msg)
        return self

    @property
    def counts_lines(self) -> bool:
        """Whether the way that faxes leave by has lines, of which only some are used at once."""
        return self.fax_way.value in COUNTS_LINES

    @property
    def hours(self) -> CallingHours:
        """When routine faxes may ring."""
        return CallingHours(dt.time.fromisoformat(self.calls_from), dt.time.fromisoformat(self.calls_until))

    @property
    def ladder(self) -> Ladder:
        """The pauses between tries."""
        return Ladder.of_minutes(self.urgent_pauses, self.routine_pauses)
