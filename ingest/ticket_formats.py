"""The forms in which fax servers write down a call: JSON, XML, CSV lines; each becomes names and values.

Names come out as :func:`plain_name` makes them, so that ``CallerID``, ``caller-id`` and
``Caller Id`` are one; the first of two equal names counts. An XML document type is refused, so no
entity is ever expanded and nothing outside the file is looked at.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

MOST_BYTES = 64 * 1024
"""A ticket larger than this is none."""

MOST_INDEX_BYTES = 32 * 1024 * 1024
_DEEPEST = 20
_DELIMITERS = ",;\t|"
_NAME_KEYS, _VALUE_KEYS = ("name", "key", "id"), ("value", "val")


class TicketFormError(ValueError):
    """The bytes are no ticket of this form; says what they are not. Never leaves this package."""


def plain_name(name: str) -> str:
    """Give a name without case, dashes, underscores and spaces."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def json_values(data: bytes) -> dict[str, Any]:
    """Give the names and values of a JSON object; those of objects inside it count too, after its own.

    Raises :class:`TicketFormError`.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise TicketFormError("it is not JSON") from None
    if not isinstance(content, dict):
        raise TicketFormError("it is not a list of names and values")
    found: dict[str, Any] = {}
    level: list[Mapping[str, Any]] = [content]
    for _ in range(_DEEPEST):
        below: list[Mapping[str, Any]] = []
        for part in level:
            for name, value in part.items():
                if isinstance(value, dict):
                    below.append(value)
                elif value is not None:
                    found.setdefault(plain_name(str(name)), value)
        level = below
    return found


def xml_values(data: bytes) -> dict[str, Any]:
    """Give the names and values of an XML ticket: elements with text, attributes, and ``name``/``value`` pairs.

    Raises :class:`TicketFormError`.
    """
    reader = _XmlReader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(data, True)  # noqa: FBT003  (expat's own signature: this is all)
    except expat.ExpatError:
        raise TicketFormError("it is not XML") from None
    return reader.found


def _refuse_doctype(*_: object) -> None:
    raise TicketFormError("it has a document type, which is not read")


class _XmlReader:
    """Collects names and values while the parser walks."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}
        self._open: list[tuple[str, list[str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element's attributes, and wait for its text."""
        if len(self._open) >= _DEEPEST:
            raise TicketFormError("its elements are nested too deep")
        given = {plain_name(key.rpartition(" ")[2]): value for key, value in attributes.items()}
        named = next((given[key] for key in _NAME_KEYS if given.get(key)), "")
        value = next((given[key] for key in _VALUE_KEYS if key in given), None)
        if named and value is not None:
            self._take(named, value)
        elif not named:
            for key, text in given.items():
                self._take(key, text)
        self._open.append((named or name.rpartition(" ")[2], []))

    def text(self, text: str) -> None:
        """Take a piece of text."""
        if self._open:
            self._open[-1][1].append(text)

    def end(self, _name: str) -> None:
        """Take an element's text under its name."""
        name, pieces = self._open.pop()
        self._take(name, "".join(pieces))

    def _take(self, name: str, value: str) -> None:
        if value.strip() and plain_name(name):
            self.found.setdefault(plain_name(name), value.strip())


def csv_values(data: bytes) -> dict[str, Any]:
    """Give the names and values of a ticket of one CSV line below a line of names.

    Raises :class:`TicketFormError`.
    """
    return next(csv_lines(data), {})


def csv_lines(data: bytes) -> Iterator[dict[str, Any]]:
    """Give each line of a CSV file whose first line holds the names; comma, semicolon, tab or bar between values.

    A line that is shorter or longer than the first is skipped: its values could stand under wrong names,
    and the last one may still be being written. Raises :class:`TicketFormError`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    head = text.split("\n", 1)[0]
    if "\0" in text or not head.strip():
        raise TicketFormError("it is not CSV with a line of names")
    delimiter = max(_DELIMITERS, key=head.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        names = [plain_name(name) for name in next(rows)]
        for row in rows:
            if len(row) != len(names):
                continue
            found: dict[str, Any] = {}
            for name, value in zip(names, row, strict=True):
                if value.strip():
                    found.setdefault(name, value.strip())
            yield found
    except csv.Error:
        raise TicketFormError("it is not CSV with a line of names") from None
