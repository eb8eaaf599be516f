"""Page kinds through real faxes: wordings nobody learned from, drawn, faxed, read by the readers, then named.

``python -m bench.packets.drawn [--wording third] [--count 240] [--packets 24] [--seed N] [--keep FOLDER]``

Unlike ``python -m bench.packets``, which misreads letters by dice, every page here is a picture: set in a
face and a layout that no training page has, sent through :mod:`samples.conditions`, read as the service
reads it. The wordings are those of ``wording_<name>.toml``; ``develop`` is set in faces of its own, and is the
only one that anything may be mended on. ``--keep`` keeps what was read, so that naming and splitting can be
measured again without reading again; ``--wrong`` tells what went wrong.
"""

import argparse
import datetime as dt
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.packets.__main__ import split_rightly
from bench.packets.make import Packet, load_wording, make_packet, one_person
from classify.assemble import assemble
from classify.pages import judge_page, page_kinds
from extract.read import read_page
from extract.reading import PageReading
from ingest.pages import PageSource
from samples.conditions import CONDITIONS, DRAWN_DPI, Resolution, fax_page
from terms.names import PageKind

FACES = (
    "Carlito-Regular", "Caladea-Regular", "Courier Prime", "FreeSans", "FreeSerif", "FreeMono", "OpenSans-Regular",
)  # fmt: skip
DEVELOPING_FACES = (
    "LiberationSans-Regular",
    "LiberationSerif-Regular",
    "DejaVuSans",
    "P052-Roman",
    "NimbusSans-Regular",
)
_DAY = dt.date(2026, 11, 23)
_WIDE, _HIGH = round(8.5 * DRAWN_DPI), 11 * DRAWN_DPI


@dataclass(frozen=True, slots=True)
class Readings:
    """Reads faxed pages; with ``kept`` (a folder) a page that was read before is not read again."""

    wording: str
    kept: Path | None

    def of(self, name: str, source: Callable[[], PageSource]) -> PageReading:
        """The reading of the page ``name``; ``source`` draws and faxes it."""
        if self.kept is None:
            return read_page(source(), received_on=_DAY)
        path = self.kept / f"{self.wording}-{name}.json"
        if path.exists():
            return PageReading.from_record(json.loads(path.read_text("utf-8")))
        reading = read_page(source(), received_on=_DAY)
        path.write_text(json.dumps(reading.to_record()), "utf-8")
        return reading


def faces(wording: str = "") -> list[Path]:
    """The installed faces that no sample and no training page is set in; for what may be looked at, others."""
    found = {path.stem: path for path in Path("/usr/share/fonts").rglob("*.[to]tf")}
    known = [found[name] for name in (DEVELOPING_FACES if wording == "develop" else FACES) if name in found]
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


def measure(readings: Readings, count: int, seed: int, condition: str) -> tuple[Counter[str], Counter[str], float]:
    """Draw, fax, read and name ``count`` pages; right ones by kind, wrong ones in words, CPU seconds a page."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    wording, known = load_wording(readings.wording), faces(readings.wording)
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
            found = judge_page(readings.of(f"{seed}-{condition}-{number}", lambda source=source: source)).kind
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


def measure_packets(
    readings: Readings, count: int, seed: int, condition: str, *, tell: bool = False
) -> tuple[int, int, int]:
    """Draw, fax, read and split ``count`` packets.

    Gives how many were split perfectly, their pages in all, and how many of these were named rightly.
    """
    known = faces(readings.wording)
    right = pages = named = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        for number in range(count):
            rng = random.Random(f"{seed}:packet:{condition}:{number}")
            packet = make_packet(rng, load_wording(readings.wording), noise=0.0)
            face = rng.choice(known)
            found = []
            for page in packet.readings:
                title = page.facts["page.title"]
                words = [word.text for word in page.words]
                body = " ".join(words[len(title.split()) :])
                picture = draw(rng, title, body, face)

                def source(picture: np.ndarray = picture, page: int = page.number, packet: int = number) -> PageSource:
                    return _faxed(picture, page, condition, (seed, 1000 * packet + page), path)

                found.append(readings.of(f"{seed}-{condition}-packet-{number}-{page.number}", source))
            kinds = page_kinds(found)
            pages += len(found)
            named += sum(kind is true for kind, true in zip(kinds, packet.kinds, strict=True))
            is_right = split_rightly(found, kinds, packet.requests)
            right += is_right
            print(f"  packet {number}: {len(found)} pages, {'right' if is_right else 'WRONG'}", flush=True)
            if tell and not is_right:
                _tell(packet, found, kinds)
    return right, pages, named


def _tell(packet: Packet, found: list[PageReading], kinds: list[PageKind]) -> None:
    print(f"    wanted {packet.requests}, found {[values.pages for values in assemble(found, kinds)]}")
    for true, page, kind, read in zip(packet.kinds, packet.readings, kinds, found, strict=True):
        doubt = "" if kind is true else f" named {kind.value}"
        print(f"    {read.number} {true.value}{doubt}: {_who(page)} read as {_who(read)}")


def _who(reading: PageReading) -> list[str | None]:
    fields = ("member.id", "member.date_of_birth", "member.last_name", "member.first_name")
    return [reading.value(name) for name in fields]


def main() -> None:
    """Print what was named rightly, for each condition."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wording", default="third")
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--packets", type=int, default=0, help="split so many packets too")
    parser.add_argument("--seed", type=int, default=501)
    parser.add_argument("--conditions", default="light,medium")
    parser.add_argument("--keep", type=Path, help="a folder for what was read, used again by the next run")
    parser.add_argument("--wrong", action="store_true", help="tell what was read of packets that were split wrongly")
    options = parser.parse_args()
    readings = Readings(options.wording, options.keep)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    for condition in options.conditions.split(","):
        if options.packets:
            split, pages, named = measure_packets(
                readings, options.packets, options.seed, condition, tell=options.wrong
            )
            print(f"{options.wording} wordings, {condition}: {split} of {options.packets} packets right, {pages} pages")
            print(f"  {named} of {pages} pages named rightly")
        if not options.count:
            continue
        right, wrong, spent = measure(readings, options.count, options.seed, condition)
        print(f"{options.wording} wordings, {condition}, {spent:.2f} CPU s a page")
        print(f"  {right.total()} of {options.count} right")
        for what, number in wrong.most_common():
            print(f"  {number} {what}")


if __name__ == "__main__":
    main()
