"""Prints how often pages are named and packets split rightly: ``python -m bench.packets [--seed N] [--count N]``."""

import argparse
import random
import time
from collections import Counter

from bench.packets.make import Wording, load_wording, make_packet, make_page
from classify.assemble import assemble
from classify.pages import page_kind, page_kinds
from terms.names import PageKind

_KINDS = (
    "cover_sheet", "pa_form", "chme_order", "letter", "prescription", "clinical_notes", "test_result", "identity_card",
    "delivery_ticket", "status_inquiry", "junk", "other_plan_form",
)  # fmt: skip


def main() -> None:
    """Measure page kinds and splitting at three rates of misread letters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--count", type=int, default=400)
    options = parser.parse_args()
    for name in ("seen", "unseen", "third"):
        wording = load_wording(name)
        for noise in (0.0, 0.02, 0.05):
            rng = random.Random(f"{options.seed}:{noise}")
            print(f"{name} wordings, misread letters {noise:.0%}")
            _kinds(rng, wording, options.count, noise)
            _packets(rng, wording, options.count, noise)


def _kinds(rng: random.Random, wording: Wording, count: int, noise: float) -> None:
    wrong: Counter[str] = Counter()
    start = time.process_time()
    for n in range(count):
        kind = _KINDS[n % len(_KINDS)]
        found = page_kind(make_page(rng, wording, kind, noise=noise))
        if found is not PageKind(kind):
            wrong[f"{kind} as {found.value}"] += 1
    spent = (time.process_time() - start) / count
    worst = dict(wrong.most_common(6))
    print(f"  page kind right: {count - wrong.total()} of {count}, {1000 * spent:.1f} ms a page; {worst}")


def _packets(rng: random.Random, wording: Wording, count: int, noise: float) -> None:
    right = given = 0
    for _ in range(count):
        packet = make_packet(rng, wording, noise=noise)
        right += split_rightly(packet.readings, page_kinds(packet.readings), packet.requests)
        given += split_rightly(packet.readings, packet.kinds, packet.requests)
    print(f"  packets split perfectly: {right} of {count} (with the true kinds: {given})")


def split_rightly(readings: object, kinds: object, expected: tuple[tuple[int, ...], ...]) -> bool:
    """Say whether a packet's pages went to requests exactly as they should; covers belong to all."""
    covers = {r.number for r, k in zip(readings, kinds, strict=True) if k is PageKind.COVER_SHEET}
    found = {tuple(n for n in values.pages if n not in covers) for values in assemble(readings, kinds)}
    return found == set(expected)


if __name__ == "__main__":
    main()
