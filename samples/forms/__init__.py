"""Blank look-alike forms as data: each TOML file beside this one is a form of our own drawing.

A form is pages of blocks, drawn from top to bottom by :mod:`samples.fill`. Blocks:

``title``, ``heading``, ``text``
    printed words (``text``), with an optional ``size`` and ``align``.
``row``
    cells side by side; each has a ``label``, a slot ``key`` (see :mod:`samples.printed`) and a
    ``width`` in parts of the row. The row's or form's ``style`` says how: ``underline`` (label,
    then a line), ``box`` (small label inside the box), ``under`` (a line with the label below it),
    ``pair`` (shaded label cell, value cell).
``checks``
    tick boxes: ``key`` and ``options`` with ``label`` and ``value``.
``table``
    service lines or diagnoses: ``of`` (``line`` or ``diagnosis``), ``rows``, and ``columns`` with
    ``label``, ``part`` and ``width``.
``area``
    a box of ``height`` points for running text.
``gap``
    empty space of ``height`` points.
"""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class BlankForm:
    """A form: its id and edition, page kind, look, and the blocks of each page (plain TOML values)."""

    id: str
    kind: str
    style: str
    label_font: str
    label_size: float
    row_height: float
    footer: str
    pages: tuple[tuple[dict[str, Any], ...], ...]

    @property
    def keys(self) -> frozenset[str]:
        """Every slot that the form has a place for; tables count as ``line`` and ``diagnosis``."""
        found: set[str] = set()
        for page in self.pages:
            for block in page:
                found |= {cell["key"] for cell in block.get("cells", ())}
                found |= {block[name] for name in ("key", "of") if name in block}
        return frozenset(found)


@functools.cache
def load_form(name: str) -> BlankForm:
    """Load the form whose TOML file is ``name`` (without suffix)."""
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    return BlankForm(
        id=data["id"],
        kind=data["kind"],
        style=data["style"],
        label_font=data.get("label_font", "sans"),
        label_size=float(data.get("label_size", 8)),
        row_height=float(data.get("row_height", 21)),
        footer=data.get("footer", ""),
        pages=tuple(tuple(page["block"]) for page in data["page"]),
    )


def form_names() -> tuple[str, ...]:
    """The names of all forms, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
