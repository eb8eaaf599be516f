"""Lay a blank form over a page: where every point of the blank stands on the page, and how surely.

Features (ORB, SIFT where those are too few) give a rough placing; then small landmarks of the
blank are looked for around where they should stand, and the placing is fitted to them. What is
left (lost fax rows, creases, a photograph's bend) is taken up by each region's own landmarks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from extract.forms.blank import BlankImage, Features, features_of, patch_size, soft
from extract.forms.layout_match import by_layout
from extract.layout import Area
from extract.page.upright import Grey
from terms.geometry import Box

Matrix = npt.NDArray[np.float64]
Places = npt.NDArray[np.float64]
_LIKE = 0.80
"""Largest distance of the best match against the second best."""
_NEAR = 6.0
"""How far, in pixels at 204 dpi, a feature may stand from its place."""
_WORTH_A_LOOK = 12
"""Features in place from which a blank is worth laying over the page."""
_MAYBE = 7
_REACH = (20, 9)
"""How far around its place a landmark is looked for, in pixels, the first and the second time."""
_SEEN = 0.45
"""Least correlation at which a landmark counts as found."""
_TOGETHER = 4.0
"""How far, in pixels, a landmark may stand from where the others put it."""
_UNLIKE = 2.0
"""How far, in pixels, a landmark's own shift may be from that of the landmarks around it."""
_FEWEST = 8
_LIKELY_SCALE = (0.55, 1.6)
_SQUEEZED = 1.15
"""Largest ratio of a page's two scales."""
_TRIED = 3
CLOSE = 1.5
"""Largest median distance, in pixels, of a placing found by layout: a wrong size is caught on wrong lines (the most
measured of right ones is 0.91)."""
_CERTAIN = 0.9
"""Share of landmarks in place that no other form's page reaches: the most measured is 0.76."""
_NEIGHBOURS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Registration:
    """A blank laid over a page (both in pixels at 204 dpi).

    ``matrix`` is the 3x3 projective map from blank to page, ``anchors`` (blank places) and
    ``shifts`` what the landmarks add to it near themselves. ``quality`` (0 to 1) is the share of
    the blank's visible landmarks found in place; ``residual`` the median distance in pixels
    between where landmarks were found and where the matrix puts them; ``turned`` says that the
    page stands on its head against the blank.
    """

    matrix: Matrix
    anchors: Places = field(default_factory=lambda: np.zeros((0, 2)))
    shifts: Places = field(default_factory=lambda: np.zeros((0, 2)))
    quality: float = 0.0
    residual: float = 0.0
    turned: bool = False

    def to_page(self, points: Places) -> Places:
        """Points of the blank (n by 2) as points of the page."""
        return project(self.matrix, points) + self._shift(points)

    def areas(self, boxes: Sequence[Box], blank: BlankImage) -> list[Area]:
        """Boxes of the blank as areas of the page, all at once."""
        if not boxes:
            return []
        left, top, right, bottom = (
            np.array([b.to_json() for b in boxes]) * [blank.width, blank.height, blank.width, blank.height]
        ).T
        middles = np.stack([(left + right) / 2, (top + bottom) / 2], axis=1)
        moved = self.to_page(middles) - project(self.matrix, middles)
        corners = np.stack([left, top, right, top, left, bottom, right, bottom], axis=1).reshape(-1, 2)
        placed = (project(self.matrix, corners).reshape(-1, 4, 2) + moved[:, None]).transpose(2, 1, 0)
        # a leaning box is taken by its middles, so that neighbours do not grow into each other
        (x0, x1, x2, x3), (y0, y1, y2, y3) = placed
        sides = ((x0 + x2) / 2, (y0 + y1) / 2, (x1 + x3) / 2, (y2 + y3) / 2)
        return [Area(*four) for four in np.stack(sides, axis=1).tolist()]

    def ink_on(self, blank: BlankImage, wide: int, high: int) -> Grey:
        """The blank's ink where it should stand on a page of ``wide`` by ``high`` pixels (0 to 255, soft edges)."""
        step = 24
        xs, ys = np.arange(0.0, wide + step, step), np.arange(0.0, high + step, step)
        grid: Places = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2).astype(np.float64)
        back: Matrix = np.asarray(np.linalg.inv(self.matrix), dtype=np.float64)
        rough = project(back, grid)
        moved = project(back, grid - self._shift(rough)) if len(self.anchors) else rough
        maps = moved.reshape(len(ys), len(xs), 2).astype(np.float32)
        full = cv2.resize(maps, (len(xs) * step, len(ys) * step), interpolation=cv2.INTER_LINEAR)
        # the resized grid puts each value in the middle of its block: half a step too far
        half = step // 2
        places = full[half : half + high, half : half + wide]
        return np.asarray(
            cv2.remap(blank.dark, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0),
            dtype=np.uint8,
        )

    def _shift(self, points: Places) -> Places:
        if not len(self.anchors):
            return np.zeros_like(points)
        # rows that a fax lost move whole bands of the page: neighbours above and below weigh less
        here, there = ((p * np.array([0.6, 1.4])).astype(np.float32) for p in (points, self.anchors))
        across, down = here[:, 0, None] - there[None, :, 0], here[:, 1, None] - there[None, :, 1]
        distance = np.sqrt(across * across + down * down) + np.float32(12.0)
        count = min(_NEIGHBOURS, len(self.anchors))
        nearest = np.argpartition(distance, count - 1, axis=1)[:, :count]
        weight = 1.0 / np.take_along_axis(distance, nearest, axis=1) ** 2
        weight /= weight.sum(axis=1, keepdims=True)
        return np.asarray((self.shifts[nearest] * weight[..., None]).sum(axis=1))


