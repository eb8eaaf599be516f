"""Sheets of known values in the surroundings that forms give them: boxes, underlines, labels, tables."""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from extract.calibrate.values import draw_field
from extract.page.upright import Grey
from extract.training.words import LABELS
from terms.names import FieldKind

DPI = 400
_WIDTH, _HEIGHT = int(8.5 * DPI), 11 * DPI
_KINDS = (
    (FieldKind.NPI, 7), (FieldKind.PHONE, 6), (FieldKind.DATE, 6), (FieldKind.MEMBER_ID, 6), (FieldKind.CODE, 8),
    (FieldKind.DIAGNOSIS, 6), (FieldKind.NAME, 8), (FieldKind.QUANTITY, 2), (FieldKind.MODIFIER, 2),
    (FieldKind.ADDRESS, 3), (FieldKind.TEXT, 1),
)  # fmt: skip
_BLANK_SHARE = 0.06
_FILLED_CELLS = 0.85
_LABEL_FACES = ("LiberationSans-Regular.ttf", "LiberationSerif-Regular.ttf")

FIT_FACES = (
    "Manjari-Regular.otf", "Gayathri-Regular.otf", "MTLc3m.ttf", "IkariusADFStd-Regular.otf", "Harmattan-Regular.ttf",
    "Akatab-Regular.ttf", "MeeraInimai-Regular.ttf", "mallanna.ttf", "Mandali-Regular.ttf",
    "AboriginalSansREGULAR9433.ttf", "AboriginalSerifREGULAR943.ttf", "GalSILR.ttf", "Rachana-Regular.ttf",
    "CaslonRoman.ttf", "GWMonospace.ttf", "Thabit.ttf", "wqy-zenhei.ttc",
    "LexiGulim.ttf", "batang.ttf", "dotum.ttf", "ume-pgo4.ttf", "SNR.ttf", "Conakry.ttf",
    "nazli.ttf", "Tagmukay-Regular.ttf", "NTR.ttf", "Thabit-Bold.ttf", "GalSILB.ttf",
    "Manjari-Bold.otf", "Akatab-Bold.ttf", "AboriginalSansBOLD9433.ttf",
)  # fmt: skip
"""Font files that confidence is fitted on; none of their families was seen by our own reader in training.

Debian: fonts-smc-manjari, fonts-smc-gayathri, fonts-smc-rachana, fonts-motoya-l-cedar, fonts-adf-ikarius,
fonts-sil-harmattan, fonts-sil-akatab, fonts-sil-galatia, fonts-sil-sophia-nubian,
fonts-sil-tagmukay, fonts-meera-inimai, fonts-teluguvijayam, fonts-lg-aboriginal,
fonts-georgewilliams, fonts-hosny-thabit, fonts-wqy-zenhei, fonts-lexi-gulim, fonts-baekmuk, fonts-horai-umefont,
fonts-evertype-conakry, fonts-farsiweb.
"""
TEST_FACES = (
    "Carlito-Regular.ttf", "Caladea-Regular.ttf", "Courier Prime.ttf", "CourierPrime-Regular.ttf", "FreeSans.ttf",
    "FreeSerif.ttf", "FreeMono.ttf", "NimbusSans-Regular.otf", "NimbusRoman-Regular.otf",
    "NimbusMonoPS-Regular.otf", "OpenSans-Regular.ttf",
)  # fmt: skip
"""Font files that nothing is ever fitted on: for measuring."""
_SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A value on a sheet: its kind, its text ("" = left blank) and the zone it stands in, in sheet pixels."""

    kind: FieldKind
    text: str
    zone: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A drawn sheet: its picture, the values on it, and the face and size they are set in."""

    picture: Grey
    spots: list[Spot]
    face: str
    points: float


def find_faces(names: tuple[str, ...], folders: list[Path]) -> list[Path]:
    """The files of ``names`` that lie somewhere under ``folders``; at least three or ``FileNotFoundError``."""
    lying = {path.name: path for folder in folders for path in folder.rglob("*") if path.suffix in _SUFFIXES}
    found = [lying[name] for name in names if name in lying]
    if len(found) < 3:  # noqa: PLR2004  (a sheet set in one face fits that face alone)
        raise FileNotFoundError("fewer than three of the wanted font files were found; name their folder")
    return found


