"""What the nightly tidy takes away: answers and tellings that nobody asks for any more."""

import datetime as dt

from desk.cases.webhooks import LADDER
from desk.records.models import KeptAnswer, Telling


def forget_old(before: dt.datetime) -> dict[str, int]:
    """Delete what was answered to other systems, and what they were told, before a moment (aware); give how many.

    A telling that is still tried stays; what was asked, answered and done stands in the audit trail.
    """
    old = Telling.objects.filter(at__lt=before)
    tellings, _each = (old.exclude(delivered_at=None) | old.filter(tries__gt=len(LADDER))).delete()
    ended, _each = old.filter(subscription__ended_at__lt=before).delete()
    answers, _each = KeptAnswer.objects.filter(at__lt=before).delete()
    return {"answers": answers, "tellings": tellings + ended}
