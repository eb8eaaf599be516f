"""Makes ``known_codes.txt.gz``: ``python -m extract.decode.make_codes TABLE.csv``.

Diagnoses come from the list in the simple-icd-10-cm package, procedure codes from the column
``code`` of the tables named. Run it again after that package moves to a new release or a table
gains codes; the output is the same bytes for the same input.
"""

import argparse
import csv
import gzip
import io
from pathlib import Path

import simple_icd_10_cm

from extract.decode.lexicon import CODES


def packed(tables: list[Path]) -> bytes:
    """Every known code, one a line after its kind's letter, sorted and gzip-packed."""
    diagnoses = simple_icd_10_cm.get_all_codes(with_dots=True)
    known = {code for code in diagnoses if simple_icd_10_cm.is_category_or_subcategory(code)}
    lines = {f"D{code}" for code in known if simple_icd_10_cm.is_leaf(code)}
    for table in tables:
        with table.open(encoding="utf-8", newline="") as file:
            lines |= {f"C{row['code']}" for row in csv.DictReader(file)}
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream:
        stream.write("\n".join(sorted(lines)).encode("ascii"))
    return buffer.getvalue()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", type=Path, nargs="+")
    CODES.write_bytes(packed(parser.parse_args().tables))
