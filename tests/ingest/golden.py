"""What a mail is taken apart into, in the form that the golden pairs hold."""

import hashlib
from pathlib import Path
from typing import Any

from ingest import sniff
from ingest.errors import RefusedError
from ingest.limits import Limits
from ingest.message.apart import take_apart


def expectation_of(mail: Path) -> Path:
    """Where the expectation of a mail stands: beside it."""
    return mail.with_name(f"{mail.name}.expected.json")


def taken_apart(mail: Path, folder: Path) -> dict[str, Any]:
    """Take a mail apart: facts as far as they are not empty, parts with their files' kinds and digests, the end."""
    found: dict[str, Any] = {"type": sniff.sniff_file(mail).media_type, "facts": {}, "parts": [], "problem": None}
    try:
        for record in take_apart(mail, found["type"], folder, Limits()):
            _add(found, record, folder)
    except RefusedError as refused:
        found["problem"] = refused.problem.kind
    return found


def _add(found: dict[str, Any], record: dict[str, Any], folder: Path) -> None:
    if "mail" in record:
        found["facts"] = {name: value for name, value in record["mail"].items() if value}
    elif "part" in record:
        part = {name: value for name, value in record["part"].items() if value}
        if "problem" in part:
            part["problem"] = part["problem"]["kind"]
        if "text" in part:
            part["text"] = part["text"].split("\n")
        if "file" in part:
            path = folder / part.pop("file")
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            part["file"] = f"{sniff.sniff_file(path).words}, {path.stat().st_size} bytes, {digest}"
        found["parts"].append(part)
    elif record["end"]["problem"]:
        found["problem"] = record["end"]["problem"]["kind"]
