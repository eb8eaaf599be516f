"""A clerk in a real browser at the real service: faxes are read, doubts cleared by keyboard, answers go out.

``CLERK_FAXES`` says how many faxes the clerk clears (2 in CI; ``make test-clerk`` has 20).
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from samples.conditions import CONDITIONS, Resolution
from samples.make_fax import FreshSample, fresh_samples
from tests.chaos.service import ROOT, Service
from tests.desk.review.conftest import PASSWORD

FAXES = int(os.environ.get("CLERK_FAXES", "2"))
pytestmark = [pytest.mark.browser, pytest.mark.e2e, pytest.mark.timeout(240 + 60 * FAXES)]
_PRINTED_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def _lay(service: Service, name: str, content: bytes) -> None:
    inbox = service.data / "inbox" / "fax"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / f".{name}").write_bytes(content)
    (inbox / f".{name}").rename(inbox / name)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """The service on its embedded defaults: no roster, no directory, so that a person has something to do."""
    made = Service(tmp_path / "data", INLET_PAGE_SECONDS="240")
    made.data.mkdir()
    add = [sys.executable, "-m", "desk.cli.main", "user", "add", "dana", "--role", "senior clerk", "--password-stdin"]
    subprocess.run(add, input=f"{PASSWORD}\n", text=True, check=True, cwd=ROOT, env=made.environment())
    made.start()
    yield made
    made.stop()


@pytest.fixture
def at_desk(service: Service, page: Page) -> Page:
    """A clerk signed in at the service; ``page.url`` is the queue."""
    place = service.data / "web.address"
    end = time.monotonic() + 60
    while not place.exists() and time.monotonic() < end:
        time.sleep(0.1)
    page.goto(place.read_text().strip())
    page.get_by_label("Name").fill("dana")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Queue")).to_be_attached()
    return page


def _read(service: Service, count: int) -> None:
    ended = "SELECT count(*) FROM records_arrival WHERE state <> 'in_progress'"
    assert service.wait_until(ended, count, 120 + 40 * count), service.log.read_text()[-3000:]


def _truth(sample: FreshSample) -> dict[str, str]:
    """What a clerk sees on the paper, by target, as they would type it."""
    (request,) = sample.truth["requests"]  # type: ignore[misc]
    seen = {name: field["value"] for name, field in request["fields"].items() if field["value"]}
    for place, line in enumerate(request["lines"]):
        seen |= {f"line[{place}].{part}": line[part] for part in ("code", "quantity", "description") if line[part]}
        seen |= {f"line[{place}].modifiers[{number}]": text for number, text in enumerate(line["modifiers"])}
    seen |= {f"diagnosis[{place}]": code for place, code in enumerate(request["diagnoses"])}
    return {name: _PRINTED_DATE.sub(r"\2/\3/\1", text) for name, text in seen.items()}


def _plain(text: str) -> str:
    return re.sub(r"\W", "", text).upper().removeprefix("1" if text.startswith("+1") else "")


def _settle(page: Page, truth: dict[str, str]) -> int:
    """Settle the doubt in focus as the paper says, by keyboard; give the keys pressed (a typed word counts one)."""
    form = page.locator("form.check:focus, form.check:focus-within").first
    target = form.get_attribute("data-target") or ""
    shown = form.get_attribute("data-read") or ""
    entry = form.locator("input[name=text]:not([type=hidden])")
    left = page.locator("form.check").count()
    keys = 1
    if entry.count() and _plain(shown) != _plain(truth.get(target, "")):
        page.keyboard.press("F2")
        page.keyboard.press("Control+a")
        page.keyboard.type(truth.get(target, "")) if target in truth else page.keyboard.press("Delete")
        keys += 3
    page.keyboard.press("Enter")
    expect(page.locator("form.check")).not_to_have_count(left)
    return keys


def test_doubtful_faxes_are_cleared_by_keyboard_at_the_running_service(at_desk: Page, service: Service) -> None:
    """Every doubt of every fax is settled as the paper says, every request released and answered once."""
    faxes = list(fresh_samples(FAXES, CONDITIONS["light"], Resolution.FINE, seed=411))
    for fax in faxes:
        _lay(service, f"{fax.name}.tif", fax.tiff)
    _read(service, FAXES)
    waiting = "SELECT count(*) FROM records_request WHERE state = 'needs_review'"
    doubtful = int(str(service.rows(waiting)[0][0]))
    assert doubtful, "without a roster some reading of a fax is in doubt"
    at_desk.reload()
    began, keys, doubts = time.monotonic(), 2, 0
    at_desk.keyboard.press("j")
    at_desk.keyboard.press("Enter")
    for cleared in range(1, doubtful + 1):
        expect(at_desk.locator("form.check").first).to_be_focused()
        reference = at_desk.locator(".strip .reference").inner_text()
        of_request = (
            "SELECT file_name FROM records_arrival a JOIN records_request r ON r.arrival_id = a.id "  # noqa: S608  (ours)
            f"WHERE r.reference = '{reference}'"
        )
        name = str(service.rows(of_request)[0][0]).removesuffix(".tif")
        truth = next(_truth(fax) for fax in faxes if fax.name == name)
        while at_desk.locator("form.check").count():
            keys += _settle(at_desk, truth)
            doubts += 1
        expect(at_desk.locator("#release")).to_be_focused()
        at_desk.keyboard.press("Enter")
        expect(at_desk.locator(".foot a.button")).to_be_focused()
        at_desk.keyboard.press("Enter")
        keys += 2
        if cleared < doubtful:
            expect(at_desk.locator(".strip .reference")).not_to_have_text(reference)
    seconds = time.monotonic() - began
    sys.stdout.write(
        f"{doubtful} of {FAXES} faxes in doubt: {doubts / doubtful:.1f} doubts, {keys / doubtful:.1f} keys "
        f"and {seconds / doubtful:.1f} s each\n"
    )
    assert service.rows(waiting)[0][0] == 0
    answered = "SELECT count(*), count(DISTINCT request_id) FROM records_notice "
    notices = answered + "WHERE kind IN ('receipt', 'information_request')"
    assert service.wait_until("SELECT count(*) FROM records_notice WHERE state = 'drafted'", 0, 120)
    assert service.rows(notices) == [(FAXES, FAXES)]
    assert len([*service.data.glob("outbox/*.pdf"), *service.data.glob("held/*.pdf")]) == FAXES
    ids = service.rows("SELECT value FROM records_fieldrecord WHERE name = 'member.id'")
    assert sorted(str(row[0]) for row in ids) == sorted(_truth(fax)["member.id"] for fax in faxes)


def test_searching_pointing_splitting_and_settling_at_the_running_service(at_desk: Page, service: Service) -> None:
    """A fax with notes, and one without a page: found by words, read again by hand, split and put back, settled."""
    sample = ROOT / "samples" / "faxes" / "form_and_notes.tif"
    truth = json.loads((sample.parent / f"{sample.name}.expected.json").read_text())["requests"][0]
    _lay(service, sample.name, sample.read_bytes())
    _lay(service, "empty.tif", b"")
    _read(service, 2)
    root = at_desk.url
    at_desk.goto(root)
    at_desk.keyboard.press("/")
    at_desk.keyboard.type(truth["fields"]["member.last_name"]["value"])
    at_desk.keyboard.press("Enter")
    expect(at_desk.locator("tr[data-row]")).to_have_count(1)
    at_desk.locator("tr[data-row] a").click()
    _read_again(at_desk, truth["fields"])
    at_desk.keyboard.press("Escape")
    at_desk.keyboard.press("Escape")
    at_desk.keyboard.press("g")
    expect(at_desk.locator(".tile-of-page input").first).to_be_focused()
    for _ in range(3):
        at_desk.keyboard.press("ArrowRight")
    at_desk.keyboard.press("Space")
    at_desk.keyboard.press("s")
    expect(at_desk.locator("#notes")).to_contain_text("Made request")
    at_desk.wait_for_load_state("load")  # the words stand there before the keys are listened to
    requests = "SELECT count(*) FROM records_request WHERE state <> 'merged'"
    assert service.rows(requests) == [(2,)]
    at_desk.keyboard.press("z")
    expect(at_desk.locator("#notes")).to_contain_text("Taken back")
    assert service.rows(requests) == [(1,)]
    at_desk.goto(f"{root}arrivals/?state=quarantined")
    at_desk.locator("tbody a.mono").first.click()
    expect(at_desk.locator("main")).to_contain_text("The file is empty")
    at_desk.get_by_label("What was done about it").fill("asked by phone to send it again")
    at_desk.get_by_role("button", name="Dismiss").click()
    expect(at_desk.locator("main")).to_contain_text("asked by phone to send it again")
    at_desk.get_by_role("button", name="Take that back").click()
    expect(at_desk.get_by_role("button", name="Dismiss")).to_be_visible()


def _read_again(page: Page, fields: dict[str, dict[str, Any]]) -> None:
    """Drag a box around a doubtful value on the page: the service's own reader fills the field with it."""
    checks = page.locator("form.check")
    expect(checks.first).to_be_focused()
    targets = [form.get_attribute("data-target") or "" for form in checks.all()]
    target = next(each for each in targets if each in fields and each != "request.type")
    form = page.locator(f'form.check[data-target="{target}"]')
    form.locator("input[name=text]").click()
    form.locator("input[name=text]").fill("")
    page.locator(".viewer").get_by_role("button", name="Page", exact=True).click()
    form.locator("input[name=text]").focus()
    left, top, right, bottom = fields[target]["box"]
    stage = page.locator(".viewer .stage").bounding_box()
    assert stage is not None
    page.keyboard.down("Shift")
    page.mouse.move(stage["x"] + (left - 0.008) * stage["width"], stage["y"] + (top - 0.004) * stage["height"])
    page.mouse.down()
    page.mouse.move(
        stage["x"] + (right + 0.008) * stage["width"], stage["y"] + (bottom + 0.004) * stage["height"], steps=4
    )
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(form.locator("input[name=text]")).not_to_have_value("", timeout=60_000)
    expect(page.locator("#notes")).to_contain_text("%", timeout=60_000)
    assert _plain(form.locator("input[name=text]").input_value()) == _plain(fields[target]["printed"])
