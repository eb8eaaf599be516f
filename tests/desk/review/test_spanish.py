"""No English is left on any page for somebody who chose Spanish, but names, codes, ids and what people typed."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from desk.cases.arrivals import quarantine
from desk.cases.sending import WAIT_WORDS
from desk.lifecycle import NoticeState, Role
from desk.nightly.nights import make_night
from desk.pipeline import steps
from desk.records.models import (
    Arrival,
    ConfidenceRefit,
    ForbiddenNumber,
    HandOver,
    Incident,
    Lesson,
    LessonKind,
    LineStatus,
    Night,
    Notice,
    Request,
    SendingSwitch,
    SourceStatus,
    ThresholdChange,
)
from desk.review import catalogue
from desk.review.admin_site import site
from desk.review.marking import SPOKEN
from desk.review.urls import urlpatterns
from ingest.errors import problem
from outbound.handover import Own, target_of
from outbound.retry import WORDS as FAILURES
from outbound.transport import Failure
from terms.names import Processor
from tests.desk.review import scenes

pytestmark = pytest.mark.django_db

_ENGLISH = re.compile(
    r"\b(the|of|is|are|was|were|and|not|with|for|by|to|that|this|these|has|have|been|an|from|on|at|in|it|its|which|who"
    r"|whose|what|when|where|there|until|since|every|each|after|before|more|than|sent|read|new|open|one|if|but|nothing"
    r"|nobody|please|look|choose|give|take)\b",
    re.IGNORECASE,
)
"""Words that no Spanish sentence has."""
_CODE = ("script", "style", "code", "kbd", "pre", "textarea", "svg-name")
"""Elements that hold no words of ours: programs, keys, mails, and what was read or typed."""
_EMPTY = ("br", "img", "input", "meta", "link", "hr", "wbr", "col", "rect", "line", "circle", "path")
_SAID = catalogue.read_po(catalogue.LOCALE / "es/LC_MESSAGES/django.po")
_ALONE = frozenset(text for text, said in _SAID.items() if text and text != said)
"""Messages that are not the same in Spanish."""
_IDS = re.compile(r"``\w+``|\b[\w\[\]-]+[.:][\w.:-]+\b|\b\w+_\w+\b|https?://\S+|\S+/\S+")
"""Ids of fields, rules, scopes and versions, names of settings, addresses and files."""
_NAMES = (
    "Alameda Alliance for Health", "Children First Medical Group", "Community Health Center Network", "Alliance UM",
    "California Home Medical Equipment", "UM fax line", "Enclosed-frame", "inlet doctor",
)  # fmt: skip
"""Proper names, and labels of sources that somebody set."""


_MAY_STAND = {
    "/api/docs/": {"Priority", "Fault"},
    "/admin/records/": {"Search", "machine"},
    "/admin/auth/": {"Search", *Role},
}
"""By the beginning of an address, what may stand there alone: names of shapes of the interface, Django's own words that
it does not translate, and what the database calls the machine and the roles."""
_PERMISSIONS = re.compile(r"\w+ \| \w+ \| .*")
"""Permissions of a group, as Django's own page of groups lists them."""


