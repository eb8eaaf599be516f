"""The classifier's network: spaCy's bag of words over the features of a page, one kind for a page."""

import random
from collections.abc import Iterable, Sequence
from typing import Any, cast

import spacy
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import fix_random_seed

from classify.kinds.tokens import BUCKETS
from terms.names import PageKind

KINDS = tuple(
    kind for kind in PageKind if kind not in {PageKind.MAIL_BODY, PageKind.BLANK, PageKind.UNREADABLE}
)  # fmt: skip
"""What it tells apart; the rest is known without reading. Unknown is a kind that it learns too."""
_LEAST = 1e-9
_RATE = 0.003


class Network:
    """A network over features; ``scores`` gives one probability a kind, in the order of :data:`KINDS`."""

    def __init__(self) -> None:
        """An untrained network: :meth:`fit` it or :meth:`load` a trained one."""
        self._nlp: Any = spacy.blank("en")
        self._textcat: Any = self._nlp.add_pipe(
            "textcat",
            config={
                "model": {
                    "@architectures": "spacy.TextCatBOW.v3",
                    "exclusive_classes": True,
                    "ngram_size": 1,
                    "no_output_layer": False,
                    "length": BUCKETS,
                }
            },
        )
        for kind in KINDS:
            self._textcat.add_label(kind.value)

    def fit(self, pages: Sequence[Sequence[str]], kinds: Sequence[PageKind], *, seed: int, rounds: int) -> None:
        """Learn from pages' features and their kinds; the same seed gives the same network."""
        fix_random_seed(seed)
        examples = [
            Example.from_dict(self._doc(page), {"cats": {each.value: float(each is kind) for each in KINDS}})
            for page, kind in zip(pages, kinds, strict=True)
        ]
        optimizer = self._nlp.initialize(lambda: examples[:200])
        optimizer.learn_rate = _RATE
        rng = random.Random(seed)  # noqa: S311  (the order of examples, not a secret)
        for _ in range(rounds):
            rng.shuffle(examples)
            for at in range(0, len(examples), 64):
                self._nlp.update(examples[at : at + 64], sgd=optimizer)

    def scores(self, pages: Iterable[Sequence[str]], *, temperature: float = 1.0) -> list[list[float]]:
        """The probability of each kind for each page; a ``temperature`` above 1 makes them humbler."""
        found = self._textcat.predict([self._doc(page) for page in pages])
        return [_cooled([float(p) for p in row], temperature) for row in found]

    def load(self, data: bytes) -> None:
        """Take over the weights that :meth:`to_bytes` gave."""
        self._textcat.from_bytes(data, exclude=["vocab"])

    def to_bytes(self) -> bytes:
        """The weights, readable by :meth:`load` under the same version of spaCy."""
        return cast("bytes", self._textcat.to_bytes(exclude=["vocab"]))

    def _doc(self, features: Sequence[str]) -> Doc:
        return Doc(self._nlp.vocab, words=list(features))


def _cooled(row: Sequence[float], temperature: float) -> list[float]:
    powered = [max(p, _LEAST) ** (1 / temperature) for p in row]
    total = sum(powered)
    return [p / total for p in powered]
