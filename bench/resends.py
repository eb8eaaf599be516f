"""How well faxes that are sent again are recognised, and how often others are taken for one.

``python -m bench.resends --papers 3 --seed 1``: papers of several forms, each filled for members of one
office, go down simulated lines in every condition; each arrival is read by the product and judged
against every other one. Prints a row for each pair of conditions.
"""

import argparse
import datetime as dt
import itertools
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from classify.assemble import assemble
from classify.pages import page_kind
from classify.resent import judge
from classify.similar import Ink, compare, signature, unpack_signature
from extract.read import read_page
from ingest.pages import PageSource
from samples import orders, paper
from samples.conditions import CONDITIONS, Grey, Resolution, fax_page
from samples.printed import draw_hand
from terms.names import PageKind
from terms.requests import RequestValues

FORMS = ("alliance_pa_short", "chme_order", "breast_pump", "prescription", "letter_of_need", "alliance_pa_2026")
LINES = (("light", "fine"), ("medium", "fine"), ("medium", "standard"), ("heavy", "fine"), ("heavy", "standard"))
_TODAY = dt.date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending: of which paper, over which line, what it looks like and what was read."""

    form: str
    office: int
    member: str
    line: str
    inks: tuple[Ink, ...]
    requests: tuple[RequestValues, ...]
    kinds: tuple[PageKind, ...]


def papers(seed: int, count: int) -> Iterator[tuple[str, int, str, list[Grey]]]:
    """Papers of ``count`` offices for each form: two members each, and the first with one quantity corrected."""
    for form, office in itertools.product(FORMS, range(count)):
        rng = random.Random(f"{seed}:{form}:{office}")
        first, second = orders.draw_order(rng, today=_TODAY), orders.draw_order(rng, today=_TODAY)
        hand = draw_hand(rng)
        line = first.lines[0]
        corrected = replace(line, quantity=str(int(line.quantity or 1) + 2))
        of = {
            "one": first,
            "other": replace(second, provider=first.provider),
            "corrected": replace(first, lines=(corrected, *first.lines[1:])),
        }
        drawn: dict[str, list[Grey]] = {}
        for member, order in of.items():
            made = paper.compose([paper.Part(form, order, hand)], random.Random(seed))
            drawn[member] = paper.render(made.pdf)
        if all(np.array_equal(one, other) for one, other in zip(drawn["one"], drawn["corrected"], strict=True)):
            del drawn["corrected"]  # a paper that names no quantity
        for member, greys in drawn.items():
            yield form, office, member, greys


def send(greys: list[Grey], condition: str, resolution: str, noise: np.random.Generator, folder: Path) -> Sent:
    """Send a paper and read what arrives."""
    inks, readings = [], []
    for number, grey in enumerate(greys, start=1):
        header = f"11/{noise.integers(10, 28)}/2026 09:{noise.integers(10, 59)} FROM: 5105550142  P.{number:02d}"
        bits = fax_page(grey, CONDITIONS[condition], Resolution(resolution), noise, header=header)
        path, upright = folder / "page.png", folder / "upright.png"
        cv2.imwrite(str(path), np.where(bits, 0, 255).astype(np.uint8))
        source = PageSource(number, f"page {number}", path, 204, Resolution(resolution).lines_per_inch)
        readings.append(read_page(source, received_on=_TODAY, upright_to=upright))
        ink = unpack_signature(signature(np.asarray(cv2.imread(str(upright), cv2.IMREAD_GRAYSCALE), np.uint8)))
        assert ink is not None
        inks.append(ink)
    kinds = [page_kind(reading) for reading in readings]
    requests = tuple(assemble(readings, kinds))
    return Sent("", 0, "", f"{condition} {resolution}", tuple(inks), requests, tuple(kinds))


def verdict(newer: Sent, older: Sent) -> str:
    """What the product says of two sendings: same, changed or apart."""
    if len(newer.inks) != len(older.inks):
        return "apart"
    pages = {
        number: compare(one, other) for number, (one, other) in enumerate(zip(newer.inks, older.inks, strict=True))
    }
    found = judge(newer.requests, older.requests, pages)
    return "apart" if found is None else "same" if found.same else "changed"


def main() -> None:
    """Send, read, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=1, help="offices for each form")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    noise = np.random.default_rng(wanted.seed)
    sent: list[Sent] = []
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for form, office, member, greys in papers(wanted.seed, wanted.papers):
            lines = LINES if member == "one" else LINES[:2]
            for condition, resolution in lines:
                made = send(greys, condition, resolution, noise, Path(folder))
                sent.append(replace(made, form=form, office=office, member=member))
            print(f"{form} {office} {member}: {len(sent)} sent, {time.monotonic() - start:.0f} s", flush=True)
    told: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one, other in itertools.combinations(sent, 2):
        if (one.form, one.office) != (other.form, other.office):
            told["another paper"][verdict(other, one)] += 1
        elif one.member == other.member:
            worst = max(one.line, other.line, key=[" ".join(line) for line in LINES].index)
            told[f"sent again, worst line {worst}"][verdict(other, one)] += 1
        elif "other" in {one.member, other.member}:
            told["another member, same office and form"][verdict(other, one)] += 1
        else:
            told["one quantity corrected"][verdict(other, one)] += 1
    for what, counts in sorted(told.items()):
        print(
            f"{what:44} n={counts.total():4}  "
            + "  ".join(f"{name} {counts[name]}" for name in ("same", "changed", "apart"))
        )


if __name__ == "__main__":
    main()
