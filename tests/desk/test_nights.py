"""The night's proof out of the records: gathered, kept, made again, cleared, mailed, watched over."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from pytest_django import Settings as DjangoSettings

from desk.cases.actor import Actor
from desk.cases.arrivals import quarantine
from desk.config import Settings, load_settings
from desk.errors import DeskError
from desk.lifecycle import Role
from desk.nightly import logs
from desk.nightly.deliver import letter_of, mail_night
from desk.nightly.nights import clear, gathered_of, make_night, measures_of, report_of, take_back
from desk.nightly.watchdog import overdue
from desk.pipeline import nightly
from desk.records.models import Acknowledgement, Arrival, Night, Request
from desk.source_settings import SourceKind, SourceSettings
from desk.storage import ORIGINALS
from ingest.mailbox.account import Account
from ingest.mailbox.census import Held
from ingest.mailbox.letter import LetterKey
from ingest.mailbox.secret import SecretFile
from reconcile.difference import DifferenceKind as K
from reconcile.report.files import to_json
from terms.errors import Problem
from tests.desk.made_up import arrive, doubtful, values
from tests.desk.test_cases import read_arrival
from tests.outbound.mail_host import Post, certificate, closed_port, post

__all__ = ["certificate", "post"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
SUPERVISOR = Actor("sue", frozenset({Role.SUPERVISOR}))
NOW = dt.datetime(2026, 3, 5, 14, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 4)
"""Made-up arrivals come in on this day."""


def kinds(night: Night) -> list[str]:
    """The kinds of the differences that a night left open."""
    return [row["kind"] for row in night.open_items]


def test_quarantined_and_forgotten_is_named_with_its_owner(tmp_path: Path) -> None:
    """An arrival that nobody attended to is named, with who clears it and how, and the day's sums hold."""
    arrival = arrive(tmp_path)
    quarantine(arrival.pk, Problem("ingest.damaged", "The file is damaged; ask for it again."))
    night = make_night(DAY, NOW)
    assert not night.proven
    (item,) = [row for row in night.open_items if row["kind"] == K.QUARANTINED_UNATTENDED]
    assert (item["item"], item["owner"]) == (str(arrival.pk), "clerk")
    sums = report_of(night).night.sums.total
    assert (sums.received, sums.quarantined) == (1, 1)


def test_quiet_day_is_proven() -> None:
    """A day on which nothing came in and nothing is open is proven."""
    night = make_night(DAY, NOW)
    assert night.proven
    assert "nothing is open" in night.headline


def test_same_day_is_made_once_and_opens_the_same(tmp_path: Path) -> None:
    """The report of a past day does not change when the records do, until it is asked for again."""
    read_arrival(tmp_path, values(member__id=doubtful("9123456?A")))
    first = to_json(report_of(make_night(DAY, NOW)))
    Request.objects.update(due_at=NOW - dt.timedelta(hours=1))
    assert to_json(report_of(make_night(DAY, NOW + dt.timedelta(hours=3)))) == first
    again = make_night(DAY, NOW, again=True)
    assert K.OVERDUE in kinds(again)
    assert Night.objects.count() == 1


def test_difference_is_carried_over_until_it_is_cleared(tmp_path: Path) -> None:
    """The next night keeps the first night's date; once cleared with a reason it is gone, taken back it is there again."""  # noqa: E501
    arrival = arrive(tmp_path)
    quarantine(arrival.pk, Problem("ingest.damaged", "The file is damaged; ask for it again."))
    make_night(DAY, NOW)
    day = dt.timedelta(days=1)
    second = make_night(DAY + day, NOW + day)
    (item,) = [row for row in second.open_items if row["kind"] == K.QUARANTINED_UNATTENDED]
    assert item["first_seen"] == DAY.isoformat()
    clear(SUPERVISOR, item["id"], "the office sent it again by mail")
    clear(SUPERVISOR, item["id"], "twice is once")
    third = make_night(DAY + 2 * day, timezone.now() + day, again=True)
    assert item["id"] not in {row["id"] for row in third.open_items}
    told = report_of(third).night.cleared
    assert [(c.by, c.why) for c in told] == [("sue", "the office sent it again by mail")]
    assert take_back(SUPERVISOR, item["id"])
    fourth = make_night(DAY + 2 * day, timezone.now() + day, again=True)
    assert item["id"] in {row["id"] for row in fourth.open_items}


