"""What ICD-10-CM codes are called, for people who look for one by its words.

``tables/icd10cm_titles.txt.gz`` is made by ``python -m classify.diagnosis_titles`` from the
simple-icd-10-cm package (CMS release, public domain); deciding does not use it.
"""

import functools
import gzip
import io
from dataclasses import dataclass
from pathlib import Path

TARGET = Path(__file__).parent / "tables" / "icd10cm_titles.txt.gz"


@dataclass(frozen=True, slots=True)
class Titled:
    """A code with its point, its title, and whether it may stand on a request (else a longer one is needed)."""

    code: str
    title: str
    billable: bool


def search(text: str, most: int) -> tuple[Titled, ...]:
    """Give at most ``most`` codes that begin with ``text``, then codes whose title has all its words.

    Codes that may stand on a request come before categories; shorter titles come first.
    """
    start = text.upper().replace(".", "").strip()
    words = text.lower().split()
    entries, lowered = _table()
    begun = [entry for entry in entries if start and entry.code.replace(".", "").startswith(start)]
    if len(begun) >= most or not words:
        return tuple(sorted(begun, key=_by_code)[:most])
    named = [entry for entry, title in zip(entries, lowered, strict=True) if all(word in title for word in words)]
    named.sort(key=lambda entry: (not entry.billable, len(entry.title), entry.code))
    known = {entry.code for entry in begun}
    return tuple([*sorted(begun, key=_by_code), *(entry for entry in named if entry.code not in known)][:most])


def title_of(code: str) -> str:
    """Give the title of a code (with its point); empty for one that the list does not have."""
    return _by_name().get(code, "")


def _by_code(entry: Titled) -> tuple[bool, str]:
    return not entry.billable, entry.code


@functools.cache
def _by_name() -> dict[str, str]:
    return {entry.code: entry.title for entry in _table()[0]}


@functools.cache
def _table() -> tuple[tuple[Titled, ...], tuple[str, ...]]:
    entries = []
    for line in gzip.decompress(TARGET.read_bytes()).decode("utf-8").splitlines():
        code, mark, title = line.split("\t")
        entries.append(Titled(code if len(code) <= 3 else f"{code[:3]}.{code[3:]}", title, not mark))  # noqa: PLR2004  (category length)
    return tuple(entries), tuple(entry.title.lower() for entry in entries)


def packed() -> bytes:
    """The whole list, a line for each code: code without its point, ``-`` for a category, title; gzip-packed."""
    import simple_icd_10_cm as icd  # noqa: PLC0415  (only whoever packs needs the package)

    lines = [
        f"{code}\t{'' if icd.is_leaf(code) else '-'}\t{' '.join(icd.get_description(code).split())}"
        for code in icd.get_all_codes(with_dots=False)
        if icd.is_category_or_subcategory(code)
    ]
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream:
        stream.write("\n".join(sorted(lines)).encode("utf-8"))
    return buffer.getvalue()


if __name__ == "__main__":
    TARGET.write_bytes(packed())
