"""Evaluation pages on disk: a fax TIFF and its truth for each number, layout and condition, from one seed."""

import json
import random
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.reading.canvas import Canvas
from bench.reading.conditions import LINES, WIDTH, Condition, fax
from bench.reading.letter import Letter
from bench.reading.order_form import OrderForm
from bench.reading.people import Case, draw_case
from bench.reading.plan_form import PlanForm
from terms.names import RequestType

SEED = 20261107
LAYOUTS = ("plan_form", "order_form", "letter")
_ORDER_TYPES = (RequestType.ROUTINE, RequestType.URGENT, RequestType.RETRO)


@dataclass(frozen=True, slots=True)
class Page:
    """One evaluation page: the fax file and what a perfect reader would say."""

    name: str
    layout: str
    condition: Condition
    fax: Path
    truth: dict[str, Any]


def make_page(folder: Path, number: int, layout: str, condition: Condition, *, seed: int = SEED) -> Page:
    """Draw, fax and write one page with its truth, unless it is there already.

    The same number and layout hold the same request under every condition.
    """
    name = f"{layout}-{number:04d}-{condition}"
    path, truth_path = folder / f"{name}.tif", folder / f"{name}.json"
    if not (path.exists() and truth_path.exists()):
        case, canvas, families = drawn(number, layout, seed=seed)
        noise = np.random.default_rng(zlib.crc32(f"{seed}-{name}".encode()))
        image, turned = fax(canvas.image, condition, noise)
        folder.mkdir(parents=True, exist_ok=True)
        image.save(path, compression="group4", dpi=(204, LINES[condition.resolution]))
        shown = WIDTH / (canvas.image.width * 204 / 400)
        boxes = {key: [box[0] / shown, box[1], box[2] / shown, box[3]] for key, box in canvas.placed.items()}
        truth = {**truth_of(case, layout), "boxes": boxes, "turned": turned, "families": families}
        unfinished = truth_path.with_suffix(".part")
        unfinished.write_text(json.dumps(truth), encoding="utf-8")
        unfinished.rename(truth_path)
    return Page(name, layout, condition, path, json.loads(truth_path.read_text(encoding="utf-8")))


def drawn(number: int, layout: str, *, seed: int = SEED) -> tuple[Case, Canvas, list[str]]:
    """Give the request, the printed page at 400 dpi and its font families for a number and layout."""
    rng = random.Random(f"{seed}-{layout}-{number}")
    case = draw_case(rng)
    if layout == "plan_form":
        form = PlanForm(case, rng)
        return case, form.draw(), [form.labels.name, form.values.name]
    if layout == "order_form":
        case = replace(case, type=rng.choice(_ORDER_TYPES))
        order = OrderForm(case, rng)
        return case, order.draw(), [order.labels.name, order.values.name]
    case = replace(case, type=RequestType.URGENT if rng.random() < 0.3 else RequestType.ROUTINE)
    letter = Letter(case, rng)
    return case, letter.draw(), [letter.head.name, letter.face.name]


def truth_of(case: Case, layout: str) -> dict[str, object]:
    """Give the truth in normal form: fields (None where blank), lines, diagnoses; printed forms beside them.

    A letter has no box for the type, so only an urgent one counts.
    """
    fields: dict[str, str | None] = {
        name: None if name in case.blank else value.value for name, value in case.fields.items()
    }
    printed = {name: value.printed for name, value in case.fields.items() if name not in case.blank}
    if layout != "letter" or case.type is RequestType.URGENT:
        fields["request.type"] = case.type.value
    return {
        "fields": fields,
        "printed": printed,
        "lines": [
            {
                "code": line.code.value,
                "description": line.description,
                "quantity": line.quantity.value,
                "modifiers": list(line.modifiers),
            }
            for line in case.lines
        ],
        "diagnoses": [code.value for code in case.diagnoses],
    }
