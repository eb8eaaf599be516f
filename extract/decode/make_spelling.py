"""Makes ``name_letters.npz``: ``python -m extract.decode.make_spelling LIST…``.

Each list has a word a line, followed by its share in per cent. The committed table was made from the
first and last names of the United States census of 1990 (public domain), as the PyPI package ``names``
0.3.0 carries them; the sheets that confidence is fitted on draw their names from elsewhere.
"""

import argparse
from pathlib import Path

import numpy as np

from extract.decode.spelling import LETTERS, TABLE

_FLAT, _SMOOTH = 0.3, 4.0


def log_table(words: list[tuple[str, float]]) -> np.ndarray[tuple[int, int, int], np.dtype[np.float16]]:
    """Letter-after-two-letters log probabilities of weighted words, smoothed by shorter histories."""
    size = len(LETTERS)
    three = np.zeros((size, size, size))
    for word, weight in words:
        places = [0, 0, *(LETTERS.index(char) for char in word), 0]
        for a, b, c in zip(places, places[1:], places[2:], strict=False):
            three[a, b, c] += weight
    two, one = three.sum(axis=0), three.sum(axis=(0, 1))
    flat = (one + _FLAT) / (one + _FLAT).sum()
    after_one = (two + _SMOOTH * flat) / (two.sum(axis=1, keepdims=True) + _SMOOTH)
    after_two = (three + _SMOOTH * after_one) / (three.sum(axis=2, keepdims=True) + _SMOOTH)
    return np.asarray(np.log(after_two), dtype=np.float16)


def read_list(path: Path) -> list[tuple[str, float]]:
    """The usable words of a list, each with the root of its share (common names must not drown the rest)."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        word, share, *_more = line.lower().split()
        if word.isascii() and word.isalpha():
            found.append((word, float(np.sqrt(float(share) * 1000 + 1))))
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lists", type=Path, nargs="+")
    lists = [read_list(path) for path in parser.parse_args().lists]
    np.savez_compressed(TABLE, log_p=log_table([pair for words in lists for pair in words]))
