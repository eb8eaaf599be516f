"""URGENT as a stamp or a line of its own says: how fast a letter wants its answer, which has no box for it."""

import re
from collections.abc import Sequence

from extract.boxes.wordings import tables
from extract.fields.roles import is_ruled_form
from extract.fields.values import Sight
from extract.fields.zones import Zone
from extract.layout import join
from terms.names import FieldKind
from terms.values import FieldStatus, FieldValue

_HASTE = "URGENT|STAT|ASAP|RUSH|EXPEDITED?"
_WITH_IT = "PLEASE|REQUEST|VERY"
_STAMP = re.compile(rf"\W*(?:{_HASTE})\W*")
_STAMP_PART = re.compile(rf"\W*(?:{_HASTE}|{_WITH_IT}|\W)\W*", re.IGNORECASE)
_SAID = re.compile(_HASTE)
_SAID_WITH = re.compile(rf"{_HASTE}|{_WITH_IT}|REVIEW|HANDLING", re.IGNORECASE)
_SURE = 0.5


def is_stamp(word: str) -> bool:
    """Say whether a word is one that a stamp says."""
    return _STAMP.fullmatch(word) is not None


def goes_with_stamp(word: str) -> bool:
    """Say whether a word may stand beside the stamp's own."""
    return _STAMP_PART.fullmatch(word) is not None


def stamped_type(sight: Sight, asked: Sequence[Zone]) -> FieldValue | None:
    """The urgent type that a line of a letter says by itself, for a person to confirm; None where none does.

    A page that has a place for the type (labels that ask for it are ``asked``), another type to choose or a
    form's walls is no letter.
    """
    sheet = sight.sheet
    phrases, _ = tables()
    pieces = [line.tokens[first:past] for line in sheet.lines for first, past in line.segments()]
    offered = {phrases.get("".join(t.folded for t in piece)) for piece in pieces}
    if asked or is_ruled_form(sheet) or offered - {"urgent", None}:
        return None
    for line in sheet.lines:
        letters = "".join(c for t in line.tokens for c in t.text if c.isalnum())
        if _SAID.search(letters) and not _SAID_WITH.sub("", letters):
            text = join(line.tokens)
            read = sight.read(line.area, FieldKind.TEXT, text)
            return FieldValue("urgent", text, _SURE, FieldStatus.REVIEW, read.page, read.box, read.source)
    return None