class _Words(HTMLParser):
    """Every text that a person sees or hears on a page, with the element that holds it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, str | None]] = []
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the attributes that are read aloud; one of another language, or not to be translated, is left out."""
        self._end_text()
        given = dict(attrs)
        spoken = [given.get(name) for name in SPOKEN]
        if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
            spoken.append(given.get("value"))
        self.found += [(tag, text) for text in spoken if text and not self._is_code()]
        if tag not in _EMPTY:
            self._open.append((tag, "none" if given.get("translate") == "no" else given.get("lang")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As one that is opened and closed."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close it, and what was left open in it."""
        self._end_text()
        places = [place for place, (name, _) in enumerate(self._open) if name == tag]
        if places:
            del self._open[places[-1] :]

    def handle_data(self, data: str) -> None:
        """Gather the text."""
        self._text += data

    def _end_text(self) -> None:
        text, self._text = " ".join(self._text.split()), ""
        if text and not self._is_code():
            self.found.append((self._open[-1][0] if self._open else "", text))

    def _is_code(self) -> bool:
        return any(name in _CODE or (lang or "es") != "es" for name, lang in self._open)


def english_on(page: str, address: str = "") -> list[str]:
    """Give the texts of a page that are English, but those that may stand at its address."""
    allowed = {text for start, texts in _MAY_STAND.items() if address.startswith(start) for text in texts}
    words = _Words()
    words.feed(page)
    words.close()
    return [text for _, text in words.found if text not in allowed and _is_english(text)]


def _is_english(text: str) -> bool:
    for name in _NAMES:
        text = text.replace(name, "")
    return text in _ALONE or (not _PERMISSIONS.fullmatch(text) and bool(_ENGLISH.search(_IDS.sub("", text))))


@dataclass(frozen=True, slots=True)
class Full:
    """A desk on which something stands on every page: what its addresses are about."""

    waiting: Request
    handed: Request
    arrival: Arrival
    night: Night


@pytest.fixture
def full(waiting: Request, clear: Request) -> Full:
    """Something on every page, in states and with troubles as they come."""
    now = timezone.now()
    drawn = [scenes.draw(30 + number) for number in range(4)]
    made = [
        scenes.request_of(each, 30 + number, doubts=scenes.usual_doubts(each), blank=("ordering_provider.npi",))
        for number, each in enumerate(drawn)
    ]
    steps.hand_over_request(clear.reference, clear.revision)
    clear.refresh_from_db()
    scenes.request_of(drawn[0], 40, facts={"join.candidates": waiting.reference})
    Request.objects.filter(pk=made[0].pk).update(due_at=now - dt.timedelta(hours=3))
    arrival = scenes.arrive(scenes.draw(9), 90)
    quarantine(arrival.pk, problem("password_protected"))
    _notices(clear, now)
    _ways(now)
    _words_of_people(waiting, now)
    return Full(waiting, clear, arrival, make_night(timezone.localdate(), now))


def _notices(record: Request, now: dt.datetime) -> None:
    """One notice for each reason to fail and to wait, and a hand-over that cannot be."""
    common = {"request": record, "kind": "information_request", "revision": 1, "created_at": now}
    for failure, words in FAILURES.items():
        Notice.objects.create(
            key=f"f:{failure.value}", state=NoticeState.FAILED, problem_kind=f"outbound.{failure.value}",
            problem_message=words, destination="+15105550142", **common,
        )  # fmt: skip
    for reason in WAIT_WORDS:
        Notice.objects.create(
            key=f"w:{reason}", state=NoticeState.DRAFTED, wait_reason=reason, destination="+15105550142", **common
        )
    for number, way in enumerate(("queue", "fax", "email", "sftp", "pigeon")):
        office = settings_office(way)
        fault = target_of(office, Own()).fault
        if fault:
            HandOver.objects.create(
                request=record, revision=10 + number, processor=Processor.CHME, way="queue", fault=fault, begun_at=now
            )
    assert HandOver.objects.exclude(fault="").count() >= 4
    assert Failure.BUSY in FAILURES


def settings_office(way: str) -> object:
    """A processor whose hand-over goes by a way and nowhere."""
    from classify.offices import Office  # noqa: PLC0415

    return Office(Processor.CHME, "CHME", handover=way)


def _ways(now: dt.datetime) -> None:
    """Ways in and out, each with its trouble."""
    LineStatus.objects.create(
        way="hylafax",
        checked_at=now,
        lines=[{"name": "ttyS0", "state": "Running and idle"}, {"name": "ttyS1", "state": "Sending job 7"}],
    )
    LineStatus.objects.create(
        way="provider", checked_at=now, problem_kind="outbound.line_refused",
        problem_message="The fax provider refuses (status 403); check its token and settings.",
    )  # fmt: skip
    SendingSwitch.objects.create(is_stopped=True, way="email", reason="portada equivocada", by_name="kim", at=now)
    name = settings.INLET.all_sources[0].name
    SourceStatus.objects.update_or_create(
        name=name,
        defaults={
            "looked_at": now, "waiting": 3, "faults": 1, "problem_since": now, "problem_kind": "desk.not_taken",
            "problem_message": "A file could not be taken (OSError); check folder and database.",
            "faulty": [{"entry": "a.tif", "message": problem("password_protected").message}],
        },
    )  # fmt: skip


def _words_of_people(record: Request, now: dt.datetime) -> None:
    """What people did and typed, in Spanish as they would."""
    ForbiddenNumber.objects.create(
        number="+15105550143", reason="casa particular", forbidden_by="kim", forbidden_at=now
    )
    for number, kind in enumerate(LessonKind):
        Lesson.objects.create(
            kind=kind, key=f"k{number}", requests=4, examples=[record.reference], last_seen=now,
            data={
                "wording": "Clave", "concept": "member_id", "number": "+15105550142", "which": "fax",
                "npi": "1234567893", "name": "Ima Example", "listed": "+15105550143",
            },
        )  # fmt: skip
    table = {"npi": {"a": 0.0, "b": 1.0, "least": 0.9991}}
    ConfidenceRefit.objects.create(table=table, values=400, at=now, by_name="sue", why="mal trimestre")
    ThresholdChange.objects.create(kind="npi", threshold=0.9, by_name="sue", at=now, why="muestra")
    Incident.objects.create(
        found_at=now, made_at=now, made_by_name="sue", what="Un paquete fue a otra oficina.", told="Privacidad.",
        secured="Destruido.", arrival=record.arrival,
    )  # fmt: skip


def _in_spanish(client: Client) -> Client:
    client.post("/language/", {"language": "es"})
    return client


def _addresses(full: Full) -> Iterator[str]:
    """Every address of the desk's own table, for a request that waits and for one that is with its processor."""
    given: dict[str, object] = {
        "day": full.night.day, "provider_id": "plan", "kind": "code", "form": "json", "name": "grid", "version": 1,
    }  # fmt: skip
    for pattern in urlpatterns:
        name = str(getattr(pattern, "name", "") or "")
        if not name:
            continue
        place = str(pattern.pattern)
        given["pk"] = full.arrival.pk if place.startswith("arrivals/") else full.waiting.pages.all()[0].pk
        given["name"] = "cover-sheet@sample" if place.startswith("forms/") else "grid"
        for record in (full.waiting, full.handed) if "reference" in pattern.pattern.converters else (full.waiting,):
            given["reference"] = record.reference
            yield reverse(name, kwargs={each: given[each] for each in pattern.pattern.converters})
    yield from (f"/?shelf={shelf}" for shelf in ("waiting", "all", "closed"))
    yield f"/arrivals/{full.waiting.arrival_id}/"
    yield "/quality/?kind=npi&threshold=0.99"
    yield from ("/no/such/page/", "/requests/AAAA-AAAA/")
    yield from _of_the_admin()


def _of_the_admin() -> Iterator[str]:
    """Every list and form of the admin, and its pages of ours."""
    yield from (reverse(f"admin:{name}") for name in ("index", "inlet-settings", "inlet-accounts"))
    for model in site._registry:
        names = model._meta
        stem = f"admin:{names.app_label}_{names.model_name}"
        yield from (reverse(f"{stem}_changelist"), reverse(f"{stem}_add"))
        first = model.objects.first()
        if first is not None:
            yield from (reverse(f"{stem}_{what}", args=[first.pk]) for what in ("change", "history"))


@pytest.mark.parametrize("role", [Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_no_english_is_left_on_any_page(role: Role, full: Full, signed_in: Callable[..., Client]) -> None:
    """Every address that a role may open, with something on it; and those that it may not."""
    client = _in_spanish(signed_in(role, "zoe"))
    left: dict[str, str] = {}
    seen = 0
    for address in dict.fromkeys(_addresses(full)):
        answer = client.get(address)
        if not answer.streaming and "html" in answer.get("Content-Type", "") and answer.content:
            seen += 1
            left |= dict.fromkeys(english_on(answer.content.decode(), address), address)
        answer.close()
    assert seen > 30
    assert left == {}


_GRID = b"code,code_to,description,category,service,pa_required,processor\nE0143,,andador,walkers,dme,yes,NOBODY\n"


Sent = tuple[str, dict[str, object]]


def _of_the_desk(full: Full) -> Iterator[Sent]:
    """What is refused, or done, about the desk as a whole, by its address."""
    request = full.waiting
    yield "/nights/prove/", {"day": "2999-01-01"}
    yield "/nights/prove/", {"day": "x"}
    yield "/nights/clear/", {"day": str(full.night.day), "difference": f"overdue:{request.reference}", "why": ""}
    yield "/nights/clear/", {"day": str(full.night.day), "difference": "overdue:x", "why": "por teléfono"}
    yield "/quality/threshold/", {"kind": "npi", "threshold": "7", "why": "porque"}
    yield "/quality/threshold/", {"kind": "x", "threshold": "x"}
    yield "/quality/table/", {"table": "77", "why": "porque"}
    yield "/lessons/1/decide/", {"deed": "x"}
    yield f"/lessons/{Lesson.objects.all()[0].pk}/decide/", {"deed": "approve", "why": ""}
    yield "/sending/turn/", {"to": "stop", "reason": ""}
    yield "/sending/turn/", {"to": "stop", "reason": "x", "way": "pigeon"}
    yield "/sending/never/", {"fax": "x", "reason": "casa"}
    yield "/sending/never/", {"fax": "510-555-0199", "reason": "casa"}
    yield f"/notices/{Notice.objects.filter(state='failed')[0].pk}/again/", {}
    yield f"/notices/{Notice.objects.filter(state='drafted')[0].pk}/mailed/", {}
    yield "/sending/texts/x/approve/", {"digest": "x"}
    yield "/sources/pause/", {"source": "nobody", "to": "pause", "reason": "x"}
    yield "/sources/pause/", {"source": settings.INLET.all_sources[0].name, "to": "pause", "reason": "mudanza"}
    yield "/tables/draft/", {"table": "grid"}
    yield "/tables/draft/", {"table": "grid", "file": SimpleUploadedFile("t.csv", _GRID)}
    yield "/tables/draft/", {"table": "grid", "file": SimpleUploadedFile("t.csv", b"code\nE0143\n")}
    yield "/tables/draft/", {"table": "grid", "file": SimpleUploadedFile("t.csv", b"\xff\xfe"), "from": "x"}
    yield "/tables/draft/", {"table": "roster", "file": SimpleUploadedFile("t.csv", b"cin\n" * 9)}
    yield "/tables/import/", {"table": "grid", "draft": "ab/cd.draft.csv"}
    yield "/tables/open/", {}
    yield "/tables/open/", {"request": [full.handed.reference]}


def _of_people_and_decisions(full: Full) -> Iterator[Sent]:
    """What is refused, or done, about incidents, decisions and work."""
    request = full.waiting
    yield "/privacy/member/", {"member": ""}
    yield "/privacy/incidents/", {"found_at": "x"}
    yield "/privacy/incidents/", {"found_at": "2026-11-20T14:30", "arrival": "x"}
    yield "/privacy/incidents/", {"found_at": "2026-11-20T14:30", "what": "", "told": "", "secured": ""}
    yield f"/privacy/incidents/{Incident.objects.all()[0].pk}/", {"is_low": "yes"}
    yield "/decisions/approve/", {}
    yield "/decisions/table/", {"text": "a,b\n1,2\n"}
    yield "/decisions/table/", {"text": "reference,kind\nx,deny\n"}
    yield "/decisions/table/", {"text": "reference,processor,at\nx,y,z\n"}
    yield "/board/give/", {"reference": [request.reference], "person": "77"}
    yield "/board/give/", {}
    yield "/lessons/gather/", {}


def _of_the_admins_pages() -> Iterator[Sent]:
    """What is refused, or done, in the admin."""
    yield "/admin/settings/", {"name": "answer_phone", "value": "x"}
    yield "/admin/settings/", {"name": "database_url", "value": "x"}
    yield "/admin/service-accounts/", {"deed": "make", "name": "X Y"}
    yield "/admin/service-accounts/", {"deed": "make", "name": "portal"}
    yield "/admin/service-accounts/", {"deed": "make", "name": "portal", "scope": ["all"]}
    yield "/admin/service-accounts/", {"deed": "make", "name": "portal", "scope": ["requests:read"], "new": "1"}
    yield "/admin/service-accounts/", {"deed": "make", "name": "portal", "scope": ["requests:read"], "new": "1"}
    yield "/admin/service-accounts/", {"deed": "end", "name": "nadie"}
    yield "/admin/service-accounts/", {"deed": "tell", "name": "portal", "url": "x", "event": ["y"]}
    yield "/admin/service-accounts/", {"deed": "untell", "subscription": "7"}
    yield "/admin/service-accounts/", {"deed": "x"}
    row = {"code": "x", "code_to": "y", "processor": "CHME", "service": "dme", "pa_required": "yes"}
    yield "/admin/records/gridrow/add/", row | {"effective_from": "2026-02-01", "effective_to": "2026-01-01"}
    yield "/admin/records/gridrow/add/", row | {"code": "E0149", "code_to": "E0143", "effective_to": "x"}
    yield "/admin/records/provider/add/", {"npi": "1", "fax": "x", "fax_verified": "on"}
    yield "/admin/records/member/add/", {"cin": "1", "phone": "x"}
    yield "/admin/records/processor/add/", {"code": "CHME", "phones": "x;y"}


def _of_a_request(full: Full) -> Iterator[Sent]:
    """What is refused, or done, about an arrival or a request."""
    request = full.waiting
    yield f"/arrivals/{full.arrival.pk}/settle/", {"note": ""}
    yield f"/arrivals/{request.arrival_id}/read-again/", {}
    yield f"/arrivals/{request.arrival_id}/to-clerk/", {}
    yield f"/arrivals/{full.arrival.pk}/replace/", {}
    yield "/upload/", {}
    yield f"/requests/{request.reference}/join/", {"into": "x"}
    yield f"/requests/{request.reference}/join/", {"into": request.reference, "revision": request.revision}
    yield f"/requests/{request.reference}/stand-alone/", {"revision": request.revision}
    yield f"/requests/{request.reference}/received/", {"at": "x"}
    yield f"/requests/{request.reference}/received/", {"at": "2999-01-01T10:00", "reason": "x"}
    yield f"/requests/{request.reference}/release/", {"revision": request.revision}
    yield f"/requests/{request.reference}/release/", {"revision": 99}
    yield f"/requests/{request.reference}/decide/", {"revision": request.revision, "kind": "deny"}
    yield f"/requests/{full.handed.reference}/decide/", {"revision": full.handed.revision, "kind": "deny"}
    for target, text in (("member.id", "x"), ("line[0].code", "x"), ("member.phone", "1"), ("service.start_date", "x")):
        sent = {"target": target, "text": text, "revision": request.revision}
        yield f"/requests/{request.reference}/correct/", sent
    for act in ("split", "turn", "aside", "take_back", "undo", "merge", "end", "x"):
        yield f"/requests/{request.reference}/pages/act/", {"act": act, "revision": request.revision}


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_no_english_is_left_where_something_is_refused(
    role: Role, full: Full, signed_in: Callable[..., Client]
) -> None:
    """Every refusal and word of success is said in Spanish, on the page that follows."""
    client = _in_spanish(signed_in(role, "zoe"))
    left: dict[str, str] = {}
    acts = (_of_a_request(full), _of_the_desk(full), _of_people_and_decisions(full), _of_the_admins_pages())
    for address, sent in [each for some in acts for each in some]:
        answer = client.post(address, sent, follow=True)
        assert answer.status_code in {200, 403, 409, 413, 422}, address
        left |= dict.fromkeys(english_on(answer.content.decode(), address), f"{address} {sent}")
    assert left == {}


def test_english_is_seen() -> None:
    """The search finds a sentence, a label, a text read aloud and a message that stands alone; not what is code."""
    page = (
        '<html lang="es"><title>Cola</title><p>Espera the line.</p><p lang="en">by the way</p><code>is not</code>'
        '<input type="submit" value="Send it"><a title="Look at it">ir</a><td>Released</td>'
        "<b>member.id of_ids</b></html>"
    )
    assert english_on(page) == ["Espera the line.", "Send it", "Look at it", "Released"]
