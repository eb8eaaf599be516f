"""When a transmission that failed is tried again, and when a person is asked instead. Pure.

Busy lines and open calls are worth another try soon; a machine that answered with no fax tone is
tried once more, because people pick up handsets; a number that refuses is not tried again. Urgent
notices climb a steeper ladder.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outbound.transport import Failure

_MINUTES = dt.timedelta(minutes=1)
MOST_TRIES: Mapping[Failure, int] = {
    Failure.BUSY: 6,
    Failure.NO_ANSWER: 4,
    Failure.NO_LINE: 6,
    Failure.CUT_OFF: 4,
    Failure.PARTIAL: 3,
    Failure.NO_FAX: 2,
    Failure.EXPIRED: 3,
    Failure.OTHER: 2,
    Failure.REFUSED: 1,
    Failure.CANCELLED: 1,
    Failure.UNSURE: 1,
}
"""How many transmissions of one notice there may be in all when the latest ended so."""

WORDS: Mapping[Failure, str] = {
    Failure.BUSY: "The line was busy every time. Call the office and ask for another fax number.",
    Failure.NO_ANSWER: "Nobody answered. Call the office and ask whether its fax machine is on.",
    Failure.NO_FAX: "A person or a machine without a fax tone answered. Call the office and check the number.",
    Failure.NO_LINE: "Our own line gave no dial tone. Look at the fax server and its lines.",
    Failure.CUT_OFF: "The connection broke off every time. Call the office, or send it another way.",
    Failure.PARTIAL: "Only some of the pages were confirmed. Call the office and ask what arrived.",
    Failure.REFUSED: "The fax server or the other side refuses the number. Check it, or send it another way.",
    Failure.CANCELLED: "Somebody took the job back at the fax server. Send it again if it is still to go.",
    Failure.EXPIRED: "No line was free in time. Look at the fax server and its lines.",
    Failure.UNSURE: "It may have gone out or not: we were cut off while handing it over. Call and ask.",
    Failure.OTHER: "It did not arrive and the fax server does not say why. Look at the fax server.",
}
"""What a clerk reads when no further try is made."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The pauses before the second try, the third …; the last one holds for all later tries."""

    urgent: Sequence[dt.timedelta] = (2 * _MINUTES, 3 * _MINUTES, 5 * _MINUTES, 10 * _MINUTES)
    routine: Sequence[dt.timedelta] = (5 * _MINUTES, 10 * _MINUTES, 20 * _MINUTES, 45 * _MINUTES, 90 * _MINUTES)

    @classmethod
    def of_minutes(cls, urgent: Sequence[float], routine: Sequence[float]) -> "Ladder":
        """A ladder from minutes, as settings give it."""
        return cls(tuple(m * _MINUTES for m in urgent), tuple(m * _MINUTES for m in routine))

    def pause(self, failure: Failure, tries: int, *, is_urgent: bool) -> dt.timedelta | None:
        """How long to wait after ``tries`` transmissions, the latest ended as ``failure``; None: ask a person."""
        if tries >= MOST_TRIES[failure]:
            return None
        steps = self.urgent if is_urgent else self.routine
        return steps[min(tries, len(steps)) - 1]
