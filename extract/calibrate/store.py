"""Zones as they were cut and read, kept in a file: reading them is dear, weighing them again is not."""

import base64
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from extract.page.upright import Grey, Stretch
from extract.readers.reading import ALPHABET, LineReading
from extract.views import Cut, View
from terms.names import FieldKind


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """One zone of a sheet: the truth, its cuts, what the dear readers saw, and the page's measures.

    ``text`` is what was drawn ("" = left blank); ``about`` names sheet, face, condition and lines an inch;
    ``first_text`` is the first reader's text with the page's own word gaps (free text only).
    """

    kind: FieldKind
    text: str
    about: Mapping[str, object]
    blank: bool
    faint: bool
    page: Mapping[str, float] = field(default_factory=dict)
    cuts: tuple[Cut, ...] = ()
    views: Mapping[View, list[LineReading]] = field(default_factory=dict)
    first_text: str = ""


def save(file: zipfile.ZipFile, name: str, zones: list[Gathered]) -> None:
    """Add one sheet's zones to an open archive."""
    file.writestr(f"{name}.json", json.dumps([_record(zone) for zone in zones]))


def load(path: Path) -> Iterator[Gathered]:
    """Give every zone of an archive, sheet by sheet."""
    with zipfile.ZipFile(path) as file:
        for name in sorted(file.namelist()):
            yield from (_zone(data) for data in json.loads(file.read(name)))


def _record(zone: Gathered) -> dict[str, object]:
    return {
        "kind": zone.kind.value,
        "text": zone.text,
        "about": dict(zone.about),
        "blank": zone.blank,
        "faint": zone.faint,
        "page": dict(zone.page),
        "first_text": zone.first_text,
        "cuts": [
            [[c.line.left, c.line.top, c.line.right, c.line.bottom], _packed(c.snug), _packed(c.loose)]
            for c in zone.cuts
        ],
        "views": {view.value: [_reading(line) for line in lines] for view, lines in zone.views.items()},
    }


def _zone(data: dict[str, object]) -> Gathered:
    cuts, views, about, page = data["cuts"], data["views"], data["about"], data["page"]
    assert isinstance(cuts, list)
    assert isinstance(views, dict)
    assert isinstance(about, dict)
    assert isinstance(page, dict)
    return Gathered(
        kind=FieldKind(str(data["kind"])),
        text=str(data["text"]),
        about=about,
        blank=bool(data["blank"]),
        faint=bool(data["faint"]),
        page=page,
        cuts=tuple(Cut(Stretch(*line), _unpacked(snug), _unpacked(loose)) for line, snug, loose in cuts),
        views={View(name): [_line(line) for line in lines] for name, lines in views.items()},
        first_text=str(data["first_text"]),
    )


def _packed(crop: Grey) -> str:
    done, png = cv2.imencode(".png", crop)
    assert done, "OpenCV encodes PNG"
    return base64.b64encode(png.tobytes()).decode("ascii")


def _unpacked(text: str) -> Grey:
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(text), dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None, "packed by this module"
    return np.asarray(picture, dtype=np.uint8)


def _reading(line: LineReading) -> list[object]:
    chars = base64.b64encode(zlib.compress(line.chars.astype(np.float16).tobytes())).decode("ascii")
    return [line.reader, line.text, line.confidence, chars, line.spans, line.is_sequence]


def _line(data: list[object]) -> LineReading:
    reader, text, confidence, packed, spans, is_sequence = data
    assert isinstance(spans, list)
    raw = np.frombuffer(zlib.decompress(base64.b64decode(str(packed))), dtype=np.float16)
    chars = raw.astype(np.float32).reshape(-1, len(ALPHABET))
    places = tuple((float(a), float(b)) for a, b in spans)
    return LineReading(str(reader), str(text), float(str(confidence)), chars, places, is_sequence=bool(is_sequence))
