"""The entity recogniser's network: spaCy's transition-based one over a small convolution of words and their shapes."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import spacy
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import fix_random_seed

LABELS = (
    "MEMBER", "DOB", "MID", "MPHONE", "MADDR", "CLINICIAN", "NPI", "OPHONE", "OFAX", "OADDR", "XNAME", "XPHONE", "CODE",
    "DX", "DXTEXT", "QTY",
)  # fmt: skip
"""What is recognised: the member's name, birth date, id, phone and address; the ordering clinician's name, NPI, phone,
fax and address; names and numbers of anybody else (X…); codes, diagnosis codes and words, quantities."""
_BATCH = 24
_RATE = 0.002
_DROPOUT = 0.25


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of a text, from character ``first`` up to ``past``, and what it is (one of :data:`LABELS`)."""

    first: int
    past: int
    label: str


class Network:
    """A recogniser over plain text: :meth:`fit` it or :meth:`load` a trained one."""

    def __init__(self) -> None:
        """An untrained network."""
        self._nlp: Any = spacy.blank("en")
        model = {
            "@architectures": "spacy.TransitionBasedParser.v2",
            "state_type": "ner",
            "extra_state_tokens": False,
            "hidden_width": 64,
            "maxout_pieces": 2,
            "use_upper": True,
            "tok2vec": {
                "@architectures": "spacy.HashEmbedCNN.v2",
                "pretrained_vectors": None,
                "width": 80,
                "depth": 4,
                "embed_size": 1200,
                "window_size": 2,
                "maxout_pieces": 2,
                "subword_features": True,
            },
        }
        self._ner: Any = self._nlp.add_pipe("ner", config={"model": model})

    def fit(
        self,
        draw: Callable[[], tuple[str, Sequence[tuple[int, int, str]]]],
        *,
        texts: int,
        seed: int,
        start: bytes | None = None,
        after: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Learn from ``texts`` freshly drawn texts; ``after`` hears now and then how many were seen.

        ``start`` are weights to go on from.
        """
        fix_random_seed(seed)
        random.seed(seed)
        for label in LABELS:
            self._ner.add_label(label)
        first = [self._example(*draw()) for _ in range(200)]
        optimizer = self._nlp.initialize(lambda: first)
        if start is not None:
            self.load(start)
        seen = 0
        while seen < texts:
            optimizer.learn_rate = _RATE * max(0.05, 1 - seen / texts)
            batch = [self._example(*draw()) for _ in range(_BATCH)]
            self._nlp.update(batch, sgd=optimizer, drop=_DROPOUT)
            seen += len(batch)
            if seen % (_BATCH * 40) == 0:
                after(seen)

    def entities(self, texts: Iterable[str]) -> list[list[Entity]]:
        """What is recognised in each text, in order."""
        return [[Entity(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in self._nlp.pipe(texts)]

    def load(self, data: bytes) -> None:
        """Take over the weights that :meth:`to_bytes` gave."""
        self._ner.from_bytes(data, exclude=["vocab"])

    def to_bytes(self) -> bytes:
        """The weights, readable by :meth:`load` under the same version of spaCy."""
        return cast("bytes", self._ner.to_bytes(exclude=["vocab"]))

    def _example(self, text: str, entities: Sequence[tuple[int, int, str]]) -> Example:
        doc: Doc = self._nlp.make_doc(text)
        spans = [doc.char_span(first, past, label=label, alignment_mode="expand") for first, past, label in entities]
        kept: list[tuple[int, int, str]] = []
        for span in spans:
            if span is not None and (not kept or span.start_char >= kept[-1][1]):
                kept.append((span.start_char, span.end_char, span.label_))
        return Example.from_dict(doc, {"entities": kept})
