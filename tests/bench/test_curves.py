"""Curves of how far a confidence can be believed."""

import xml.etree.ElementTree as ET

import pytest

from bench.reading.curves import Bin, accepted_at_error, draw_accepted, draw_reliability, reliability

PAIRS = [(0.999, True)] * 90 + [(0.97, True)] * 9 + [(0.97, False)] + [(0.3, False)] * 5


def test_reliability_groups_by_confidence() -> None:
    """Each group has its mean confidence, the share right and how many; empty groups are left out."""
    bins = reliability(PAIRS)
    assert [(round(b.confidence, 3), b.right, b.count) for b in bins] == [
        (0.3, 0.0, 5),
        (0.97, 0.9, 10),
        (0.999, 1.0, 90),
    ]


def test_full_confidence_has_its_place() -> None:
    """A value that is certain is not lost at the edge."""
    assert sum(b.count for b in reliability([(1.0, True), (0.0, False)])) == 2


def test_accepting_more_is_counted_from_the_surest_down() -> None:
    """Values of one confidence are accepted together: 90 %, then 100 of 105 with one wrong, then all."""
    assert accepted_at_error(PAIRS) == [
        (pytest.approx(90 / 105), 0.0),
        (pytest.approx(100 / 105), pytest.approx(0.01)),
        (1.0, pytest.approx(6 / 105)),
    ]


def test_range_holds_the_share_and_narrows_with_more_values() -> None:
    """A share seen on few values says little."""
    (few_low, few_high), (many_low, many_high) = Bin(0.9, 0.9, 10).range, Bin(0.9, 0.9, 1000).range
    assert few_low < many_low < 0.9 < many_high < few_high


@pytest.mark.parametrize("draw", [draw_reliability, draw_accepted])
def test_pictures_are_whole_svg_with_every_series(draw: object) -> None:
    """What is drawn parses, names its series with their sizes, and holds no text unescaped."""
    assert callable(draw)
    root = ET.fromstring(draw({"names & ids": PAIRS, "codes": PAIRS[:50]}, "Zones <test>"))  # noqa: S314  (our own picture)
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert {"names & ids (n = 105)", "codes (n = 50)", "Zones <test>"} <= set(texts)
