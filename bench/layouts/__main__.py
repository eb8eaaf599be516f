"""Draw random forms, fax them, read them, and say where reading fails: ``python -m bench.layouts``.

Prints, per field, per arrangement and per condition, how many values were exact, accepted, accepted
though wrong, called missing though filled, and found though empty; then every failure with its page.
``--keep DIR`` leaves the faxed pages there as PNG files.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from bench.layouts.pages import Drawn, draw_page
from bench.layouts.score import COLUMNS, Row, compare
from extract.read import read_page
from ingest.pages import PageSource
from samples.conditions import CONDITIONS, DRAWN_DPI, Grey, Resolution, fax_page
from samples.make_fax import RECEIVED_AT
from terms.names import TextSource

EVERY_CONDITION = "fine-light,fine-medium,fine-heavy,standard-light,standard-medium"


@dataclass(frozen=True, slots=True)
class Result:
    """One page read: its number, how it came, what sort of page it was, what was read, CPU seconds."""

    number: int
    condition: str
    layout: str
    rows: list[Row]
    seconds: float


def page_picture(
    seed: int, number: int, condition: str, into: Path, *, rich: bool = False, blanks: float = 0.0
) -> tuple[PageSource, Drawn]:
    """Draw and fax a page; gives its source and what was drawn.

    The condition ``text`` is no fax but a drawn page with its text layer: where it fails, the
    wording or the arrangement was not understood, for nothing was misread.
    """
    drawn = draw_page(seed, number, rich=rich, blanks=blanks)
    path = into / f"{seed}_{number:04d}_{condition}.png"
    if drawn.text is not None:
        path.with_suffix(".txt").write_text(drawn.text, encoding="utf-8")
        return PageSource(1, "body", None, 0.0, 0.0, text=drawn.text, text_source=TextSource.MAIL_TEXT), drawn
    if condition == "text":
        small = cv2.resize(drawn.grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(path), small)
        dpi = DRAWN_DPI / 2
        return PageSource(1, "page 1", path, dpi, dpi, drawn.words, text_source=TextSource.TEXT_LAYER), drawn
    return faxed(drawn.grey, condition, path, (seed, number)), drawn


def faxed(grey: Grey, condition: str, path: Path, seed: tuple[int, int]) -> PageSource:
    """Send a drawn page by fax under a condition such as ``fine-light``; its picture is left at ``path``."""
    quality, _, severity = condition.partition("-")
    resolution = Resolution(quality)
    bits = fax_page(grey, CONDITIONS[severity], resolution, np.random.default_rng(seed))
    cv2.imwrite(str(path), np.where(bits, 0, 255).astype(np.uint8))
    return PageSource(1, "page 1", path, 204.0, float(resolution.lines_per_inch))


def _one(number: int, *, seed: int, conditions: Sequence[str], keep: Path | None, rich: bool, blanks: float) -> Result:
    condition = conditions[number % len(conditions)]
    with tempfile.TemporaryDirectory() as scratch:
        source, drawn = page_picture(seed, number, condition, keep or Path(scratch), rich=rich, blanks=blanks)
        start = time.process_time()
        reading = read_page(source, received_on=RECEIVED_AT.date())
        seconds = time.process_time() - start
    return Result(number, "mail" if drawn.text else condition, drawn.layout, compare(drawn, reading), seconds)


def _table(title: str, counts: dict[str, Counter[str]]) -> None:
    print(f"{title:26}" + "".join(f"{c:>15}" for c in COLUMNS))
    for name in sorted(counts):
        print(f"{name:26}" + "".join(f"{counts[name][c]:>15}" for c in COLUMNS))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; gives the exit status."""
    parser = argparse.ArgumentParser(description="Reading of forms that nobody has seen.")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--conditions", default=EVERY_CONDITION, help="taken in turn, one a page")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="leave the pages' pictures here")
    parser.add_argument("--rich", action="store_true", help="forms with services and types of request of every sort")
    parser.add_argument("--blanks", type=float, default=0.0, help="chance of each critical field to be left out")
    chosen = parser.parse_args(arguments)
    if chosen.keep:
        chosen.keep.mkdir(parents=True, exist_ok=True)
    one = partial(
        _one,
        seed=chosen.seed,
        conditions=chosen.conditions.split(","),
        keep=chosen.keep,
        rich=chosen.rich,
        blanks=chosen.blanks,
    )
    with ProcessPoolExecutor(chosen.jobs) as pool:
        results = list(pool.map(one, range(chosen.count)))
    print_results(results)
    return 0


def print_results(results: Sequence[Result]) -> None:
    """Print the figures and the failures."""
    fields, hows, conditions, layouts = (defaultdict[str, Counter[str]](Counter) for _ in range(4))
    for result in results:
        for row in result.rows:
            layouts[result.layout] += row.count()
            fields[row.field] += row.count()
            hows[row.how] += row.count()
            conditions[result.condition] += row.count()
            if not row.is_right:
                flag = "ACCEPTED" if row.accepted else ""
                what = f"{result.number:4} {result.layout:12} {result.condition:15} {row.field:24} {row.how:14}"
                print(f"{what} {row.expected!r} <- {row.found!r} {flag}")
    for title, counts in (
        ("field", fields),
        ("arrangement", hows),
        ("condition", conditions),
        ("layout", layouts),
    ):
        _table(title, counts)
    total = sum(conditions.values(), Counter[str]())
    seconds = sum(r.seconds for r in results) / max(1, len(results))
    print(f"{'all':26}" + "".join(f"{total[c]:>15}" for c in COLUMNS))
    print(f"found though empty {total['false_filled']}/{total['empty']}")
    print(
        f"exact {total['exact'] / total['filled']:.1%}, called missing {total['false_missing'] / total['filled']:.1%}, "
        f"wrong among accepted {total['wrong_accepted']}/{total['accepted']}, {seconds:.2f} CPU s a page"
    )


if __name__ == "__main__":
    sys.exit(main())
