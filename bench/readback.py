"""How many of our own faxes would be held because reading them back fails: each such one costs a person a look.

``nice .venv/bin/python -m bench.readback [NOTICES]`` draws receipts and information requests with random references
and codes, as fax images of both resolutions, and reads them back as the service does before it sends.
"""

import random
import sys
from dataclasses import replace

from outbound.faximage import tiff_of_pdf
from outbound.notices import NoticeData, NoticeKind
from outbound.readback import not_read_back, wanted
from outbound.render import render_pdf
from terms.reference import CaseReference
from tests.outbound import made_up

DIAGNOSES = (
    "I50.9", "I69.351", "I10", "I63.9", "I73.9", "J44.9", "J96.11", "G47.33", "L89.154", "M62.81", "S72.001A", "R26.89",
    "E11.9", "E11.65", "Z99.81", "O90.89", "I25.10", "G35", "G82.20", "N39.41", "B20", "Z93.1", "Q05.9", "K59.00",
)  # fmt: skip
CODES = (
    "E0143", "E1390", "K0003", "E0601", "A7034", "B4035", "E0431", "L1832", "E0260", "K0823", "A4520", "E0570", "L1970",
    "V5257", "E0470", "S8189", "Q0513", "G0154", "J3490", "T4521", "97110", "72148",
)  # fmt: skip


def _drawn(rng: random.Random, number: int) -> NoticeData:
    data = made_up.any_notice(NoticeKind.RECEIPT if number % 2 else NoticeKind.INFORMATION_REQUEST)
    lines = tuple(
        replace(line, code=code) for line, code in zip(data.lines, rng.sample(CODES, len(data.lines)), strict=True)
    )
    return replace(data, reference=CaseReference.new().value, diagnoses=tuple(rng.sample(DIAGNOSES, 2)), lines=lines)


def main(count: int) -> None:
    """Draw, read back, print."""
    rng = random.Random(11)
    for resolution in ("fine", "standard"):
        held, words = [], 0
        for number in range(count):
            data = _drawn(rng, number)
            looked_for = wanted(data)
            words += len(looked_for)
            missed = not_read_back(tiff_of_pdf(render_pdf(data), resolution), looked_for, pages=9)
            held += [missed] if missed else []
        print(f"{resolution}: {len(held)} of {count} notices would be held ({words} words wanted), {held}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