def test_clearing_needs_a_reason_and_something_to_clear(tmp_path: Path) -> None:
    """Neither a clearing without why, nor one of what the report does not name."""
    arrival = arrive(tmp_path)
    quarantine(arrival.pk, Problem("ingest.damaged", "The file is damaged; ask for it again."))
    item = make_night(DAY, NOW).open_items[0]["id"]
    with pytest.raises(DeskError, match="why"):
        clear(SUPERVISOR, item, " ")
    with pytest.raises(DeskError, match="does not name"):
        clear(SUPERVISOR, "overdue:NOPE-NOPE", "because")


def test_changed_and_lost_originals_are_named(tmp_path: Path, inlet: Settings) -> None:
    """Stored bytes are read again: another hash, or no file at all, is a difference."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    changed, lost = read_arrival(tmp_path / "a", values()), read_arrival(tmp_path / "b", values())
    folder = inlet.data_dir / ORIGINALS
    place = folder / changed.original
    place.chmod(0o600)
    place.write_bytes(b"something else")
    (folder / lost.original).unlink()
    night = make_night(DAY, NOW)
    found = {row["item"] for row in night.open_items if row["kind"] == K.BYTES_CHANGED}
    assert found == {str(changed.pk), str(lost.pk)}


def test_day_to_come_is_refused() -> None:
    """Nothing is proven in advance."""
    with pytest.raises(DeskError, match="has not come"):
        make_night(DAY + dt.timedelta(days=9), NOW)


def _with_log(inlet: Settings, settings: DjangoSettings, log: Path) -> None:
    text = f'[report]\n[[report.fax_logs]]\npath = "{log}"\nsource = "fax"\n'
    file = log.parent / "inlet.toml"
    file.write_text(text)
    settings.INLET = load_settings(file, environment={}, data_dir=str(inlet.data_dir))


_CALL = ["03/04/26 12:00", "RECV", "000000007", "ttyS0", "recvq/fax000000007.tif", "", "fax", "5105550199", "", "0"]
_CALL += ["3", "0:60", "0:50", "", "5105550199", "", "", "", "", ""]


def test_fax_log_is_held_against_what_came_in(tmp_path: Path, inlet: Settings, settings: DjangoSettings) -> None:
    """A call without an arrival, and an arrival without a call, are both named although the sums agree."""
    arrival = read_arrival(tmp_path, values())
    Arrival.objects.filter(pk=arrival.pk).update(source="fax", received_at=NOW - dt.timedelta(hours=20))
    log = tmp_path / "xferfaxlog"
    log.write_text("\t".join(_CALL) + "\n")
    _with_log(inlet, settings, log)
    found = kinds(make_night(DAY, NOW))
    assert K.RECEIVED_NOT_INGESTED in found
    assert K.INGESTED_NOT_LOGGED in found


def test_log_that_is_not_there_leaves_nothing_proven(tmp_path: Path, inlet: Settings, settings: DjangoSettings) -> None:
    """Without the line's own record the night is not proven, and says what is missing."""
    _with_log(inlet, settings, tmp_path / "nowhere")
    night = make_night(DAY, NOW)
    assert not night.proven
    assert report_of(night).missing_ledgers[0].startswith("The fax log nowhere could not be read")


def test_odd_line_of_a_log_is_named(tmp_path: Path, inlet: Settings, settings: DjangoSettings) -> None:
    """A line that makes no sense is a difference of its own, by file and number."""
    log = tmp_path / "xferfaxlog"
    log.write_text("this is no log line\n")
    _with_log(inlet, settings, log)
    (row,) = make_night(DAY, NOW).open_items
    assert (row["kind"], row["item"]) == (K.LOG_LINE_UNREAD, "xferfaxlog:1")


def test_acknowledgements_are_taken_in_once(tmp_path: Path, inlet: Settings, settings: DjangoSettings) -> None:
    """Rows of processors' files are kept once; a faulty row is named by file and line and proves nothing."""
    folder = tmp_path / "acks"
    folder.mkdir()
    head = "reference,processor,acknowledged_at,number\n"
    (folder / "cfmg.csv").write_text(f"{head}2HY3-K7TC,CFMG,2026-03-04 10:00,88\nX,NOBODY,then,\n")
    settings.INLET = inlet.model_copy(update={"report": inlet.report.model_copy(update={"acknowledgements": folder})})
    night = make_night(DAY, NOW)
    make_night(DAY, NOW, again=True)
    assert [(a.reference, a.number) for a in Acknowledgement.objects.all()] == [("2HY3-K7TC", "88")]
    assert report_of(night).missing_ledgers[0].startswith("cfmg.csv, line 3 is not an acknowledgement")


