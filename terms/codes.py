"""Numbers and codes of the field: NPI, HCPCS/CPT, modifiers, ICD-10-CM, CIN.

Each type holds only valid values in normal form; ``parse`` gives ``None`` for anything else, so
what was read but is not valid stays as raw text beside an empty value. ``parse`` strips spaces and
printing marks but never changes one character into another: repairing is the reader's business and
is always shown to a person.

Sources: NPI check digit, CMS "NPI check digit calculation" (Luhn over 80840 + NPI); HCPCS level II
and CPT shapes, CMS; CIN letters, California DHCS BIC format (docs/domain.md, section 3).
"""

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from terms.errors import InvalidTermError

_NPI_PREFIX = "80840"
_NPI_LENGTH = 10
CIN_LETTERS = "ACDEFGHMNTUVWXYZ"
"""Letters a CIN may end in: never B, I, J, K, L, O, P, Q, R or S."""


def luhn_ok(digits: str) -> bool:
    """Say whether a string of digits satisfies the Luhn check."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2  # noqa: PLR2004  (Luhn's own constant)
        total += value
    return total % 10 == 0


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """A string in normal form that matches the class's pattern."""

    value: str
    pattern: ClassVar[re.Pattern[str]] = re.compile(r".+")

    def __post_init__(self) -> None:
        """Refuse what is not in normal form."""
        if not self.is_valid(self.value):
            msg = f"not a valid {type(self).__name__}"
            raise InvalidTermError(msg)

    @classmethod
    def is_valid(cls, text: str) -> bool:
        """Say whether ``text`` is a valid value in normal form."""
        return bool(cls.pattern.fullmatch(text))

    @classmethod
    def clean(cls, text: str) -> str:
        """Drop spaces and dashes and raise the case, changing no other character."""
        return re.sub(r"[\s\-\u2010-\u2015_]", "", text).upper()

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Give the value read from ``text``, or ``None`` if it is not one."""
        cleaned = cls.clean(text)
        return cls(cleaned) if cls.is_valid(cleaned) else None

    def __str__(self) -> str:
        """Give the normal form."""
        return self.value


@dataclass(frozen=True, slots=True, order=True)
class Npi(Code):
    """A National Provider Identifier: 10 digits, first 1 or 2, Luhn over 80840 + NPI."""

    pattern: ClassVar[re.Pattern[str]] = re.compile(r"[12]\d{9}", re.ASCII)

    @classmethod
    def is_valid(cls, text: str) -> bool:
        """Check shape and check digit."""
        return bool(cls.pattern.fullmatch(text)) and luhn_ok(_NPI_PREFIX + text)


@dataclass(frozen=True, slots=True, order=True)
class HcpcsCode(Code):
    """A procedure code: HCPCS level II (letter + 4 digits) or CPT (5 digits, or 4 digits + F, T or U)."""

    pattern: ClassVar[re.Pattern[str]] = re.compile(r"[A-EGHJ-MP-V]\d{4}|\d{5}|\d{4}[FTU]", re.ASCII)

    @property
    def is_level_two(self) -> bool:
        """Say whether this is a HCPCS level II code (equipment, supplies) and not a CPT code."""
        return self.value[0].isalpha()


@dataclass(frozen=True, slots=True, order=True)
class Modifier(Code):
    """A two-character HCPCS or CPT modifier (RR, NU, KX, 59 …)."""

    pattern: ClassVar[re.Pattern[str]] = re.compile(r"[A-Z][A-Z0-9]|\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Icd10Code(Code):
    """An ICD-10-CM code with its point: letter, digit, alphanumeric, then up to four more."""

    pattern: ClassVar[re.Pattern[str]] = re.compile(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?", re.ASCII)

    @classmethod
    def clean(cls, text: str) -> str:
        """Drop spaces and any mark in the point's place, then set the point after the third character."""
        bare = re.sub(r"[\s.,·\-]", "", text).upper()
        return bare if len(bare) <= 3 else f"{bare[:3]}.{bare[3:]}"  # noqa: PLR2004  (category length)


@dataclass(frozen=True, slots=True, order=True)
class MemberId(Code):
    """A Medi-Cal CIN: 9, seven digits, one of :data:`CIN_LETTERS`.

    ``parse`` also takes the 14-character number printed on a BIC (CIN, check digit, Julian issue
    date) and keeps the first nine, which alone identify the member.
    """

    pattern: ClassVar[re.Pattern[str]] = re.compile(rf"9\d{{7}}[{CIN_LETTERS}]", re.ASCII)
    _bic: ClassVar[re.Pattern[str]] = re.compile(rf"(9\d{{7}}[{CIN_LETTERS}])(?:\d(?:\d{{4}})?)?", re.ASCII)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Give the CIN in ``text``, whether alone or as the start of a BIC number."""
        match = cls._bic.fullmatch(cls.clean(text))
        return cls(match.group(1)) if match else None
