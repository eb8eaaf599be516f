"""Does a text look like a value of a kind? For deciding what belongs to what, never for accepting a value.

Shapes are loose on purpose: a phone number with a misread digit is still clearly a phone number.
"""

import re
import unicodedata

from terms.codes import Npi
from terms.names import FieldKind

_DIGITISH = str.maketrans(
    {"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8", "Z": "2", "Q": "0", "D": "0"}
)
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_D = r"[0-9OolI|SBZQD]"
_SHAPES: dict[str, re.Pattern[str]] = {
    "phone": re.compile(rf"(?:\+?1[-.\s]?)?[(\[]?\s?{_D}{{3}}\s?[)\]]?\s?[-.\s/]?\s?{_D}{{3}}\s?[-.\s/]?\s?{_D}{{4}}\b(?:\s*,?\s*(?:ext|x)\.?\s*\d{{1,6}})?", re.IGNORECASE),  # noqa: E501  (a pattern or a list, read as one line)
    "date": re.compile(rf"\d{_D}?\s?[/.\-|]\s?{_D}{{1,2}}\s?[/.\-|]\s?(?:{_D}{{4}}|{_D}{{2}})\b|\d{{4}}-\d\d-\d\d|{MONTH}\s*\d{{1,2}}(?:st|nd|rd|th)?,?\s*\d{{4}}|\b[01]\d[0-3]\d(?:19|20)\d\d\b", re.IGNORECASE),  # noqa: E501  (a pattern or a list, read as one line)
    "npi": re.compile(rf"(?<![\d-])[12Il|]{_D}{{9}}(?![\d-])|(?<![\d-])[12]{_D}{{2,4}}[ -]?{_D}{{3}}[ -]?{_D}{{2,4}}(?![\d-])"),  # noqa: E501  (a pattern or a list, read as one line)
    "member_id": re.compile(rf"(?<![\w-])9{_D}{{7}}[A-Z0-9](?:\s?\d(?:\s?\d{{4}})?)?(?![\w-])|(?<![\w-])[A-Z]{{0,3}}\d{{7,11}}[A-Z]?(?![\w-])"),  # noqa: E501  (a pattern or a list, read as one line)
    "code": re.compile(r"(?<![A-Za-z0-9])[A-EGHJ-MP-V][0-9OoIlSBZ]{4}(?![A-Za-z0-9])|(?<![\w-])\d{5}(?![\w-])|(?<!\w)\d{4}[FTU](?!\w)"),  # noqa: E501  (a pattern or a list, read as one line)
    "diagnosis": re.compile(r"(?<![A-Za-z0-9])[A-TV-Z][0-9OlI][0-9A-BOlI](?:\s?\.(?!\s[A-TV-Z][0-9][0-9A-B])\s?[0-9A-Z]{1,4}|,[0-9][0-9A-Z]{0,3}|[0-9][0-9A-Z]{0,3})?(?![A-Za-z0-9])"),  # noqa: E501  (a pattern or a list, read as one line)
    "quantity": re.compile(r"(?<![\w.])#?\s?\d{1,4}(?!\w|/\d)"),
    "modifier": re.compile(r"(?<!\w)(?:[A-Z][A-Z0-9]|\d\d)(?!\w)"),
    "zip": re.compile(rf"(?<!\w){_D}{{5}}(?:-{_D}{{4}})?(?!\w)"),
    "state": re.compile(r"(?<!\w)(?:[A-Z]{2}|California)(?!\w)"),
}  # fmt: skip
"""Patterns by kind; a kind that is not here (names, addresses, text) has no shape."""
_DAMAGED_DIAGNOSIS = r"[0-9|][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4}|[0-9A-Z]{1,4})"
_SHAPES["damaged_diagnosis"] = re.compile(rf"(?<![\w.]){_DAMAGED_DIAGNOSIS}(?!\w|\.\w|/)")
"""A diagnosis code whose letter was read as a digit; only where a label asks for diagnoses."""
_SHAPES["called_diagnosis"] = re.compile(rf"(?<![\w.])(?:{_DAMAGED_DIAGNOSIS}|1[0-9]{{2}})(?!\w|\.\w|/)")
"""The same and "110" for I10; only behind words that call it a diagnosis."""
_WRITTEN_PHONE = re.compile(r"(?:\+?1[-. ])?(?:\(\d{3}\)\s?|\d{3}[-./ ]\s?)\d{3}\s?[-.:/ ]\s?\d{4}")
_PARTED_DATE = re.compile(r"\W*[01]?\d\W{1,2}[0-3]?\d\W{1,2}(?:19|20)\d\d\W*|\W*\d{1,2}/\d{1,2}/\d{1,2}\s?\d{0,4}\W*")
"""A date of which a mark was lost or into which a gap was torn, which is no telephone number."""
_PARTED_PHONE = re.compile(r"\D*(?:\(\d{3}\)\D{0,2}|\d{3}[^\w\s]{1,2})\d{3}[^\w\s]{1,2}\d{4}\b")
"""A telephone number with marks between its parts, whichever they were read as."""
_TAX_ID = re.compile(r"\W*\d{2}-\d{7}\W*")
_CELLS = re.compile(r"\S(?: \S){5,}")
_WALLS = re.compile(r"(?<=[0-9A-Z])\s?[\[\]|]\s?(?=[0-9A-Z])")
TYPED = frozenset(_SHAPES)


