"""Training lines: drawn as announced, faxed by the recipe, cropped like fields."""

import random
import re
from pathlib import Path

import numpy as np
import pytest

from extract.training.alphabet import ALPHABET, encode, in_alphabet
from extract.training.degrade import CONDITIONS, FINE, STANDARD, onto_lines, send
from extract.training.draw import draw_line
from extract.training.fonts import Catalogue, Policy, find_faces
from extract.training.shards import KINDS, Shard, write_shard
from extract.training.text import draw_text, draw_value
from extract.training.views import view
from terms.codes import Npi
from terms.names import FieldKind
from terms.normal import normalise

DEJAVU = Path("/usr/share/fonts/truetype/dejavu")


@pytest.fixture(scope="module")
def fonts() -> Catalogue:
    """The DejaVu faces, which setup installs."""
    return Catalogue(tuple(find_faces([DEJAVU], ALPHABET)), Policy.load())


def test_every_text_can_be_spelled_in_the_alphabet() -> None:
    """Whatever is drawn, brought into the alphabet, has a class for each character."""
    rng = random.Random(1)
    for _ in range(500):
        text, kind = draw_text(rng)
        spelled = in_alphabet(text)
        assert len(encode(spelled)) == len(spelled)
        assert kind is None or kind in FieldKind


def test_most_values_of_a_kind_are_valid() -> None:
    """Most drawn numbers and dates are real values of their kind, so grammars and shapes agree."""
    rng = random.Random(2)
    for kind, least in ((FieldKind.NPI, 60), (FieldKind.DATE, 75), (FieldKind.PHONE, 60), (FieldKind.CODE, 60)):
        drawn = [draw_value(kind, rng) for _ in range(100)]
        assert sum(normalise(kind, text) is not None for text in drawn) >= least
    assert any(Npi.parse(draw_value(FieldKind.NPI, rng)) for _ in range(10))


def test_accents_a_face_lacks_are_dropped_not_drawn_as_boxes() -> None:
    """A character the face does not have becomes its plain letter, in picture and label alike."""
    assert in_alphabet("Núñez", lacking="ñ") == "Núnez"
    assert in_alphabet("Zo\u00eb \u2013 5\u2019") == "Zoe 5"


def test_reserved_families_and_their_kin_never_train() -> None:
    """The evaluation's families are barred from training, and so are their near copies."""
    policy = Policy.load()
    for family in (
        "Carlito",
        "Nimbus Mono PS",
        "Open Sans Condensed",
        "FreeMono",
        "Courier Prime Code",
        "Lato",
        "Noto Sans",
    ):
        assert not policy.may_train(family, "Regular")
    assert policy.may_train("Liberation Sans", "Bold")
    assert policy.is_reserved("Caladea")
    assert not policy.is_reserved("Lato")


def test_a_line_is_drawn_with_the_text_it_says(fonts: Catalogue) -> None:
    """The drawing has ink inside the text's box, and the box lies inside the picture."""
    drawn = draw_line(random.Random(3), fonts, given=("E0143", FieldKind.CODE))
    box = drawn.frame
    assert drawn.text == "E0143"
    inside = drawn.image[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
    assert inside.min() < 160
    assert 0 <= box.left < box.right <= drawn.image.shape[1]


@pytest.mark.parametrize("lines", [FINE, STANDARD])
def test_a_fax_is_one_bit_and_comes_back_square(fonts: Catalogue, lines: int) -> None:
    """After the fax a line is 204 dpi both ways, whatever the resolution, and light damage leaves it alone."""
    drawn = draw_line(random.Random(4), fonts, given=("1234567893", FieldKind.NPI))
    page = onto_lines(drawn, lines=lines, skew=0.0)
    assert page.image.shape[0] == pytest.approx(drawn.image.shape[0] * lines / 400, abs=1)
    image = send(page, CONDITIONS["none"], np.random.default_rng(0))
    assert image.shape[0] == pytest.approx(drawn.image.shape[0] * 204 / 400, abs=2)
    assert image.shape[1] == pytest.approx(drawn.image.shape[1] * 204 / 400, abs=2)


def test_worse_conditions_do_more_harm(fonts: Catalogue) -> None:
    """A heavy fax differs more from the paper than a light one."""
    page = onto_lines(draw_line(random.Random(5), fonts, given=("Utilization Management", None)), lines=FINE, skew=0.0)
    clean = send(page, CONDITIONS["none"], np.random.default_rng(1)).astype(float)
    harm = {
        name: np.mean([np.abs(send(page, CONDITIONS[name], np.random.default_rng(s)) - clean).mean() for s in range(8)])
        for name in ("light", "heavy")
    }
    assert harm["heavy"] > 2 * harm["light"]


def test_a_shard_gives_its_lines_back_and_each_view_is_another_fax(fonts: Catalogue, tmp_path: Path) -> None:
    """Lines survive the disk with text and kind; two views of one line differ."""
    write_shard(tmp_path / "0000.npz", 7, fonts, 12)
    shard = Shard.load(tmp_path / "0000.npz")
    assert len(shard) == 12
    assert all(re.fullmatch(r"[^\n]*", text) for text in shard.texts)
    assert set(shard.kinds.tolist()) <= set(range(len(KINDS)))
    rng = np.random.default_rng(1)
    first, second = view(shard.page(0), rng), view(shard.page(0), rng)
    assert first.shape != second.shape or not np.array_equal(first, second)
    assert first.shape[0] == 40
    assert 0.0 <= first.min() <= first.max() <= 1.0
