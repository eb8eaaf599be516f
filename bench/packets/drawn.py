"""Page kinds through real faxes: wordings nobody learned from, drawn, faxed, read by the readers, then named.

``python -m bench.packets.drawn [--wording third] [--count 240] [--packets 24] [--seed N]``

Unlike ``python -m bench.packets``, which misreads letters by dice, every page here is a picture: set in a
face and a layout that no training page has, sent through :mod:`samples.conditions`, read as the service
reads it. The wordings are those of ``wording_<name>.toml``.
"""

import argparse
import datetime as dt
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.packets.__main__ import split_rightly
from bench.packets.make import Wording, load_wording, make_packet, one_person
from classify.pages import judge_page, page_kinds
from extract.read import read_page
from ingest.pages import PageSource
from samples.conditions import CONDITIONS, DRAWN_DPI, Resolution, fax_page
from terms.names import PageKind

FACES = (
    "Carlito-Regular", "Caladea-Regular", "Courier Prime", "FreeSans", "FreeSerif", "FreeMono", "OpenSans-Regular",
)  # fmt: skip
_DAY = dt.date(2026, 11, 23)
_WIDE, _HIGH = round(8.5 * DRAWN_DPI), 11 * DRAWN_DPI


def faces() -> list[Path]:
    """The installed faces that no sample and no training page is set in."""
    found = {path.stem: path for path in Path("/usr/share/fonts").rglob("*.[to]tf")}
    known = [found[name] for name in FACES if name in found]
    if not known:
        raise SystemExit("none of the bench's faces is installed: run make setup-dev")
    return known


def draw(rng: random.Random, title: str, body: str, face: Path) -> np.ndarray:
    """A page at 400 dpi: the title in one of three ways, the text in lines of random width, perhaps in two columns."""
    page = Image.new("L", (_WIDE, _HIGH), 255)
    pen = ImageDraw.Draw(page)
    size = rng.choice((9.5, 10.5, 11.5, 12.5))
    text = ImageFont.truetype(str(face), round(size / 72 * DRAWN_DPI))
    head = ImageFont.truetype(str(face), round(size * rng.choice((1.2, 1.5, 1.8)) / 72 * DRAWN_DPI))
    margin = rng.uniform(0.5, 1.1) * DRAWN_DPI
    y = rng.uniform(0.5, 1.3) * DRAWN_DPI
    look = rng.choice(("left", "centre", "boxed"))
    for line in _wrapped(title, head, _WIDE - 2 * margin):
        width = head.getlength(line)
        x = margin if look == "left" else (_WIDE - width) / 2
        pen.text((x, y), line, fill=0, font=head)
        y += 1.3 * head.size
    if look == "boxed":
        pen.rectangle((margin, y + 10, _WIDE - margin, y + 16), fill=0)
    y += rng.uniform(0.8, 2.0) * text.size
    columns = 2 if rng.random() < 0.25 else 1
    width = (_WIDE - 2 * margin - (columns - 1) * 120) / columns
    lines = _wrapped(body, text, width * rng.uniform(0.7, 1.0))
    spread = rng.choice((1.3, 1.6, 2.4))
    half = -(-len(lines) // columns)
    for column in range(columns):
        for place, line in enumerate(lines[column * half : (column + 1) * half]):
            pen.text((margin + column * (width + 120), y + place * spread * text.size), line, fill=0, font=text)
    return np.asarray(page, np.uint8)


def _wrapped(words: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def measure(wording: Wording, count: int, seed: int, condition: str) -> tuple[Counter[str], Counter[str], float]:
    """Draw, fax, read and name ``count`` pages; right ones by kind, wrong ones in words, CPU seconds a page."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    known = faces()
    kinds = [kind for kind in sorted(wording) if kind in set(PageKind)]
    spent = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        for number in range(count):
            rng = random.Random(f"{seed}:{condition}:{number}")
            kind = kinds[number % len(kinds)]
            title, _, body = rng.choice(wording[kind]["texts"]).partition("|")
            person = {**one_person(rng), "pages": str(rng.randint(2, 12))}
            picture = draw(rng, title.strip().format(**person), body.strip().format(**person), rng.choice(known))
            source = _faxed(picture, 1, condition, (seed, number), path)
            start = time.process_time()
            found = judge_page(read_page(source, received_on=_DAY)).kind
            spent += time.process_time() - start
            if found is PageKind(kind):
                right[kind] += 1
            else:
                wrong[f"{kind} as {found.value}"] += 1
    return right, wrong, spent / count


def _faxed(picture: np.ndarray, number: int, condition: str, seed: tuple[int, int], path: Path) -> PageSource:
    """Send a drawn page by fax; give it as page ``number``, its picture at ``path``."""
    bits = fax_page(picture, CONDITIONS[condition], Resolution.FINE, np.random.default_rng(seed))
    Image.fromarray(np.where(bits, 0, 255).astype(np.uint8)).save(path)
    return PageSource(number, f"page {number}", path, 204.0, 196.0)


def measure_packets(wording: Wording, count: int, seed: int, condition: str) -> tuple[int, int]:
    """Draw, fax, read and split ``count`` packets; how many were split perfectly, and their pages in all."""
    known = faces()
    right = pages = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        for number in range(count):
            rng = random.Random(f"{seed}:packet:{condition}:{number}")
            packet = make_packet(rng, wording, noise=0.0)
            face = rng.choice(known)
            readings = []
            for page in packet.readings:
                title = page.facts["page.title"]
                words = [word.text for word in page.words]
                body = " ".join(words[len(title.split()) :])
                picture = draw(rng, title, body, face)
                source = _faxed(picture, page.number, condition, (seed, 1000 * number + page.number), path)
                readings.append(read_page(source, received_on=_DAY))
            pages += len(readings)
            is_right = split_rightly(readings, page_kinds(readings), packet.requests)
            right += is_right
            print(f"  packet {number}: {len(readings)} pages, {'right' if is_right else 'WRONG'}", flush=True)
    return right, pages


def main() -> None:
    """Print what was named rightly, for each condition."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wording", default="third")
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--packets", type=int, default=0, help="split so many packets too")
    parser.add_argument("--seed", type=int, default=501)
    parser.add_argument("--conditions", default="light,medium")
    options = parser.parse_args()
    for condition in options.conditions.split(","):
        if options.packets:
            split, pages = measure_packets(load_wording(options.wording), options.packets, options.seed, condition)
            print(f"{options.wording} wordings, {condition}: {split} of {options.packets} packets right, {pages} pages")
        if not options.count:
            continue
        right, wrong, spent = measure(load_wording(options.wording), options.count, options.seed, condition)
        print(f"{options.wording} wordings, {condition}, {spent:.2f} CPU s a page")
        print(f"  {right.total()} of {options.count} right")
        for what, number in wrong.most_common():
            print(f"  {number} {what}")


if __name__ == "__main__":
    main()