def fits(kind: str | FieldKind, text: str, *, lead: bool = False) -> bool:
    """Say whether ``text`` holds something of the shape of ``kind``, at its very start if ``lead``.

    Kinds without a shape never fit.
    """
    found = find(kind, text)
    return found is not None and (not lead or found.start() <= 2)  # noqa: PLR2004  (a stray mark may come first)


def could_be_npi(text: str) -> bool:
    """Ten digits written as one that pass the check of an NPI: as a telephone number that would be chance."""
    return Npi.parse(text.strip(" .,;:[]|")) is not None and not re.search(r"\d\D+\d", text)


def is_written_phone(text: str) -> bool:
    """Say whether a text is a telephone number with the marks between its parts, and nothing else."""
    return _WRITTEN_PHONE.fullmatch(text.strip(" .,;:[]|")) is not None


def is_of_another_kind(kind: FieldKind, text: str) -> bool:
    """Say whether a text is plainly a number of another kind than ``kind``, gaps torn into it or not.

    A tax number is of no kind that a request has.
    """
    bare = "".join(text.split())
    date = find(FieldKind.DATE, text) or find(FieldKind.DATE, bare) or _PARTED_DATE.fullmatch(text)
    match kind:
        case FieldKind.DATE:
            return _TAX_ID.fullmatch(bare) is not None or (date is None and _PARTED_PHONE.fullmatch(bare) is not None)
        case FieldKind.PHONE:
            return date is not None or _TAX_ID.fullmatch(bare) is not None
        case FieldKind.NPI | FieldKind.MEMBER_ID:
            return any((date, _TAX_ID.fullmatch(bare), _PARTED_PHONE.fullmatch(bare)))
        case _:
            return False


def digit_runs(text: str) -> list[str]:
    """The numbers of a text: words side by side that hold digits, or are single letters that look like digits."""
    runs: list[list[str]] = [[]]
    for word in text.split():
        if any(c.isdigit() for c in word) or len(digits(word)) == len(word) <= 2:  # noqa: PLR2004  (a number spelled or torn)
            runs[-1].append(word)
        elif any(c.isalpha() for c in word):
            runs.append([])
    return [" ".join(run) for run in runs if run]


def find(kind: str | FieldKind, text: str) -> re.Match[str] | None:
    """The first piece of ``text`` that has the shape of ``kind``."""
    pattern = _SHAPES.get(str(kind))
    return pattern.search(_plain(text)) if pattern else None


def find_all(kind: str | FieldKind, text: str) -> list[re.Match[str]]:
    """Every piece of ``text`` that has the shape of ``kind``."""
    pattern = _SHAPES.get(str(kind))
    return list(pattern.finditer(_plain(text))) if pattern else []


def _plain(text: str) -> str:
    """The text with bare letters for accented ones (no code has any, specks make them), as long as before."""
    return "".join(unicodedata.normalize("NFD", c)[0] for c in text)


def unspelled(text: str) -> str:
    """A number spelled into boxes, one digit each, as one word; any other text as it is."""
    return "".join(text.split()) if _CELLS.fullmatch(text) else text


def walled(text: str) -> str:
    """A number in which the walls of a comb were read as marks, or spelled into its cells, as one word."""
    bare = _WALLS.sub("", text)
    return "".join(bare.split()) if bare != text else unspelled(text)


def digits(text: str) -> str:
    """The digits of a text, letters that look like digits taken for them (for comparing only)."""
    return re.sub(r"\D", "", text.translate(_DIGITISH))
