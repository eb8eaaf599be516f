"""What others say: fax servers' logs, mailboxes' own lists, processors' acknowledgements.

None of them is trusted to be there: what cannot be read is named, and the night is then not proven.
"""

import csv
import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from desk.cases.acknowledging import read_word
from desk.config import Settings
from desk.errors import DeskError
from desk.records.models import Acknowledgement
from desk.report_settings import FaxLogSettings, LogFormat
from desk.source_settings import SourceKind
from ingest.mailbox.census import census
from ingest.mailbox.errors import MailboxError
from reconcile.csvlog import CsvMapping, read_csv_log
from reconcile.errors import LedgerError
from reconcile.ledger import Call, CallKind, MailSeen
from reconcile.xferfaxlog import CallLog, Oddity, read_xferfaxlog
from terms.dates import PACIFIC

MAIL_DAYS = 7
"""How far back mailboxes are listed: what lay there longer was held against arrivals on earlier nights."""

_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Outside:
    """What others say: calls, odd lines, mails, which sources that covers, and what could not be read."""

    calls: tuple[Call, ...] = ()
    oddities: tuple[tuple[str, Oddity], ...] = ()
    mails: tuple[MailSeen, ...] = ()
    logged_sources: frozenset[str] = frozenset()
    listed_sources: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    mails_since: dt.datetime | None = None


def ask_others(settings: Settings, start: dt.datetime, now: dt.datetime) -> Outside:
    """Read every log and mailbox that the settings name; calls from ``start`` to ``now`` (aware) count."""
    calls: list[Call] = []
    oddities: list[tuple[str, Oddity]] = []
    missing: list[str] = []
    logged: set[str] = set()
    for log in settings.report.fax_logs:
        try:
            read = _read_log(log)
        except (OSError, UnicodeDecodeError, LedgerError) as error:
            missing.append(f"The fax log {log.path.name} could not be read ({_why(error)}).")
            continue
        calls += [
            dataclasses.replace(call, line=log.source_of(call.line)) for call in read.calls if start <= call.at <= now
        ]
        oddities += [(log.path.name, odd) for odd in read.oddities]
        logged |= {log.source, *log.lines.values()} - {""}
    # an hour more than the arrivals that are gathered reach back, for clocks that differ
    since = max(now - dt.timedelta(days=MAIL_DAYS), start + dt.timedelta(hours=1))
    mails, listed, unheard = _mailboxes(settings, since, now)
    return Outside(tuple(calls), tuple(oddities), mails, frozenset(logged), listed, (*missing, *unheard), since)


def _read_log(log: FaxLogSettings) -> CallLog:
    with log.path.open(encoding="utf-8", errors="strict", newline="") as lines:
        if log.format is LogFormat.HYLAFAX:
            return read_xferfaxlog(lines, ZoneInfo(log.zone))
        kinds = {word: CallKind(kind) for word, kind in log.kinds.items()}
        return read_csv_log(lines, CsvMapping(log.columns, kinds, log.date_format, ZoneInfo(log.zone)))


def _mailboxes(
    settings: Settings, start: dt.datetime, now: dt.datetime
) -> tuple[tuple[MailSeen, ...], frozenset[str], tuple[str, ...]]:
    """What the mailboxes hold, from a day before ``start`` on: servers give whole days of their own zone."""
    mails: list[MailSeen] = []
    listed: set[str] = set()
    missing: list[str] = []
    since = (start - dt.timedelta(days=1)).astimezone(PACIFIC).date()
    for source in settings.all_sources:
        if source.kind is not SourceKind.IMAP:
            continue
        account = dataclasses.replace(source.account(), patience_seconds=_PATIENCE_SECONDS)
        try:
            held = census(account, since)
        except MailboxError as error:
            missing.append(f"The mailbox of source {source.name} could not be listed ({error.kind}).")
            continue
        listed.add(source.name)
        mails += [
            MailSeen(source.name, seen.message, seen.received_at, seen.waits, seen.folder, seen.flags)
            for seen in held
            if seen.received_at <= now
        ]
    return tuple(mails), frozenset(listed), tuple(missing)


def take_acknowledgements(settings: Settings) -> tuple[str, ...]:
    """Take in the processors' acknowledgement files; give, in words, what could not be read.

    Files stay where they are; a row that is known already changes nothing.
    """
    folder = settings.report.acknowledgements
    if folder is None:
        return ()
    if not folder.is_dir():
        return (f"The folder of acknowledgements {folder.name} is not there.",)
    faults: list[str] = []
    for path in sorted(folder.glob("*.csv")):
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                faults += [f"{path.name}, {fault}" for fault in _take(csv.DictReader(file), path)]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            faults.append(f"The acknowledgements {path.name} could not be read ({_why(error)}).")
    return tuple(faults)


def _take(rows: Iterable[dict[str, str]], path: Path) -> Iterable[str]:
    for number, row in enumerate(rows, 2):
        try:
            word = read_word(row, PACIFIC)
        except DeskError as error:
            yield f"line {number} is {error}."
            continue
        Acknowledgement.objects.get_or_create(
            reference=word.reference,
            processor=word.processor.value,
            defaults={"at": word.at, "number": word.number[:60], "file_name": path.name[:255]},
        )


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return (error.strerror or type(error).__name__).lower()
    return str(error) if isinstance(error, LedgerError) else "it is not UTF-8 text"
