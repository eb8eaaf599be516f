"""A form's definition as data: where everything stands on its blank, and what each place means.

A definition is a folder ``<form>/<edition>/`` with ``form.toml`` (this module reads and writes it)
and, for each page, a 1-bit picture of the blank (``page-1.png``, 204 dots an inch) and its printed
words (``page-1.words.json``). All boxes are left, top, right, bottom in fractions of the blank page.
"""

import datetime as dt
import functools
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extract.errors import FormError
from extract.facts import page_facts
from extract.forms.blank import BlankImage
from extract.forms.slots import COLUMNS, NOTHING, SIGNATURE, slots
from extract.labels.find import find_labels
from extract.layout import lay_out
from terms.document import Word
from terms.geometry import Box

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_FILE = "form.toml"
_PRINTED_FACTS = ("page.title", "page.of", "form.footer", "plan.name")


@dataclass(frozen=True, slots=True)
class ZoneOf:
    """A place to write in: ``slot`` says what (see :mod:`extract.forms.slots`), ``label`` as printed."""

    name: str
    slot: str
    label: str
    box: Box


@dataclass(frozen=True, slots=True)
class CheckOf:
    """A check box: its group (``request.type``), what a mark in it means, and its text as printed."""

    group: str
    value: str
    label: str
    box: Box


@dataclass(frozen=True, slots=True)
class ColumnOf:
    """A column of a table: what it holds, its heading, its left and right."""

    part: str
    label: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class TableOf:
    """A table of service lines: columns and rows (top, bottom)."""

    columns: tuple[ColumnOf, ...]
    rows: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class FormPage:
    """One page of a form: everything on it, with its blank; ``number`` counts from 1."""

    number: int
    zones: tuple[ZoneOf, ...] = ()
    checks: tuple[CheckOf, ...] = ()
    tables: tuple[TableOf, ...] = ()
    folder: Path = field(default_factory=Path)

    @functools.cached_property
    def blank(self) -> BlankImage:
        """The blank page's picture."""
        return BlankImage.load(self.folder / f"page-{self.number}.png")

    @functools.cached_property
    def words(self) -> tuple[Word, ...]:
        """The words printed on the blank."""
        path = self.folder / f"page-{self.number}.words.json"
        try:
            listed = json.loads(path.read_text(encoding="utf-8"))
            return tuple(Word(text, Box(*box), 1.0) for text, box in listed)
        except (OSError, ValueError, TypeError) as error:
            raise FormError(f"the printed words {path.name} are missing or damaged; learn the form again") from error

    @functools.cached_property
    def facts(self) -> dict[str, str]:
        """What the print says of the page by itself: title, page mark, footer and the plan's name."""
        sheet = lay_out(self.words, self.blank.width, self.blank.height)
        found = page_facts(sheet, find_labels(sheet), frozenset())
        return {name: text for name, text in found.items() if name in _PRINTED_FACTS}


@dataclass(frozen=True)
class FormDefinition:
    """A form in one edition. ``one_of`` names groups of which a sender ticks one box only.

    ``effective_from`` and ``effective_to`` (last day included) bound when the edition is in force;
    pages of an old edition are still read. ``source`` says where the blank came from.
    """

    id: str
    edition: str
    title: str
    pages: tuple[FormPage, ...]
    one_of: tuple[str, ...] = ()
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    source: str = ""

    @property
    def name(self) -> str:
        """``id@edition``, as a page reading's ``form``."""
        return f"{self.id}@{self.edition}"


def load_definition(folder: Path) -> FormDefinition:
    """Read ``folder/form.toml``; :class:`FormError` says what is wrong with it."""
    path = folder / _FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return from_data(data, folder)
    except OSError as error:
        raise FormError(f"there is no {_FILE} in {folder.name}; learn the form again") from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise FormError(f"{folder.parent.name}/{folder.name}/{_FILE} cannot be used: {error}") from error


