"""What a draft's file does not say of itself, as the Tables page asks for it; carried from the draft to its import."""

import datetime as dt
from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from classify.imports.x834 import Mapping834
from desk.cases.table_files import FileFacts, mapping_of
from desk.errors import ReferenceDataError
from desk.storage import DERIVED, local_copy, store_derived

_LISTS = ("codes", "diagnoses")
_MAPPING = ".draft.toml"
_LARGEST_MAPPING = 1024 * 1024
_FIELDS = {"complete": _LISTS, "from": _LISTS, "until": _LISTS, "states": ("providers",), "mapping": ("roster",)}
"""Which tables each field is about."""


def facts_of(request: HttpRequest, table: str) -> tuple[FileFacts, Mapping[str, str]]:
    """The facts that a form gives, and the fields that hold them for the next form.

    A mapping that was uploaded is stored, and named by the next form. Raises
    :class:`desk.errors.ReferenceDataError` for one that cannot be used, or that is about another table.
    """
    given = {name: request.POST.get(name, "").strip() for name in _FIELDS}
    uploaded = request.FILES.get("mapping_file")
    if uploaded is not None:
        given["mapping"] = _stored_mapping(uploaded)
    given = {name: value for name, value in given.items() if value}
    stray = next((name for name in given if table not in _FIELDS[name]), None)
    if stray is not None:
        raise ReferenceDataError(f"{WORDS[stray]} is not of a file of {table}; leave it empty")
    start, end = _day(given, "from"), _day(given, "until")
    if start and end and end < start:
        raise ReferenceDataError("the list ends before it begins; look at its days")
    states = frozenset(part.strip().upper() for part in given.get("states", "").split(",") if part.strip())
    facts = FileFacts("complete" in given, start, end, states or None)
    if "mapping" not in given:
        return facts, given
    return FileFacts(facts.complete, start, end, states or None, _mapping(given["mapping"])), given


WORDS = {
    "complete": "that a list is complete",
    "from": "the first day of a list",
    "until": "the last day of a list",
    "states": "a choice of states",
    "mapping": "a mapping of an 834 file",
}
"""What a form says of a file, as it is named in a refusal."""


def _day(given: Mapping[str, str], name: str) -> dt.date | None:
    if name not in given:
        return None
    try:
        return dt.date.fromisoformat(given[name])
    except ValueError:
        raise ReferenceDataError(f"{WORDS[name]} is no day; write it as YYYY-MM-DD") from None


def _stored_mapping(uploaded: "UploadedFile[bytes]") -> str:
    if (uploaded.size or 0) > _LARGEST_MAPPING:
        raise ReferenceDataError(
            "the mapping is larger than 1 MB; choose the TOML file that docs/deciding.md describes"
        )
    return store_derived(b"".join(uploaded.chunks()), _MAPPING).name


def _mapping(stored: str) -> Mapping834:
    folder, _, file = stored.partition("/")
    if not (file.isascii() and folder.isalnum() and file.endswith(_MAPPING) and file.removesuffix(_MAPPING).isalnum()):
        raise ReferenceDataError("the mapping is here no more; choose its file again")
    with local_copy(DERIVED, stored) as path:
        if not path.is_file():
            raise ReferenceDataError("the mapping is here no more; choose its file again")
        return mapping_of(path)
