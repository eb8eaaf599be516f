"""Readings: how character probabilities become a text."""

import numpy as np

from extract.readers.reading import ALPHABET, BLANK, INDEX, OTHER, greedy, spelled


def steps(symbols: str, sure: float = 0.9) -> np.ndarray:  # type: ignore[type-arg]
    """A posterior whose best symbol at each step is given; the rest is spread evenly."""
    rows = np.full((len(symbols), len(ALPHABET)), (1 - sure) / (len(ALPHABET) - 1), dtype=np.float32)
    for row, symbol in enumerate(symbols):
        rows[row, INDEX[symbol]] = sure
    return rows


def test_repeats_join_and_blanks_part() -> None:
    """AA is one A; A blank A is two."""
    assert greedy("test", steps(f"AA{BLANK}A1{BLANK}")).text == "AA1"


def test_characters_outside_the_alphabet_are_dropped_but_cost_confidence() -> None:
    """What cannot be part of a value is not in the text, and the reading is less sure."""
    plain, foreign = greedy("test", steps("A1")), greedy("test", steps(f"A{OTHER}1"))
    assert foreign.text == "A1"
    assert foreign.confidence < plain.confidence


def test_empty_reading_has_no_confidence() -> None:
    """All blanks, or only spaces: an empty text, never a sure one."""
    for symbols in (BLANK * 5, f"{BLANK} {BLANK}"):
        line = greedy("test", steps(symbols))
        assert (line.text, line.confidence) == ("", 0.0)


def test_every_character_has_its_place() -> None:
    """Spans follow each other from left to right inside the crop."""
    line = greedy("test", steps(f"{BLANK}E{BLANK}0{BLANK}1"))
    assert len(line.spans) == len(line.text) == 3
    assert list(line.spans) == sorted(line.spans)


def test_spelled_text_reads_back() -> None:
    """A text with confidences becomes probabilities that sum to 1 and decode to the same text."""
    line = spelled("test", "E0143", [0.9] * 5, [(i / 5, (i + 1) / 5) for i in range(5)])
    assert np.allclose(line.chars.sum(axis=1), 1.0, atol=1e-5)
    assert greedy("test", line.chars).text == "E0143"
