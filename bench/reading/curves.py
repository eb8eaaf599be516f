"""How far a confidence can be believed, drawn: reliability, and the share accepted at each share of errors.

Both take pairs of a confidence (0 to 1) and whether the value was right. Pictures are SVG text, drawn
here, so that a report needs nothing else and a change shows in a diff.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

Pairs = Sequence[tuple[float, bool]]
_BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)
_INKS = ("#1b5e8a", "#b3541e", "#2e7d4f", "#7a4d9f", "#8a6d1b", "#555555")
_LEFT, _TOP, _WIDE, _HIGH = 70, 46, 430, 300
_LEAST_ERROR, _MOST_ERROR = 0.0005, 0.1


@dataclass(frozen=True, slots=True)
class Bin:
    """Values of about one confidence: their mean confidence, the share right, and how many."""

    confidence: float
    right: float
    count: int

    @property
    def range(self) -> tuple[float, float]:
        """The 95 % range of the share (Wilson)."""
        z, n, p = 1.96, self.count, self.right
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


def reliability(pairs: Pairs) -> list[Bin]:
    """Group values by confidence, finely near 1; bins without values are left out."""
    found = []
    for low, high in pairwise(_BINS):
        inside = [(c, r) for c, r in pairs if low <= c < high or c == high == 1.0]
        if inside:
            count = len(inside)
            found.append(Bin(sum(c for c, _ in inside) / count, sum(r for _, r in inside) / count, count))
    return found


def accepted_at_error(pairs: Pairs) -> list[tuple[float, float]]:
    """The share accepted and the share wrong among them, for every threshold from strict to loose.

    Values of one confidence are accepted together.
    """
    ordered = sorted(pairs, key=lambda pair: -pair[0])
    found: list[tuple[float, float]] = []
    wrong = 0
    for place, (confidence, right) in enumerate(ordered, start=1):
        wrong += not right
        if place == len(ordered) or ordered[place][0] < confidence:
            found.append((place / len(ordered), wrong / place))
    return found


def draw_reliability(series: Mapping[str, Pairs], title: str) -> str:
    """An SVG picture: confidence across, share right upward, both stretched near 1; the diagonal is honesty."""
    marks = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999]
    lines = [_frame(title, "confidence", "share right", [(m, _odds(m)) for m in marks], [(m, _odds(m)) for m in marks])]
    lines.append(_path([(0.0, 0.0), (1.0, 1.0)], "#bbbbbb", dashed=True))
    for ink, (name, pairs) in zip(_INKS, series.items(), strict=False):
        bins = [b for b in reliability(pairs) if b.confidence >= 0.5]
        points = [(_odds(b.confidence), _odds(b.right)) for b in bins]
        lines.append(_path(points, ink))
        for (x, y), b in zip(points, bins, strict=True):
            low, high = (_odds(share) for share in b.range)
            lines.append(_path([(x, low), (x, high)], ink, thin=True))
            lines.append(_dot(x, y, ink, f"{name}: {b.right:.4f} of {b.count} right at {b.confidence:.4f}"))
    return _picture([*lines, *_legend(series)])


def draw_accepted(series: Mapping[str, Pairs], title: str, *, limit: float = 0.005) -> str:
    """An SVG picture: share wrong among accepted across (logarithmic), share accepted upward; ``limit`` is marked."""
    errors = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]
    shares = [(i / 10, i / 10) for i in range(0, 11, 2)]
    lines = [_frame(title, "wrong among accepted", "share accepted", [(e, _scale(e)) for e in errors], shares)]
    lines.append(_path([(_scale(limit), 0.0), (_scale(limit), 1.0)], "#bbbbbb", dashed=True))
    for ink, (_name, pairs) in zip(_INKS, series.items(), strict=False):
        lines.append(_path([(_scale(wrong), share) for share, wrong in accepted_at_error(pairs)], ink))
    return _picture([*lines, *_legend(series)])


def _odds(share: float) -> float:
    """0.5 to 0.999 spread by their odds over 0 to 1."""
    bounded = min(0.999, max(0.5, share))
    return math.log(bounded / (1 - bounded)) / math.log(999)


def _scale(error: float) -> float:
    bounded = min(_MOST_ERROR, max(_LEAST_ERROR, error))
    return math.log(bounded / _LEAST_ERROR) / math.log(_MOST_ERROR / _LEAST_ERROR)


def _at(x: float, y: float) -> str:
    return f"{_LEFT + x * _WIDE:.1f},{_TOP + (1 - y) * _HIGH:.1f}"


def _path(points: Sequence[tuple[float, float]], ink: str, *, dashed: bool = False, thin: bool = False) -> str:
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    wide = 1 if thin or dashed else 2
    return (
        f'<polyline fill="none" stroke="{ink}" stroke-width="{wide}"{dash} '
        f'points="{" ".join(_at(x, y) for x, y in points)}"/>'
    )


def _dot(x: float, y: float, ink: str, said: str) -> str:
    cx, cy = _at(x, y).split(",")
    return f'<circle cx="{cx}" cy="{cy}" r="3.5" fill="{ink}"><title>{escape(said)}</title></circle>'


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _frame(
    title: str, across: str, upward: str, bottom: Sequence[tuple[float, float]], side: Sequence[tuple[float, float]]
) -> str:
    parts = [f'<rect x="{_LEFT}" y="{_TOP}" width="{_WIDE}" height="{_HIGH}" fill="none" stroke="#888888"/>']
    parts.append(f'<text x="{_LEFT}" y="24" font-size="15" font-weight="bold">{escape(title)}</text>')
    for value, x in bottom:
        parts.append(_path([(x, 0.0), (x, 1.0)], "#eeeeee", thin=True))
        parts.append(_text(_LEFT + x * _WIDE, _TOP + _HIGH + 18, f"{100 * value:g} %"))
    for value, y in side:
        parts.append(_path([(0.0, y), (1.0, y)], "#eeeeee", thin=True))
        parts.append(_text(_LEFT - 8, _TOP + (1 - y) * _HIGH + 4, f"{100 * value:g} %", "end"))
    parts.append(_text(_LEFT + _WIDE / 2, _TOP + _HIGH + 40, across))
    middle = _TOP + _HIGH / 2
    parts.append(
        f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">{escape(upward)}</text>'
    )
    return "\n".join(parts)


def _legend(series: Mapping[str, Pairs]) -> list[str]:
    found = []
    for place, (ink, (name, pairs)) in enumerate(zip(_INKS, series.items(), strict=False)):
        y = _TOP + 16 + 20 * place
        x = _LEFT + _WIDE + 18
        found.append(f'<rect x="{x}" y="{y - 9}" width="14" height="4" fill="{ink}"/>')
        found.append(_text(x + 20, y - 3, f"{name} (n = {len(pairs):,})", "start"))
    return found


def _picture(parts: Sequence[str]) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 400" width="740" height="400" '
        'font-family="sans-serif" font-size="12" fill="#222222">\n'
        '<rect width="740" height="400" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )
