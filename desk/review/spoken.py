"""Stored English sentences, said in the language of whoever looks.

What ``classify`` writes of a request, why an act is refused and what became of a notice are stored in
English: facts of the record and of the interface. Where a page shows one of them it is recognised among the
sentences that can be written (:mod:`desk.review.written`) and said again from the translations; the labels,
kinds and shorter sentences in it too. A sentence that nobody knows stays as it was stored. English pages
look at nothing.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cache, lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _

from classify import why
from classify.category import categories
from classify.errors import SHOWN, RowFault
from classify.grid import PaRule, Service
from classify.identity import IdentityState
from classify.roster import LineOfBusiness, MedicalGroup
from classify.tables import TABLES
from desk.errors import ReferenceDataError
from desk.lifecycle import NoticeState, RequestState
from desk.records.models.mail_drafts import DraftState
from desk.review import draft_facts, presenting
from desk.review.problem_words import problem_words
from desk.review.recognising import Patterns
from desk.review.written import written
from outbound.care import CareKind
from terms.names import FIELD_LABELS, ArrivalState, FieldKind, PageKind, RequestType

_KEPT = 4096
"""So many sentences are kept as they are said."""
_LONGEST = 4000
"""A longer text is no sentence of ours."""
_DEEPEST = 5
"""So deep sentences stand in one another at most."""
_STATES = (RequestState, NoticeState, ArrivalState, DraftState, IdentityState)
_NAMES = (RequestType, PageKind, FieldKind, LineOfBusiness, MedicalGroup, Service, PaRule, CareKind)
_MONTHS = tuple(dt.date(2000, month, 1).strftime("%B") for month in range(1, 13))
_SINGLE = (
    "none", "text", "cover", "agrees", "differs", "before", "added", "ticked", "quantity", "modifier",
    "line", "diagnosis", "roster", "directory", "decided by", "decided at", "lines", "reasons", "criteria", "unmet",
    "awaited", "expected on", "harmless", "vendor", "quantity or end date of each line",
    "clerk", "operator", "supervisor", "fax line", "mailbox", "host", "originals", "derived files",
    "what", "told", "secured", "nature", "recipient", "acquired", "mitigated", "request", "pages", "Nothing.",
)  # fmt: skip
"""Words that stand in sentences as values and in no other table."""
_LINES = (
    "Running and idle", "Running, modem ready", "Sending job %(v0)s", "Receiving facsimile", "Receiving from %(v0)s",
    "Answering the phone", "Listening to rings from the modem", "Initializing server",
    "Waiting for modem to come ready", "Waiting for modem to come free", "Locked for exclusive use", "Not running",
    "Polling %(v0)s", "idle", "busy", "down",
)  # fmt: skip
"""What fax servers say of their lines."""
_OF_THE_SYSTEM = (
    "No such file or directory", "Permission denied", "Is a directory", "Not a directory", "No space left on device",
    "Read-only file system", "Input/output error", "Disk quota exceeded", "Too many open files", "File exists",
)  # fmt: skip
"""Why a file could not be opened or written, in the system's words."""
_CANDIDATES = (
    "named in words", "the mark is not clear", "ticked, or nearly", "its box was not found",
    "stands elsewhere on the page", "under the threshold", "fits if a character was misread", "its wording was misread",
    "also possible",
)  # fmt: skip
"""Why the readers offer a value beside the one they took (:mod:`extract`)."""


def sentences() -> Iterator[str]:
    """Every message that a stored sentence can be made of: patterns, and what stands in them and is words."""
    yield from written()
    yield from _CANDIDATES
    yield from _LINES
    yield from _OF_THE_SYSTEM
    yield from draft_facts.WORDS.values()
    yield from _asked()
    yield from _words()


def _asked() -> Iterable[str]:
    """What the provider is asked, from the table of required fields."""
    return (str(text) for text in tomllib.loads((TABLES / "minimum.toml").read_text("utf-8"))["ask"].values())


def _words() -> Iterator[str]:
    """Labels, kinds, states and single words."""
    yield from FIELD_LABELS.values()
    yield from presenting.SHORT_LABELS.values()
    yield from why.kind_words()
    yield from categories().values()
    members: Iterable[StrEnum] = (member for names in (*_STATES, *_NAMES) for member in names)
    yield from (_plain(member) for member in members)
    yield from _MONTHS
    yield from _SINGLE


def _plain(member: StrEnum) -> str:
    """A member of a table of names as sentences have it; names in capitals stay as they are."""
    return (
        member.value if member.value.isupper() and "_" not in member.value else member.value.replace("_", " ").lower()
    )


@cache
def _patterns() -> Patterns:
    return Patterns(sentences())


def spoken(text: str) -> str:
    """Give a stored sentence in the language of whoever looks; one that is not known stays as it is."""
    language = get_language() or ""
    if not text or not language or language.startswith("en"):
        return text
    return _spoken(str(text), language)


@lru_cache(maxsize=_KEPT)
def _spoken(text: str, language: str) -> str:
    del language  # of the key only
    if len(text) > _LONGEST:
        return text
    whole = gettext(text)
    if whole != text and "\r" not in text:  # whose line ends Django changes
        return whole
    said = _known(text, 0)
    return problem_words(text) if said is None else said


def _known(text: str, depth: int) -> str | None:
    """The sentence, if it is one of ours as it stands or with its first letter the other way."""
    said = _as_it_stands(text, depth)
    if said is not None or not text:
        return said
    first = text[0].lower() if text[0].isupper() else text[0].upper()
    said = _as_it_stands(first + text[1:], depth)
    turned: Callable[[str], str] = str.upper if text[0].isupper() else str.lower
    return said and turned(said[0]) + said[1:]


def _as_it_stands(text: str, depth: int) -> str | None:
    patterns = _patterns()
    if text in patterns.whole:
        return gettext(text)
    said = _moment(text) or _length(text)
    found = patterns.find(text) if said is None else None
    if found is None:
        return said
    pattern, values = found
    return pattern.said({name: _value(value, depth + 1) for name, value in values.items()})


def _value(text: str, depth: int) -> str:
    """A value of a sentence: a sentence or word of ours, a list of such, or what it is."""
    if not text.strip() or depth > _DEEPEST:
        return text
    words = categories().get(text) or (text.replace("_", " ").lower() if "_" in text else "")
    said = _list(text, "; ", depth) or _known(text, depth) or _known(words, depth)
    return said or _list(text, ", ", depth) or _list(text, ",", depth) or text


def _list(text: str, mark: str, depth: int) -> str | None:
    """A list of sentences or words of ours; nothing if one of them is none."""
    if mark not in text:
        return None
    parts = [_known(part, depth) for part in text.split(mark)]
    return mark.join(filter(None, parts)) if all(parts) else None


_MOMENT = "%A, %B %d, %Y, %I:%M %p Pacific"


def _moment(text: str) -> str | None:
    """A moment as :func:`classify.why.moment` writes it."""
    if not text.endswith(" Pacific"):
        return None
    try:
        when = dt.datetime.strptime(text, _MOMENT)  # noqa: DTZ007  (read to be said again, never reckoned with)
    except ValueError:
        return None
    return _("%(weekday)s, %(date)s, %(time)s Pacific") % {
        "weekday": date_format(when, "l"),
        "date": date_format(when, "DATE_FORMAT"),
        "time": date_format(when, "TIME_FORMAT"),
    }


_LENGTH = re.compile(r"(\d{1,6}) (hours|calendar days|business days)")


def _length(text: str) -> str | None:
    """A length of time as the rules of the clock have it."""
    found = _LENGTH.fullmatch(text)
    if found is None:
        return None
    words = {
        "hours": _("%(number)s hours"),
        "calendar days": _("%(number)s calendar days"),
        "business days": _("%(number)s business days"),
    }
    return words[found[2]] % {"number": found[1]}


def fault_words(fault: RowFault) -> str:
    """Give the fault of a row of a table as one line."""
    words = {"row": fault.row, "column": fault.column, "fault": spoken(fault.message)}
    return _("row %(row)s, %(column)s: %(fault)s") % words


def refusal_words(error: Exception) -> str:
    """Give a refusal in the language of whoever looks; of a table, with the first faults of its rows."""
    if not isinstance(error, ReferenceDataError) or not error.faults:
        return spoken(str(error))
    told = "; ".join(map(fault_words, error.faults[:SHOWN]))
    if len(error.faults) > SHOWN:
        told += _("; and %(number)s more") % {"number": len(error.faults) - SHOWN}
    return _("Table %(table)s was not loaded: %(faults)s. Mend the rows and load it again.") % {
        "table": error.table,
        "faults": told,
    }


def rule_words(rule: str) -> str:
    """Give a clock's rule in words: ``routine.7_calendar_days`` is ``7 calendar days (routine)``."""
    what, *between, how_long = rule.split(".") if "." in rule else (rule, "")
    kind = ", ".join(spoken(part.replace("_", " ")) for part in (what, *between))
    return f"{spoken(how_long.replace('_', ' '))} ({kind})" if how_long else kind
