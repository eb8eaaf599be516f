"""The fitted tables: complete, and turned the right way."""

import json

import pytest

from extract.decode.confidence import PLAIN, TABLE, features, judge, panels
from extract.decode.evidence import weigh_code
from extract.readers.reading import spelled
from terms.names import FieldKind

PAGE = {"legibility": 0.98, "coarse": 0.0, "height": 0.0, "specks": 1.0}


@pytest.mark.parametrize("kind", list(FieldKind))
def test_every_kind_has_a_table(kind: FieldKind) -> None:
    """Each kind has weights and a threshold that asks for more than a half."""
    table = judge(kind, PLAIN)
    assert table.weights
    assert 0.5 < table.accept <= 1.01


def test_unknown_panel_is_judged_as_the_plain_one() -> None:
    """A panel that nothing was fitted for falls back, it does not fail."""
    assert judge(FieldKind.NPI, "somebody+else") == judge(FieldKind.NPI, PLAIN)


def test_table_names_what_it_was_fitted_on() -> None:
    """The file says its version and, for each kind, on how many values it stands."""
    data = json.loads(TABLE.read_text())
    assert data["version"]
    assert all(t["values"] > 100 for t in data["panels"][PLAIN]["kinds"].values())


@pytest.mark.parametrize("kind", [FieldKind.NPI, FieldKind.CODE, FieldKind.MEMBER_ID])
def test_agreement_makes_surer_than_dissent(kind: FieldKind) -> None:
    """Three readers that agree give a higher confidence than two against one."""
    text = {FieldKind.NPI: "1234567893", FieldKind.CODE: "E0143", FieldKind.MEMBER_ID: "91234567A"}[kind]
    other = text[:3] + "9" + text[4:]

    def seen(reader: str, what: str) -> object:
        return spelled(reader, what, [0.97] * len(what), [(0.0, 1.0)] * len(what))

    agreed = weigh_code(kind, [seen("ppocr", text), seen("ppocr", text), seen("tesseract", text)])  # type: ignore[list-item]
    split = weigh_code(kind, [seen("ppocr", text), seen("ppocr", other), seen("tesseract", other)])  # type: ignore[list-item]
    table = panels()[PLAIN][kind]
    assert table.confidence(agreed, PAGE) > table.confidence(split, PAGE)


def test_measures_are_cut_off_where_more_says_nothing() -> None:
    """A log probability of -300 weighs no more than one of -8."""
    assert features({"log_p_0": -300.0}, {})["log_p_0"] == -8.0
