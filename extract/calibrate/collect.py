"""Draw, fax and read sheets of known values, and keep every zone's cuts and readings for ``weigh``.

``python -m extract.calibrate.collect --fonts DIR --out FILE.zip --sheets 60 --seed 1``
"""

import argparse
import sys
import time
import zipfile
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from extract.calibrate.channel import CONDITIONS, FINE, STANDARD, send
from extract.calibrate.sheets import FIT_FACES, TEST_FACES, Spot, draw_sheet, find_faces
from extract.calibrate.store import Gathered, save
from extract.decode.grammar import CODES
from extract.page.ink import zone_ink
from extract.page.prepare import prepare_image
from extract.page.upright import UprightPage
from extract.page.words import line_words
from extract.readers.panel import Panel, panel
from extract.views import View, cut_zone, look
from extract.zone import page_measures
from terms.geometry import Box

Affine = npt.NDArray[np.float64]
MIX = (
    ("light", FINE), ("medium", FINE), ("light", STANDARD), ("heavy", FINE), ("medium", STANDARD), ("none", FINE),
    ("medium", STANDARD),
)  # fmt: skip
"""Conditions in the order in which sheets take them in turn."""
_DEAR = (View.FIRST, View.AGAIN, View.SECOND)


def zone_on(page: UprightPage, spot: Spot, to_fax: Affine) -> Box:
    """The zone of a spot on the upright page, by way of the fax's pixels."""
    left, top, right, bottom = spot.zone
    corners = np.array([[x, y, 1.0] for x in (left, right) for y in (top, bottom)])
    fax = corners @ to_fax.T
    upright = np.column_stack([fax, np.ones(4)]) @ cv2.invertAffineTransform(page.to_native).T
    (x0, y0), (x1, y1) = upright.min(axis=0), upright.max(axis=0)
    return page.box(x0, y0, x1, y1)


def gather(page: UprightPage, box: Box, spot: Spot, readers: Panel, about: dict[str, object]) -> Gathered:
    """Cut one zone and let the dear readers read it; our own reads again when zones are weighed."""
    ink = zone_ink(page, box)
    if ink.hull is None:
        return Gathered(spot.kind, spot.text, about, blank=True, faint=ink.is_faint)
    cuts = cut_zone(page, ink, whole=spot.kind not in CODES)
    views = {view: look(view, cuts, spot.kind, readers) for view in _DEAR}
    parts = [
        " ".join(w.text for w in line_words(page, cut.line, line))
        for cut, line in zip(cuts, views[View.FIRST], strict=True)
    ]
    return Gathered(
        spot.kind,
        spot.text,
        about,
        blank=False,
        faint=False,
        page=page_measures(page, ink.hull),
        cuts=cuts,
        views=views,
        first_text=" ".join(part for part in parts if part),
    )


def collect(out: Path, folders: list[Path], *, sheets: range, seed: int, test: bool = False) -> int:
    """Write the zones of ``sheets`` (by number) to an archive; gives the number of zones."""
    faces = find_faces(TEST_FACES if test else FIT_FACES, folders)
    readers = panel()
    count = 0
    with zipfile.ZipFile(out, "w") as file:
        for number in sheets:
            condition, lines = MIX[number % len(MIX)]
            drawn = draw_sheet(faces, seed * 100_003 + number)
            fax, to_fax = send(drawn.picture, CONDITIONS[condition], lines=lines, seed=seed * 7 + number)
            page = prepare_image(fax, 1728 / 8.5, lines)
            zones = []
            for spot in drawn.spots:
                about: dict[str, object] = {
                    "sheet": f"{seed}:{number}", "face": drawn.face, "points": drawn.points, "condition": condition,
                    "lines": lines, "rotation": page.rotation,
                }  # fmt: skip
                started = time.process_time()
                zone = gather(page, zone_on(page, spot, to_fax), spot, readers, about)
                about["seconds"] = round(time.process_time() - started, 4)
                zones.append(zone)
            save(file, f"{number:05d}", zones)
            count += len(zones)
    return count


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--fonts", type=Path, action="append", required=True, help="folder with font files; may be given more than once"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sheets", type=int, default=60)
    parser.add_argument("--first", type=int, default=0, help="number of the first sheet")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--test", action="store_true", help="use the faces that nothing is fitted on")
    options = parser.parse_args()
    sheets = range(options.first, options.first + options.sheets)
    count = collect(options.out, options.fonts, sheets=sheets, seed=options.seed, test=options.test)
    sys.stdout.write(f"{count} zones\n")


if __name__ == "__main__":
    main()
