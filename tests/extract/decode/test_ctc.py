"""Candidates of a posterior and their exact probabilities."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from extract.decode.ctc import decode, folded, log_probability
from extract.decode.grammar import Grammar, grammar
from extract.readers.reading import ALPHABET, BLANK, INDEX, Posteriors
from terms.names import FieldKind


def posterior(steps: list[dict[str, float]]) -> npt.NDArray[np.float32]:
    """Probabilities of a few symbols at each step; what is left is spread over the alphabet."""
    rows = np.zeros((len(steps), len(ALPHABET)), dtype=np.float32)
    for row, step in enumerate(steps):
        rows[row] = (1.0 - sum(step.values())) / len(ALPHABET)
        for symbol, p in step.items():
            rows[row, INDEX[symbol]] += p
    return rows


def reading(steps: list[dict[str, float]]) -> Posteriors:
    """That posterior as it is decoded."""
    return folded(posterior(steps))


def rules(kind: FieldKind) -> Grammar:
    """The grammar of a kind that has one."""
    found = grammar(kind)
    assert found is not None
    return found


def collapsed(path: tuple[str, ...]) -> str:
    """The text of an alignment: repeats joined, blanks dropped."""
    return "".join(s for s, _group in itertools.groupby(path) if s != BLANK)


@pytest.mark.parametrize("text", ["A", "AB", "AA", "BA"])
def test_probability_is_the_sum_over_all_alignments(text: str) -> None:
    """The forward sum equals adding up every alignment by hand."""
    chars = posterior([{"A": 0.5, "B": 0.2, BLANK: 0.3}, {"A": 0.4, "B": 0.3, BLANK: 0.3}, {"A": 0.6, BLANK: 0.4}])
    by_hand = sum(
        float(np.prod([chars[i, INDEX[s]] for i, s in enumerate(path)]))
        for path in itertools.product("AB" + BLANK, repeat=3)
        if collapsed(path) == text
    )
    assert log_probability(chars, [text])[0] == pytest.approx(np.log(by_hand), abs=2e-3)


def spelled_out(text: str, doubts: dict[int, dict[str, float]]) -> list[dict[str, float]]:
    """One sure step a character with blanks between, but for the doubtful places."""
    steps: list[dict[str, float]] = []
    for place, char in enumerate(text):
        steps += [doubts.get(place, {char: 0.98, BLANK: 0.01}), {BLANK: 0.98}]
    return steps


def test_grammar_prefers_the_letter_where_a_letter_must_stand() -> None:
    """A diagnosis read as 150.9 with some chance of an I comes first as I50.9."""
    seen = reading(spelled_out("150.9", {0: {"1": 0.7, "I": 0.28, BLANK: 0.01}}))
    best = decode(seen, rules(FieldKind.DIAGNOSIS))[0]
    assert (best.text, best.on_pattern) == ("I50.9", True)


def test_look_alikes_are_offered_even_when_the_reader_is_certain() -> None:
    """A reader certain of 0 still leaves O, D and Q among the candidates of a diagnosis."""
    seen = reading(spelled_out("088.3", {}))
    texts = [d.text for d in decode(seen, rules(FieldKind.DIAGNOSIS))]
    assert {"O88.3", "D88.3", "Q88.3"} <= set(texts)


def test_grammar_scores_and_does_not_filter() -> None:
    """A text outside the pattern is still offered as what was read."""
    seen = reading(spelled_out("SEENOTE", {}))
    assert any(d.text == "SEENOTE" and not d.on_pattern for d in decode(seen, rules(FieldKind.CODE)))


def test_empty_output_is_refused() -> None:
    """However likely nothing is, nothing is never a candidate."""
    assert decode(reading([{BLANK: 0.999}] * 6), rules(FieldKind.NPI)) == []


def test_spaces_and_case_do_not_matter() -> None:
    """E 0143 and E0143 are one candidate."""
    seen = reading(spelled_out("e 0143", {}))
    assert decode(seen, rules(FieldKind.CODE))[0].text == "E0143"


def test_steps_at_which_nothing_stands_are_left_out() -> None:
    """A reader with many empty steps is not slower to decode, and its texts stay as likely."""
    steps = spelled_out("E0143", {4: {"3": 0.6, "8": 0.38}})
    sparse = [padded for step in steps for padded in (step, {BLANK: 0.9999}, {BLANK: 0.9999}, {BLANK: 0.9999})]
    dense, thin = reading(steps), reading(sparse)
    assert len(thin) <= 2 * len(dense)
    assert log_probability(thin, ["E0143", "E0148"]) == pytest.approx(
        log_probability(dense, ["E0143", "E0148"]), abs=0.1
    )
