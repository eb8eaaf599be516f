"""The reserved font families, which no reader of ours was trained on."""

import functools
import os
import random
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFont

PACKAGES = (
    "fonts-crosextra-carlito fonts-crosextra-caladea fonts-courier-prime fonts-freefont-ttf "
    "fonts-urw-base35 fonts-open-sans"
)
"""The Debian packages that hold them."""

_FAMILIES: dict[str, tuple[str, str]] = {
    "Carlito": ("Carlito-Regular.ttf", "Carlito-Bold.ttf"),
    "Caladea": ("Caladea-Regular.ttf", "Caladea-Bold.ttf"),
    "Courier Prime": ("Courier Prime.otf", "Courier Prime Bold.otf"),
    "FreeSans": ("FreeSans.ttf", "FreeSansBold.ttf"),
    "FreeSerif": ("FreeSerif.ttf", "FreeSerifBold.ttf"),
    "FreeMono": ("FreeMono.ttf", "FreeMonoBold.ttf"),
    "Nimbus Sans": ("NimbusSans-Regular.otf", "NimbusSans-Bold.otf"),
    "Nimbus Sans Narrow": ("NimbusSansNarrow-Regular.otf", "NimbusSansNarrow-Bold.otf"),
    "Nimbus Roman": ("NimbusRoman-Regular.otf", "NimbusRoman-Bold.otf"),
    "Nimbus Mono": ("NimbusMonoPS-Regular.otf", "NimbusMonoPS-Bold.otf"),
    "Open Sans": ("OpenSans-Regular.ttf", "OpenSans-Bold.ttf"),
}


@dataclass(frozen=True, slots=True)
class Family:
    """A family's regular and bold face."""

    name: str
    regular: Path
    bold: Path

    def at(self, points: float, dpi: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
        """Give the face at a size in points."""
        return _load(str(self.bold if bold else self.regular), round(points * dpi / 72))


@functools.lru_cache(maxsize=256)
def _load(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@functools.cache
def families() -> tuple[Family, ...]:
    """Give the reserved families that are installed; ``BENCH_FONTS`` may name one more folder to look in.

    Raises :class:`FileNotFoundError` naming the packages where one is missing: figures made with
    fewer families could not be compared.
    """
    roots = [Path("/usr/share/fonts"), *(Path(p) for p in os.environ.get("BENCH_FONTS", "").split(":") if p)]
    files = {path.name: path for root in roots for path in root.rglob("*.[ot]tf")}
    missing = sorted({name for pair in _FAMILIES.values() for name in pair} - files.keys())
    if missing:
        raise FileNotFoundError(f"fonts {', '.join(missing)} are missing; apt-get install {PACKAGES}")
    return tuple(Family(name, files[plain], files[bold]) for name, (plain, bold) in _FAMILIES.items())


def draw_family(rng: random.Random) -> Family:
    """Give one family."""
    return rng.choice(families())
