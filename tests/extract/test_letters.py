"""The recogniser of letters: what it sees, what it may do, and how well it did when it was trained."""

import json

import pytest

from extract.letters.recogniser import CARD, WEIGHTS, entities
from extract.letters.suggest import codes_for

_MAIL = """Hello,
please send the bed for Ines Halimbawa, DOB 04/12/1961, Medi-Cal ID 97654321A.
Sincerely,
Bao Exemplar, MD
NPI 1245319599"""


def test_letter_is_understood() -> None:
    """Names and numbers of a plain letter are seen for what they are."""
    seen = {(_MAIL[e.first : e.past], e.label) for e in entities(_MAIL)}
    assert ("04/12/1961", "DOB") in seen
    assert ("97654321A", "MID") in seen
    assert ("1245319599", "NPI") in seen


def test_weights_are_small_and_their_scores_are_told() -> None:
    """The weights stay under 5 MB; the card names seed, texts and the scores on wordings not learned from."""
    card = json.loads(CARD.read_text("utf-8"))
    assert WEIGHTS.stat().st_size == card["bytes"] < 5_000_000
    assert {"train", "test", "third"} <= set(card["scores"])
    assert card["scores"]["third"]["0%"]["all"][1] > 0.6


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("severe COPD", "J44.9"),
        ("Chronic respiratory failure with hypoxia", "J96.11"),
        ("osteoarthritis of the right knee", "M17.11"),
    ],
)
def test_diagnosis_words_give_codes(words: str, code: str) -> None:
    """A diagnosis in words leads to the codes it may mean, the longest wording first."""
    assert codes_for(words)[0] == code


def test_unknown_words_give_no_code() -> None:
    """Words that name no known diagnosis lead to nothing."""
    assert codes_for("feels tired") == ()
