"""Blank copies of our look-alike forms: the same drawing code with nothing typed in.

``python -m samples.blanks --out DIR`` writes each as ``<form>.pdf``; ``--fillable`` gives them
AcroForm fields, as many real forms have.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from samples.fill import fill_form
from samples.forms import form_names, load_form
from samples.make_fax import RECEIVED_AT
from samples.orders import draw_order
from samples.printed import Hand
from samples.sheet import Sheet


def blank_pdf(name: str, *, fillable: bool = False) -> bytes:
    """Draw the form ``name`` of :mod:`samples.forms` with every slot empty."""
    form, rng = load_form(name), random.Random(0)
    order = replace(draw_order(rng, today=RECEIVED_AT.date()), blank=form.keys, types=(), servicing=None)
    sheet = Sheet.new(form.id)
    fill_form(sheet, form, order, Hand(), rng, fillable=fillable)
    return sheet.pdf()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the blanks; gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fillable", action="store_true", help="with AcroForm fields")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    for name in form_names():
        (given.out / f"{name}.pdf").write_bytes(blank_pdf(name, fillable=given.fillable))
    return 0


if __name__ == "__main__":
    sys.exit(main())
