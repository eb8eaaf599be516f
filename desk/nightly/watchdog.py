"""Whether the nightly report was made: asked from outside the service, by a timer."""

import datetime as dt

from django.conf import settings

from desk.records.models import Night


def overdue(now: dt.datetime, patience: dt.timedelta) -> tuple[str, bool]:
    """Say in a sentence how the last report due at ``now`` (aware) stands, and whether somebody has to look."""
    report, zone = settings.INLET.report, settings.INLET.zone
    due = dt.datetime.combine(now.astimezone(zone).date(), report.time, tzinfo=zone)
    if now < due + patience:
        due -= dt.timedelta(days=1)
    day = due.date() - dt.timedelta(days=1)
    night = Night.objects.filter(day=day).first()
    if night is None:
        last = Night.objects.first()
        told = f"the last one is of {last.day}" if last else "none was ever made"
        return f"the report of {day} was not made ({told}); see that the service runs: inlet status", True
    if night.mailed_at is None and report.mail_to:
        why = night.mail_problem or "it was not tried"
        return f"the report of {day} was made and could not be mailed: {why}", True
    proven = "proven" if night.proven else f"not proven, {night.open_count} open"
    return f"the report of {day} was made: {proven}", False