def test_measures_count_what_stands_in_the_records(tmp_path: Path) -> None:
    """A request is counted under its urgency and processor, with both clocks."""
    read_arrival(tmp_path, values())
    found = measures_of(DAY, DAY, NOW)
    (row,) = found.by_urgency
    assert (row.group, row.received, row.decided) == ("routine", 1, 0)
    assert {"calendar", "business"} <= row.late.keys()
    assert [r.group for r in found.by_processor] == ["CHME"]


def test_kept_night_holds_no_word_about_a_member(tmp_path: Path) -> None:
    """What is kept of a night is ids and counts: no name, birth date or member id."""
    read_arrival(tmp_path, values(member__phone=doubtful("510-555-01?2")))
    make_night(DAY, NOW)
    gathered = gathered_of(DAY)
    assert gathered is not None
    text = json.dumps([repr(gathered), to_json(report_of(Night.objects.get()))])
    for word in ("Sampleton", "Quilla", "1958-03-07", "91234567A", "Invented Way"):
        assert word not in text


def test_watchdog_complains_when_no_report_was_made(inlet: Settings) -> None:
    """Late is late from the set time and the patience on; a made one is fine, and says how it stands."""
    six = dt.datetime(2026, 3, 5, 6, 0, tzinfo=inlet.zone)
    patience = dt.timedelta(hours=2)
    sentence, late = overdue(six + dt.timedelta(hours=3), patience)
    assert late
    assert "2026-03-04 was not made" in sentence
    make_night(DAY, NOW)
    sentence, late = overdue(six + dt.timedelta(hours=3), patience)
    assert not late
    assert "was made: proven" in sentence
    assert overdue(six + dt.timedelta(days=1, hours=1), patience)[1] is False
    assert overdue(six + dt.timedelta(days=1, hours=3), patience)[1] is True


def test_watchdog_complains_when_the_mail_is_not_out(inlet: Settings, settings: DjangoSettings) -> None:
    """A report that was made and not mailed is as good as none."""
    changed = replace_report(inlet, mail_to=("sup@example.org",), mail_host="127.0.0.1", mail_from="inlet@example.org")
    settings.INLET = changed
    make_night(DAY, NOW)
    sentence, late = overdue(dt.datetime(2026, 3, 5, 9, 0, tzinfo=inlet.zone), dt.timedelta(hours=2))
    assert late
    assert "could not be mailed" in sentence


def replace_report(inlet: Settings, **changes: object) -> Settings:
    """The settings with another report table."""
    return inlet.model_copy(update={"report": inlet.report.model_copy(update=changes)})


def test_letter_is_quiet_or_loud(tmp_path: Path, inlet: Settings) -> None:
    """A proven night is a quiet mail with the PDF; another is marked, names the worst items, and has the lists."""
    changed = replace_report(inlet, mail_to=("sup@example.org",), mail_host="127.0.0.1", mail_from="inlet@example.org")
    quiet = letter_of(report_of(make_night(DAY - dt.timedelta(days=1), NOW)), changed, NOW)
    assert quiet["Subject"] == "Inlet 2026-03-03: proven"
    assert quiet["Auto-Submitted"] == "auto-generated"
    assert [part.get_filename() for part in quiet.iter_attachments()] == ["inlet-2026-03-03.pdf"]
    arrival = arrive(tmp_path)
    quarantine(arrival.pk, Problem("ingest.damaged", "The file is damaged; ask for it again."))
    loud = letter_of(report_of(make_night(DAY, NOW)), changed, NOW)
    assert loud["Subject"] == "ACTION NEEDED, Inlet 2026-03-04: not proven"
    assert loud["Importance"] == "high"
    body = loud.get_body(("plain",))
    assert body is not None
    assert f"quarantined unattended: {arrival.pk}" in body.get_content()
    assert [Path(part.get_filename() or "").suffix for part in loud.iter_attachments()] == [".pdf", ".xlsx", ".csv"]


def test_mail_server_that_is_away_is_told(inlet: Settings) -> None:
    """Trouble with the mail server stays on the night, in words, and the mail counts as not out."""
    changed = replace_report(
        inlet, mail_to=("sup@example.org",), mail_host="127.0.0.1", mail_port=1, mail_from="inlet@example.org"
    )
    night = make_night(DAY, NOW)
    assert mail_night(night, changed) is False
    assert "does not answer" in Night.objects.get().mail_problem
    assert Night.objects.get().mailed_at is None


