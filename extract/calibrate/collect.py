"""Draw, fax and read sheets of known values; write what every zone's evidence said, for ``fit``.

``python -m extract.calibrate.collect --fonts DIR --out FILE --sheets 60 --seed 1``
"""

import argparse
import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from extract.calibrate.channel import CONDITIONS, FINE, STANDARD, send
from extract.calibrate.sheets import FIT_FACES, TEST_FACES, Spot, draw_sheet, find_faces
from extract.page.prepare import prepare_image
from extract.page.upright import UprightPage
from extract.readers.panel import panel
from extract.zone import ZoneReading, read_zone
from terms.geometry import Box
from terms.normal import normalise

Affine = npt.NDArray[np.float64]
MIX = (
    ("light", FINE), ("medium", FINE), ("light", STANDARD), ("heavy", FINE), ("medium", STANDARD), ("none", FINE),
)  # fmt: skip
"""Conditions in the order in which sheets take them in turn."""


def zone_on(page: UprightPage, spot: Spot, to_fax: Affine) -> Box:
    """The zone of a spot on the upright page, by way of the fax's pixels."""
    left, top, right, bottom = spot.zone
    corners = np.array([[x, y, 1.0] for x in (left, right) for y in (top, bottom)])
    fax = corners @ to_fax.T
    upright = np.column_stack([fax, np.ones(4)]) @ cv2.invertAffineTransform(page.to_native).T
    (x0, y0), (x1, y1) = upright.min(axis=0), upright.max(axis=0)
    return page.box(x0, y0, x1, y1)


def record(spot: Spot, zone: ZoneReading, condition: str, lines: int) -> dict[str, object]:
    """One zone's truth and evidence as plain JSON."""
    truth = normalise(spot.kind, spot.text) if spot.text else None
    best = zone.evidence.best if zone.evidence else None
    return {
        "kind": spot.kind.value,
        "text": spot.text,
        "truth": truth,
        "value": best.value if best else None,
        "status": zone.value.status.value,
        "confidence": zone.value.confidence,
        "blank": zone.ink.is_blank,
        "faint": zone.ink.is_faint,
        "measures": dict(zone.evidence.measures) if zone.evidence else {},
        "page": dict(zone.page_measures) if zone.page_measures else {},
        "views": [r.text for r in zone.readings],
        "condition": condition,
        "lines": lines,
    }


def collect(out: Path, folders: list[Path], *, sheets: int, seed: int, test: bool = False, own: bool = False) -> int:
    """Write one JSON line for each zone of ``sheets`` sheets; gives the number of zones."""
    faces = find_faces(TEST_FACES if test else FIT_FACES, folders)
    readers = panel(with_own=own)
    count = 0
    with out.open("w", encoding="utf-8") as file:
        for number in range(sheets):
            condition, lines = MIX[number % len(MIX)]
            sheet, spots = draw_sheet(faces, seed * 100_003 + number)
            fax, to_fax = send(sheet, CONDITIONS[condition], lines=lines, seed=seed * 7 + number)
            page = prepare_image(fax, 1728 / 8.5, lines)
            for spot in spots:
                started = time.process_time()
                zone = read_zone(page, zone_on(page, spot, to_fax), spot.kind, readers=readers)
                row = record(spot, zone, condition, lines)
                row["seconds"] = round(time.process_time() - started, 4)
                row["rotation"] = page.rotation
                file.write(json.dumps(row) + "\n")
                count += 1
            file.flush()
    return count


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--fonts", type=Path, action="append", required=True, help="folder with font files; may be given more than once"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sheets", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--own", action="store_true", help="let our own reader take part")
    parser.add_argument("--test", action="store_true", help="use the faces that nothing is fitted on")
    options = parser.parse_args()
    count = collect(
        options.out, options.fonts, sheets=options.sheets, seed=options.seed, test=options.test, own=options.own
    )
    sys.stdout.write(f"{count} zones\n")


if __name__ == "__main__":
    main()
