"""The characters the line reader knows."""

import unicodedata
from typing import Final

ALPHABET: Final = "".join(map(chr, range(32, 127))) + "áéíóúñüçÁÉÍÓÚÑÜÇ°½"
"""Printable ASCII, the accents of Spanish names and two signs; class 0 of the network is the CTC blank."""

CLASSES: Final = len(ALPHABET) + 1
_INDEX: Final = {char: i + 1 for i, char in enumerate(ALPHABET)}


def in_alphabet(text: str, lacking: str = "") -> str:
    """Give ``text`` in characters of the alphabet that are not ``lacking``, accents dropped where they must be."""
    kept = []
    for char in text:
        for form in (char, unicodedata.normalize("NFD", char)[0]):
            if form in _INDEX and form not in lacking:
                kept.append(form)
                break
    return " ".join("".join(kept).split())


def encode(text: str) -> list[int]:
    """Give the classes of a text that is in the alphabet."""
    return [_INDEX[char] for char in text]
