"""Draw lines and keep them on disk in shards, before noise, so that each can be faxed many times.

    python -m extract.training.shards --fonts FOLDER --out FOLDER --lines 300000 --seed 1

A shard is a pair of files: ``NNNN.bin``, the rasters one after another, and ``NNNN.npz``, their
shapes, frames, texts and kinds. Shards that are there already are not drawn again.
"""

import argparse
import pickle
import random
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from extract.training.alphabet import ALPHABET
from extract.training.degrade import OnLines, onto_lines
from extract.training.draw import Frame, draw_line
from extract.training.fonts import Catalogue, Face, Policy, training_catalogue
from extract.training.views import draw_raster
from terms.names import FieldKind

LINES_A_SHARD = 2000
KINDS: tuple[FieldKind | None, ...] = (None, *FieldKind)
"""The network's kind input: 0 = not told, then the kinds in the order of :class:`FieldKind`."""


@dataclass(slots=True)
class Shard:
    """Drawn lines read back from disk; the rasters stay mapped, not loaded."""

    pixels: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]
    shapes: npt.NDArray[np.int32]
    lines: npt.NDArray[np.int32]
    skews: npt.NDArray[np.float32]
    frames: npt.NDArray[np.float32]
    kinds: npt.NDArray[np.int32]
    texts: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> "Shard":
        """Open a shard by its ``.npz`` file."""
        with np.load(path) as data:
            texts = tuple(data["texts"].tobytes().decode("utf-8").split("\n"))
            pixels: npt.NDArray[np.uint8] = np.memmap(path.with_suffix(".bin"), dtype=np.uint8, mode="r")
            return cls(
                pixels,
                data["starts"],
                data["shapes"],
                data["lines"],
                data["skews"],
                data["frames"],
                data["kinds"],
                texts,
            )

    def __len__(self) -> int:
        """The number of lines."""
        return len(self.texts)

    def page(self, index: int) -> OnLines:
        """Give one line's raster."""
        height, width = (int(v) for v in self.shapes[index])
        start = int(self.starts[index])
        image = np.asarray(self.pixels[start : start + height * width]).reshape(height, width)
        return OnLines(
            image, int(self.lines[index]), float(self.skews[index]), Frame(*(float(v) for v in self.frames[index]))
        )


def write_shard(path: Path, seed: int, fonts: Catalogue, count: int) -> None:
    """Draw ``count`` lines from ``seed`` and write them to ``path`` (.npz) and its .bin, the .npz last."""
    rng, numbers = random.Random(seed), np.random.default_rng(seed)
    rasters: list[npt.NDArray[np.uint8]] = []
    rows: list[tuple[int, float, tuple[float, ...], int]] = []
    texts: list[str] = []
    for _ in range(count):
        drawn = draw_line(rng, fonts)
        lines, skew = draw_raster(numbers)
        page = onto_lines(drawn, lines=lines, skew=skew)
        rasters.append(page.image)
        rows.append((lines, skew, astuple(page.frame), KINDS.index(drawn.kind)))
        texts.append(drawn.text)
    sizes = np.array([r.size for r in rasters], dtype=np.int64)
    np.concatenate([r.ravel() for r in rasters]).tofile(path.with_suffix(".bin"))
    unfinished = path.with_name(f".{path.name}")
    np.savez(
        unfinished,
        starts=np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64),
        shapes=np.array([r.shape for r in rasters], dtype=np.int32),
        lines=np.array([r[0] for r in rows], dtype=np.int32),
        skews=np.array([r[1] for r in rows], dtype=np.float32),
        frames=np.array([r[2] for r in rows], dtype=np.float32),
        kinds=np.array([r[3] for r in rows], dtype=np.int32),
        texts=np.frombuffer("\n".join(texts).encode("utf-8"), dtype=np.uint8),
    )
    unfinished.rename(path)


def shards(folder: Path) -> Iterator[Path]:
    """Yield the finished shards of ``folder`` in order."""
    yield from sorted(p for p in folder.glob("[0-9]*.npz"))


def known_faces(roots: list[Path], cache: Path) -> Catalogue:
    """Give the training faces under ``roots``, remembered in ``cache`` (probing a thousand files takes a while)."""
    if cache.exists():
        faces: tuple[Face, ...] = pickle.loads(cache.read_bytes())  # noqa: S301  (our own file in our own folder)
        return Catalogue(faces, Policy.load())
    catalogue = training_catalogue(roots, ALPHABET)
    cache.write_bytes(pickle.dumps(catalogue.faces))
    return catalogue


def main() -> None:
    """Draw shards until there are enough lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fonts", type=Path, action="append", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", default="0/1", help="draw every n-th shard only, as 0/2 and 1/2 on two cores")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    fonts = known_faces(options.fonts, options.out / "faces.pickle")
    print(f"{len(fonts.faces)} faces of {len(fonts.families)} families", flush=True)
    part, parts = (int(v) for v in options.part.split("/"))
    for number in range(part, options.lines // LINES_A_SHARD, parts):
        path = options.out / f"{number:04d}.npz"
        if path.exists():
            continue
        started = time.monotonic()
        write_shard(path, options.seed * 1_000_003 + number, fonts, LINES_A_SHARD)
        print(f"shard {number}: {LINES_A_SHARD / (time.monotonic() - started):.0f} lines a second", flush=True)


if __name__ == "__main__":
    main()
