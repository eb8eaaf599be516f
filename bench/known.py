"""Known forms beside ocrmypdf and plain Tesseract, in one run: ``python -m bench.known --count 6``.

Draws fresh faxes of our look-alike forms (people, typists and faces as ``--seed`` says, not those of the
committed samples) in each condition, lets a resident Inlet (which has read one fax of each form before) and
its peers read every page, and prints pages per CPU second and the critical values right. Inlet's seconds hold
the decoder's processes; a value is Inlet's only if it stands in its field, a peer's if it stands anywhere in
the text.
"""

import argparse
import datetime as dt
import os
import resource
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageSequence

from bench.fields import best_of, compared
from bench.peak import peak_mb
from bench.reading import peers
from samples.conditions import CONDITIONS, Resolution
from samples.make_fax import FreshSample, fresh_samples
from terms.names import CRITICAL_FIELDS, FIELD_KINDS
from terms.values import FieldStatus

FORMS = ("alliance_pa_short", "chme_order", "breast_pump", "prescription", "alliance_pa_2026")
COLUMNS = ("fine-light", "fine-medium", "fine-heavy", "standard-light", "standard-medium")
_CRITICAL = frozenset(CRITICAL_FIELDS) | {"line.code", "diagnosis"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as the command line says; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.known", description=__doc__)
    parser.add_argument("--count", type=int, default=5, help="faxes of each condition, the forms in turn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--conditions", default=",".join(COLUMNS))
    parser.add_argument("--no-peers", action="store_true")
    chosen = parser.parse_args(arguments)
    others = () if chosen.no_peers else peers.available()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    for sample in fresh_samples(len(FORMS), CONDITIONS["light"], Resolution.FINE, seed=chosen.seed + 1, forms=FORMS):
        _measured(sample, ())  # Inlet is resident: what it loads once is not a page's
    total: Counter[str] = Counter()
    for condition in chosen.conditions.split(","):
        resolution, severity = condition.split("-")
        drawn = fresh_samples(
            chosen.count, CONDITIONS[severity], Resolution(resolution), seed=chosen.seed, forms=FORMS
        )  # fmt: skip
        counts: Counter[str] = Counter()
        for sample in drawn:
            counts += _measured(sample, others)
        print(_line(condition, counts, others), flush=True)
        total += counts
    print(_line("all", total, others))
    memory = peak_mb()
    print(f"called missing {total['missing']} of {total['filled']} filled, called filled {total['false_filled']} of "
          f"{total['empty']} empty; this process held {memory:.0f} MB at most")  # fmt: skip
    return 0


def _measured(sample: FreshSample, others: Sequence[str]) -> Counter[str]:
    """Let everybody read one fax; counts, with CPU seconds in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="inlet-bench-") as folder:
        fax = Path(folder) / "fax.tif"
        fax.write_bytes(sample.tiff)
        counts = _inlet(fax, sample.truth)
        printed = _printed(sample.truth)
        for peer in others:
            texts = [peers.read(peer, page) for page in _pages(fax)]
            counts[f"{peer}.ms"] += round(1000 * sum(seconds for _, seconds in texts))
            counts[f"{peer}.right"] += peers.right_in(" ".join(text for text, _ in texts), printed)
        counts["printed"] = len(printed)
    return counts


def _inlet(fax: Path, truth: Mapping[str, Any]) -> Counter[str]:
    from extract.read import read_page  # noqa: PLC0415  (the readers load once, not for --help)
    from ingest.unpack import unpack  # noqa: PLC0415  (as above)

    received = dt.datetime.fromisoformat(truth["received_at"]).date()
    with tempfile.TemporaryDirectory(prefix="inlet-bench-") as folder:
        before = _seconds()
        pages = unpack(fax, Path(folder)).pages
        readings = [read_page(page, received_on=received) for page in pages]
        spent = _seconds() - before
    counts = Counter({"ms": round(1000 * spent), "pages": len(readings)})
    counts["known"] = sum(reading.form is not None for reading in readings)
    counts["upright"] = sum(r.rotation == t["rotation"] for r, t in zip(readings, truth["pages"], strict=True))
    request = truth["requests"][0]
    for name, expected, found, accepted in compared(request, readings):
        if name not in _CRITICAL:
            continue
        same = expected is not None and found is not None and _plain(expected) == _plain(found)
        counts["values"] += expected is not None
        counts["right"] += same
        counts["accepted"] += accepted
        counts["wrong"] += accepted and not same
    for name in FIELD_KINDS:
        value = best_of([r.fields[name] for r in readings if name in r.fields])
        if name in request["fields"]:
            counts["filled"] += 1
            counts["missing"] += value is None or value.status is FieldStatus.MISSING
        elif value is not None:
            counts["empty"] += 1
            counts["false_filled"] += value.status is not FieldStatus.MISSING
    return counts


def _printed(truth: Mapping[str, Any]) -> list[str]:
    """The printed forms of the critical values, the type's tick box apart."""
    request = truth["requests"][0]
    fields = [v["printed"] for name, v in request["fields"].items() if name in _CRITICAL - {"request.type"}]
    return [text for text in [*fields, *(line["code"] for line in request["lines"]), *request["diagnoses"]] if text]


def _pages(fax: Path) -> Iterator[Path]:
    """Each page of a fax as a fax of its own."""
    with Image.open(fax) as image:
        for number, frame in enumerate(ImageSequence.Iterator(image)):
            page = fax.with_name(f"page-{number}.tif")
            frame.copy().save(page, dpi=image.info["dpi"], compression="group4")
            yield page


def _line(name: str, counts: Counter[str], others: Sequence[str]) -> str:
    pages, spent = counts["pages"], max(1, counts["ms"]) / 1000
    text = (
        f"{name:15} {pages} pages, {counts['known']} known, {counts['upright']} upright | "
        f"Inlet {spent / pages:.2f} CPU s a page, right {counts['right'] / counts['values']:.1%} "
        f"of {counts['values']}, "
        f"accepted {counts['accepted'] / counts['values']:.1%}, {counts['wrong']} of {counts['accepted']} wrong"
    )
    for peer in others:
        seconds = counts[f"{peer}.ms"] / 1000
        text += (
            f" | {peer} {seconds / pages:.2f} s, right {counts[f'{peer}.right'] / counts['printed']:.1%}, "
            f"Inlet {seconds / spent:.1f} times its pages a CPU second"
        )
    return text


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _seconds() -> float:
    """CPU seconds of this process, its children that ended, the decoders' hosts and those that they forked."""
    from ingest.decoder_pool import hosts  # noqa: PLC0415  (as above)

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    ticks = [Path(f"/proc/{host.pid}/stat").read_text().rpartition(")")[2].split()[11:15] for host in hosts.idle]
    return sum(u.ru_utime + u.ru_stime for u in used) + sum(int(t) for four in ticks for t in four) / os.sysconf(
        "SC_CLK_TCK"
    )


if __name__ == "__main__":
    raise SystemExit(main())
