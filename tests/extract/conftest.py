"""Drawn fax pages for the tests of reading: made once a session, with where every value stands."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFont

from extract.page.prepare import prepare_image
from extract.page.upright import UprightPage
from terms.geometry import Box

Grey = npt.NDArray[np.uint8]

DPI = 400
ROWS = (
    (("Last Name:", "Quillfeather"), ("First Name:", "Marisol")),
    (("DOB:", "03/07/1958"), ("Member ID:", "91234567A")),
    (("Address:", "1420 Lantern Way, Oakland, CA 94607"),),
    (("Phone:", "(510) 555-0142"), ("Fax:", "510.555.0199")),
    (("Ordering Provider:", "Tobias Wrenfield, MD"), ("NPI:", "1234567893")),
    (("HCPCS:", "E0143"), ("Wrong NPI:", "1234567898")),
    (("Diagnosis:", "M17.11"), ("Blank:", "")),
    (("Notes:", "walker needed at home for safe transfers"),),
)


@dataclass(frozen=True)
class Drawn:
    """A drawn page at 400 dpi and the box of each value, in fractions of the page."""

    sheet: Grey
    boxes: dict[str, Box]


def draw_page() -> Drawn:
    """A boxed order form with a title, in the face that Pillow ships."""
    wide, high = int(8.5 * DPI), 11 * DPI
    page = Image.new("L", (wide, high), 255)
    pen = ImageDraw.Draw(page)
    face, small = (ImageFont.load_default(size) for size in (62, 50))
    pen.text((700, 420), "Equipment Order Request", font=ImageFont.load_default(90), fill=0)
    boxes: dict[str, Box] = {}
    y = 700
    for row in ROWS:
        cell = (wide - 600) // len(row)
        for place, (label, value) in enumerate(row):
            x = 300 + place * cell
            pen.rectangle((x, y, x + cell, y + 200), outline=0, width=5)
            pen.text((x + 30, y + 80), label, font=small, fill=0)
            start = x + 60 + int(pen.textlength(label, font=small))
            pen.text((start, y + 70), value, font=face, fill=0)
            boxes[label] = Box.clipped((start - 14) / wide, (y + 20) / high, (x + cell - 12) / wide, (y + 185) / high)
        y += 260
    for i in range(8):
        text = "The member needs this equipment because of weakness and falls at home."
        pen.text((300, y + 90 * i), text, font=small, fill=0)
    return Drawn(np.array(page, dtype=np.uint8), boxes)


def fax(sheet: Grey, *, lines: int = 196, skew: float = 0.0, noise: float = 4.0, seed: int = 5) -> Grey:
    """The sheet as a fax: 1728 dots wide, ``lines`` lines an inch, black and white."""
    rng = np.random.default_rng(seed)
    high, wide = sheet.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), -skew, 1.0)
    leaned = cv2.warpAffine(sheet, turn, (wide, high), flags=cv2.INTER_LINEAR, borderValue=255)
    small = cv2.resize(leaned, (1728, round(high / DPI * lines)), interpolation=cv2.INTER_AREA).astype(np.float32)
    small += rng.normal(0.0, noise, small.shape).astype(np.float32)
    return np.where(small < 128, 0, 255).astype(np.uint8)


DOTS = 1728 / 8.5


@pytest.fixture(scope="session")
def drawn() -> Drawn:
    """The drawn order form."""
    return draw_page()


@pytest.fixture(scope="session")
def page(drawn: Drawn) -> UprightPage:
    """The order form as a fine fax, prepared."""
    return prepare_image(fax(drawn.sheet), DOTS, 196)