def test_nobody_to_mail_is_no_trouble(inlet: Settings) -> None:
    """Without a list nothing is sent and nothing is wrong."""
    assert mail_night(make_night(DAY, NOW), inlet) is True


def test_clock_proves_the_day_before_once(inlet: Settings) -> None:
    """The step of the schedule makes one night however often it runs, of the day before its moment in Pacific time."""
    scheduled = dt.datetime(2026, 3, 5, 6, 0, tzinfo=inlet.zone).isoformat()
    assert nightly.prove_day_before(scheduled) == "2026-03-04"
    made = Night.objects.get().made_at
    nightly.prove_day_before(scheduled)
    assert Night.objects.get().made_at == made


def test_report_that_is_not_out_is_mailed_later(
    inlet: Settings, settings: DjangoSettings, post: Post, tmp_path: Path
) -> None:
    """A mail server that was away gets the report when it is back, once, signed in over TLS."""
    password = tmp_path / "password"
    password.write_text("right\n")
    password.chmod(0o600)
    mail = {"mail_to": ("sup@example.org",), "mail_from": "inlet@example.org", "mail_host": "127.0.0.1"}
    mail |= {"mail_user": "inlet", "mail_password_file": password, "mail_ca_file": post.ca_file}
    settings.INLET = replace_report(inlet, **mail, mail_port=closed_port())
    make_night(timezone.localdate() - dt.timedelta(days=1), timezone.now())
    assert nightly.mail_reports() == 1
    settings.INLET = replace_report(inlet, **mail, mail_port=post.port)
    assert nightly.mail_reports() == 0
    assert nightly.mail_reports() == 0
    (letter,) = post.box.letters
    assert letter["To"] == "sup@example.org"
    assert Night.objects.get().mail_problem == ""


@pytest.fixture
def mailbox(inlet: Settings, settings: DjangoSettings, monkeypatch: pytest.MonkeyPatch) -> list[Held]:
    """A mailbox among the sources that holds what is put into this list."""
    held: list[Held] = []
    source = SourceSettings.model_construct(name="mail", kind=SourceKind.IMAP)
    settings.INLET = inlet.model_copy(update={"sources": (source,)})
    monkeypatch.setattr(logs, "census", lambda _account, since: [h for h in held if h.received_at.date() >= since])
    monkeypatch.setattr(
        SourceSettings, "account", lambda _self: Account("mail.example", "desk", SecretFile(Path("none")))
    )
    return held


def _mail(folder: Path, mark: str, at: dt.datetime) -> Arrival:
    arrival = arrive(folder, key=f"mail:{LetterKey('0' * 12, 1, 7, mark, '0' * 32)}")
    Arrival.objects.filter(pk=arrival.pk).update(source="mail", channel="mail", received_at=at, state="processed")
    return arrival


def test_a_mailbox_is_held_against_what_came_in(mailbox: list[Held], tmp_path: Path) -> None:
    """Old mails are not missed in a list that reaches back a week; one put away unread and one left lying are named."""
    week, lately = NOW - dt.timedelta(days=9), NOW - dt.timedelta(days=2)
    _mail(tmp_path, "a" * 12, week)
    good, left = _mail(tmp_path, "b" * 12, lately), _mail(tmp_path, "c" * 12, lately)
    mailbox += [
        Held("Inlet/Processed", "b" * 12, lately, flags=("seen",)),
        Held("INBOX", "c" * 12, lately, waits=True),
        Held("Inlet/Processed", "d" * 12, lately, flags=("seen",)),
    ]
    night = make_night(DAY, NOW)
    mails = [(row["kind"], row["item"], row["facts"]) for row in night.open_items if row["kind"].startswith("mail_")]
    assert sorted(mails) == [
        ("mail_not_ingested", f"mail/{'d' * 12}", {"folder": "Inlet/Processed", "flags": "seen"}),
        ("mail_not_put_away", str(left.pk), {"folder": "INBOX", "flags": ""}),
    ]
    assert good.pk
    assert "Mailboxes were listed back to 2026-02-26" in report_of(night).remarks[0]


def test_a_day_that_was_proven_late_says_so() -> None:
    """A past day that nobody proved is gathered as things stand when it is asked for; the report tells."""
    assert report_of(make_night(DAY, NOW)).remarks == ()
    late = report_of(make_night(DAY - dt.timedelta(days=5), NOW))
    assert "This day was proven only on 2026-03-05: everything is told as it stood then" in late.remarks[0]
    words = letter_of(late, django_settings.INLET, NOW).get_body(("plain",))
    assert words is not None
    assert "proven only on" in words.get_content()
