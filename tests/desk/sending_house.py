"""A line out for the desk's tests: a fax provider on the loopback, and the steps of a notice."""

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from pytest_django import Settings as DjangoSettings

from classify.reference import Reference, load_reference
from desk.cases.actor import Actor
from desk.cases.approving import approve
from desk.cases.arrivals import UnpackedPage, record_page, record_unpacked
from desk.cases.requests import record_document
from desk.config import load_settings
from desk.lifecycle import Role
from desk.pipeline import sender, steps
from desk.records.models import Notice, Request, VerifiedNumber
from extract.reading import PageReading
from samples.fax_provider import TOKEN, FaxProvider
from terms.errors import Problem
from terms.names import PageKind, TextSource
from terms.requests import RequestValues
from tests.desk.made_up import accepted, arrive, values

SENIOR = Actor("sena", frozenset({Role.SENIOR_CLERK, Role.CLERK}))
CLERK = Actor("clara", frozenset({Role.CLERK}))
FAX = "+15105550151"
"""The fax number of the made-up provider."""
_members = itertools.count(1234560)
_NOTHING = Problem("classify.no_request", "No request was found; look at the pages.")


@dataclass
class Line:
    """The provider, and what a notice goes through."""

    provider: FaxProvider
    folder: Path

    def request(self, *, tables: Reference | None = None, **changed: object) -> Request:
        """A request of another member each time that went through by itself, with its notice drafted."""
        number = next(_members)
        changed = {
            "member__id": accepted(f"9{number:07}A"),
            "member__last_name": accepted(f"Sampleton{'abcdefghij'[number % 10]}"),
            "member__date_of_birth": accepted(f"1958-03-{number % 28 + 1:02}"),
        } | changed
        return made_request(self.folder, values(**changed), tables=tables)  # type: ignore[arg-type]

    def send(self, key: str) -> bool:
        """Render, submit and record, as the workflow does; give whether it was handed over."""
        if not steps.render_notice(key):
            return False
        answer = steps.submit_notice(key)
        if answer is not None:
            steps.record_submission(answer)
        return answer is not None

    def approve_and_send(self, key: str) -> bool:
        """The same for the notice of a decision, which waits until a person approved its paper."""
        assert not self.send(key)
        approve(key, Notice.objects.get(key=key).pdf, actor=CLERK)
        return self.send(key)

    def end(self, key: str, state: str, reason: str = "", pages: int = 9) -> Notice:
        """Let the provider end a transmission, and the sender ask for it."""
        self.provider.board.end(key, state, reason, pages)
        sender.go_round(look_at_lines=False)
        return Notice.objects.get(transmissions__key=key)


def made_request(folder: Path, *said: RequestValues, tables: Reference | None = None) -> Request:
    """The first request of an arrival of one page that holds ``said``."""
    arrival = arrive(folder)
    page = UnpackedPage(1, {"number": 1, "text": "words"}, "")
    record_unpacked(arrival.pk, 1, media_type="image/tiff", facts={}, pages=[page], problem=None)
    reading = PageReading(number=1, rotation=0, form=None, text_source=TextSource.MAIL_TEXT, legibility=None)
    record_page(arrival.pk, 1, 1, reading=reading, upright="")
    record_document(
        arrival.pk,
        1,
        kinds={1: PageKind.PA_FORM},
        requests=said,
        reference=tables or load_reference(None),
        without=_NOTHING,
    )
    return arrival.requests.order_by("position")[0]


def know_number(number: str = FAX) -> None:
    """Let a person have vouched for the made-up provider's number."""
    VerifiedNumber.objects.create(npi="1234567893", number=number, verified_by="sena", verified_at=timezone.now())


@contextmanager
def line(folder: Path, settings: DjangoSettings, **more: object) -> Iterator[Line]:
    """A provider at work, and settings that send by it."""
    token = folder / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    with FaxProvider() as provider:
        sending = {
            "fax_way": "provider", "provider_url": provider.url, "provider_token_file": str(token), "read_back": False,
            "member_phone": "510-555-0177", **more,
        }  # fmt: skip
        made = load_settings(environment={}, data_dir=str(folder / "data"), readers=1, sending=sending)
        settings.INLET = made
        yield Line(provider, folder)


def minutes(number: float) -> dt.timedelta:
    """So many minutes."""
    return dt.timedelta(minutes=number)
