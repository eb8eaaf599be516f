"""Two independent readers, one of them in the raw cut."""

import pytest

from extract.decode.agree import two_agree
from terms.names import FieldKind


@pytest.mark.parametrize(
    ("views", "agree"),
    [
        ({"own", "again"}, True),
        ({"own_loose", "first"}, True),
        ({"first", "second"}, True),
        ({"own", "own_loose"}, False),
        ({"first", "again"}, False),
        ({"own", "first"}, False),
        (set(), False),
    ],
)
@pytest.mark.parametrize(("kind", "what"), [(FieldKind.CODE, "same"), (FieldKind.NAME, "alike")])
def test_two_readers_must_see_it_one_in_the_raw_cut(
    kind: FieldKind, what: str, views: set[str], *, agree: bool
) -> None:
    """Two views of one reader are one witness; two snug views may share a mistake in cutting."""
    measures = {f"{what}_{view}": 1.0 for view in views}
    assert two_agree(kind, measures) is agree


def test_tesseracts_made_up_probabilities_do_not_count() -> None:
    """A reader with true posteriors sees a value by its probability, Tesseract only by saying it."""
    assert two_agree(FieldKind.NPI, {"log_p_own": -0.2, "same_again": 1.0})
    assert not two_agree(FieldKind.NPI, {"log_p_second": -0.2, "same_first": 1.0})