def project(matrix: Matrix, points: Places) -> Places:
    """Points (n by 2) through a 3x3 projective map."""
    full = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(full[:, :2] / full[:, 2:])


def register(image: Grey, blanks: Sequence[BlankImage], *, least: float = 0.4) -> tuple[int, Registration] | None:
    """Find which of ``blanks`` a page (grey, 204 dpi, about upright) shows: its index and the registration.

    None if the features of the page fit none of them, or the best quality is under ``least``.
    """
    if not blanks:
        return None
    found = fitted(image, blanks, by_layout(image, blanks), least=least, most_off=CLOSE)
    return found or by_features(image, blanks, least=least)


def by_features(image: Grey, blanks: Sequence[BlankImage], *, least: float = 0.4) -> tuple[int, Registration] | None:
    """The same by features alone: for photographs, and pages whose layout as a whole is like none of ``blanks``."""
    features = features_of(image, "orb")
    rough = _shortlist(features, blanks, "orb", worth=_MAYBE)
    found = fitted(image, blanks, [r for r in rough if r[0] >= _WORTH_A_LOOK], least=least)
    if found is not None or not rough:
        return found
    few = [index for _, index, _ in rough[:_TRIED]]
    again = _shortlist(features_of(image, "sift"), [blanks[i] for i in few], "sift")
    return fitted(image, blanks, [(count, few[index], matrix) for count, index, matrix in again], least=least)


Rough = tuple[float, int, Matrix]
"""How like a page is to a blank (in any measure), which blank, and roughly where it lies."""


def _shortlist(page: Features, blanks: Sequence[BlankImage], sort: str, *, worth: int = _WORTH_A_LOOK) -> list[Rough]:
    """The blanks whose features stand on the page in one piece: how many, which, and the rough placing."""
    if len(page.points) < worth:
        return []
    matcher = cv2.BFMatcher(cv2.NORM_HAMMING if sort == "orb" else cv2.NORM_L2)
    found: list[Rough] = []
    for index, blank in enumerate(blanks):
        own = blank.features(sort)
        if len(own.points) < worth:
            continue
        pairs = matcher.knnMatch(own.descriptors, page.descriptors, k=2)
        good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < _LIKE * p[1].distance]  # noqa: PLR2004  (best and second)
        if len(good) < worth:
            continue
        there = own.points[[m.queryIdx for m in good]]
        here = page.points[[m.trainIdx for m in good]]
        affine, inliers = cv2.estimateAffine2D(
            there, here, method=cv2.RANSAC, ransacReprojThreshold=_NEAR, maxIters=600, confidence=0.99
        )
        if affine is None or int(inliers.sum()) < worth or not _is_sensible(affine):
            continue
        found.append((int(inliers.sum()), index, np.vstack([affine, [0.0, 0.0, 1.0]])))
    return sorted(found, key=lambda f: -f[0])


