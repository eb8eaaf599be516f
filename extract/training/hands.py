"""Fit the judge of handwriting: ``python -m extract.training.hands --fonts DIR``.

Lines are drawn with handwriting-like faces, each letter shifted, turned and stretched by itself as
a hand does, and with typed ones; both go through the fax conditions. Whole families are kept for
the score. Writes ``extract/handwriting/judge.json`` with the weights, the seed and the scores.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from extract.handwriting.judge import WEIGHTS, expanded
from extract.handwriting.strokes import FEATURES, measure
from extract.training.fonts import Policy
from extract.training.text import draw_text
from samples.conditions import CONDITIONS, DRAWN_DPI, Resolution, fax_line

_HELD_HANDS = ("breip", "rufscript", "kristi", "klee", "jsm", "steve", "nanum pen", "nanumpen")
_TOO_TYPED = ("comic", "humor", "xkcd", "sf ", "sf")
"""Drawn like print, whatever they are called: nobody writes so."""
WRITTEN_LEFT = 60
"""Pixels of white to the left of a written line."""
_FALSE_ALARM = 0.003
"""Most typed lines that may be called handwriting."""
Numbers = npt.NDArray[np.float64]


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, fit, score and write; gives the exit status."""
    parser = argparse.ArgumentParser(description="Fit the judge of handwriting.")
    parser.add_argument("--fonts", type=Path, nargs="+", required=True)
    parser.add_argument("--lines", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=3)
    chosen = parser.parse_args(arguments)
    hands, typed = _faces(chosen.fonts)
    policy = Policy.load()
    sets = {}
    for name, held in (("train", False), ("held", True)):
        own_hands = [f for f in hands if f[0].lower().startswith(_HELD_HANDS) == held]
        own_typed = [f for f in typed if policy.is_reserved(f[0]) == held]
        print(name, len(own_hands), "hand faces,", len(own_typed), "typed", flush=True)
        count = chosen.lines if name == "train" else chosen.lines // 3
        sets[name] = _drawn(own_hands, own_typed, count, random.Random(f"{name}:{chosen.seed}"))
    x, y = sets["train"]
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    weights = _fitted(expanded((x - mean) / spread), y)
    held_x, held_y = sets["held"]
    p = _probability(expanded((held_x - mean) / spread), weights)
    train_p = _probability(expanded((x - mean) / spread), weights)
    threshold = float(np.clip(np.quantile(train_p[y == 0], 1 - _FALSE_ALARM), 0.5, 0.98))
    card = {
        "version": "hands-1",
        "seed": chosen.seed,
        "lines": len(y),
        "features": list(FEATURES),
        "mean": mean.round(5).tolist(),
        "spread": spread.round(5).tolist(),
        "weights": weights.round(5).tolist(),
        "threshold": round(threshold, 4),
        "held": {
            "hand": int((held_y == 1).sum()),
            "found": round(float((p[held_y == 1] >= threshold).mean()), 4),
            "found_at_half": round(float((p[held_y == 1] >= 0.5).mean()), 4),
            "typed": int((held_y == 0).sum()),
            "false": round(float((p[held_y == 0] >= threshold).mean()), 4),
            "false_at_half": round(float((p[held_y == 0] >= 0.5).mean()), 4),
        },
    }
    WEIGHTS.write_text(json.dumps(card) + "\n", encoding="utf-8")
    print(card["held"], "threshold", threshold)
    return 0


def _faces(roots: Sequence[Path]) -> tuple[list[tuple[str, Path]], list[tuple[str, Path]]]:
    """Handwriting-like and typed faces: family and file."""
    policy = Policy.load()
    hands, typed = [], []
    for path in sorted(p for root in roots for p in root.rglob("*") if p.suffix.lower() in {".ttf", ".otf"}):
        try:
            family, style = ImageFont.truetype(str(path), 20).getname()
        except OSError:
            continue
        name = (family or "").lower()
        if name.startswith(policy.handwriting) and not name.startswith(_TOO_TYPED):
            hands.append((family or "", path))
        elif name.startswith(policy.common) or policy.is_reserved(family or ""):
            typed += [(family or "", path)] if "black" not in (style or "").lower() else []
    return hands, typed


