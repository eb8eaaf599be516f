"""The sentences of problems in the language of whoever looks.

A problem is stored as an English sentence with its facts in it, since it is made where nobody looks. Here it is
recognised among the sentences that can be made, and said again with its facts in the words of the translation.
"""

import functools
from collections.abc import Iterator

from django.utils.translation import gettext

from classify import document
from desk.cases import answers, arrivals, pausing, results
from desk.review.recognising import Patterns
from ingest import errors, folder_walk, sniff
from ingest.mailbox.errors import mailbox_sentences


def sentences() -> Iterator[str]:
    """Every sentence of a problem that stands on the desk, with its facts as ``{name}``."""
    yield from errors.sentences().values()
    yield from mailbox_sentences().values()
    yield from document.sentences().values()
    for found in (answers.OUR_OWN, answers.BOUNCED, answers.ANSWER_TO_LOOK_AT, results.UNCLEAR):
        yield found.message
    yield from (arrivals.NO_PAGES.message, arrivals.GAVE_UP.message, pausing.SENTENCE)


def fact_words() -> Iterator[str]:
    """What stands in those sentences and is words: kinds of files and of entries of a folder."""
    yield from sniff.words()
    yield from folder_walk.KIND_WORDS


@functools.cache
def _patterns() -> Patterns:
    return Patterns(sentences())


def problem_words(message: str) -> str:
    """Give a problem's stored sentence in the language of whoever looks; one that is not known stays as it is."""
    plain = gettext(message) if message else ""
    if plain != message or not message:
        return plain
    found = _patterns().find(message)
    if found is None:
        return message
    pattern, facts = found
    return pattern.said({name: gettext(fact) if fact else "" for name, fact in facts.items()})
