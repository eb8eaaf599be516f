"""Ruling lines of a form: box edges, underlines, table grids."""

import cv2
import numpy as np

from extract.page.upright import Grey, Rule, Rules

_MIN_ACROSS, _MIN_DOWN = 70, 44
_MAX_THICK = 12
_RUN = 30


def find_rules(ink: Grey) -> Rules:
    """Find the straight lines of an upright page (0/1 ink at 204 dpi).

    Lines are at least about a third of an inch across or a fifth of an inch down, may have small
    gaps (fax noise, dashes) and lean by up to a pixel in fifty.
    """
    return Rules(tuple(_across(ink, _MIN_ACROSS)), tuple(_turned(_across(np.ascontiguousarray(ink.T), _MIN_DOWN))))


def rule_mask(ink: Grey, rules: Rules) -> Grey:
    """1 on ink that belongs to a ruling line and to nothing that crosses it, else 0.

    A stroke that runs into a line keeps its pixels: ink is taken as the line's own only where the
    ink across the line is not much thicker than the line.
    """
    mask = np.zeros_like(ink)
    for rule in rules.horizontal:
        _mark(mask, ink, rule)
    turned, turned_ink = np.ascontiguousarray(mask.T), np.ascontiguousarray(ink.T)
    for rule in rules.vertical:
        _mark(turned, turned_ink, Rule(rule.y0, rule.x0, rule.y1, rule.x1, rule.thick))
    return np.ascontiguousarray(turned.T)


def _mark(mask: Grey, ink: Grey, rule: Rule) -> None:
    """Mark the columns of a line running across where the ink is no taller than the line."""
    reach = rule.thick // 2 + 2
    top, bottom = max(0, min(rule.y0, rule.y1) - reach - 2), min(ink.shape[0], max(rule.y0, rule.y1) + reach + 3)
    left, right = max(0, rule.x0 - 2), min(ink.shape[1], rule.x1 + 3)
    band = ink[top:bottom, left:right]
    if band.size == 0:
        return
    centre = np.interp(np.arange(left, right), [rule.x0, rule.x1], [rule.y0, rule.y1]) - top
    rows = np.arange(band.shape[0])[:, None]
    near = np.abs(rows - centre[None]) <= reach
    beyond = (np.abs(rows - centre[None]) > reach) & (np.abs(rows - centre[None]) <= reach + 2)
    crossed = np.asarray((band & beyond).any(axis=0), dtype=np.bool_)
    mask[top:bottom, left:right] |= band & near & ~crossed[None]


def _across(ink: Grey, shortest: int) -> list[Rule]:
    bridged = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    thick = cv2.dilate(bridged, np.ones((2, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, _RUN), np.uint8))
    runs = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((1, 25), np.uint8))
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(runs, connectivity=8)
    found = []
    for i in range(1, count):
        left, top, wide, high, area = (int(v) for v in stats[i])
        thickness = area / max(1, wide)
        if wide < shortest or thickness > _MAX_THICK or high > max(_MAX_THICK, wide // 12):
            continue
        part = labels[top : top + high, left : left + wide] == i
        third = max(1, wide // 4)
        start, end = (float(np.nonzero(side)[0].mean()) for side in (part[:, :third], part[:, -third:]))
        found.append(Rule(left, round(top + start), left + wide - 1, round(top + end), max(1, round(thickness - 1))))
    return sorted(found, key=lambda r: (r.y0, r.x0))


def _turned(rules: list[Rule]) -> list[Rule]:
    return sorted((Rule(r.y0, r.x0, r.y1, r.x1, r.thick) for r in rules), key=lambda r: (r.x0, r.y0))
