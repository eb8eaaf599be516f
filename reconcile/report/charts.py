"""Charts of the nightly report as SVG without styles or scripts, for a page with a strict policy and for a PDF."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from types import MappingProxyType
from xml.sax.saxutils import escape

from reconcile.report.values import NightReport

_WIDE, _HIGH = 480, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 30, 34
_ROW, _LONGEST, _LETTER = 20, 44, 5.3
"""Lying bars: the height of a row, letters of a name, the width of a letter."""
_INK, _GRID, _USUAL = "#6b7280", "#9ca3af", "#6b7280"
COLOURS = {
    "processed": "#2f6f9f",
    "duplicates": "#8fb8d3",
    "quarantined": "#c2410c",
    "in progress": "#e0a526",
    "delivered": "#2f7d4f",
    "waiting": "#e0a526",
    "failed": "#c2410c",
    "untouched": "#2f7d4f",
    "with a person": "#8fb8d3",
    "open": "#2f6f9f",
    "today": "#8fb8d3",
    "1 to 2 days": "#2f6f9f",
    "3 to 6 days": "#e0a526",
    "a week and more": "#c2410c",
    "given to somebody": "#2f6f9f",
    "with nobody": "#c2410c",
    "corrected": "#e0a526",
    "released": "#2f7d4f",
    "met": "#2f7d4f",
    "missed": "#c2410c",
    "more samples needed": "#5b87a8",
}
"""Told apart by brightness as well as by hue."""


def charts_of(report: NightReport, say: Callable[[str], str] = str) -> dict[str, str]:
    """Give the four charts by name: volume, age, automation, delivery; ``say`` gives their words as they are shown."""
    days = [f"{day.day:%d}" for day in report.trend]
    sums = [day.sums for day in report.trend]
    words = {name: say(name) for name in COLOURS}
    return {
        "volume": bars(
            say("Arrivals a day"),
            days,
            {
                "processed": [s.processed for s in sums],
                "duplicates": [s.duplicates for s in sums],
                "quarantined": [s.quarantined for s in sums],
                "in progress": [s.in_progress for s in sums],
            },
            words=words,
        ),
        "age": bars(
            say("Open requests by age"),
            [say(age) for age in report.open_ages],
            {"open": list(report.open_ages.values())},
            words=words,
        ),
        "automation": bars(
            say("Requests released a day"),
            days,
            {
                "untouched": [d.untouched for d in report.trend],
                "with a person": [d.released - d.untouched for d in report.trend],
            },
            words=words,
        ),
        "delivery": bars(
            say("Notices a day"),
            days,
            {
                "delivered": [d.delivered for d in report.trend],
                "waiting": [d.waiting for d in report.trend],
                "failed": [d.failed for d in report.trend],
            },
            words=words,
        ),
    }


@dataclass(frozen=True, slots=True)
class Span:
    """A measured share with its interval (0 to 1): its name, the series that gives its colour, what is told of it."""

    name: str
    share: float
    low: float
    high: float
    series: str
    told: str


@dataclass(frozen=True, slots=True)
class Level:
    """A lying bar: its name, the length of each piece by its series, and what is written behind it."""

    name: str
    pieces: Mapping[str, float]
    told: str


def bars(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[int]],
    *,
    words: Mapping[str, str] = MappingProxyType({}),
    usual: tuple[str, Sequence[float]] | None = None,
) -> str:
    """Draw stacked bars: one for each label, a piece for each series; zeros draw nothing.

    ``words`` are the names of series as they are shown, where others than their own; ``usual`` is the
    name and the height of a stroke over each bar. The picture says its figures in its description, for
    people who do not see it.
    """
    named = {name: words.get(name, name) for name in series}
    strokes = usual[1] if usual else ()
    totals = [sum(values[i] for values in series.values()) for i in range(len(labels))]
    top = _ceiling(max((*totals, *(ceil(each) for each in strokes)), default=0))
    width, height = _WIDE - _LEFT - _RIGHT, _HIGH - _TOP - _BOTTOM
    step = width / max(1, len(labels))
    parts = [_grid(top, width, height)]
    for i, label in enumerate(labels):
        x, y = _LEFT + i * step + step * 0.15, float(_TOP + height)
        for name, values in series.items():
            tall = height * values[i] / top
            if tall:
                y -= tall
                parts.append(
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{step * 0.7:.1f}" height="{tall:.1f}" '
                    f'fill="{COLOURS[name]}"><title>{escape(f"{label}: {values[i]} {named[name]}")}</title></rect>'
                )
        if i < len(strokes) and strokes[i]:
            at = _TOP + height * (1 - strokes[i] / top)
            parts.append(_stroke(x - step * 0.08, at, x + step * 0.78))
        parts.append(_text(x + step * 0.35, _TOP + height + 12, label, "middle"))
    parts += _legend({name: named[name] for name in series} if len(series) > 1 else {}, usual[0] if usual else "")
    told = "; ".join(f"{label}: {total}" for label, total in zip(labels, totals, strict=True))
    return _picture(title, told, parts, _HIGH)


def levels(title: str, rows: Sequence[Level], *, words: Mapping[str, str] = MappingProxyType({})) -> str:
    """Draw lying bars, one under the other, each with its name before it and what is told behind it.

    ``words`` as for :func:`bars`; a legend stands below where there is more than one series. The
    longest bar fills the width.
    """
    names = dict.fromkeys(name for row in rows for name in row.pieces)
    longest = max((sum(row.pieces.values()) for row in rows), default=0.0) or 1.0
    left, room = _columns([row.name for row in rows], [row.told for row in rows])
    parts = []
    for i, row in enumerate(rows):
        x, y = left, _TOP - 8 + i * _ROW
        parts.append(_text(left - 6, y + 11, _cut(row.name), "end"))
        for name, length in row.pieces.items():
            wide = room * length / longest
            if wide:
                shown = f"{words.get(name, name)} {length:g}" if len(names) > 1 else row.told
                parts.append(
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="14" '
                    f'fill="{COLOURS[name]}"><title>{escape(f"{row.name}: {shown}")}</title></rect>'
                )
                x += wide
        parts.append(_text(x + 5, y + 11, row.told, "start"))
    high = max(_TOP + len(rows) * _ROW, 60) + (14 if len(names) > 1 else 0)
    if len(names) > 1:
        parts += _legend({name: words.get(name, name) for name in names}, "", high)
    return _picture(title, "; ".join(f"{row.name}: {row.told}" for row in rows), parts, high)


def intervals(title: str, rows: Sequence[Span], target: float, told: str) -> str:
    """Draw where each share lies: a dot for what was measured, a line for its interval, a stroke for the target.

    ``told`` is what is written at the target. What reaches further than ten times the target and all dots is
    cut off at the edge; the figures stand behind each line.
    """
    top = max(10 * target, *(1.2 * row.share for row in rows), 0.001)
    left, room = _columns([row.name for row in rows], [row.told for row in rows])
    high = max(_TOP + len(rows) * _ROW, 60) + 14
    parts = []
    for i, row in enumerate(rows):
        y = _TOP + i * _ROW
        start, end = (left + room * min(1.0, at / top) for at in (row.low, row.high))
        colour, dot = COLOURS[row.series], left + room * row.share / top
        parts += [
            _text(left - 6, y + 4, _cut(row.name), "end"),
            (
                f'<line x1="{start:.1f}" y1="{y}" x2="{end:.1f}" y2="{y}" stroke="{colour}" stroke-width="4">'
                f"<title>{escape(f'{row.name}: {row.told}')}</title></line>"
            ),
            f'<circle cx="{dot:.1f}" cy="{y}" r="5" fill="{colour}"/>',
            _text(left + room + 6, y + 4, row.told, "start"),
        ]
    x = left + room * target / top
    parts.append(
        f'<line x1="{x:.1f}" y1="{_TOP - 12}" x2="{x:.1f}" y2="{high - 16:.0f}" stroke="{_USUAL}" '
        'stroke-width="2" stroke-dasharray="3 3"/>'
        + _text(x, high - 4, told, "start" if x < left + room / 2 else "end")
    )
    return _picture(title, "; ".join(f"{row.name}: {row.told}" for row in rows), parts, high)


def _columns(names: Sequence[str], told: Sequence[str]) -> tuple[float, float]:
    """Where lying bars begin, and the room that they have between names and what is told behind them."""
    left = max(_LEFT, _LETTER * max((len(_cut(name)) for name in names), default=0) + 10)
    return left, _WIDE - left - _LETTER * max((len(each) for each in told), default=0) - 12


def _picture(title: str, told: str, parts: Sequence[str], high: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high:.0f}" role="img" '
        f'aria-label="{escape(title, {chr(34): "&quot;"})}" font-family="sans-serif" font-size="10">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
        f'<text x="0" y="12" font-size="12" font-weight="bold" fill="{_INK}">{escape(title)}</text>'
        + "".join(parts)
        + "</svg>"
    )


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _stroke(left: float, y: float, right: float) -> str:
    return f'<line x1="{left:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{y:.1f}" stroke="{_USUAL}" stroke-width="2"/>'


def _grid(top: int, width: float, height: float) -> str:
    lines = []
    for part in (0, top // 2, top) if top > 1 else (0, top):
        y = _TOP + height * (1 - part / top)
        lines.append(
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_LEFT + width}" y2="{y:.1f}" stroke="{_GRID}" '
            f'stroke-width="0.5" stroke-opacity="0.6"/>' + _text(_LEFT - 5, y + 3, str(part), "end")
        )
    return "".join(lines)


def _legend(names: Mapping[str, str], usual: str, high: float = _HIGH) -> list[str]:
    found, x = [], float(_LEFT)
    for name, shown in names.items():
        found.append(f'<rect x="{x:.0f}" y="{high - 11:.0f}" width="8" height="8" fill="{COLOURS[name]}"/>')
        found.append(_text(x + 12, high - 4, shown, "start"))
        x += 26 + 5.6 * len(shown)
    if usual:
        found += [_stroke(x, high - 7, x + 12), _text(x + 16, high - 4, usual, "start")]
    return found


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}">{escape(words)}</text>'


def _ceiling(most: int) -> int:
    """The next round even number, so that the middle of the scale is whole."""
    if most <= 2:  # noqa: PLR2004  (a scale needs a middle)
        return 2
    unit = 10 ** (len(str(most)) - 1)
    steps = (unit * factor for factor in (1, 2, 4, 6, 8, 10, 20))
    return int(next(step for step in steps if step >= most and step % 2 == 0))
