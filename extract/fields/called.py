"""What the words before a number call it, damaged by the line as they may be."""

import re
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from terms.names import FIELD_KINDS, FieldKind

_FAX, _PHONE, _NPI, _ID, _DIAGNOSIS, _CODE = "fax", "phone", "npi", "id", "diagnosis", "code"
_DATE, _BIRTH, _EVENT = "date", "birth", "event"
_WORDS = {
    "fax": _FAX, "facsimile": _FAX, "fx": _FAX,
    "phone": _PHONE, "telephone": _PHONE, "tel": _PHONE, "ph": _PHONE, "cell": _PHONE, "mobile": _PHONE,
    "npi": _NPI,
    "dob": _BIRTH, "born": _BIRTH, "birth": _BIRTH, "birthdate": _BIRTH, "birthday": _BIRTH, "date": _DATE,
    "cin": _ID, "medi-cal": _ID,
    "diagnosis": _DIAGNOSIS, "diagnoses": _DIAGNOSIS, "icd": _DIAGNOSIS, "icd-10": _DIAGNOSIS, "dx": _DIAGNOSIS,
    "qty": _CODE, "quantity": _CODE, "hcpcs": _CODE, "cpt": _CODE,
}  # fmt: skip
_EVENTS = (
    "visit", "seen", "onset", "since", "surgery", "operation", "operated", "underwent", "injury", "injured",
    "accident", "fell", "admitted", "admission", "discharge", "discharged", "hospital", "evaluated", "evaluation",
    "exam", "examined", "encounter", "face-to-face", "appointment", "study", "issued", "dispensed", "delivered",
    "dictated", "transcribed", "signed", "service", "start", "request", "requested", "received", "sent", "today",
    "order", "ordered", "prescribed", "written", "effective", "expires", "expiration", "referral", "letter",
    "report", "diagnosed", "therapy", "treatment", "began", "started", "call",
)  # fmt: skip
"""Words that say what else happened on a date than that somebody was born."""
_OF_KIND = {FieldKind.NPI: _NPI, FieldKind.MEMBER_ID: _ID}
_SURE = 0.75
"""Least likeness of a longer word to one that calls a number something."""
_SHORT = 3
"""Letters of a word in which one misread letter is all that may be forgiven."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W_]+)*")


def is_called_otherwise(name: str, text: str) -> bool:
    """Say whether the words before the first digit of ``text`` call it something else than the field ``name``.

    A number that nothing calls anything may be any field's. A "date" alone may be a birth date whose other word
    was lost.
    """
    if name == "member.date_of_birth":
        said = called(text)
        return _BIRTH not in said and (_EVENT in said or bool(said - {_DATE}))
    kind = FIELD_KINDS.get(name)
    wanted = name.rpartition(".")[2] if kind is FieldKind.PHONE else _OF_KIND.get(kind) if kind else None
    said = called(text) - {_EVENT} if wanted else frozenset()
    return bool(said) and wanted not in said


def is_called_birth(text: str) -> bool:
    """Say whether the words before the first digit of ``text`` speak of somebody's birth."""
    return _BIRTH in called(text)


def called(text: str) -> frozenset[str]:
    """What the words before the first digit of a text call it: ``fax``, ``phone``, ``npi``, ``birth`` and so on."""
    first = re.search(r"\d", text)
    words = _WORD.findall(text[: first.start()].lower()) if first else []
    words += [one + two for one, two in pairwise(words) if min(len(one), len(two)) < _SHORT]  # torn in two: "f ax"
    return frozenset(what for word in words for what in _meanings(word))


@lru_cache(maxsize=4096)
def _meanings(word: str) -> frozenset[str]:
    """What a word may call a number: a damaged short one may mean several things."""
    if word in _WORDS:
        return frozenset({_WORDS[word]})
    if word in _EVENTS:
        return frozenset({_EVENT})
    if len(word) < _SHORT:
        return frozenset()
    if len(word) == _SHORT:
        return frozenset(_WORDS[w] for w in _WORDS if len(w) == _SHORT and Levenshtein.distance(w, word) == 1)
    best = max((*_WORDS, *_EVENTS), key=lambda known: Levenshtein.normalized_similarity(known, word))
    likely = Levenshtein.normalized_similarity(best, word) >= _SURE
    return frozenset({_WORDS.get(best, _EVENT)} if likely else ())
