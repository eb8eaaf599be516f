"""The fax channel of calibration sheets knows where every point went."""

import numpy as np
import pytest

from extract.calibrate.channel import CONDITIONS, FINE, STANDARD, send


@pytest.mark.parametrize("lines", [FINE, STANDARD])
@pytest.mark.parametrize("condition", ["none", "light", "medium"])
def test_a_mark_is_found_where_the_transform_says(condition: str, lines: int) -> None:
    """A black square on the sheet lies, on the fax, where the affine carries its middle."""
    sheet = np.full((4400, 3400), 255, dtype=np.uint8)
    sheet[1000:1060, 2000:2060] = 0
    fax, to_fax = send(sheet, CONDITIONS[condition], lines=lines, seed=3)
    x, y = to_fax @ np.array([2030.0, 1030.0, 1.0])
    assert fax.shape[1] == 1728
    around = fax[int(y) - 6 : int(y) + 7, int(x) - 6 : int(x) + 7]
    assert (around == 0).mean() > 0.5


def test_same_seed_gives_the_same_fax() -> None:
    """A condition is drawn from its seed alone."""
    sheet = np.full((880, 680), 255, dtype=np.uint8)
    one, two = (send(sheet, CONDITIONS["heavy"], lines=FINE, seed=9)[0] for _ in range(2))
    assert np.array_equal(one, two)
