"""Text can be read: every pair of colours of the desk meets WCAG 2.2 AA, in light and in dark."""

import re
from pathlib import Path

import pytest

import desk.review

TOKENS = Path(desk.review.__file__).parent / "static/review/css/tokens.css"
TEXT, SHAPE = 4.5, 3.0

PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-soft") for ground in ("ground", "sheet", "raised")],
    *[("accent", ground, TEXT) for ground in ("ground", "sheet", "accent-wash")],
    *[(colour, ground, TEXT) for colour in ("late", "soon", "fine") for ground in ("sheet", f"{colour}-wash")],
    ("soon", "raised", TEXT),
    ("late", "raised", TEXT),
    ("bar-ink", "bar", TEXT),
    ("bar-soft", "bar", TEXT),
    ("accent-ink", "accent", TEXT),
    ("ink", "late-wash", TEXT),
    ("ink", "soon-wash", TEXT),
    ("ink", "accent-wash", TEXT),
    ("focus", "sheet", SHAPE),
    ("focus", "ground", SHAPE),
    ("rule-strong", "sheet", SHAPE),
]


def _themes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", TOKENS.read_text(), flags=re.DOTALL)[:2]
    colours = {
        name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))
        for name, text in (("light", light), ("dark", dark))
    }
    return {"light": colours["light"], "dark": colours["light"] | colours["dark"]}


def _brightness(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS, ids=str)
def test_contrast(theme: str, ink: str, ground: str, least: float) -> None:
    """The two colours differ as much as WCAG asks: 4.5 for text, 3 for shapes."""
    colours = _themes()[theme]
    one, other = sorted((_brightness(colours[ink]), _brightness(colours[ground])))
    assert (other + 0.05) / (one + 0.05) >= least
