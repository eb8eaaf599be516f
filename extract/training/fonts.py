"""The faces lines are drawn with, and the families kept apart for evaluation.

``fonts.toml`` beside this module names the reserved families (never trained on), their near copies
(left out too, or the reserve would mean nothing), the common office faces (drawn more often), the
handwriting-like ones (drawn seldom) and what is no text face at all.
"""

import random
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageFont

_PROBE_SIZE = 48
_LETTERS = "abdefghmnqrt"
_SMALL_CAPS_LIKENESS = 0.9
_SMALL_CAPS_LETTERS = 8
_ASCII = "".join(map(chr, range(33, 127)))
_SUFFIXES = {".ttf", ".otf", ".pfb", ".ttc"}


@dataclass(frozen=True, slots=True)
class Policy:
    """Which families may be used for what; names match by their lower-case beginning, unfit ones by any part."""

    reserved: tuple[str, ...]
    kin: tuple[str, ...]
    common: tuple[str, ...]
    handwriting: tuple[str, ...]
    unfit: tuple[str, ...]
    unfit_styles: tuple[str, ...]

    @classmethod
    def load(cls) -> "Policy":
        """Read ``fonts.toml``."""
        data = tomllib.loads(Path(__file__).with_name("fonts.toml").read_text(encoding="utf-8"))
        return cls(**{key: tuple(name.lower() for name in data[key]) for key in cls.__dataclass_fields__})

    def is_reserved(self, family: str) -> bool:
        """Say whether ``family`` is kept for evaluation."""
        return family.lower().startswith(self.reserved)

    def may_train(self, family: str, style: str) -> bool:
        """Say whether a face may appear in training lines."""
        name = family.lower()
        if name.startswith(self.reserved + self.kin) or any(part in name for part in self.unfit):
            return False
        return not any(part in style.lower() for part in self.unfit_styles)

    def weight(self, family: str) -> float:
        """How often a family is drawn, relative to an ordinary one."""
        if family.lower().startswith(self.common):
            return 6.0
        return 0.4 if family.lower().startswith(self.handwriting) else 1.0


@dataclass(frozen=True, slots=True)
class Face:
    """One font file's face and the characters of the alphabet that it lacks."""

    path: str
    family: str
    style: str
    lacks: str = ""


@dataclass(slots=True)
class Catalogue:
    """Faces grouped by family, drawn by family weight and then evenly within the family."""

    faces: tuple[Face, ...]
    policy: Policy
    _families: list[list[Face]] = field(init=False)
    _weights: list[float] = field(init=False)

    def __post_init__(self) -> None:
        """Group by family."""
        grouped: dict[str, list[Face]] = {}
        for face in self.faces:
            grouped.setdefault(face.family, []).append(face)
        self._families = list(grouped.values())
        self._weights = [self.policy.weight(name) for name in grouped]

    @property
    def families(self) -> tuple[str, ...]:
        """The names of the families, in the order found."""
        return tuple(group[0].family for group in self._families)

    def draw(self, rng: random.Random) -> Face:
        """Give one face."""
        group = rng.choices(self._families, self._weights)[0]
        return rng.choice(group)


@lru_cache(maxsize=600)
def load_face(path: str, size: int) -> ImageFont.FreeTypeFont:
    """Give the face of ``path`` at ``size`` pixels to the em."""
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def find_faces(roots: Iterable[Path], alphabet: str) -> Iterator[Face]:
    """Yield every usable face under ``roots``: all of ASCII drawn, capitals unlike small letters."""
    files = sorted({p.resolve() for root in roots for p in root.rglob("*") if p.suffix.lower() in _SUFFIXES})
    for path in files:
        try:
            font = load_face(str(path), _PROBE_SIZE)
            family, style = font.getname()
        except OSError:
            continue
        lacking = _lacking(font, alphabet)
        if lacking is None or any(c in lacking for c in _ASCII) or _is_small_caps(font):
            continue
        yield Face(str(path), family or path.stem, style or "", lacking)


def training_catalogue(roots: Iterable[Path], alphabet: str) -> Catalogue:
    """Give the faces lines may be drawn with in training."""
    policy = Policy.load()
    faces = tuple(f for f in find_faces(roots, alphabet) if policy.may_train(f.family, f.style))
    return Catalogue(faces, policy)


def reserved_catalogue(roots: Iterable[Path], alphabet: str) -> Catalogue:
    """Give the faces of the reserved families, for evaluation only."""
    policy = Policy.load()
    faces = tuple(f for f in find_faces(roots, alphabet) if policy.is_reserved(f.family))
    return Catalogue(faces, policy)


def _picture(font: ImageFont.FreeTypeFont, char: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(char, mode="L")
    return mask.size, bytes(mask)


def _lacking(font: ImageFont.FreeTypeFont, alphabet: str) -> str | None:
    """The characters of ``alphabet`` the face draws as nothing or as its missing sign; None if it draws none."""
    try:
        missing = {_picture(font, "\uffff"), _picture(font, "\u0378")}
        return "".join(
            c for c in alphabet if c != " " and (_picture(font, c) in missing or not any(_picture(font, c)[1]))
        )
    except OSError:
        return None


def _is_small_caps(font: ImageFont.FreeTypeFont) -> bool:
    alike = 0
    for char in _LETTERS:
        small, large = (_normal_shape(font, c) for c in (char, char.upper()))
        if small.std() == 0 or large.std() == 0:
            return True
        alike += float(np.corrcoef(small.ravel(), large.ravel())[0, 1]) > _SMALL_CAPS_LIKENESS
    return alike >= _SMALL_CAPS_LETTERS


def _normal_shape(font: ImageFont.FreeTypeFont, char: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    (width, height), data = _picture(font, char)
    image = Image.frombytes("L", (width, height), data)
    return np.asarray(image.resize((24, 24)), dtype=np.float32)
