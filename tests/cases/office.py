"""An intake office for the cases: papers drawn, sent, received and worked through by the real steps.

Nothing is put into the records by hand: a case's paper is drawn by :mod:`samples`, faxed or mailed, and
goes through unpacking, reading, putting together and deciding as the pipeline does it, notices included.
"""

import dataclasses
import datetime as dt
import hashlib
import itertools
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from desk.cases.actor import MACHINE, Actor
from desk.cases.arrivals import Receipt, register_arrival
from desk.cases.corrections import Change, correct
from desk.cases.release import release
from desk.cases.tables import current_reference, import_folder
from desk.lifecycle import Role
from desk.pipeline import steps
from desk.records.models import Arrival, Notice, Request, WorkItem
from desk.storage import store_original
from extract.read import read_page
from ingest.pages import PageSource
from samples.catalogue import TODAY
from samples.conditions import CONDITIONS, Bits, Condition, Grey, Resolution, fax_page
from samples.fax_tiff import FaxPage, fax_tiff
from samples.orders import Order, OrderLine, draw_order, line
from samples.paper import Paper, Part, compose, render
from samples.people import Member
from samples.printed import Hand
from samples.reference_tables import grid_csv, processors_csv, providers_csv, roster_csv, vendors_csv
from terms.dates import PACIFIC
from terms.names import FIELD_KINDS

HAND = Hand(font="sans", size=10.5)
WALKER, WHEELCHAIR = line("E0143", "NU"), line("K0001", "RR")
CLERK = Actor("clara", frozenset({Role.CLERK}))
MONDAY = dt.datetime(2026, 11, 16, 9, 12, tzinfo=PACIFIC)
"""When papers are received where nothing else is said: the day they are dated."""

_numbers = itertools.count(1)


def order(seed: int, *lines: OrderLine, group: str = "DIRECT", **changes: object) -> Order:
    """A drawn order for just these lines: routine, of a Medi-Cal member of ``group``; ``changes`` are Order's."""
    drawn = draw_order(random.Random(f"cases:{seed}"), today=TODAY)
    member = dataclasses.replace(drawn.member, medical_group=group, line_of_business="MEDI_CAL")
    plain = dataclasses.replace(
        drawn,
        member=member,
        lines=lines or (WALKER,),
        diagnoses=("M17.11",),
        types=("routine",),
        request_date=TODAY,
        start_date=TODAY + dt.timedelta(days=4),
        end_date=None,
        servicing=None,
    )
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]  # the names are Order's own


def draw(*parts: tuple[str, Order], hand: Hand = HAND, seed: int = 1) -> Paper:
    """A paper of parts: what (a form or letter of the samples) and about which order."""
    return compose([Part(what, about, hand) for what, about in parts], random.Random(seed))


def as_fax(
    paper: Paper | Sequence[Grey],
    *,
    condition: Condition = CONDITIONS["light"],
    without: Iterable[int] = (),
    turned: Mapping[int, int] | None = None,
    header: str = "",
    seed: int = 1,
) -> bytes:
    """The paper after its fax call: ``without`` these pages (1-based), ``turned`` by so many degrees clockwise."""
    rng = np.random.default_rng(seed)
    greys = render(paper.pdf) if isinstance(paper, Paper) else paper
    turns = turned or {}
    pages: list[FaxPage] = []
    for number, grey in enumerate(greys, start=1):
        if number in set(without):
            continue
        bits: Bits = fax_page(_turn(grey, turns.get(number, 0)), condition, Resolution.FINE, rng, header=header)
        pages.append(FaxPage(bits, Resolution.FINE))
    return fax_tiff(pages, caller="510-555-0199")


