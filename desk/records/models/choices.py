"""Turn our enums into what Django's ``choices`` wants."""

from collections.abc import Iterable
from enum import StrEnum


def choices_of(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Give (value, words for people) for each member."""
    return [(member.value, member.value.replace("_", " ")) for member in members]
