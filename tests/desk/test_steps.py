"""Every step of the pipeline, run twice: the second time changes nothing."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from pytest_django import Settings as DjangoSettings

from classify.reference import load_reference
from desk.cases.actor import Actor
from desk.cases.corrections import correct_field
from desk.cases.notices import verify_and_send
from desk.config import Settings
from desk.errors import MoveRefusedError, ReaderCrashedError, ReaderError, StorageFullError
from desk.lifecycle import Role
from desk.pipeline import steps
from desk.records import models
from desk.records.models import Arrival, Notice, Page, Request, Transmission
from extract.reading import PageReading
from ingest.errors import problem
from ingest.pages import CallFacts, Unpacked
from terms.document import Word
from terms.geometry import Box
from terms.names import TextSource
from tests.desk.made_up import arrive, values

pytestmark = pytest.mark.django_db
TITLE = "Alameda Alliance for Health Prior Authorization Request Form Requesting Provider Information Member"


class Typist:
    """Stands in for the readers: gives a made-up form, or does what it was told to."""

    def __init__(self, *deeds: Exception) -> None:
        self.deeds = list(deeds)
        self.calls = 0

    def read(self, source: Mapping[str, object], *, received_on: dt.date, upright_to: Path) -> dict[str, object]:
        """Give the form and write an upright image."""
        assert received_on == dt.date(2026, 3, 4)
        self.calls += 1
        if self.deeds:
            raise self.deeds.pop(0)
        upright_to.write_bytes(Path(str(source["image"])).read_bytes())
        form = values()
        words = tuple(Word(word, Box(0.1, 0.1, 0.2, 0.12), 0.99) for word in TITLE.split())
        return PageReading(
            number=int(str(source["number"])),
            rotation=0,
            form="alliance-pa@2026",
            text_source=TextSource.OCR,
            legibility=0.95,
            words=words,
            fields=form.fields,
            lines=form.lines,
            diagnoses=form.diagnoses,
            facts={"page.title": "Prior Authorization Request Form", **form.facts},
        ).to_record()


@pytest.fixture
def typist(inlet: Settings) -> Iterator[Typist]:
    """A typist at work in a data folder of its own."""
    del inlet
    made = Typist()
    steps.use_readers(made)
    yield made
    steps.use_readers(None)


def fax(folder: Path) -> Arrival:
    """An arrival of one small page."""
    page = Image.new("1", (864, 500), 1)
    ImageDraw.Draw(page).text((50, 50), "Prior Authorization Request", fill=0, font_size=40)
    path = folder / "fax.tif"
    page.save(path, compression="group4", dpi=(204, 196))
    return arrive(folder, path.read_bytes())


def everything() -> dict[str, list[dict[str, object]]]:
    """All rows of all records, to compare before and after."""
    tables = (name for name in models.__all__ if hasattr(getattr(models, name), "objects"))
    names = [name for name in tables if name != "AuditEvent"]
    found = {name: list(getattr(models, name).objects.order_by("pk").values()) for name in names}
    found["AuditEvent"] = list(models.AuditEvent.objects.order_by("pk").values("action", "detail"))
    return found


def twice(step: Callable[[], object], folder: Path) -> object:
    """Run a step, then run it again and see that neither rows nor files have changed."""
    first = step()
    rows, files = everything(), sorted(p for p in folder.rglob("*") if p.is_file())
    step()
    assert everything() == rows
    assert sorted(p for p in folder.rglob("*") if p.is_file()) == files
    return first


def test_every_step_run_twice_changes_nothing_the_second_time(typist: Typist, inlet: Settings, tmp_path: Path) -> None:
    """From the original to the notice in the outbox."""
    arrival = fax(tmp_path)
    assert twice(lambda: steps.unpack_arrival(arrival.pk, 1), inlet.data_dir) == 1
    assert twice(lambda: steps.read_page(arrival.pk, 1, 1), inlet.data_dir) == "read"
    assert typist.calls == 1
    (reference,) = twice(lambda: steps.assemble_arrival(arrival.pk, 1), inlet.data_dir)  # type: ignore[misc]
    request = Request.objects.get(reference=reference)
    arrival.refresh_from_db()
    assert arrival.state == "processed"
    assert request.codes == "E0143"
    key = Notice.objects.get(request=request).key
    assert twice(lambda: steps.render_notice(key), inlet.data_dir)
    answer = twice(lambda: steps.submit_notice(key), inlet.data_dir)
    assert isinstance(answer, dict)
    assert answer["held"]
    twice(lambda: steps.record_submission(answer), inlet.data_dir)
    assert (Notice.objects.get().state, Transmission.objects.get().state) == ("held", "held")
    assert sorted(path.suffix for path in inlet.held.iterdir()) == [".json", ".pdf", ".tif"]
    assert not inlet.outbox.exists() or not list(inlet.outbox.iterdir())
    assert not list((inlet.data_dir / "tmp").iterdir())


def test_a_held_notice_goes_out_to_a_number_that_somebody_vouched_for(
    typist: Typist, inlet: Settings, tmp_path: Path
) -> None:
    """A second transmission with its own key; what lay held is withdrawn; a clerk may not vouch."""
    del typist
    arrival = fax(tmp_path)
    steps.unpack_arrival(arrival.pk, 1)
    steps.read_page(arrival.pk, 1, 1)
    steps.assemble_arrival(arrival.pk, 1)
    key = Notice.objects.get().key
    steps.render_notice(key)
    steps.record_submission(steps.submit_notice(key) or {})
    with pytest.raises(MoveRefusedError):
        verify_and_send(key, "510-555-0151", actor=Actor("clara", frozenset({Role.CLERK})))
    verify_and_send(key, "510-555-0151", actor=Actor("sena", frozenset({Role.SENIOR_CLERK})))
    assert twice(lambda: steps.render_notice(key), inlet.data_dir)
    answer = twice(lambda: steps.submit_notice(key), inlet.data_dir)
    assert isinstance(answer, dict)
    twice(lambda: steps.record_submission(answer), inlet.data_dir)
    assert list(Transmission.objects.values_list("attempt", "state", "destination")) == [
        (1, "held", "+15105550151"), (2, "submitted", "+15105550151"),
    ]  # fmt: skip
    assert Notice.objects.get().state == "sent"
    assert len([path for path in inlet.outbox.iterdir() if path.is_file()]) == 3
    assert not list(inlet.held.iterdir())


def test_a_held_notice_is_withdrawn_when_its_request_changes(typist: Typist, inlet: Settings, tmp_path: Path) -> None:
    """What waits in the held folder says what was true then; a correction takes it back, whatever the order."""
    del typist
    arrival = fax(tmp_path)
    steps.unpack_arrival(arrival.pk, 1)
    steps.read_page(arrival.pk, 1, 1)
    (reference,) = steps.assemble_arrival(arrival.pk, 1)
    key = Notice.objects.get().key
    steps.render_notice(key)
    answer = steps.submit_notice(key)
    assert answer is not None
    clerk = Actor("clara", frozenset({Role.CLERK}))
    correct_field(reference, "member.phone", "5105550143", revision=1, actor=clerk, tables=load_reference(None))
    assert Notice.objects.get().state == "superseded"
    steps.record_submission(answer)
    assert Notice.objects.get().state == "superseded"
    assert models.WorkItem.objects.filter(key=f"withdraw:{key}").exists()
    assert twice(lambda: steps.withdraw_notice(key), inlet.data_dir) == 1
    assert not list(inlet.held.iterdir())


def test_our_own_fax_that_comes_back_is_no_work(
    typist: Typist, inlet: Settings, settings: DjangoSettings, tmp_path: Path
) -> None:
    """A fax that bears our own station id is set aside with the reason, not read."""
    settings.INLET = inlet.model_copy(update={"station_id": "+1 510 555 0199"})
    arrival = fax(tmp_path)
    arrival.facts = {"call": CallFacts(tsi="15105550199").to_record()}
    arrival.save()
    assert steps.unpack_arrival(arrival.pk, 1) == 0
    arrival.refresh_from_db()
    assert (arrival.state, arrival.problem_kind, typist.calls) == ("quarantined", "desk.our_own", 0)


def test_a_decoder_without_room_is_waited_for(typist: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that was full while pages were written is the disk's trouble: the arrival is not given up."""
    del typist
    arrival = arrive(tmp_path, b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nPlease send a walker.\r\n")
    monkeypatch.setattr(steps, "unpack", lambda *_: Unpacked("message/rfc822", problem=problem("storage")))
    with pytest.raises(StorageFullError):
        steps.unpack_arrival(arrival.pk, 1)
    arrival.refresh_from_db()
    assert arrival.state == "in_progress"
    monkeypatch.undo()
    assert steps.unpack_arrival(arrival.pk, 1) == 1


def test_a_lost_reader_is_replaced_and_the_page_read(typist: Typist, tmp_path: Path) -> None:
    """A crash under a page costs one try of it."""
    typist.deeds = [ReaderCrashedError("it ended"), ReaderCrashedError("it ended")]
    arrival = fax(tmp_path)
    steps.unpack_arrival(arrival.pk, 1)
    assert steps.read_page(arrival.pk, 1, 1) == "read"
    assert (Page.objects.get().tries, typist.calls) == (3, 3)


@pytest.mark.parametrize(
    ("deeds", "calls"),
    [([ReaderCrashedError("it ended") for _ in range(3)], 3), ([ReaderError("ValueError at x:1", retry=False)], 1)],
)
def test_a_page_that_cannot_be_read_goes_to_a_person(
    typist: Typist, tmp_path: Path, deeds: list[Exception], calls: int
) -> None:
    """After its tries the page stands as unreadable with its problem; a clerk has its picture before them."""
    typist.deeds = list(deeds)
    arrival = fax(tmp_path)
    steps.unpack_arrival(arrival.pk, 1)
    assert steps.read_page(arrival.pk, 1, 1) == "failed"
    assert typist.calls == calls
    assert Page.objects.get().problem_kind == "desk.page_unreadable"
    steps.assemble_arrival(arrival.pk, 1)
    arrival.refresh_from_db()
    assert arrival.state == "quarantined" or [r.state for r in arrival.requests.all()] == ["needs_review"]
    assert Page.objects.get().image
