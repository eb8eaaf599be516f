"""The fitted tables: complete, and turned the right way."""

import json

import pytest

from extract.decode.confidence import (
    NEVER,
    TABLE,
    TARGETS,
    adopt_targets,
    current_targets,
    default_targets,
    features,
    judge,
)
from extract.decode.evidence import weigh_code
from extract.readers.reading import LineReading, spelled
from extract.views import FULL, QUICK, STAGES
from terms.names import FieldKind

PAGE = {"legibility": 0.98, "coarse": 0.0, "height": 0.0, "specks": 1.0}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", list(FieldKind))
def test_every_kind_has_a_table_for_each_stage(kind: FieldKind, stage: str) -> None:
    """Each kind has weights and a threshold for its target that asks for more than a half."""
    table = judge(kind, stage)
    assert table.weights
    assert 0.5 < table.threshold(default_targets()[kind]) <= NEVER


@pytest.mark.parametrize("kind", list(FieldKind))
def test_stricter_target_never_accepts_more(kind: FieldKind) -> None:
    """The fewer wrong values are allowed, the higher the threshold; none allowed, nothing accepted."""
    table = judge(kind, QUICK)
    thresholds = [table.threshold(share) for share in TARGETS]
    assert thresholds == sorted(thresholds, reverse=True)
    assert table.threshold(0.0) == NEVER
    assert table.threshold(0.004) == table.threshold(0.003)


def test_adopted_targets_stand_before_the_defaults() -> None:
    """What the settings say of a kind counts for the whole process, and can be taken back."""
    adopt_targets({FieldKind.NPI: 0.0005})
    assert current_targets()[FieldKind.NPI] == 0.0005
    assert current_targets()[FieldKind.CODE] == default_targets()[FieldKind.CODE]
    adopt_targets({})
    assert current_targets() == default_targets()


def test_table_names_what_it_was_fitted_on() -> None:
    """The file says its version and, for each kind, on how many values it stands."""
    data = json.loads(TABLE.read_text())
    assert data["version"]
    assert data["zones"] > 10_000
    assert all(t["values"] > 100 for kinds in data["stages"].values() for t in kinds.values())


@pytest.mark.parametrize("kind", [FieldKind.NPI, FieldKind.CODE, FieldKind.MEMBER_ID])
def test_agreement_makes_surer_than_dissent(kind: FieldKind) -> None:
    """Readers that agree give a higher confidence than readers that do not."""
    text = {FieldKind.NPI: "1234567893", FieldKind.CODE: "E0143", FieldKind.MEMBER_ID: "91234567A"}[kind]
    other = text[:3] + "9" + text[4:]

    def seen(reader: str, what: str) -> LineReading:
        return spelled(reader, what, [0.97] * len(what), [(0.0, 1.0)] * len(what))

    def read(one: str, two: str) -> dict[str, LineReading]:
        return {"own": seen("own", one), "own_loose": seen("own", one), "again": seen("ppocr", two)}

    agreed, split = weigh_code(kind, read(text, text)), weigh_code(kind, read(text, other))
    table = judge(kind, QUICK)
    assert table.confidence(agreed, PAGE) > table.confidence(split, PAGE)
    assert judge(kind, FULL).weights != table.weights


def test_measures_are_cut_off_where_more_says_nothing() -> None:
    """A log probability of -300 weighs no more than one of -8."""
    assert features({"log_p_own": -300.0}, {})["log_p_own"] == -8.0
