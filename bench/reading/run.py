"""Read the pages, one line of JSON for each kept in ``results.jsonl``, so that a stopped run goes on."""

import datetime as dt
import json
import multiprocessing
import os
import resource
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.peak import peak_mb
from bench.reading import peers
from bench.reading.conditions import Condition
from bench.reading.pages import Page, make_page
from bench.reading.score import score

RECEIVED = dt.datetime(2026, 7, 1, 9, 0, tzinfo=dt.UTC)
"""When the pages count as received: after every date on them."""

Job = tuple[Path, int, str, Condition, tuple[str, ...]]


def jobs(
    folder: Path,
    numbers: Sequence[int],
    layouts: Sequence[str],
    conditions: Sequence[Condition],
    others: tuple[str, ...],
) -> list[Job]:
    """List every page of a run, ``numbers`` of each layout and condition.

    They are spread, so that a run stopped early has some of everything.
    """
    return [
        (folder, number, layout, condition, others)
        for number in numbers
        for layout in layouts
        for condition in conditions
    ]


def run(work: Sequence[Job], results: Path, workers: int) -> list[dict[str, Any]]:
    """Read what is not read yet and give every result, those of earlier runs included."""
    done = {line["page"]: line for line in _lines(results)}
    todo = [job for job in work if page_name(job) not in done]
    context = multiprocessing.get_context("spawn")
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as bar, ProcessPoolExecutor(workers, mp_context=context) as pool:
        task = bar.add_task("reading", total=len(work), completed=len(work) - len(todo))
        for result in _finished(pool, todo):
            done[result["page"]] = result
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(result) + "\n")
            bar.advance(task)
    return [done[page_name(job)] for job in work if page_name(job) in done]


def page_name(job: Job) -> str:
    """Give the name that ``make_page`` gives a job's page."""
    return f"{job[2]}-{job[1]:04d}-{job[3]}"


def _finished(pool: ProcessPoolExecutor, todo: Iterable[Job]) -> Iterator[dict[str, Any]]:
    for future in as_completed([pool.submit(read_one, job) for job in todo]):
        yield future.result()


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]


def read_one(job: Job) -> dict[str, Any]:
    """Make one page, let Inlet and its peers read it, and score it."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    from classify.reference import load_reference  # noqa: PLC0415  (loaded in the worker, not in the parent)
    from desk.one_file import read_file  # noqa: PLC0415  (as above)

    folder, number, layout, condition, others = job
    page = make_page(folder, number, layout, condition)
    reference = load_reference(None)
    before = _seconds()
    document: dict[str, Any] = read_file(page.fax, received_at=RECEIVED, reference=reference).to_json()
    seconds = _seconds() - before
    own_memory = peak_mb()
    return {
        "page": page.name,
        "layout": layout,
        "condition": str(condition),
        "seconds": seconds,
        "memory_mb": own_memory,
        "form": document["pages"][0]["form"] if document["pages"] else None,
        "upright": _upright(document, page),
        "requests": len(document["requests"]),
        "items": [item.to_json() for item in score(document, page.truth)],
        "peers": [asdict(peers.measure(peer, page.fax, page.truth)) for peer in others],
    }


def _upright(document: Mapping[str, Any], page: Page) -> bool:
    return bool(document["pages"]) and document["pages"][0]["rotation"] == page.truth["turned"]


def _seconds() -> float:
    """CPU seconds of this process and of the children it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)
