"""Requests get to who decides them: a queue here, or a packet; and never back to ourselves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings as DjangoSettings

from classify.offices import Office, build_offices
from classify.reference import Reference, load_reference
from desk.cases import hand_over
from desk.cases.hand_over import own_places
from desk.config import Settings, load_settings
from desk.pipeline import paper, steps
from desk.records.models import HandOver, Notice, Request, WorkItem
from outbound.handover import Own, Way, faults, target_of
from terms.names import Processor
from tests.desk.sending_house import Line, know_number, line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
_GROUP_FAX = "+15105550188"


@pytest.fixture
def out(tmp_path: Path, settings: DjangoSettings, inlet: Settings) -> Iterator[Line]:
    """A line with the made-up provider's number known."""
    del inlet
    know_number()
    with line(tmp_path, settings) as made:
        yield made


def _tables(way: str, target: str) -> Reference:
    """The shipped tables, with CHME reached in another way."""
    tables = load_reference(None)
    offices = [
        replace(office, handover=way, handover_target=target) if office.processor is Processor.CHME else office
        for office in tables.processors.offices()
    ]
    return replace(tables, processors=build_offices(offices, tables.processors.info))


def test_a_queue_of_this_installation_has_it_at_once(out: Line) -> None:
    """Routed to a processor that works here: handed over by the step, once, with when."""
    request = out.request()
    assert request.state == "routed"
    wish = WorkItem.objects.get(kind="hand_over")
    assert wish.payload == {"reference": request.reference, "revision": request.revision}
    for _ in range(2):
        assert steps.hand_over_request(request.reference, request.revision)
    request.refresh_from_db()
    assert request.state == "handed_over"
    row = HandOver.objects.get()
    assert (row.processor, row.way, row.fault) == ("CHME", "queue", "")
    assert row.done_at is not None


def test_a_packet_goes_by_fax_and_the_request_is_handed_over_when_it_arrives(
    out: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drafted once, sent to the processor's own number, and only its delivery is the hand-over."""
    tables = _tables("fax", _GROUP_FAX)
    request = out.request()
    for _ in range(2):
        assert not hand_over.hand_over(request.reference, request.revision, tables=tables, own=Own())
    packet = Notice.objects.get(kind="forward")
    assert packet.key == f"{request.reference}:{request.revision}:forward:CHME"
    monkeypatch.setattr(steps, "current_reference", lambda: tables)
    assert out.send(packet.key)
    packet.refresh_from_db()
    assert (packet.state, packet.destination) == ("sent", _GROUP_FAX)
    labels = {value["label"]: value["value"] for value in packet.data["values"]}
    assert (labels["Member last name"], labels["Item 1: code"]) == (request.member_last_name, "E0143")
    request.refresh_from_db()
    assert request.state == "routed"
    out.end(f"{packet.key}:1", "delivered")
    request.refresh_from_db()
    assert request.state == "handed_over"
    assert HandOver.objects.get().done_at is not None


def test_an_older_revision_is_not_handed_over(out: Line) -> None:
    """A request that was changed meanwhile, or is not routed any more, stays where it is."""
    request = out.request()
    Request.objects.update(revision=2)
    assert not hand_over.hand_over(request.reference, 1, tables=load_reference(None), own=Own())
    Request.objects.update(state="needs_review")
    assert not hand_over.hand_over(request.reference, 2, tables=load_reference(None), own=Own())
    assert not HandOver.objects.exists()


@pytest.mark.parametrize(
    ("way", "target"),
    [
        ("fax", "+15105550100"),
        ("fax", "510-555-0177"),
        ("fax", "no number"),
        ("email", "Orders@Plan.example"),
        ("email", "two@x.example, three@x.example"),
        ("sftp", "sftp://inlet@files.plan.example/in"),
        ("sftp", "files.plan.example"),
    ],
)
def test_a_target_that_we_watch_or_that_is_none_is_a_fault_and_nothing_goes_there(
    out: Line, way: str, target: str
) -> None:
    """The fault is named on the hand-over, with its remedy, and no packet is made."""
    own = Own(
        frozenset({"+15105550100", "+15105550177"}),
        frozenset({"orders@plan.example"}),
        frozenset({"files.plan.example"}),
    )
    tables = _tables(way, target)
    assert len(faults(tables.processors.offices(), own)) == 1
    request = out.request()
    assert not hand_over.hand_over(request.reference, request.revision, tables=tables, own=own)
    row = HandOver.objects.get()
    assert "CHME" in row.fault
    assert row.done_at is None
    assert not Notice.objects.filter(kind="forward").exists()


def test_what_the_settings_watch_is_known(tmp_path: Path) -> None:
    """Fax lines and mailboxes of the sources, the fax number answers come to, and what the settings add."""
    settings = load_settings(
        environment={},
        data_dir=str(tmp_path),
        answer_fax="510-555-0111",
        sources=[{"name": "fax", "path": str(tmp_path / "in"), "label": "(510) 555-0100"}],
        sending={"own_addresses": ["Orders@plan.example", "files.plan.example", "510-555-0177"]},
    )
    own = own_places(settings)
    assert own.numbers == {"+15105550100", "+15105550111", "+15105550177"}
    assert (own.addresses, own.hosts) == ({"orders@plan.example"}, {"files.plan.example"})


def test_the_shipped_hand_overs_are_queues_here_and_faxes_to_the_groups() -> None:
    """CHME and the plan are worked here; the two delegated groups get faxes; none has a fault."""
    offices = {office.processor: office for office in load_reference(None).processors.offices()}
    ways = {processor: target_of(office, Own()).way for processor, office in offices.items()}
    assert ways == {
        Processor.CHME: Way.QUEUE, Processor.ALLIANCE_UM: Way.QUEUE, Processor.CFMG: Way.FAX, Processor.CHCN: Way.FAX,
    }  # fmt: skip
    assert faults(offices.values(), Own()) == ()
    assert target_of(Office(Processor.CHME, "x", handover="pigeon"), Own()).fault


def test_what_can_be_drafted_can_be_drawn(out: Line) -> None:
    """The preview composes any drafted notice from stored values without storing anything."""
    notice = out.request().notices.get()
    data = paper.compose_notice(notice, load_reference(None), paper.find_destination(notice, load_reference(None)))
    assert data.reference == notice.key.partition(":")[0]
    assert Notice.objects.get(pk=notice.pk).pdf == ""
