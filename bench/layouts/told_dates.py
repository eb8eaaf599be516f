"""The other dates that letters and mails speak of: visits, falls, onsets, operations; none is a birth date."""

import datetime as dt
import random

from samples.printed import Hand, date_text

_SENTENCES = (
    "Last seen in clinic on {date}.",
    "The patient was evaluated in my office on {date}.",
    "Symptoms have been present since {date}.",
    "She was discharged from Highland Hospital on {date}.",
    "He underwent surgery on {date} and has not walked unaided since.",
    "A fall on {date} led to a fracture.",
    "Physical therapy saw the patient at home on {date}.",
    "The prior device was issued {date} and can no longer be repaired.",
    "Onset was {date}; a sleep study of {other} confirmed it.",
    "This follows our telephone call of {date}.",
)
_LINES = (
    "Date of visit: {date}", "Last seen: {date}", "Date of onset: {date}", "Face-to-face: {date}",
    "Date of injury: {date}", "Admitted {date}, discharged {other}", "Dictated: {date}", "Visit date {date}",
    "Sleep study {date}", "Surgery date: {date}", "Date of last visit {date}", "Encounter: {date}",
)  # fmt: skip
_LONGEST_AGO = 900


def told_dates(rng: random.Random, hand: Hand, today: dt.date) -> tuple[str, str]:
    """Give a sentence and a line, each perhaps empty, that tell of days before ``today``."""

    def said(wordings: tuple[str, ...]) -> str:
        if rng.random() < 1 / 3:
            return ""
        date, other = (today - dt.timedelta(days=rng.randrange(1, _LONGEST_AGO)) for _ in range(2))
        return rng.choice(wordings).format(date=date_text(date, hand), other=date_text(other, hand))

    return said(_SENTENCES), said(_LINES)
