"""How far two ledgers may differ, and how long things may wait, before a difference is named."""

import datetime as dt
from dataclasses import dataclass

_M, _H = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Tolerances:
    """All durations count from the earlier event; anything younger is still in progress, not a difference.

    ``clock``: between a call's time and its arrival's (the log has minutes only, and a fax is stored
    when the call ends). ``recycled``: how far apart a file name may be used again by the fax server.
    """

    clock: dt.timedelta = 10 * _M
    recycled: dt.timedelta = 48 * _H
    ingest: dt.timedelta = 30 * _M
    progress: dt.timedelta = 60 * _M
    quarantine: dt.timedelta = 4 * _H
    hand_over: dt.timedelta = 30 * _M
    acknowledge: dt.timedelta = 24 * _H
    ask: dt.timedelta = 2 * _H
    deliver: dt.timedelta = 4 * _H
    join: dt.timedelta = 1 * _H
    due_soon: dt.timedelta = 24 * _H
