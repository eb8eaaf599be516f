"""Codes that are known to exist: a hint where a reader is torn between look-alikes."""

import functools
import gzip
from pathlib import Path

from terms.codes import HcpcsCode, Icd10Code
from terms.names import FieldKind

CODES = Path(__file__).with_name("known_codes.txt.gz")
"""One code a line in normal form after its kind's letter: ``D`` a diagnosis, ``C`` a procedure code.

Made by ``python -m extract.decode.make_codes``; a procedure code that is not there may well exist.
"""
_LETTERS = {FieldKind.DIAGNOSIS: "D", FieldKind.CODE: "C"}
NO_CODES: frozenset[str] = frozenset()


@functools.cache
def known_codes(kind: FieldKind) -> frozenset[str]:
    """The known values of ``kind`` in normal form: ICD-10-CM codes, the plan's equipment codes; empty for other kinds.

    The list of diagnoses is complete for its release; categories are left out, since one is read
    where the end of a code was lost (G47 of G47.36). That of procedure codes is not complete. Loaded
    once a process, at the first use: 0.1 s and 10 MB.
    """
    letter = _LETTERS.get(kind)
    if letter is None:
        return NO_CODES
    lines = gzip.decompress(CODES.read_bytes()).decode("ascii").splitlines()
    return frozenset(line[1:] for line in lines if line[0] == letter)


def is_equipment_code(text: str) -> bool:
    """Say whether a text as it stands is a code of the plan's equipment and no diagnosis."""
    code, diagnosis = HcpcsCode.parse(text), Icd10Code.parse(text)
    if code is None or code.value not in known_codes(FieldKind.CODE):
        return False
    return diagnosis is None or diagnosis.value not in known_codes(FieldKind.DIAGNOSIS)
