"""Charts of the nightly report as SVG without styles or scripts, for a page with a strict policy and for a PDF."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from reconcile.report.values import NightReport

_WIDE, _HIGH = 480, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 30, 34
_INK, _GRID = "#6b7280", "#9ca3af"
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
}
"""Told apart by brightness as well as by hue."""


def charts_of(report: NightReport) -> dict[str, str]:
    """Give the four charts by name: volume, age, automation, delivery."""
    days = [f"{day.day:%d}" for day in report.trend]
    sums = [day.sums for day in report.trend]
    return {
        "volume": bars(
            "Arrivals a day",
            days,
            {
                "processed": [s.processed for s in sums],
                "duplicates": [s.duplicates for s in sums],
                "quarantined": [s.quarantined for s in sums],
                "in progress": [s.in_progress for s in sums],
            },
        ),
        "age": bars("Open requests by age", list(report.open_ages), {"open": list(report.open_ages.values())}),
        "automation": bars(
            "Requests released a day",
            days,
            {
                "untouched": [d.untouched for d in report.trend],
                "with a person": [d.released - d.untouched for d in report.trend],
            },
        ),
        "delivery": bars(
            "Notices a day",
            days,
            {
                "delivered": [d.delivered for d in report.trend],
                "waiting": [d.waiting for d in report.trend],
                "failed": [d.failed for d in report.trend],
            },
        ),
    }


def bars(title: str, labels: Sequence[str], series: Mapping[str, Sequence[int]]) -> str:
    """Draw stacked bars: one for each label, a piece for each series; zeros draw nothing.

    The picture says its figures in its description, for people who do not see it.
    """
    totals = [sum(values[i] for values in series.values()) for i in range(len(labels))]
    top = _ceiling(max(totals, default=0))
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
                    f'fill="{COLOURS[name]}"><title>{escape(f"{label}: {values[i]} {name}")}</title></rect>'
                )
        parts.append(_text(x + step * 0.35, _TOP + height + 12, label, "middle"))
    parts += _legend(list(series)) if len(series) > 1 else []
    told = "; ".join(f"{label}: {total}" for label, total in zip(labels, totals, strict=True))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
        f'aria-label="{escape(title, {chr(34): "&quot;"})}" font-family="sans-serif" font-size="10">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
        f'<text x="{_LEFT}" y="12" font-size="12" font-weight="bold" fill="{_INK}">{escape(title)}</text>'
        + "".join(parts)
        + "</svg>"
    )


def _grid(top: int, width: float, height: float) -> str:
    lines = []
    for part in (0, top // 2, top) if top > 1 else (0, top):
        y = _TOP + height * (1 - part / top)
        lines.append(
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_LEFT + width}" y2="{y:.1f}" stroke="{_GRID}" '
            f'stroke-width="0.5" stroke-opacity="0.6"/>' + _text(_LEFT - 5, y + 3, str(part), "end")
        )
    return "".join(lines)


def _legend(names: Sequence[str]) -> list[str]:
    found, x = [], float(_LEFT)
    for name in names:
        found.append(f'<rect x="{x:.0f}" y="{_HIGH - 11}" width="8" height="8" fill="{COLOURS[name]}"/>')
        found.append(_text(x + 12, _HIGH - 4, name, "start"))
        x += 26 + 6 * len(name)
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
