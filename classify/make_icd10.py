"""Makes ``tables/icd10cm.txt.gz`` from the list in the simple-icd-10-cm package.

Run ``python -m classify.make_icd10`` after that package moves to a new release, then set the
version and dates in ``tables/tables.toml``. The output is the same bytes for the same release.
"""

import gzip
import io
from pathlib import Path

import simple_icd_10_cm

TARGET = Path(__file__).parent / "tables" / "icd10cm.txt.gz"


def packed() -> bytes:
    """The whole list, one code a line without its point, `` -`` after a category, gzip-packed."""
    codes = simple_icd_10_cm.get_all_codes(with_dots=False)
    named = [code for code in codes if simple_icd_10_cm.is_category_or_subcategory(code)]
    lines = [code if simple_icd_10_cm.is_leaf(code) else f"{code} -" for code in named]
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream:
        stream.write("\n".join(sorted(lines)).encode("ascii"))
    return buffer.getvalue()


if __name__ == "__main__":
    TARGET.write_bytes(packed())