def _drawn(
    hands: Sequence[tuple[str, Path]], typed: Sequence[tuple[str, Path]], count: int, rng: random.Random
) -> tuple[Numbers, Numbers]:
    rows: list[Numbers] = []
    kinds: list[float] = []
    noise = np.random.default_rng(rng.randrange(2**31))
    while len(rows) < count:
        is_hand = rng.random() < 0.5
        by_family: dict[str, list[Path]] = {}
        for family, path in hands if is_hand else typed:
            by_family.setdefault(family, []).append(path)
        path = rng.choice(by_family[rng.choice(sorted(by_family))])
        text, _ = draw_text(rng)
        try:
            grey = _line(path, text[:36], rng, hand=rng.uniform(0.2, 1.0) if is_hand else 0.0)
        except (OSError, ValueError):
            continue
        condition = CONDITIONS[rng.choice(("clean", "light", "light", "medium", "medium", "heavy"))]
        resolution = rng.choice((Resolution.FINE, Resolution.FINE, Resolution.STANDARD))
        bits = fax_line(grey, condition, resolution, noise).astype(np.uint8)
        ink = cv2.resize(bits, (bits.shape[1], round(grey.shape[0] * 204 / DRAWN_DPI)), interpolation=cv2.INTER_LINEAR)
        row = measure(ink)
        if row is not None and np.isfinite(row).all():
            rows.append(row)
            kinds.append(float(is_hand))
    return np.array(rows), np.array(kinds)


def _line(path: Path, text: str, rng: random.Random, *, hand: float) -> npt.NDArray[np.uint8]:
    """A line at 400 dpi; with ``hand`` above 0 each letter is moved, turned and stretched by itself."""
    size = round(rng.uniform(9, 12 if not hand else 17) * DRAWN_DPI / 72)
    font = ImageFont.truetype(str(path), size)
    if not hand:
        left, top, right, bottom = font.getbbox(text)
        image = Image.new("L", (int(right - left) + 80, int(bottom - top) + 80), 255)
        ImageDraw.Draw(image).text((40 - left, 40 - top), text, font=font, fill=0)
        return np.array(image)
    return written(font, text, rng, hand)


def written(font: ImageFont.FreeTypeFont, text: str, rng: random.Random, hand: float) -> npt.NDArray[np.uint8]:
    """A line as a hand writes it, black on white: the more ``hand`` (0 to 1), the less even.

    It begins :data:`WRITTEN_LEFT` pixels from the left; its baseline is :func:`written_base` pixels from the top.
    """
    ascent, descent = font.getmetrics()
    size = round(font.size)
    high = ascent + descent + size
    image = Image.new("L", (int(font.getlength(text) * 1.4) + 200, high), 255)
    x, drift = float(WRITTEN_LEFT), 0.0
    for char in text:
        wide = font.getlength(char)
        drift = 0.8 * drift + rng.gauss(0, 0.03) * size * hand
        if char != " ":
            image.paste(0, (int(x) - 20, 0), _letter(font, char, rng, hand, (int(wide) + 40, high), drift))
        x += wide * (1 + rng.gauss(0, 0.06) * hand)
    return np.array(image)


def written_base(font: ImageFont.FreeTypeFont) -> int:
    """Where the baseline of a written line stands in its picture."""
    ascent, descent = font.getmetrics()
    return round(0.25 * (ascent + descent + round(font.size)) + ascent)


def _letter(
    font: ImageFont.FreeTypeFont, char: str, rng: random.Random, hand: float, size: tuple[int, int], drift: float
) -> Image.Image:
    """One letter's mask: turned by some degrees, stretched and moved off the line."""
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).text((20, size[1] * 0.25), char, font=font, fill=255)
    turn, grow = rng.gauss(0, 3.5) * hand, 1 + rng.gauss(0, 0.07) * hand
    matrix = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), turn, grow)
    matrix[1, 2] += drift
    matrix[0, 1] += rng.gauss(0, 0.05) * hand
    return Image.fromarray(cv2.warpAffine(np.array(mask), matrix, size))


def _fitted(x: Numbers, y: Numbers, *, ridge: float = 3.0) -> Numbers:
    """Logistic regression by Newton's method."""
    weights = np.zeros(x.shape[1])
    for _ in range(25):
        p = _probability(x, weights)
        slope = x.T @ (p - y) + ridge * weights
        bend = (x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(x.shape[1])
        weights -= np.linalg.solve(bend, slope)
    return weights


def _probability(x: Numbers, weights: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(x @ weights, -30, 30))), dtype=np.float64)


if __name__ == "__main__":
    sys.exit(main())
