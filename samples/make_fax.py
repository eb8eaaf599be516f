"""Sends papers through a fax machine, and draws any number of fresh faxes with their truth."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from samples.conditions import Condition, Resolution, fax_page
from samples.fax_tiff import FaxPage, fax_tiff
from samples.orders import draw_order
from samples.paper import Paper, Part, compose, render
from samples.printed import draw_hand, phone_text
from samples.truth import RequestTruth, marks_json, request_json

RECEIVED_AT = dt.datetime(2026, 11, 16, 9, 12, tzinfo=dt.timezone(dt.timedelta(hours=-8)))
"""When the samples were received: a Monday morning, Pacific time."""
FRESH_FORMS = (
    "alliance_pa_short", "chme_order", "breast_pump", "prescription", "letter_of_need", "letter_memo", "letter_block",
    "alliance_pa_2026",
)  # fmt: skip
_UPSIDE_DOWN = 8
"""One page in so many goes in the wrong way round."""


@dataclass(frozen=True, slots=True)
class FreshSample:
    """A drawn fax with its truth."""

    name: str
    tiff: bytes
    truth: dict[str, object]


def fax_paper(
    paper: Paper,
    condition: Condition,
    resolution: Resolution,
    rng: np.random.Generator,
    *,
    caller: str,
    turned: frozenset[int] = frozenset(),
    header: bool = True,
) -> list[FaxPage]:
    """Send a paper through a fax machine; ``turned`` names the 1-based pages that go in upside down."""
    greys = render(paper.pdf)
    stamp = RECEIVED_AT.strftime("%m/%d/%Y %H:%M")
    return [
        FaxPage(
            fax_page(
                grey,
                condition,
                resolution,
                rng,
                header=f"{stamp}  FROM: {caller}   P.{number:02d}/{len(greys):02d}" if header else "",
                upside_down=number in turned,
            ),
            resolution,
        )
        for number, grey in enumerate(greys, start=1)
    ]


def pages_json(paper: Paper, turned: frozenset[int] = frozenset(), *, shift: int = 0) -> list[dict[str, object]]:
    """What must be said of each page; ``shift`` is added to the page numbers (a mail's body comes first)."""
    return [
        {"number": number + shift, "kind": part.kind, "rotation": 180 if number in turned else 0}
        for part in paper.parts
        for number in part.pages
    ]


def fresh_samples(
    count: int, condition: Condition, resolution: Resolution, *, seed: int, forms: Sequence[str] = FRESH_FORMS
) -> Iterator[FreshSample]:
    """Draw ``count`` one-request faxes over the forms in turn, each with its own typist and order."""
    for number in range(count):
        rng = random.Random(f"{seed}:{number}")
        noise = np.random.default_rng([seed, number])
        form = forms[number % len(forms)]
        order = draw_order(rng, today=RECEIVED_AT.date(), kind="breast_pumps" if form == "breast_pump" else None)
        hand = draw_hand(rng)
        paper = compose((Part(form, order, hand),), rng)
        pages = range(1, paper.parts[-1].pages[-1] + 1)
        turned = frozenset(p for p in pages if condition.skew and rng.randrange(_UPSIDE_DOWN) == 0)
        caller = phone_text(order.provider.fax, hand)
        faxed = fax_paper(paper, condition, resolution, noise, caller=caller, turned=turned)
        name = f"{number:04d}_{form}"
        request = RequestTruth(order, paper.parts)
        truth: dict[str, object] = {
            "file": f"{name}.tif",
            "condition": condition.name,
            "resolution": resolution.value,
            "received_at": RECEIVED_AT.isoformat(),
            "outcome": "processed",
            "problem": None,
            "pages": pages_json(paper, turned),
            "requests": [request_json(request, received_on=RECEIVED_AT.date())],
            "marks": marks_json(paper),
        }
        yield FreshSample(name, fax_tiff(faxed, caller=caller), truth)
