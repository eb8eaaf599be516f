"""A blank form's page as a picture that filled pages are compared with: its ink, features and landmarks."""

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from extract.errors import FormError
from extract.page.upright import Grey

Points = npt.NDArray[np.float32]
_HALF = 0.5
_ORB_POINTS = 1400
_SIFT_POINTS = 1500
_BANDS, _BAND_OVERLAP = 3, 40
"""Bands of a half-sized page in which SIFT points are found, and how many rows each looks beyond its own."""
_CELLS = (7, 11)
_PATCH = (112, 56)
"""Size of a landmark in pixels, wide and high."""
_LEAST_INK, _MOST_INK = 130, 2900


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Key points (x, y in pixels at 204 dpi) with their descriptors, row by row."""

    points: Points
    descriptors: npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place of a blank that is easy to find again: its left top corner; all are of one size."""

    left: int
    top: int


@dataclass(eq=False)
class BlankImage:
    """The ink of one blank page (1 = printed) at 204 dpi both ways; the rest is made when first asked for."""

    ink: Grey
    _made: dict[str, Features] = field(default_factory=dict)
    _landmarks: tuple[Landmark, ...] | None = None
    _spectrum: npt.NDArray[np.float32] | None = None

    @classmethod
    def load(cls, path: Path) -> "BlankImage":
        """Read a 1-bit PNG (black = printed); :class:`FormError` if there is none."""
        data = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if data is None:
            raise FormError(f"the blank's picture {path.name} is missing or no picture; learn the form again")
        return cls(np.asarray(data < 128, dtype=np.uint8))  # noqa: PLR2004  (black)

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.ink.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.ink.shape[0])

    @functools.cached_property
    def grey(self) -> Grey:
        """The blank as a grey picture, a little soft, as a fax shows it."""
        return soft(np.asarray(255 - 255 * self.ink, dtype=np.uint8))

    @functools.cached_property
    def dark(self) -> Grey:
        """The blank's ink as a picture: 255 = printed."""
        return np.asarray(255 * self.ink, dtype=np.uint8)

    def features(self, sort: str) -> Features:
        """Its ``orb`` or ``sift`` features."""
        if sort not in self._made:
            self._made[sort] = features_of(np.asarray(255 - 255 * self.ink, dtype=np.uint8), sort)
        return self._made[sort]

    def spectrum(self, made_by: "Callable[[BlankImage], npt.NDArray[np.float32]]") -> npt.NDArray[np.float32]:
        """The layout's spectrum, kept once it is made."""
        if self._spectrum is None:
            self._spectrum = made_by(self)
        return self._spectrum

    @property
    def landmarks(self) -> tuple[Landmark, ...]:
        """The most telling place of each part of the page that has one."""
        if self._landmarks is None:
            self._landmarks = tuple(_landmarks(self.ink))
        return self._landmarks


def patch_size() -> tuple[int, int]:
    """Width and height of a landmark in pixels."""
    return _PATCH


def soft(image: Grey) -> Grey:
    """A picture blurred by about a pixel, so that fax noise and thresholds matter less."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 1.3), dtype=np.uint8)


def features_of(image: Grey, sort: str) -> Features:
    """The features of a grey page at 204 dpi, found on the half-sized picture."""
    small = cv2.resize(image, None, fx=_HALF, fy=_HALF, interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), 0.8), dtype=np.uint8)
    if sort == "orb":
        finder = cv2.ORB.create(nfeatures=_ORB_POINTS, scaleFactor=1.2, nlevels=5, edgeThreshold=15, fastThreshold=12)
        points, descriptors = finder.detectAndCompute(small, None)
        found = [] if descriptors is None else list(zip([p.pt for p in points], descriptors, strict=True))
    else:
        found = _sift(small)
    if not found:
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8))
    places = np.array([place for place, _ in found], dtype=np.float32) / _HALF
    return Features(places, np.array([row for _, row in found]))


def _sift(small: Grey) -> list[tuple[tuple[float, float], npt.NDArray[np.float32]]]:
    """The strongest SIFT points of a picture, a band at a time: the pyramid takes 100 times the room."""
    finder = cv2.SIFT.create(nfeatures=_SIFT_POINTS, contrastThreshold=0.03)
    height = small.shape[0]
    found: list[tuple[float, tuple[float, float], npt.NDArray[np.float32]]] = []
    for top, bottom in itertools.pairwise(np.linspace(0, height, _BANDS + 1).astype(int)):
        first = max(0, top - _BAND_OVERLAP)
        points, descriptors = finder.detectAndCompute(small[first : bottom + _BAND_OVERLAP], None)
        if descriptors is None:
            continue
        for point, row in zip(points, descriptors, strict=True):
            y = point.pt[1] + first
            if top <= y < bottom:
                found.append((point.response, (point.pt[0], y), np.asarray(row, dtype=np.float32)))
    return [(place, row) for _, place, row in sorted(found, key=lambda f: -f[0])[:_SIFT_POINTS]]


def _landmarks(ink: Grey) -> list[Landmark]:
    """One place in each cell of a grid: the one with the most corners, so that it shifts neither way unseen."""
    wide, high = (round(_HALF * v) for v in _PATCH)
    small = cv2.resize(
        np.asarray(255 - 255 * ink, dtype=np.uint8), None, fx=_HALF, fy=_HALF, interpolation=cv2.INTER_AREA
    )
    strength = cv2.boxFilter(cv2.cornerMinEigenVal(small, 5), -1, (wide, high), anchor=(0, 0))
    inked = cv2.boxFilter(ink[::2, ::2].astype(np.float32), -1, (wide, high), normalize=False, anchor=(0, 0)) * 4
    strength = np.where((inked >= _LEAST_INK) & (inked <= _MOST_INK), strength, 0.0)[: 1 - high, : 1 - wide]
    found: list[Landmark] = []
    rows, columns = (
        np.linspace(0, size, count + 1).astype(int) for size, count in zip(small.shape, _CELLS[::-1], strict=True)
    )
    for y0, y1 in itertools.pairwise(rows):
        for x0, x1 in itertools.pairwise(columns):
            cell = strength[y0:y1, x0:x1]
            if cell.size and cell.max() > 0:
                y, x = np.unravel_index(int(cell.argmax()), cell.shape)
                found.append(Landmark(round((x0 + int(x)) / _HALF), round((y0 + int(y)) / _HALF)))
    return found
