"""Filled and blank forms, faxed in memory."""

import random
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from ingest.pages import PageSource
from samples.blanks import blank_pdf
from samples.conditions import LIGHT, Condition, Resolution, fax_page
from samples.make_fax import RECEIVED_AT
from samples.orders import Order, draw_order
from samples.paper import Part, compose, render
from samples.printed import Hand


@dataclass(frozen=True)
class Filled:
    """The pages of a filled form as a fax server leaves them, and what was typed."""

    pages: tuple[PageSource, ...]
    order: Order


def fax(pdf: bytes, folder: Path, condition: Condition = LIGHT, *, seed: int = 5) -> tuple[PageSource, ...]:
    """Send every page of a PDF by fax and lay the pictures down in ``folder``."""
    found = []
    for number, grey in enumerate(render(pdf), start=1):
        bits = fax_page(grey, condition, Resolution.FINE, np.random.default_rng([seed, number]))
        path = folder / f"{seed}-{number}.png"
        cv2.imwrite(str(path), np.where(bits, 0, 255).astype(np.uint8))
        found.append(PageSource(number, f"page {number}", path, 1728 / 8.5, 196.0))
    return tuple(found)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """An order form typed in a face that no definition was learned with."""
    rng = random.Random(91)
    order = draw_order(rng, today=RECEIVED_AT.date())
    paper = compose((Part("chme_order", order, Hand(font="dejavu_serif", size=10.5)),), rng)
    return Filled(fax(paper.pdf, tmp_path_factory.mktemp("filled")), order)


@pytest.fixture(scope="session")
def blank_order(tmp_path_factory: pytest.TempPathFactory) -> PageSource:
    """The same form with nothing on it, faxed."""
    return fax(blank_pdf("chme_order"), tmp_path_factory.mktemp("blank"), seed=6)[0]
