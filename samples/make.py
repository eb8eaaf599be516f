"""Makes samples: ``python -m samples.make --seed 2026 --out DIR`` the committed ones.

``--count 200 --condition light --resolution fine --out DIR`` makes any number of fresh faxes with
their truth. The ones through the simulated telephone line need its tools (:mod:`samples.phone_line`)
and are left out, with a word about it, where those are missing.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from samples.build import all_samples, reference_files
from samples.conditions import CONDITIONS, Resolution
from samples.make_fax import FRESH_FORMS, FreshSample, fresh_samples
from samples.phone_line import missing_tools

_NUMBER_LIST = re.compile(r"\[\s+(-?[\d.]+(?:,\s+-?[\d.]+)*)\s+\]")


def write_fresh(samples: Iterator[FreshSample], out: Path) -> int:
    """Write TIFFs and truths into ``out``; give how many."""
    out.mkdir(parents=True, exist_ok=True)
    count = 0
    for sample in samples:
        count += 1
        (out / f"{sample.name}.tif").write_bytes(sample.tiff)
        write_json(out / f"{sample.name}.expected.json", sample.truth)
    return count


def write_committed(seed: int, out: Path) -> None:
    """Write the committed samples, their expected results and the reference tables below ``out``."""
    absent = missing_tools()
    if absent:
        sys.stderr.write(f"left out what goes over the simulated line: {', '.join(absent)} not installed\n")
    with tempfile.TemporaryDirectory() as cache:
        for made in all_samples(seed, None if absent else Path(cache)):
            path = out / made.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made.data)
            write_json(path.parent / f"{path.name}.expected.json", made.expected)
    folder = out / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in reference_files(seed).items():
        (folder / name).write_text(text, "utf-8")


def write_json(path: Path, data: object) -> None:
    """Write JSON as people read it."""
    text = json.dumps(data, indent=1, ensure_ascii=False)
    text = _NUMBER_LIST.sub(lambda found: "[" + " ".join(found.group(1).split()) + "]", text)
    path.write_text(text + "\n", "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m samples.make", description=__doc__)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, help="make so many fresh faxes instead of the committed samples")
    parser.add_argument("--condition", choices=sorted(CONDITIONS), default="light")
    parser.add_argument("--resolution", choices=[r.value for r in Resolution], default="fine")
    parser.add_argument("--forms", nargs="+", default=list(FRESH_FORMS), help="forms or letters to draw")
    given = parser.parse_args(arguments)
    if given.count is None:
        write_committed(given.seed, given.out)
        return 0
    condition, resolution = CONDITIONS[given.condition], Resolution(given.resolution)
    write_fresh(fresh_samples(given.count, condition, resolution, seed=given.seed, forms=given.forms), given.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
