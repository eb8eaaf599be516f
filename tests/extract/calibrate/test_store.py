"""Zones kept in a file come back as they were."""

import zipfile
from pathlib import Path

import numpy as np

from extract.calibrate.store import Gathered, load, save
from extract.page.upright import Stretch
from extract.readers.reading import spelled
from extract.views import Cut, View
from terms.names import FieldKind


def test_kept_zone_comes_back_whole(tmp_path: Path) -> None:
    """Cuts to the pixel, readings to a thousandth, all else exactly."""
    rng = np.random.default_rng(3)
    snug, loose = (rng.integers(0, 256, (30, 90), dtype=np.uint8) for _ in range(2))
    line = spelled("ppocr", "E0143", [0.9] * 5, [(0.0, 1.0)] * 5)
    zone = Gathered(
        FieldKind.CODE,
        "E0143",
        {"sheet": "1:2", "face": "Some.ttf", "lines": 98},
        blank=False,
        faint=False,
        page={"coarse": 1.0},
        cuts=(Cut(Stretch(1, 2, 91, 32), snug, loose),),
        views={View.FIRST: [line]},
        first_text="E0143",
    )
    path = tmp_path / "zones.zip"
    with zipfile.ZipFile(path, "w") as file:
        save(file, "00001", [zone])
    (back,) = load(path)
    assert (back.kind, back.text, back.about, back.page, back.first_text) == (
        zone.kind,
        zone.text,
        zone.about,
        zone.page,
        zone.first_text,
    )
    assert back.cuts[0].line == zone.cuts[0].line
    assert np.array_equal(back.cuts[0].snug, snug)
    assert np.array_equal(back.cuts[0].loose, loose)
    (read,) = back.views[View.FIRST]
    assert (read.reader, read.text, read.is_sequence) == ("ppocr", "E0143", False)
    assert np.allclose(read.chars, line.chars, atol=1e-3)
