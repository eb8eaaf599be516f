"""Ruling lines are found and masked without eating the strokes that touch them."""

import cv2
import numpy as np

from extract.page.rules import find_rules, rule_mask


def test_box_edges_are_found() -> None:
    """A box gives two lines across and two down, where they were drawn."""
    ink = np.zeros((300, 600), dtype=np.uint8)
    cv2.rectangle(ink, (50, 60), (500, 220), 1, 3)

    rules = find_rules(ink)

    assert [round(r.y0 / 10) for r in rules.horizontal] == [6, 22]
    assert [round(r.x0 / 10) for r in rules.vertical] == [5, 50]


def test_text_is_no_rule() -> None:
    """A line of writing has no ruling lines in it."""
    ink = np.zeros((120, 900), dtype=np.uint8)
    cv2.putText(ink, "Mobility equipment HHH EEE 1-1", (10, 70), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 1, 3)

    rules = find_rules(ink)

    assert rules.horizontal == ()


def test_strokes_through_a_line_stay() -> None:
    """The mask takes the underline and leaves a stem that crosses it."""
    ink = np.zeros((120, 400), dtype=np.uint8)
    ink[60:63, 20:380] = 1
    ink[42:80, 200:204] = 1

    left = ink & (1 - rule_mask(ink, find_rules(ink)))

    assert left[42:80, 200:204].all()
    assert left[60:63, 20:190].sum() == 0


def test_line_that_grows_thick_is_one_line() -> None:
    """Two boxes side by side make a line of two thicknesses; all of it goes."""
    ink = np.zeros((400, 200), dtype=np.uint8)
    ink[20:200, 100:103] = 1
    ink[200:380, 99:105] = 1

    left = ink & (1 - rule_mask(ink, find_rules(ink)))

    assert left.sum() < 0.05 * ink.sum()
