"""Reads a notice's fax image back before it goes out: what people act on must come back right.

A page that our own reading cannot make out, an office cannot either. What is looked for is the
reference, the numbers to call and to answer to, and the codes; each must stand somewhere on the
pages that the notice itself has (original pages behind a packet are not ours to judge).
"""

import io
import os
import re
import subprocess
from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from PIL import Image

from outbound.errors import FaxImageError
from outbound.notices import NoticeData, NoticeKind

_SQUARE_LINES = 204
_PASSES = (("4", 1.0), ("6", 1.5), ("11", 2.0))
"""Page layouts of Tesseract and scales, tried in turn until everything is found."""
_SECONDS = 60
_WITHOUT_DIAGNOSES = frozenset({NoticeKind.TRANSFER})
_WORD = re.compile(r"[^A-Z0-9]+")
_ALIKE = str.maketrans({"I": "1", "L": "1", "|": "1", "O": "0", "S": "5", "$": "5", "Z": "2", "B": "8"})
"""Letters and the digits that they look like, in print as to Tesseract: the place in a code tells which it is."""
_CODE = re.compile(r"[A-Z]?\d[\dA-Z.]{3,7}")


def wanted(data: NoticeData) -> tuple[str, ...]:
    """What must come back right from a notice: reference, our numbers, every code, every office's number."""
    found = [data.reference, data.sender.phone]
    if data.recipient is None:
        found.append(data.sender.fax)
    found += [line.code.split()[0] for line in data.lines if _CODE.fullmatch(line.code.split()[0])]
    if data.kind not in _WITHOUT_DIAGNOSES:
        found += [code for code in data.diagnoses if _CODE.fullmatch(code)]
    found += [decider.phone for decider in data.deciders if decider.phone and data.kind is not NoticeKind.FORWARD]
    if data.care:
        found += [data.care.decided_by_phone, data.care.authorization_number]
        found += [line.code.split()[0] for line in data.care.lines if line.code]
    return tuple(dict.fromkeys(word for word in found if word))


def not_read_back(tiff: bytes, words: Iterable[str], *, pages: int) -> tuple[str, ...]:
    """Read the first ``pages`` pages of a fax image and give those of ``words`` that did not come back.

    Letters and digits are compared, not spaces or points, and I is 1 (as O is 0, S 5, Z 2, B 8).
    Raises FaxImageError (retry) when the reader fails.
    """
    left = {word: _plain(word) for word in words}
    for mode, scale in _PASSES:
        for page in _pages(tiff, pages):
            if not left:
                return ()
            text = _plain(_read(page, mode, scale))
            left = {word: plain for word, plain in left.items() if plain not in text}
    return tuple(left)


def _plain(text: str) -> str:
    return _WORD.sub("", text.upper().translate(_ALIKE))


def _pages(tiff: bytes, most: int) -> Iterator[Image.Image]:
    with Image.open(io.BytesIO(tiff)) as image:
        count = min(most, getattr(image, "n_frames", 1))
        for number in (*range(1, count), 0):  # the cover last: it says little that the pages do not
            image.seek(number)
            lines = float(image.info["dpi"][1])
            yield image.convert("L").resize((image.width, round(image.height * _SQUARE_LINES / lines)))


def _read(page: Image.Image, mode: str, scale: float) -> str:
    """Tesseract's text of a page, as its own program so that nothing of it stays in this process."""
    pixels = np.asarray(page)
    if scale != 1.0:
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG", compress_level=1)
    command = ["tesseract", "-", "-", "--psm", mode, "--dpi", str(round(_SQUARE_LINES * scale)), "-l", "eng"]
    try:
        done = subprocess.run(  # noqa: S603  (Debian's Tesseract, fixed arguments)
            command,
            input=written.getvalue(),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env={"PATH": os.defpath, "OMP_THREAD_LIMIT": "1", "LANG": "C.UTF-8"},
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise FaxImageError("A notice's fax image could not be read back; it is tried again.") from error
    return done.stdout.decode("utf-8", "replace")
