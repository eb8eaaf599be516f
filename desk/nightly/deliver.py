"""Mailing a night's report: quietly when it is proven, loudly when it is not. Ids and counts only."""

import datetime as dt
from email.message import EmailMessage
from email.utils import format_datetime
from smtplib import SMTPException

from django.utils import timezone

from desk.config import Settings
from desk.nightly.nights import report_of
from desk.records.models import Night
from desk.report_settings import ReportSettings
from ingest.mailbox.errors import SignInError
from ingest.mailbox.secret import SecretFile
from outbound.errors import TransportError
from outbound.lines.mail import OWN_HEADER, MailServer, message_id, signed_in
from reconcile.report.files import to_csv, to_pdf, to_xlsx
from reconcile.report.values import NightReport, age_words, in_words


def mail_night(night: Night, settings: Settings) -> bool:
    """Mail a night's report to the list, once; give whether it is out (or nobody wants it).

    Trouble is kept on the night and shown by ``inlet report check``; trying again can help.
    """
    report = settings.report
    if night.mailed_at or not report.mail_to:
        return True
    letter = letter_of(report_of(night), settings, timezone.now())
    try:
        with signed_in(server_of(report)) as smtp:
            refused = smtp.send_message(letter)
    except (TransportError, SignInError, SMTPException, OSError) as error:
        night.mail_problem = _why(error)
        night.save(update_fields=["mail_problem"])
        return False
    night.mailed_at = timezone.now()
    night.mail_problem = f"The mail server refused {len(refused)} of the addresses." if refused else ""
    night.save(update_fields=["mailed_at", "mail_problem"])
    return True


def server_of(report: ReportSettings) -> MailServer:
    """Give the mail server of the settings. Raises :class:`ingest.mailbox.errors.SignInError` without its password."""
    password = SecretFile(report.mail_password_file).get() if report.mail_password_file else ""
    return MailServer(
        host=report.mail_host,
        port=report.mail_port,
        sender=report.mail_from,
        user=report.mail_user,
        password=password,
        security=report.mail_security,
        ca_file=report.mail_ca_file,
    )


def letter_of(report: NightReport, settings: Settings, now: dt.datetime) -> EmailMessage:
    """Write the mail: the headline as subject, the sums and the worst items, the report attached."""
    day = report.day.isoformat()
    letter = EmailMessage()
    letter["From"] = settings.report.mail_from
    letter["To"] = ", ".join(settings.report.mail_to)
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = message_id(f"night:{day}:{report.night.now.isoformat()}", settings.report.mail_from)
    letter["Subject"] = f"Inlet {day}: proven" if report.is_proven else f"ACTION NEEDED, Inlet {day}: not proven"
    letter[OWN_HEADER] = f"night {day}"
    letter["Auto-Submitted"] = "auto-generated"
    if not report.is_proven:
        letter["X-Priority"] = "1"
        letter["Importance"] = "high"
    letter.set_content(_body(report))
    pdf = to_pdf(report, organisation=settings.organisation)
    letter.add_attachment(pdf, maintype="application", subtype="pdf", filename=f"inlet-{day}.pdf")
    if report.night.open:
        sheet = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        letter.add_attachment(to_xlsx(report), maintype="application", subtype=sheet, filename=f"inlet-{day}.xlsx")
        letter.add_attachment(to_csv(report), subtype="csv", filename=f"inlet-{day}.csv")
    return letter


def _body(report: NightReport) -> str:
    sums, now = report.night.sums.total, report.night.now
    parts = (
        f"processed {sums.processed}",
        f"duplicates {sums.duplicates}",
        f"quarantined {sums.quarantined}",
        f"in progress {sums.in_progress}",
    )
    lines = [
        f"{report.day:%A, %B %-d, %Y}",
        "",
        "Proven." if report.is_proven else "NOT PROVEN.",
        report.headline,
        "",
        f"In {sums.received} = {' + '.join(parts)}",
        *(["", *report.missing_ledgers] if report.missing_ledgers else []),
        *(["", *report.remarks] if report.remarks else []),
    ]
    if report.night.open:
        lines += ["", "Worst open items"]
    for item in report.worst():
        difference = item.difference
        age = age_words(difference.age(now).total_seconds() / 3600)
        lines.append(f"- {in_words(difference.kind)}: {difference.item} ({age}), {difference.owner.value}")
        lines.append(f"  {difference.action}")
    return "\n".join(lines) + "\n"


def _why(error: Exception) -> str:
    if isinstance(error, TransportError | SignInError):
        return str(error)
    return f"The mail server broke off or refused ({type(error).__name__}); check [report] and the server's log."