def draw_sheet(faces: list[Path], seed: int) -> Sheet:
    """Draw one sheet at 400 dpi: about 44 zones in one face and size, each in its own surroundings."""
    rng = random.Random(seed)  # noqa: S311  (seeded drawing, not secrets)
    points = rng.choice((8.5, 9, 9, 10, 10, 10, 11, 11, 12))
    chosen = rng.choice(faces)
    face = ImageFont.truetype(str(chosen), round(points * DPI / 72))
    label_face = ImageFont.truetype(rng.choice(_LABEL_FACES), round(rng.choice((7, 8, 9)) * DPI / 72))
    page = Image.new("L", (_WIDTH, _HEIGHT), 255)
    pen = ImageDraw.Draw(page)
    dark = rng.choice((0, 0, 0, 40, 90))
    spots: list[Spot] = []
    style = rng.choice(("box", "underline", "plain", "label_above", "table"))
    y = int(0.7 * DPI)
    while y < _HEIGHT - int(0.8 * DPI):
        high = int(rng.uniform(0.36, 0.5) * DPI)
        cells = rng.choice((2, 2, 3)) if style != "table" else 4
        x = int(0.55 * DPI)
        wide = (_WIDTH - 2 * x) // cells
        for _ in range(cells):
            if rng.random() < _FILLED_CELLS:
                spots.append(
                    _cell(
                        pen,
                        (x, y, x + wide, y + high),
                        style=style,
                        face=face,
                        label_face=label_face,
                        dark=dark,
                        rng=rng,
                    )
                )
            x += wide
        y += high + (0 if style in {"box", "table"} else int(rng.uniform(0.02, 0.12) * DPI))
    return Sheet(np.array(page, dtype=np.uint8), spots, chosen.name, points)


def _cell(
    pen: ImageDraw.ImageDraw,
    cell: tuple[int, int, int, int],
    *,
    style: str,
    face: ImageFont.FreeTypeFont,
    label_face: ImageFont.FreeTypeFont,
    dark: int,
    rng: random.Random,
) -> Spot:
    left, top, right, bottom = cell
    kinds, weights = zip(*_KINDS, strict=True)
    kind: FieldKind = rng.choices(kinds, weights)[0]
    label = rng.choice(LABELS)
    size = face.size
    thick = rng.choice((2, 3, 4, 6))
    if style in {"box", "table"}:
        pen.rectangle(cell, outline=dark, width=thick)
    start, label_drop = left + int(0.05 * DPI), 0
    if style == "label_above":
        pen.text((start, top), label, font=label_face, fill=dark)
        label_drop = int(label_face.size * 1.05)
    elif style != "table":
        if label_face.getlength(label) > 0.4 * (right - left):
            label = label.split()[0]
        pen.text((start, bottom - label_face.size * 1.5), label, font=label_face, fill=dark)
        start += int(label_face.getlength(label)) + rng.randint(int(0.04 * DPI), int(0.15 * DPI))
    text = ""
    if rng.random() > _BLANK_SHARE:
        for _ in range(20):
            text = draw_field(kind, rng)
            if face.getlength(text) < right - start - 0.04 * DPI:
                break
        else:
            kind, text = FieldKind.CODE, draw_field(FieldKind.CODE, rng)
    base = bottom - int(rng.uniform(0.07, 0.12) * DPI)
    pen.text((start, base), text, font=face, fill=dark, anchor="ls")
    if style == "underline":
        drop = rng.choice((0.01, 0.02, 0.035))
        pen.line(
            (start, base + int(drop * DPI) + thick, right - 20, base + int(drop * DPI) + thick), fill=dark, width=thick
        )
    zone_top = max(top + label_drop, base - 1.25 * size)
    # the last pixels of the label before, the next cell's edge after: what field finding really hands over
    zone = (start - rng.uniform(5, 16), zone_top, right - rng.uniform(0, 8), min(bottom + 4, base + 0.35 * size))
    return Spot(kind, text, zone)
