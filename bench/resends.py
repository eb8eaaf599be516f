"""How well faxes that are sent again are recognised, and how often others are taken for one.

``python -m bench.resends --papers 3 --seed 1``: papers of several forms, each filled for members of one
office, go down simulated lines in every condition; each arrival is read by the product and judged
against every other one. Prints a row for each pair of conditions. With ``--keep DIR`` what was sent and read
is kept there, and another run with the same seed only judges.
"""

import argparse
import datetime as dt
import functools
import itertools
import pickle
import random
import tempfile
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from classify.assemble import assemble
from classify.pages import page_kind
from classify.places import Sheet, Sheets
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
    """One sending: of which paper, over which line, the upright pages, what they look like and what was read."""

    form: str
    office: int
    member: str
    line: str
    pages: tuple[Path, ...]
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
    inks, readings, pages = [], [], []
    for number, grey in enumerate(greys, start=1):
        header = f"11/{noise.integers(10, 28)}/2026 09:{noise.integers(10, 59)} FROM: 5105550142  P.{number:02d}"
        bits = fax_page(grey, CONDITIONS[condition], Resolution(resolution), noise, header=header)
        path, upright = folder / "page.png", folder / f"upright-{number}.png"
        cv2.imwrite(str(path), np.where(bits, 0, 255).astype(np.uint8))
        source = PageSource(number, f"page {number}", path, 204, Resolution(resolution).lines_per_inch)
        readings.append(read_page(source, received_on=_TODAY, upright_to=upright))
        ink = unpack_signature(signature(np.asarray(cv2.imread(str(upright), cv2.IMREAD_GRAYSCALE), np.uint8)))
        assert ink is not None
        inks.append(ink)
        pages.append(upright)
    kinds = [page_kind(reading) for reading in readings]
    requests = tuple(assemble(readings, kinds))
    return Sent("", 0, "", f"{condition} {resolution}", tuple(pages), tuple(inks), requests, tuple(kinds))


def sendings(seed: int, count: int, folder: Path) -> Iterator[Sent]:
    """Give every sending of :func:`papers`; what is kept in ``folder`` is not sent and read again."""
    for form, office, member, greys in papers(seed, count):
        for condition, resolution in LINES if member == "one" else LINES[:2]:
            name = f"{seed}-{form}-{office}-{member}-{condition}-{resolution}"
            place, kept = folder / name, folder / name / "sent.pickle"
            if kept.exists():
                yield pickle.loads(kept.read_bytes())  # noqa: S301  (our own file)
                continue
            place.mkdir(parents=True, exist_ok=True)
            noise = np.random.default_rng(zlib.crc32(name.encode()))
            made = send(greys, condition, resolution, noise, place)
            made = replace(made, form=form, office=office, member=member)
            kept.write_bytes(pickle.dumps(made))
            yield made


def _sheet(sent: Sent, number: int) -> Sheet | None:
    grey = cv2.imread(str(sent.pages[number - 1]), cv2.IMREAD_GRAYSCALE)
    return (np.asarray(grey, np.uint8), sent.inks[number - 1]) if grey is not None else None


def verdict(newer: Sent, older: Sent) -> str:
    """What the product says of two sendings: same, changed, told (to a person, as not comparable) or apart."""
    if len(newer.inks) != len(older.inks):
        return "apart"
    pages = {
        number: compare(one, other) for number, (one, other) in enumerate(zip(newer.inks, older.inks, strict=True))
    }
    numbers = {number: number for number in range(1, len(newer.inks) + 1)}
    sheets = Sheets(functools.partial(_sheet, newer), functools.partial(_sheet, older), numbers)
    found = judge(newer.requests, older.requests, pages, look=sheets.look)
    if found is None:
        return "apart"
    return "same" if found.same else "changed" if found.differences else "told"


def main() -> None:
    """Send, read, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=1, help="offices for each form")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for what was sent and read")
    wanted = parser.parse_args()
    sent: list[Sent] = []
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for made in sendings(wanted.seed, wanted.papers, wanted.keep or Path(folder)):
            sent.append(made)
            print(
                f"{made.form} {made.office} {made.member}: {len(sent)} sent, {time.monotonic() - start:.0f} s",
                flush=True,
            )
        _tell(sent)


def _tell(sent: Sequence[Sent]) -> None:
    """Judge every sending against every other one, and print what was said."""
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
            + "  ".join(f"{name} {counts[name]}" for name in ("same", "changed", "told", "apart"))
        )


if __name__ == "__main__":
    main()
