"""Cases of what is read: handwriting, failing check digits, confusable signs, somebody else's id, other numbers."""

import dataclasses
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from samples.conditions import CONDITIONS, DRAWN_DPI, Grey
from samples.orders import Order
from samples.paper import render
from samples.people import broken_npi
from samples.sheet import HEIGHT, WIDTH
from tests.cases.office import WALKER, Office, as_fax, draw, gaps, notices, only, order, value

pytestmark = pytest.mark.django_db
CLEAN = CONDITIONS["clean"]
SCRIPT = Path("/usr/share/fonts/opentype/urw-base35/Z003-MediumItalic.otf")


def by_hand(asked: Order, form: str) -> list[Grey]:
    """The form with every value written in a script face, wandering as a hand does."""
    filled = draw((form, asked))
    everything = frozenset({placed.key for part in filled.parts for placed in part.placed if "=" not in placed.key})
    pages = render(draw((form, dataclasses.replace(asked, blank=everything))).pdf)
    rng = random.Random(16)
    for part in filled.parts:
        for placed in part.placed:
            if "=" in placed.key:
                continue
            _write(pages[placed.page - 1], placed.printed, placed.box.to_json(), rng)
    return pages


def _write(page: Grey, text: str, box: list[float], rng: random.Random) -> None:
    picture = Image.fromarray(page)
    pen = ImageDraw.Draw(picture)
    x, y = box[0] * page.shape[1], box[1] * page.shape[0]
    for char in text:
        size = round(rng.uniform(15, 17) / 72 * DRAWN_DPI)
        font = ImageFont.truetype(str(SCRIPT), size)
        pen.text((x, y - 24 + rng.uniform(-7, 7)), char, fill=30, font=font)
        x += font.getlength(char) + rng.uniform(-2, 5)
    page[:] = np.asarray(picture)


def test_case_16_a_handwritten_form_is_read_and_verified_never_refused(office: Office) -> None:
    """Written by hand: a case like any other; what is read goes before a person and nothing wrong is accepted."""
    assert (WIDTH, HEIGHT) == (612.0, 792.0)
    asked = order(16)
    office.know(asked)
    arrival = office.receive(as_fax(by_hand(asked, "chme_order"), condition=CLEAN))
    assert arrival.state == "processed"
    request = only(arrival)
    assert request.state == "needs_review"
    true = {"member.id": asked.member.cin, "ordering_provider.npi": asked.provider.npi}
    for name, right in true.items():
        row = request.fields.get(name=name)
        assert row.status != "accepted" or row.value == right
    assert notices(request) == []


def test_case_17_an_npi_with_a_wrong_digit_is_flagged_and_never_mended(office: Office) -> None:
    """The check digit fails: what stands on the paper is kept, no other number takes its place."""
    asked = order(17)
    wrong = broken_npi(asked.provider.npi, random.Random(17))
    office.know(asked)
    typed = dataclasses.replace(asked, typed=(("ordering_provider.npi", wrong),))
    request = only(office.receive(as_fax(draw(("chme_order", typed)), condition=CLEAN)))
    row = request.fields.get(name="ordering_provider.npi")
    assert (row.value, row.raw, row.status) == (None, wrong, "invalid")
    assert gaps(request, "provider")["ordering_provider.npi"] == "invalid"
    assert "check digit" in request.gaps.get(field="ordering_provider.npi").message


def test_case_18_letters_in_the_place_of_digits_are_proposed(office: Office) -> None:
    """E0l43 as typed: E0143 is offered, a clerk confirms, and what was read stays beside it."""
    asked = order(18, WALKER, typed=(("line[0].code", "E0l43"),))
    office.know(asked)
    request = only(office.receive(as_fax(draw(("chme_order", asked)), condition=CLEAN)))
    code = request.lines.get().parts["code"]
    assert code["value"] == "E0143" or "E0143" in [each["value"] for each in code["candidates"]]
    assert code["raw"]
    if code["status"] == "accepted":
        assert code["value"] == "E0143"
    else:
        assert "line[0].code" in gaps(request, "clerk")


def test_case_19_an_id_of_somebody_else_stops_the_case(office: Office) -> None:
    """The CIN is another member's: to the desk, nothing goes out with anybody's data on it."""
    asked, other = order(19), order(1900)
    office.know(asked, other, roster=[dataclasses.replace(other.member, cin=asked.member.cin)])
    request = only(office.receive(as_fax(draw(("chme_order", asked)), condition=CLEAN)))
    assert (request.processor, request.route_rule, request.state) == ("DESK", "identity.conflict", "needs_review")
    assert "conflict" in gaps(request, "clerk").values()
    assert notices(request) == []


def test_case_20_the_answer_goes_to_the_verified_number_or_waits(office: Office) -> None:
    """Another fax number on the paper: the directory's verified one is used; without one the notice is held."""
    asked, unknown = order(20), order(2000)
    office.know(asked, unknown, unverified=[unknown.provider.npi])
    elsewhere = dataclasses.replace(asked, provider=dataclasses.replace(asked.provider, fax="5105550198"))
    request = only(office.receive(as_fax(draw(("chme_order", elsewhere)), condition=CLEAN)))
    assert value(request, "ordering_provider.fax") == "+15105550198"
    request = office.let_go(request) if request.state == "needs_review" else request
    sent = request.notices.get()
    assert (sent.destination, sent.verified) == (f"+1{asked.provider.fax}", True)
    held = only(office.receive(as_fax(draw(("chme_order", unknown)), condition=CLEAN)))
    held = office.let_go(held) if held.state == "needs_review" else held
    assert notices(held) == [("receipt", "held")]
