"""The ways out that the settings name, made when they are needed: secrets are read each time."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from desk.cases.notices import HOLDS
from desk.config import Settings
from desk.sending_settings import FaxWay
from ingest.errors import IngestError
from ingest.mailbox.secret import SecretFile
from outbound.errors import LineRefusedError
from outbound.folder import FolderTransport
from outbound.handover import Way
from outbound.lines.hylafax import HylaFaxServer, HylaFaxTransport
from outbound.lines.ledger import Ledger
from outbound.lines.mail import MailServer, MailTransport
from outbound.lines.provider import Provider, ProviderTransport
from outbound.lines.sftp import SftpHost, SftpTransport
from outbound.transport import Transport

_SFTP_PORT = 22


def folder() -> FolderTransport:
    """Give the folders: the outbox, and where notices wait that must not go out."""
    inlet: Settings = settings.INLET
    return FolderTransport(inlet.outbox, inlet.held)


def transport_for(way: str, address: str = "") -> Transport:
    """Give the way out for ``way`` (fax, email, sftp) to ``address``.

    Raises :class:`outbound.errors.LineRefusedError` when the settings for it are not there.
    """
    if way == Way.EMAIL.value:
        return MailTransport(_mail_server(), _ledger("mail"))
    if way == Way.SFTP.value:
        return SftpTransport(_sftp_host(address), _ledger("sftp"))
    return fax_transport()


def fax_transport() -> Transport:
    """Give the way that faxes leave by. Raises as :func:`transport_for`."""
    inlet: Settings = settings.INLET
    sending = inlet.sending
    if sending.fax_way is FaxWay.HYLAFAX:
        server = HylaFaxServer(
            host=sending.hylafax_host,
            port=sending.hylafax_port,
            user=sending.hylafax_user,
            password=_secret(sending.hylafax_password_file),
            modem=sending.hylafax_modem,
            station_id=inlet.station_id,
            job_hours=sending.hylafax_job_hours,
        )
        return HylaFaxTransport(server)
    if sending.fax_way is FaxWay.GATEWAY:
        return MailTransport(_mail_server(), _ledger("gateway"), gateway=sending.mail_gateway)
    if sending.fax_way is FaxWay.PROVIDER:
        token = _secret(sending.provider_token_file)
        return ProviderTransport(Provider(sending.provider_url, token, inlet.station_id))
    return folder()


def named(name: str, way: str, address: str) -> Transport:
    """Give the way out that a transmission was made by, also when the settings name another one now."""
    return folder() if name == HOLDS else transport_for(way, address)


def _mail_server() -> MailServer:
    sending = settings.INLET.sending
    if not sending.mail_host:
        raise LineRefusedError("No mail server is set to send by; set mail_host and mail_from under [sending].")
    return MailServer(
        sending.mail_host,
        sending.mail_port,
        sending.mail_from,
        sending.mail_user,
        _secret(sending.mail_password_file),
        sending.mail_security,
        sending.mail_ca_file,
    )


def _sftp_host(target: str) -> SftpHost:
    sending = settings.INLET.sending
    parts = urlsplit(target)
    if not sending.sftp_known_hosts or not sending.sftp_key_file:
        sentence = "No key is set to reach SFTP hosts with; set sftp_known_hosts and sftp_key_file under [sending]."
        raise LineRefusedError(sentence)
    return SftpHost(
        host=parts.hostname or "",
        user=parts.username or "",
        known_hosts=sending.sftp_known_hosts,
        port=parts.port or _SFTP_PORT,
        folder=parts.path.lstrip("/") or ".",
        key_file=sending.sftp_key_file,
    )


def _ledger(name: str) -> Ledger:
    return Ledger(settings.INLET.data_dir / "sent" / name)


def _secret(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return SecretFile(path).get()
    except IngestError as error:
        raise LineRefusedError(
            "A password file of [sending] cannot be used; check its path, rights and text."
        ) from error