def _is_sensible(affine: Matrix) -> bool:
    """No mirror, no squeezing, about page size."""
    scales = np.linalg.svd(affine[:, :2], compute_uv=False)
    low, high = _LIKELY_SCALE
    return bool(
        np.linalg.det(affine[:, :2]) > 0 and low < scales[1] <= scales[0] < high and scales[0] / scales[1] < _SQUEEZED
    )


def fitted(
    image: Grey, blanks: Sequence[BlankImage], rough: Sequence[Rough], *, least: float = 0.4, most_off: float = np.inf
) -> tuple[int, Registration] | None:
    """The best of rough placings (likest first) once each is fitted; one that fits for certain ends the search.

    A fit of less than ``least`` quality, or ``most_off`` pixels away from its landmarks, is none.
    """
    best: tuple[int, Registration] | None = None
    most = rough[0][0] if rough else 0
    page = soft(image) if rough else image
    for count, index, matrix in rough[:_TRIED]:
        if best is not None and (count < 0.4 * most or best[1].quality >= _CERTAIN):
            break
        placed = refine(page, blanks[index], matrix)
        fits = placed is not None and placed.quality >= least and placed.residual <= most_off
        if placed is not None and fits and (best is None or placed.quality > best[1].quality):
            best = (index, placed)
    return best


def refine(page: Grey, blank: BlankImage, matrix: Matrix) -> Registration | None:
    """Fit a rough placing to the blank's landmarks; ``page`` is already soft. None if too few are found."""
    found: _Seen | None = None
    for reach in _REACH:
        found = _look(page, blank, matrix, reach)
        if found is None or len(found.blank) < _FEWEST:
            return None
        matrix = found.fit()
    assert found is not None
    off = found.page - project(matrix, found.blank)
    distance = np.sqrt((off**2).sum(axis=1))
    steady = _like_neighbours(found.blank, off)
    quality = len(found.blank) / max(_FEWEST, found.visible)
    if found.visible < 0.4 * found.all:
        quality *= found.visible / (0.4 * found.all)
    turned = bool(matrix[0, 0] + matrix[1, 1] < 0)
    return Registration(matrix, found.blank[steady], off[steady], min(1.0, quality), float(np.median(distance)), turned)


