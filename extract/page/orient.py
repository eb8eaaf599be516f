"""Which way is up, decided by reading a few lines of the page both ways."""

import cv2
import numpy as np

from extract.page.rules import find_rules, rule_mask
from extract.page.upright import Grey, Rule, Rules, Stretch
from extract.readers.reading import LineReading, Reader

_LINES = 8
_WIDEST = 200
_ENOUGH = 2.0


def text_without_rules(ink: Grey, streaks: tuple[Rule, ...] = ()) -> tuple[Grey, Grey, Rules]:
    """Ink without ruling lines and ``streaks``, the vertical walls between cells, and the rules themselves."""
    rules = find_rules(ink)
    walls = np.zeros_like(ink)
    for rule in rules.vertical:
        # joined at sides, not at corners: nothing slips through a wall that leans
        cv2.line(walls, (rule.x0, rule.y0), (rule.x1, rule.y1), 1, thickness=max(1, rule.thick), lineType=cv2.LINE_4)
    return (
        np.asarray(ink & (1 - rule_mask(ink, Rules(rules.horizontal, (*rules.vertical, *streaks)))), dtype=np.uint8),
        walls,
        rules,
    )


def upside_down(image: Grey, stretches: tuple[Stretch, ...], reader: Reader) -> tuple[bool, float]:
    """Say whether a page whose lines run across stands on its head, and how well it reads.

    Reads a few well-spread stretches of text both ways and stops as soon as one way has won. The
    second value is the median confidence (0 to 1) of what was read the right way up; 0 where there
    was nothing to read.
    """
    chosen = _sample(stretches, image.shape[0])
    margin = 0.0
    upright: list[float] = []
    turned: list[float] = []
    for stretch in chosen:
        crop = _cut(image, stretch)
        there, back = reader.read([crop, np.ascontiguousarray(crop[::-1, ::-1])])
        upright.append(_score(there))
        turned.append(_score(back))
        margin += upright[-1] - turned[-1]
        if abs(margin) > _ENOUGH:
            break
    if not upright:
        return False, 0.0
    flipped = margin < 0
    return flipped, float(np.median(turned if flipped else upright))


def _score(line: LineReading) -> float:
    letters = sum(char.isalnum() for char in line.text)
    return line.confidence * min(1.0, letters / 5) if letters else 0.0


def _cut(image: Grey, stretch: Stretch) -> Grey:
    pad = max(3, stretch.height // 6)
    right = min(stretch.right, stretch.left + _WIDEST)
    return image[max(0, stretch.top - pad) : stretch.bottom + pad, max(0, stretch.left - pad) : right + pad]


def _sample(stretches: tuple[Stretch, ...], height: int) -> list[Stretch]:
    """Spread picks over the page, away from the header lines of sending machines at its edges."""
    usable = [
        s
        for s in stretches
        if s.width > 2.5 * s.height and 12 <= s.height <= 60 and s.top > 0.04 * height and s.bottom < 0.96 * height  # noqa: PLR2004  (6 to 20 point)
    ] or [s for s in stretches if s.width > s.height and s.height >= 8]  # noqa: PLR2004  (dust)
    usable.sort(key=lambda s: (abs(min(s.width, 220) - 220), s.top))
    best = usable[: 3 * _LINES]
    best.sort(key=lambda s: s.top)
    if len(best) <= _LINES:
        return best
    picks = np.linspace(0, len(best) - 1, _LINES).round().astype(int)
    order = picks[np.argsort(np.abs(np.arange(_LINES) * 5 % _LINES))]
    return [best[i] for i in order]
