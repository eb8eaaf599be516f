"""Codes of a list into which lost ink tore a gap, so that they look like none."""

import re
from collections.abc import Sequence

from extract.fields.values import Piece
from extract.layout import Token, around

_TORN = re.compile(r"[A-Z]\S{1,6}\.[0-9A-Z]{1,4}")
_LONGEST = 8
_LEAST_DIGITS = 2


def torn_diagnoses(row: Sequence[Token], taken: frozenset[int]) -> list[Piece]:
    """Words beside codes that were read (their words are ``taken``) that may be one more: "M1/ .11" in a list."""
    torn: list[Piece] = []
    run: list[Token] = []
    for place, token in enumerate(row):
        if token.word not in taken:
            run.append(token)
        ends = token.word in taken or token.comma or place + 1 == len(row)
        if ends and run:
            if _may_be_code("".join(t.text for t in run).strip(" ,;")):
                words = frozenset(t.word for t in run)
                torn.append(Piece(" ".join(t.text for t in run), around(t.area for t in run), words))
            run = []
    return torn


def _may_be_code(text: str) -> bool:
    """Say whether a text is about as long as a code, with its letter, its point and digits."""
    bare = "".join(c for c in text if c.isalnum())
    digits = sum(c.isdigit() for c in bare)
    return len(bare) <= _LONGEST and digits >= _LEAST_DIGITS and text.isupper() and _TORN.match(text) is not None
