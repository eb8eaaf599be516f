"""What a mark in or around a known check box means, weighed against the blank and against its group.

Crosses, ticks and fills mark a box. A ring around it, a mark that lies beside it and a box that
was scribbled over say something too, but not surely: they go to a person, unless another box of the
same one-of group is plainly marked and the scribble took this one back.
"""

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from extract.boxes.squares import Mark, judge_box
from extract.layout import Area

Ink = npt.NDArray[np.uint8]
_BAND = 0.55
"""How far around a box, in sides of it, ink belongs to its mark."""
_RING, _SIDES = 0.10, 3
"""Ink in a strip beside a box, and on how many of its four sides, that makes a ring or a scribble."""
_BESIDE = 0.11
"""Ink in one strip beside an otherwise clear box that may be a mark gone astray."""
_STRUCK, _SPILT, _SPILT_SIDES = 0.5, 0.07, 2
"""Ink inside a box from which it was scribbled over, if so much stands in strips on so many of its sides too."""
_PLAIN = 3.0
"""How many times more ink the one mark of a group has than a doubtful one that is then dust."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A box with its mark: ``sides`` are the shares of ink left, above, right and below of it."""

    mark: Mark
    sides: tuple[float, float, float, float]

    @property
    def struck(self) -> bool:
        """Say whether the box was scribbled over."""
        return self.mark.ink >= _STRUCK and sum(s >= _SPILT for s in self.sides) >= _SPILT_SIDES

    @property
    def surrounded(self) -> bool:
        """Say whether ink stands on most sides of the box."""
        return sum(s >= _RING for s in self.sides) >= _SIDES


def see(ink: Ink, printed: Ink, area: Area) -> Seen:
    """Look at one box: ``ink`` is the page's (1 = dark), ``printed`` 1 where the blank's print stands."""
    side = area.width
    reach = round(_BAND * side)
    left, top, right, bottom = (round(v) for v in (area.left, area.top, area.right, area.bottom))
    y0, x0 = max(0, top - reach), max(0, left - reach)
    window = ink[y0 : bottom + reach + 1, x0 : right + reach + 1]
    print_ = np.ascontiguousarray(printed[y0 : bottom + reach + 1, x0 : right + reach + 1])
    blank = cv2.dilate(print_, np.ones((5, 5), np.uint8))
    written = window & (1 - blank)
    gap = 3
    strips = (
        written[:, : max(0, left - gap - x0)],
        written[: max(0, top - gap - y0), :],
        written[:, right + gap + 1 - x0 :],
        written[bottom + gap + 1 - y0 :, :],
    )
    shares = tuple(float(s.mean()) if s.size else 0.0 for s in strips)
    return Seen(judge_box(ink, area), (shares[0], shares[1], shares[2], shares[3]))


def decide(seen: Sequence[Seen], *, one: bool) -> list[Mark]:
    """The marks of one group, decided together; ``one`` says that a sender ticks one box only.

    ``ticked`` of a mark is None where a person must look; ``sure`` is the measured chance that the
    verdict is right.
    """
    verdicts = [_alone(s) for s in seen]
    marks = [s.mark for s in seen]
    plain = [i for i, v in enumerate(verdicts) if v is True and not seen[i].struck]
    if one and len(plain) == 1:
        most = seen[plain[0]].mark.ink
        for i, s in enumerate(seen):
            faint = verdicts[i] is None and s.mark.ticked is None and s.mark.ink * _PLAIN <= most
            if i != plain[0] and (s.struck or (faint and not s.surrounded)):
                verdicts[i] = False
    sure = _confidence()
    return [
        replace(mark, ticked=verdict, sure=sure["marked" if verdict else "clear"])
        for mark, verdict in zip(marks, verdicts, strict=True)
    ]


def _alone(seen: Seen) -> bool | None:
    if seen.struck:
        return None
    if seen.mark.ticked is False and (seen.surrounded or max(seen.sides) >= _BESIDE):
        return None
    return seen.mark.ticked


@functools.cache
def _confidence() -> dict[str, float]:
    """How often verdicts were right on drawn marks (``python -m bench.boxes --record``): lower 95 % bounds."""
    data: dict[str, Any] = json.loads(resources.files(__package__).joinpath("confidence.json").read_text("utf-8"))
    return {name: float(data[name]["sure"]) for name in ("marked", "clear")}