def _turn(grey: Grey, degrees: int) -> Grey:
    """The page as it went in: upside down as it is, sideways made smaller so that it fits the paper's width."""
    if degrees in {0, 180}:
        return np.ascontiguousarray(np.rot90(grey, degrees // 90)).astype(np.uint8)
    high, wide = grey.shape
    side = np.rot90(grey, -degrees // 90)
    scale = wide / side.shape[1]
    small = cv2.resize(np.ascontiguousarray(side), (wide, round(side.shape[0] * scale)), interpolation=cv2.INTER_AREA)
    page = np.full((high, wide), 255, np.uint8)
    page[: small.shape[0]] = small
    return page


class RealReader:
    """Reads pages in this process just as a resident reader does."""

    def read(self, source: Mapping[str, object], *, received_on: dt.date, upright_to: Path) -> dict[str, object]:
        """Give the page's reading."""
        reading = read_page(PageSource.from_record(dict(source)), received_on=received_on, upright_to=upright_to)
        return reading.to_record()


@dataclass(slots=True)
class Office:
    """Receives papers and works them through; ``members`` and ``verified`` make its roster and directory."""

    folder: Path
    members: list[Order] = field(default_factory=list)

    def know(self, *orders: Order, roster: Sequence[Member] | None = None, unverified: Iterable[str] = ()) -> None:
        """Load the sample tables with these orders' members (or ``roster``) and providers; NPIs may be unverified."""
        place = self.folder / f"tables-{next(_numbers)}"
        place.mkdir()
        listed = [dataclasses.replace(orders[0], member=m) for m in roster] if roster is not None else list(orders)
        files: dict[str, Callable[[], str]] = {
            "grid.csv": grid_csv,
            "roster.csv": lambda: roster_csv(listed, 7),
            "providers.csv": lambda: providers_csv(orders, 7, frozenset(unverified)),
            "processors.csv": processors_csv,
            "vendors.csv": vendors_csv,
        }
        for name, make in files.items():
            (place / name).write_text(make(), "utf-8")
        import_folder(place, actor=MACHINE)

    def receive(self, data: bytes, name: str = "fax.tif", *, at: dt.datetime = MONDAY) -> Arrival:
        """Take a file in and do everything that follows from it, notices included."""
        number = next(_numbers)
        path = self.folder / f"{number}-{name}"
        path.write_bytes(data)
        channel = "mail" if name.endswith(".eml") else "fax"
        receipt = Receipt("case", channel, "510-555-0100", f"case:{number}", path.name, at)
        stored = store_original(path)
        assert stored.sha256 == hashlib.sha256(data).hexdigest()
        arrival = register_arrival(receipt, stored)
        self.work()
        arrival.refresh_from_db()
        return arrival

    def work(self) -> None:
        """Do the work that the records ask for until none is left."""
        steps.use_readers(RealReader())
        while items := list(WorkItem.objects.filter(passed_at=None).order_by("id")):
            for item in items:
                _do(item)
                item.delete()

    def let_go(self, request: Request) -> Request:
        """Have a clerk compare what is uncertain with the page, find it right, release it, and send what is due."""
        request.refresh_from_db()
        doubts = request.gaps.filter(audience="clerk", reason="uncertain").values_list("field", flat=True)
        confirmed = [Change(name, value(request, name)) for name in doubts if name in FIELD_KINDS]
        if confirmed:
            tables = current_reference()
            correct(request.reference, confirmed, revision=request.revision, actor=CLERK, tables=tables)
            request.refresh_from_db()
        release(request.reference, revision=request.revision, actor=CLERK)
        self.work()
        request.refresh_from_db()
        return request


def _do(item: WorkItem) -> None:
    given = item.payload
    if item.kind == "unpack":
        steps.unpack_arrival(given["arrival"], given["round"])
    elif item.kind == "page":
        steps.read_page(given["arrival"], given["round"], given["number"])
    elif item.kind == "assemble":
        steps.assemble_arrival(given["arrival"], given["round"])
    elif item.kind == "notice" and steps.render_notice(given["notice"]):
        answer = steps.submit_notice(given["notice"])
        if answer is not None:
            steps.record_submission(answer)
    elif item.kind == "withdraw":
        steps.withdraw_notice(given["notice"])


def only(arrival: Arrival) -> Request:
    """The one request of an arrival."""
    (request,) = arrival.requests.all()
    return request


def gaps(request: Request, audience: str) -> dict[str, str]:
    """The open gaps of an audience: field and reason."""
    return {gap.field: gap.reason for gap in request.gaps.all() if gap.audience == audience}


def value(request: Request, name: str) -> str | None:
    """A field's value."""
    found: str | None = request.fields.get(name=name).value
    return found


def notices(request: Request) -> list[tuple[str, str]]:
    """The kinds and states of a request's notices, oldest first."""
    return [(n.kind, n.state) for n in Notice.objects.filter(request=request).order_by("id")]
