"""Measure how well Inlet reads: ``python -m bench.reading --help``."""

import argparse
import os
from pathlib import Path

from bench.reading import peers
from bench.reading.conditions import ALL, Condition
from bench.reading.faces import families
from bench.reading.pages import LAYOUTS
from bench.reading.report import write_report
from bench.reading.run import jobs, run
from bench.reading.tables import by_group, main_table, peer_table


def main() -> None:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m bench.reading", description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="pages of each layout and condition")
    parser.add_argument("--first", type=int, default=0, help="number of the first page: begin where no run has been")
    parser.add_argument("--conditions", default=",".join(map(str, ALL)), help="such as fine-light,standard-medium")
    parser.add_argument("--layouts", default=",".join(LAYOUTS))
    parser.add_argument("--out", type=Path, default=Path("build/bench-reading"), help="pages, results and report")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--no-peers", action="store_true", help="Inlet alone")
    parser.add_argument("--fresh", action="store_true", help="forget the results of earlier runs (the pages stay)")
    parser.add_argument(
        "--words", type=Path, metavar="FOLDER", help="word recall on a folder in FUNSD's layout instead"
    )
    parser.add_argument("--words-dpi", type=float, default=100.0, help="the resolution of that folder's pictures")
    options = parser.parse_args()
    if options.words:
        from bench.reading.words import word_score  # noqa: PLC0415  (loads the readers)

        print(word_score(options.words, dpi=options.words_dpi).line)
        return
    families()
    try:
        conditions = [Condition.parse(text) for text in options.conditions.split(",")]
    except ValueError as error:
        parser.error(str(error))
    pages, results_file = options.out / "pages", options.out / "results.jsonl"
    options.out.mkdir(parents=True, exist_ok=True)
    if options.fresh:
        results_file.unlink(missing_ok=True)
    others = () if options.no_peers else peers.available()
    numbers = range(options.first, options.first + options.count)
    work = jobs(pages, numbers, options.layouts.split(","), conditions, others)
    results = run(work, results_file, options.workers)
    tables = [
        main_table(results),
        by_group(results, "field", lambda _, item: item.field),
        by_group(results, "layout", lambda result, _: str(result["layout"])),
        peer_table(results),
    ]
    print("\n\n".join(table for table in tables if table))
    memory = max((result["memory_mb"] for result in results), default=0.0)
    report = options.out / "report.html"
    shown = write_report(report, tables, results, pages)
    print(f"\nworker memory {memory:.0f} MB at most; {shown} accepted wrong values pictured in {report}")


if __name__ == "__main__":
    main()