def _like_neighbours(places: Places, off: Places) -> npt.NDArray[np.bool_]:
    """Which landmarks moved as those around them did: one alone was found on a wrong line or box."""
    if len(places) <= _NEIGHBOURS:
        return np.ones(len(places), np.bool_)
    away = np.sqrt((((places[:, None] - places[None]) * np.array([0.6, 1.4])) ** 2).sum(axis=2))
    nearest = np.argsort(away, axis=1)[:, 1 : _NEIGHBOURS + 1]
    usual = np.median(off[nearest], axis=1)
    return np.asarray(np.sqrt(((off - usual) ** 2).sum(axis=1)) < _UNLIKE)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Landmarks found in one piece: middles on the blank and on the page; how many could be seen, and are."""

    blank: Places
    page: Places
    visible: int
    all: int

    def fit(self) -> Matrix:
        """The map that fits them best: affine, or projective where the page is a photograph."""
        affine, _ = cv2.estimateAffine2D(self.blank, self.page, method=cv2.LMEDS)
        plain: Matrix = np.vstack([affine, [0.0, 0.0, 1.0]])
        if len(self.blank) < 2 * _FEWEST:
            return plain
        bent, _ = cv2.findHomography(self.blank, self.page, cv2.RANSAC, _TOGETHER)
        if bent is None:
            return plain

        def off(matrix: Matrix) -> float:
            return float(np.sqrt(((project(matrix, self.blank) - self.page) ** 2).sum(axis=1)).mean())

        return np.asarray(bent, dtype=np.float64) if off(bent) < 0.8 * off(plain) else plain


def _look(page: Grey, blank: BlankImage, matrix: Matrix, reach: int) -> _Seen | None:
    """Look for every landmark around its place."""
    wide, high = patch_size()
    middles = np.array([[m.left + wide / 2, m.top + high / 2] for m in blank.landmarks], dtype=np.float64).reshape(
        -1, 2
    )
    if not len(middles):
        return None
    on_page = project(matrix, middles)
    seen = (on_page > 0).all(axis=1) & (on_page[:, 0] < page.shape[1]) & (on_page[:, 1] < page.shape[0])
    places: list[tuple[Places, Places]] = []
    for mark, middle, is_seen in zip(blank.landmarks, middles, seen, strict=True):
        if not is_seen:
            continue
        shift = _found(page, blank, matrix, (mark.left, mark.top), reach)
        if shift is not None:
            places.append((middle, middle + shift))
    if len(places) < _FEWEST:
        return None
    there = np.array([a for a, _ in places])
    here = project(matrix, np.array([b for _, b in places]))
    kept = _together(there, here)
    return _Seen(there[kept], here[kept], int(seen.sum()), len(middles))


def _found(page: Grey, blank: BlankImage, matrix: Matrix, corner: tuple[int, int], reach: int) -> Places | None:
    """How far a landmark stands from its place on the blank; only its surroundings are laid flat."""
    left, top = corner
    wide, high = patch_size()
    y0, x0 = max(0, top - reach), max(0, left - reach)
    size = (min(blank.width, left + wide + reach) - x0, min(blank.height, top + high + reach) - y0)
    if size[0] < wide or size[1] < high:
        return None
    window = _flat(page, matrix @ np.array([[1.0, 0.0, x0], [0.0, 1.0, y0], [0.0, 0.0, 1.0]]), size)
    patch = blank.grey[top : top + high, left : left + wide]
    scores = cv2.matchTemplate(window, patch, cv2.TM_CCOEFF_NORMED)
    _, score, _, (x, y) = cv2.minMaxLoc(scores)
    if score < _SEEN:
        return None
    dx, dy = _between(np.asarray(scores, dtype=np.float32), x, y)
    return np.array([x0 + dx - left, y0 + dy - top])


def _flat(page: Grey, matrix: Matrix, size: tuple[int, int]) -> Grey:
    """A part of the page as it stands on the blank; ``matrix`` takes its pixels to the page."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    if abs(matrix[2, 0]) + abs(matrix[2, 1]) < 1e-12:  # noqa: PLR2004  (no perspective: half the work)
        flat = cv2.warpAffine(page, matrix[:2], size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    else:
        flat = cv2.warpPerspective(
            page, matrix, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=255
        )  # fmt: skip
    return np.asarray(flat, dtype=np.uint8)


def _between(scores: npt.NDArray[np.float32], x: int, y: int) -> tuple[float, float]:
    """The peak between pixels, from a parabola through its neighbours."""

    def top_of(before: float, at: float, after: float) -> float:
        bend = before - 2 * at + after
        return 0.0 if bend >= 0 else 0.5 * (before - after) / bend

    dx = top_of(*scores[y, x - 1 : x + 2]) if 0 < x < scores.shape[1] - 1 else 0.0
    dy = top_of(*scores[y - 1 : y + 2, x]) if 0 < y < scores.shape[0] - 1 else 0.0
    return x + dx, y + dy


def _together(there: Places, here: Places) -> npt.NDArray[np.bool_]:
    """Which landmarks agree on one placing, neighbours being allowed to have moved together."""
    affine, _ = cv2.estimateAffine2D(there, here, method=cv2.RANSAC, ransacReprojThreshold=2 * _TOGETHER, maxIters=500)
    if affine is None:
        return np.zeros(len(there), np.bool_)
    off = here - project(np.vstack([affine, [0.0, 0.0, 1.0]]), there)
    return np.asarray(np.sqrt((off**2).sum(axis=1)) < 2 * _TOGETHER)
