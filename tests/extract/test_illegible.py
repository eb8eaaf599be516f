"""Values that only a new fax can mend."""

from dataclasses import replace

import numpy as np
import pytest

from extract.illegible import illegible_fields
from extract.page.upright import UprightPage
from terms.requests import Line
from terms.values import FieldStatus, FieldValue, Source
from tests.extract.conftest import Drawn

DOUBTFUL = FieldValue("1234567893", "1234567893", 0.2, FieldStatus.REVIEW, 1, None, Source.OCR)


@pytest.fixture
def worn(page: UprightPage) -> UprightPage:
    """The drawn page with one dark dot in six left."""
    gone = np.random.default_rng(2).random(page.image.shape) > 0.16
    return replace(page, image=np.where(gone, 255, page.image).astype(np.uint8))


def test_worn_value_that_nobody_reads_is_named(worn: UprightPage, drawn: Drawn) -> None:
    """A field, a code and a diagnosis of which hardly any ink is left are named as the desk names them."""
    value = replace(DOUBTFUL, box=drawn.boxes["NPI:"])
    line = Line(code=replace(DOUBTFUL, box=drawn.boxes["HCPCS:"]))
    found = illegible_fields(worn, {"ordering_provider.npi": value}, [line], [value])
    assert found == ("ordering_provider.npi", "line[0].code", "diagnosis[0]")


@pytest.mark.parametrize(
    "change",
    [{"confidence": 0.9}, {"status": FieldStatus.ACCEPTED}, {"source": Source.FORM_VALUES}, {"box": None}],
)
def test_doubt_alone_is_a_persons_work(worn: UprightPage, drawn: Drawn, change: dict[str, object]) -> None:
    """What is fairly sure, accepted, or was never a picture is not asked for again."""
    value = replace(replace(DOUBTFUL, box=drawn.boxes["NPI:"]), **change)  # type: ignore[arg-type]  # one field each
    assert illegible_fields(worn, {"ordering_provider.npi": value}, [], []) == ()


def test_whole_print_is_never_asked_for_again(page: UprightPage, drawn: Drawn) -> None:
    """However unsure the readers are: where the ink is there, a person can read it."""
    value = replace(DOUBTFUL, box=drawn.boxes["NPI:"])
    assert illegible_fields(page, {"ordering_provider.npi": value}, [], [value]) == ()
