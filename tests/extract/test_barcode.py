"""A reference of ours on a page that comes back is found, in print and as a barcode."""

import barcode
import numpy as np
import pytest

from extract.barcode import read_reference
from extract.facts import page_facts
from extract.labels.label import Labels
from extract.layout import lay_out
from samples.conditions import CONDITIONS, Resolution, fax_page
from terms.document import Word
from terms.geometry import Box
from terms.reference import CaseReference

REFERENCE = CaseReference.new(lambda signs: signs[3]).value


def bars(text: str) -> np.ndarray:
    """A page with a Code 128 of ``text``, drawn at 400 dpi as a notice prints it."""
    page = np.full((4400, 3400), 255, np.uint8)
    modules = str(barcode.get("code128", text).build()[0])
    for place, module in enumerate(modules):
        if module == "1":
            page[400:600, 800 + 8 * place : 808 + 8 * place] = 0
    return page


@pytest.mark.parametrize("condition", ["clean", "light", "medium"])
def test_our_barcode_is_read_off_a_faxed_page(condition: str) -> None:
    """Through a fax machine and a noisy line."""
    bits = fax_page(bars(REFERENCE), CONDITIONS[condition], Resolution.FINE, np.random.default_rng(4))
    assert read_reference(np.where(bits, 0, 255).astype(np.uint8)) == REFERENCE


def test_other_peoples_barcodes_are_none_of_ours() -> None:
    """A number whose check sign does not fit, an empty page, a page too small to hold anything."""
    assert read_reference(bars("4711-0815")) is None
    assert read_reference(np.full((2000, 1700), 255, np.uint8)) is None
    assert read_reference(np.zeros((3, 3), np.uint8)) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Reference: {REFERENCE}", REFERENCE),
        (f"our ref no. {REFERENCE.lower()} of last week", REFERENCE),
        (f"answer to {REFERENCE.replace('-', ' - ')}", REFERENCE),
        ("Reference: ABCD-1234", None),
        (f"{REFERENCE} and {CaseReference.new(lambda signs: signs[5]).value}", None),
    ],
)
def test_a_printed_reference_is_known_by_its_check_sign(text: str, found: str | None) -> None:
    """However it is introduced; two different ones, or one that does not check, are none."""
    words = [Word(w, Box(0.1 + 0.08 * n, 0.2, 0.17 + 0.08 * n, 0.215), 0.9) for n, w in enumerate(text.split())]
    sheet = lay_out(words, 1734, 2244)
    facts = page_facts(sheet, Labels((), frozenset()), frozenset())
    assert facts.get("reference") == found
