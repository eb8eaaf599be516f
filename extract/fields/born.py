"""Which dates may be birth dates, where no label says so."""

import datetime as dt
import re

from extract.fields.called import is_called_birth, is_called_otherwise
from extract.fields.shapes import find
from terms.names import FieldKind
from terms.normal import normalise

_A_YEAR = dt.timedelta(days=366)
_CLAUSE_END = re.compile(r"(?<=\w\w)[.;!?]\s")
_SMALL_WORD = re.compile(r"(?:^|\s)[a-z]+\W* 0$")
_NEAR = 6
"""How many words before a date may say what happened on it."""
_WRAPPED = 6
"""Fewest words of a line that running text goes on from."""


def may_be_birth(before: str, date: str, latest: dt.date, *, running: bool = False) -> bool:
    """Say whether a date may be a birth date, by the words ``before`` it in its clause.

    Words of birth decide; without them a date of the year before ``latest``, the day of receipt, is none, nor is
    one that other words say the event of ("last seen on", "since", "discharged"), nor in ``running`` text one right
    behind a word in small letters: a name or a bracket comes before a birth date, or a label of its own.
    """
    lead = _lead_of(before)
    if is_called_birth(lead):
        return True
    if running and _SMALL_WORD.search(lead):
        return False
    near = " ".join(lead.split()[-_NEAR - 1 :])
    return not is_recent_date(date, latest) and not is_called_otherwise("member.date_of_birth", near)


def _lead_of(before: str) -> str:
    """What leads to a date: the words of its line back to a number, and of the line before where text runs on."""
    *above, line = before.split("\n")
    if above and len(above[-1].split()) >= _WRAPPED:
        line = f"{above[-1]} {line}"
    clause = _CLAUSE_END.split(line)[-1]
    return f"{re.split('[0-9]', clause)[-1]} 0"


def is_of_former_years(text: str, latest: dt.date) -> bool:
    """Say whether a text is a date more than a year before ``latest``."""
    written = normalise(FieldKind.DATE, text, latest=latest)
    return written is not None and dt.date.fromisoformat(written) < latest - _A_YEAR


def is_recent_date(text: str, latest: dt.date) -> bool:
    """Say whether a text is a date of the year before ``latest`` or later, gaps torn into it or not."""
    for part in (text, "".join(text.split())):
        if found := find(FieldKind.DATE, part):
            written = normalise(FieldKind.DATE, found.group(), latest=latest)
            return written is not None and dt.date.fromisoformat(written) >= latest - _A_YEAR
    return False
