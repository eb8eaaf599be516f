"""Reasons of the quarantine and faults of sources, in the language of whoever looks."""

import string

import pytest
from django.utils import translation

from desk.review.problem_words import fact_words, problem_words, sentences
from ingest.errors import problem
from ingest.mailbox.errors import mailbox_problem

SENTENCES = sorted(set(sentences()))


def _facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_is_said_in_spanish_with_its_facts(sentence: str) -> None:
    """Whatever the facts are, the sentence is recognised as it was stored, and every fact is said."""
    facts = {name: f"fact{number}" for number, name in enumerate(sorted(_facts(sentence)), start=41)}
    stored = sentence.format(**facts)
    with translation.override("es"):
        spoken = problem_words(stored)
    assert spoken != stored
    assert all(fact in spoken for fact in facts.values())
    assert "{" not in spoken
    with translation.override("en-us"):
        assert problem_words(stored) == stored


def test_a_kind_of_file_is_said_in_spanish_too() -> None:
    """What stands in a sentence and is words is translated; a code that is not there leaves nothing behind."""
    with translation.override("es"):
        assert "una hoja de cálculo, que" in problem_words(problem("attachment_unknown", what="a spreadsheet").message)
        assert "es un enlace" in problem_words(problem("not_a_plain_file", what="a link").message)
        assert "contraseña. Revise" in problem_words(mailbox_problem("mailbox_login").message)
        assert "[EXPIRED]" in problem_words(mailbox_problem("mailbox_token", code="EXPIRED").message)
        assert all(problem_words(words) != words for words in fact_words())


def test_a_sentence_that_is_not_known_stays_as_it_is() -> None:
    """Nothing is lost of what a later version, or a person, wrote."""
    with translation.override("es"):
        assert problem_words("Put into quarantine by anna: a test") == "Put into quarantine by anna: a test"
        assert problem_words("") == ""