def from_data(data: Mapping[str, Any], folder: Path) -> FormDefinition:
    """Build a definition from its plain form; raises :class:`ValueError` for what no definition can hold."""
    pages = tuple(
        FormPage(
            int(page["number"]),
            tuple(_zone(z) for z in page.get("zone", ())),
            tuple(
                CheckOf(str(c["group"]), str(c["value"]), str(c["label"]), _box(c["box"]))
                for c in page.get("check", ())
            ),
            tuple(_table(t) for t in page.get("table", ())),
            folder,
        )
        for page in data["page"]
    )
    form_id, edition = str(data["id"]), str(data["edition"])
    for name in (form_id, edition):
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a form or edition: use small letters, digits and hyphens")
    for page in pages:
        names = [z.name for z in page.zones]
        if len(set(names)) < len(names):
            twice = next(n for n in names if names.count(n) > 1)
            raise ValueError(f"two zones of page {page.number} are called {twice!r}")
    return FormDefinition(
        form_id, edition, str(data["title"]), pages, tuple(data.get("one_of", ())), data.get("effective_from"),
        data.get("effective_to"), str(data.get("source", "")),
    )  # fmt: skip


def _zone(data: Mapping[str, Any]) -> ZoneOf:
    slot = str(data.get("slot", NOTHING))
    if slot not in {NOTHING, SIGNATURE} and slot not in slots():
        raise ValueError(
            f"nothing is called {slot!r}; a zone's slot is one of {', '.join(slots())}, {SIGNATURE} or empty"
        )
    return ZoneOf(str(data["name"]), slot, str(data.get("label", "")), _box(data["box"]))


def _table(data: Mapping[str, Any]) -> TableOf:
    columns = tuple(
        ColumnOf(str(c["part"]), str(c.get("label", "")), float(c["left"]), float(c["right"])) for c in data["column"]
    )
    wrong = next((c.part for c in columns if c.part not in COLUMNS), None)
    if wrong is not None:
        raise ValueError(f"a column cannot hold {wrong!r}; it is one of {', '.join(COLUMNS)}")
    return TableOf(columns, tuple((float(top), float(bottom)) for top, bottom in data["rows"]))


def _box(values: Any) -> Box:  # noqa: ANN401  (what a file holds)
    left, top, right, bottom = (float(v) for v in values)
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise ValueError(f"{list(values)} is no box on a page")
    return Box(left, top, right, bottom)


def to_toml(form: FormDefinition) -> str:
    """The text of a definition's ``form.toml``."""
    head = [f"id = {_quoted(form.id)}", f"edition = {_quoted(form.edition)}", f"title = {_quoted(form.title)}"]
    head += [
        f"{name} = {day.isoformat()}" for name in ("effective_from", "effective_to") if (day := getattr(form, name))
    ]
    head += [f"source = {_quoted(form.source)}"] if form.source else []
    head += [f"one_of = [{', '.join(_quoted(g) for g in form.one_of)}]"]
    parts = ["\n".join(head)]
    for page in form.pages:
        parts.append(f"[[page]]\nnumber = {page.number}")
        parts += [
            f"[[page.zone]]\nname = {_quoted(z.name)}\nslot = {_quoted(z.slot)}\nlabel = {_quoted(z.label)}\n"
            f"box = {_numbers(z.box.to_json())}"
            for z in page.zones
        ]
        parts += [
            f"[[page.check]]\ngroup = {_quoted(c.group)}\nvalue = {_quoted(c.value)}\nlabel = {_quoted(c.label)}\n"
            f"box = {_numbers(c.box.to_json())}"
            for c in page.checks
        ]
        for table in page.tables:
            rows = ", ".join(_numbers(row) for row in table.rows)
            parts.append(f"[[page.table]]\nrows = [{rows}]")
            parts += [
                f"[[page.table.column]]\npart = {_quoted(c.part)}\nlabel = {_quoted(c.label)}\n"
                f"left = {c.left:.4f}\nright = {c.right:.4f}"
                for c in table.columns
            ]
    return "\n\n".join(parts) + "\n"


def save_definition(form: FormDefinition, folder: Path) -> Path:
    """Write ``<folder>/<id>/<edition>/form.toml`` and the pages' pictures and words beside it; gives that folder.

    An edition that is there already is not written over: :class:`FormError`.
    """
    home = folder / form.id / form.edition
    if home.exists():
        raise FormError(f"{form.name} is there already; give the new edition another name")
    home.mkdir(parents=True)
    for page in form.pages:
        for name in (f"page-{page.number}.png", f"page-{page.number}.words.json"):
            (home / name).write_bytes((page.folder / name).read_bytes())
    # last, so that a folder without it is never taken for a whole definition
    (home / _FILE).write_text(to_toml(form), encoding="utf-8")
    return home


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _numbers(values: Any) -> str:  # noqa: ANN401  (any row of numbers)
    return "[" + ", ".join(f"{v:.4f}" for v in values) + "]"
