"""Steps that run by the clock for nights and quality sampling; run twice, the second time changes nothing."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from desk.cases.lessons_seen import gather
from desk.cases.quality import draw_sample
from desk.logs import log
from desk.nightly.deliver import mail_night
from desk.nightly.nights import make_night
from desk.records.models import Night
from reconcile.sums import business_day

MAIL_DAYS = 3
"""How long a report that could not be mailed is tried again."""

_log = log(__name__)


def prove_day_before(scheduled: str) -> str:
    """Prove the day before the scheduled moment (ISO), if it is not proven yet; give the day."""
    day = business_day(dt.datetime.fromisoformat(scheduled)) - dt.timedelta(days=1)
    night = make_night(day, timezone.now())
    _log.info("night.made", day=day.isoformat(), proven=night.proven, open=night.open_count)
    return day.isoformat()


def draw_checks() -> int:
    """Draw from what the machine let out lately for quality sampling; give how many requests were drawn."""
    return draw_sample(timezone.now())


def gather_lessons() -> int:
    """Bring the proposals from corrections up to date; give how many wait for somebody."""
    return gather(timezone.now())


def mail_reports() -> int:
    """Mail the reports of the last days that are not out yet; give how many are still to go."""
    now = timezone.now()
    waiting = Night.objects.filter(mailed_at=None, made_at__gte=now - dt.timedelta(days=MAIL_DAYS)).order_by("day")
    left = 0
    for night in waiting if settings.INLET.report.mail_to else ():
        if not mail_night(night, settings.INLET):
            left += 1
            _log.warning("night.not_mailed", day=night.day.isoformat(), problem=night.mail_problem)
    return left
