"""Fit the recogniser of letters and record its scores: ``python -m extract.training.letters.train``.

Texts are drawn anew all the time from ``wordings_train.toml``; ``wordings_test.toml`` is scored on
the way; ``wordings_third.toml`` once at the end. The rules are scored on the same texts for
comparison. Some minutes of one core.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence

import spacy

from extract.letters.network import LABELS, Network
from extract.letters.recogniser import CARD, WEIGHTS
from extract.training.letters.draw import Marked, draw_letter

VERSION = "letters-1"
NOISES = (0.0, 0.02, 0.05)
_MOST_NOISE = 0.05


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, score and write; gives the exit status."""
    parser = argparse.ArgumentParser(description="Fit the recogniser of letters.")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--go-on", action="store_true", help="from the weights that are there")
    parser.add_argument("--texts", type=int, default=24000)
    parser.add_argument("--scored", type=int, default=300, help="texts a table and noise")
    chosen = parser.parse_args(arguments)
    rng = random.Random(chosen.seed)

    def draw() -> tuple[str, Sequence[tuple[int, int, str]]]:
        marked = draw_letter(rng, "train", noise=rng.choice((0.0, rng.random() * _MOST_NOISE)))
        return marked.text, marked.entities

    network = Network()
    watched = drawn("test", 0.02, 60, seed=1)
    start = time.monotonic()

    def after(seen: int) -> None:
        total = sum(score(network, watched).values(), Counter[str]())
        print(f"{seen} texts, {time.monotonic() - start:.0f} s, test {_f1(total):.3f}", flush=True)

    before = json.loads(CARD.read_text("utf-8"))["texts"] if chosen.go_on else 0
    network.fit(
        draw,
        texts=chosen.texts,
        seed=chosen.seed,
        start=WEIGHTS.read_bytes() if chosen.go_on else None,
        after=after,
    )
    WEIGHTS.write_bytes(network.to_bytes())
    card = {
        "version": VERSION,
        "spacy": spacy.__version__,
        "seed": chosen.seed,
        "texts": chosen.texts + before,
        "bytes": WEIGHTS.stat().st_size,
        "scores": {
            table: {
                f"{noise:.0%}": _report(score(network, drawn(table, noise, chosen.scored, seed=9))) for noise in NOISES
            }
            for table in ("train", "test", "third")
        },
    }
    CARD.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(card["scores"], indent=1))
    return 0


def drawn(table: str, noise: float, count: int, *, seed: int) -> list[Marked]:
    """Texts to score on, always the same for the same numbers."""
    rng = random.Random(f"{table}:{noise}:{seed}")
    return [draw_letter(rng, table, noise=noise) for _ in range(count)]


def score(network: Network, texts: Sequence[Marked]) -> dict[str, Counter[str]]:
    """Per label: how many are there, how many were found, how many of those with the right place and label."""
    counts: dict[str, Counter[str]] = {label: Counter() for label in LABELS}
    for marked, found in zip(texts, network.entities(t.text for t in texts), strict=True):
        true = {(_trimmed(marked.text, a, b), label) for a, b, label in marked.entities}
        seen = {(_trimmed(marked.text, e.first, e.past), e.label) for e in found}
        for _, label in true:
            counts[label]["there"] += 1
        for place, label in seen:
            counts[label]["found"] += 1
            counts[label]["right"] += (place, label) in true
    return counts


def _trimmed(text: str, first: int, past: int) -> tuple[int, int]:
    """A stretch without the marks at its ends, which nobody reads as part of it."""
    while first < past and not text[first].isalnum():
        first += 1
    while past > first and not text[past - 1].isalnum():
        past -= 1
    return first, past


def _f1(count: Counter[str]) -> float:
    return 2 * count["right"] / max(1, count["there"] + count["found"])


def _report(counts: dict[str, Counter[str]]) -> dict[str, object]:
    total = sum(counts.values(), Counter[str]())
    rows: dict[str, object] = {
        label: [c["there"], round(c["right"] / max(1, c["found"]), 3), round(c["right"] / max(1, c["there"]), 3)]
        for label, c in counts.items()
    }
    return rows | {"all": [total["there"], round(_f1(total), 3)]}


if __name__ == "__main__":
    sys.exit(main())
