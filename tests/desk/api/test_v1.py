"""The interface for other systems: who is let in, what is asked and sent, once, and in which shape."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from desk.api.v1 import service
from desk.api.v1.service import api
from desk.cases.accounts import Scope, account_of, count_call, end_account
from desk.cases.approving import AWAITS, wait_for_approval
from desk.config import Settings
from desk.errors import DeskError
from desk.records.models import (
    Acknowledgement,
    Arrival,
    AuditEvent,
    CareRecord,
    Correction,
    KeptAnswer,
    Notice,
    Request,
)
from desk.records.models import ServiceAccount as Account
from desk.review.access import permission_of
from outbound.care import CareKind
from tests.desk.api.service_house import ADMIN, Other, fault, told
from tests.desk.made_up import values
from tests.desk.sending_house import made_request
from tests.outbound import made_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]

OPERATIONS = {
    ("GET", "/arrivals"): Scope.ARRIVALS_READ,
    ("GET", "/arrivals/{arrival}"): Scope.ARRIVALS_READ,
    ("POST", "/arrivals"): Scope.ARRIVALS_WRITE,
    ("GET", "/pages/{page}"): Scope.PAGES_READ,
    ("GET", "/pages/{page}/image"): Scope.PAGES_READ,
    ("GET", "/requests"): Scope.REQUESTS_READ,
    ("GET", "/requests/{reference}"): Scope.REQUESTS_READ,
    ("GET", "/requests/{reference}/corrections"): Scope.REQUESTS_READ,
    ("POST", "/requests/{reference}/corrections"): Scope.CORRECTIONS_WRITE,
    ("POST", "/requests/{reference}/release"): Scope.REQUESTS_WRITE,
    ("POST", "/requests/{reference}/close"): Scope.REQUESTS_WRITE,
    ("GET", "/decisions"): Scope.DECISIONS_READ,
    ("POST", "/requests/{reference}/decisions"): Scope.DECISIONS_WRITE,
    ("GET", "/acknowledgements"): Scope.ACKNOWLEDGEMENTS_READ,
    ("POST", "/acknowledgements"): Scope.ACKNOWLEDGEMENTS_WRITE,
    ("GET", "/notices"): Scope.NOTICES_READ,
    ("GET", "/notices/{notice}"): Scope.NOTICES_READ,
    ("GET", "/notices/{notice}/pdf"): Scope.NOTICES_READ,
    ("POST", "/notices/{notice}/approval"): Scope.NOTICES_WRITE,
    ("POST", "/notices/{notice}/hold"): Scope.NOTICES_WRITE,
    ("POST", "/notices/{notice}/let-go"): Scope.NOTICES_WRITE,
    ("GET", "/reports/board"): Scope.REPORTS_READ,
    ("GET", "/reports/quality"): Scope.REPORTS_READ,
    ("GET", "/reports/omissions"): Scope.REPORTS_READ,
    ("GET", "/reports/nights"): Scope.REPORTS_READ,
    ("GET", "/reports/nights/{day}"): Scope.REPORTS_READ,
    ("GET", "/reports/measures"): Scope.REPORTS_READ,
}


@pytest.fixture
def record(tmp_path: Path) -> Request:
    """A request that waits for a clerk."""
    return made_request(tmp_path, values())


def _filled(path: str) -> str:
    for name, value in {
        "arrival": "1",
        "page": "1",
        "notice": "1",
        "reference": "AAAA-AAAA",
        "day": "2026-11-20",
    }.items():
        path = path.replace(f"{{{name}}}", value)
    return path + ("?first=2026-11-01&last=2026-11-02" if path.endswith("measures") else "")


def _ask(other: Other, method: str, path: str) -> int:
    return (other.get(_filled(path)) if method == "GET" else other.post(_filled(path), {})).status_code


def test_every_operation_is_in_the_table() -> None:
    """What the interface describes of itself is what these tests know, and each view says that it has its own door."""
    described = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, operations in api.get_openapi_schema()["paths"].items()
        for method in operations
    }
    assert described == set(OPERATIONS)
    nodes = [n for n in get_resolver().url_patterns if isinstance(n, URLResolver) and n.app_name == "ninja"]
    assert all(permission_of(pattern.callback) == "" for node in nodes for pattern in node.url_patterns)


@pytest.mark.parametrize("scope", list(Scope))
def test_each_scope_opens_its_operations_and_no_other(scope: Scope) -> None:
    """Default deny, scope by scope, over the whole table."""
    other = Other(scope)
    for (method, path), needed in OPERATIONS.items():
        status = _ask(other, method, path)
        assert (status == 403) is (needed is not scope), (method, path, status)


def test_a_stranger_gets_nothing() -> None:
    """Without a token, with a wrong one, with an ended account's, or signed in nowhere: 401 in the one shape."""
    other = Other()
    end_account("portal", actor=ADMIN)
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}, other.headers()):
        for method, path in OPERATIONS:
            answer = Client(enforce_csrf_checks=True).generic(method, f"/api/v1{_filled(path)}", headers=headers)
            assert fault(answer) == (401, "api.unauthorised")  # type: ignore[arg-type]  (the test client's own answer)
            assert answer["WWW-Authenticate"] == "Bearer"
    assert not AuditEvent.objects.filter(actor_name="service portal").exists()
    with pytest.raises(DeskError):
        end_account("portal", actor=ADMIN)


def test_a_token_is_kept_only_as_a_digest() -> None:
    """It is shown once, replaced by a new one, and nothing in the records gives it back."""
    first = Other(Scope.REQUESTS_READ)
    second = Other(Scope.ARRIVALS_READ)
    assert account_of(first.token) is None
    account = account_of(second.token)
    assert account is not None
    assert account.scopes == ["arrivals:read"]
    kept = str(list(Account.objects.values_list())) + str(list(AuditEvent.objects.values_list("detail")))
    assert second.token not in kept
    assert hashlib.sha256(second.token.encode()).hexdigest() in kept
    assert AuditEvent.objects.filter(action="account.made").count() == 2


def test_one_request_is_told_whole_and_the_look_is_noted(record: Request) -> None:
    """Fields, lines, gaps, route, clock and why; the audit trail names the account."""
    other = Other()
    whole = told(other.get(f"/requests/{record.reference}"))
    assert whole["revision"] == record.revision
    assert {field["name"] for field in whole["fields"]} == set(record.fields.values_list("name", flat=True))
    assert [line["code"] for line in whole["lines"]] == list(record.lines.values_list("code", flat=True))
    assert whole["route"]["rule"]
    assert whole["clock"]["due_at"]
    assert whole["why"]["sections"]
    assert whole["pages"] == list(record.pages.values_list("pk", flat=True))
    assert AuditEvent.objects.get(action="request.viewed").actor_name == "service portal"
    row = told(other.get("/requests"))["items"][0]
    assert record.member_last_name not in str(row)
    assert told(other.get(f"/arrivals/{record.arrival_id}"))["requests"] == [record.reference]
    assert told(other.get(f"/pages/{whole['pages'][0]}"))["reading"] is not None


def test_lists_come_in_pieces(tmp_path: Path) -> None:
    """Each row once, newest first, whatever comes in meanwhile; an odd cursor is refused."""
    for _ in range(5):
        made_request(tmp_path, values())
    other = Other()
    seen: list[str] = []
    cursor = ""
    for _ in range(5):
        page = told(other.get(f"/requests?limit=2&cursor={cursor}"))
        seen += [row["reference"] for row in page["items"]]
        made_request(tmp_path, values())
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == list(Request.objects.order_by("-pk").values_list("reference", flat=True))[-5:]
    assert fault(other.get("/requests?cursor=nonsense")) == (422, "api.cursor")
    assert fault(other.get("/requests?limit=0")) == (422, "api.invalid")
    assert told(other.get("/requests?state=closed"))["items"] == []


def test_who_has_an_answer_already_gets_304(record: Request) -> None:
    """ETags on GET; a change makes another."""
    other = Other()
    tag = other.get("/requests")["ETag"]
    again = other.get("/requests", If_None_Match=tag)
    assert (again.status_code, again.content) == (304, b"")
    Request.objects.filter(pk=record.pk).update(priority="urgent")
    assert other.get("/requests", If_None_Match=tag).status_code == 200


def test_a_correction_at_a_revision_that_moved_on_is_refused(record: Request) -> None:
    """201 and the next revision; the same revision again is 409 and names the one that it is at."""
    other = Other()
    path = f"/requests/{record.reference}/corrections"
    change = {"revision": record.revision, "changes": [{"target": "member.last_name", "text": "Otherly"}]}
    made = other.post(path, change)
    assert (made.status_code, told(made)["revision"]) == (201, record.revision + 1)
    late = other.post(path, change)
    assert fault(late) == (409, "desk.revision_changed")
    assert late["Inlet-Revision"] == str(record.revision + 1)
    assert Correction.objects.get().by_name == "service portal"
    strange = change | {"revision": record.revision + 1, "changes": [{"target": "no.such", "text": "x"}]}
    assert fault(other.post(path, strange)) == (422, "desk.unknown_target")
    assert len(told(other.get(path))) == 1


def test_the_same_key_is_done_once(record: Request) -> None:
    """Sent again it is answered as before (200); with another content it is refused; failed, it may be tried again."""
    other = Other()
    path = f"/requests/{record.reference}/corrections"
    change = {"revision": record.revision, "changes": [{"target": "member.last_name", "text": "Otherly"}]}
    first, second = other.post(path, change, key="k1"), other.post(path, change, key="k1")
    assert (first.status_code, second.status_code) == (201, 200)
    assert told(first) == told(second)
    assert Correction.objects.count() == 1
    assert fault(other.post(path, change | {"revision": 9}, key="k1")) == (422, "api.key_used")
    assert fault(other.post(path, change, key="k2")) == (409, "desk.revision_changed")
    assert KeptAnswer.objects.count() == 1
    assert fault(other.post(path, change, key=None)) == (422, "api.invalid")
    assert other.post(path, change | {"revision": record.revision + 1}, key="k2").status_code == 201


def test_a_file_is_handed_over_once(inlet: Settings) -> None:
    """201, then 200 under the same key; another file under it, none or two are refused; nothing lies about."""
    other = Other()

    def send(*files: bytes, key: str = "fax-1") -> object:
        data = {f"file{n}": SimpleUploadedFile("a.tif", each, "image/tiff") for n, each in enumerate(files)}
        return other.client.post("/api/v1/arrivals", data, headers=other.headers(Idempotency_Key=key))

    first, second = send(b"II*\0one"), send(b"II*\0one")
    assert (first.status_code, second.status_code) == (201, 200)  # type: ignore[attr-defined]
    arrival = Arrival.objects.get()
    assert (arrival.source, arrival.label) == ("interface", "portal")
    assert fault(send(b"II*\0two")) == (422, "api.key_used")  # type: ignore[arg-type]
    assert fault(send()) == (422, "api.form")  # type: ignore[arg-type]
    assert fault(send(b"a", b"b", key="fax-2")) == (422, "api.form")  # type: ignore[arg-type]
    assert list((inlet.data_dir / "spool" / "interface").iterdir()) == []
    assert AuditEvent.objects.get(action="arrival.handed_in").arrival == arrival


def test_a_decision_names_its_person(record: Request) -> None:
    """Recorded for a handed-over request, with its notice; one without its parts, or too early, is refused."""
    other = Other()
    path = f"/requests/{record.reference}/decisions"
    data = made_up.care(CareKind.DENY).to_record() | {"revision": record.revision}
    Request.objects.filter(pk=record.pk).update(state="needs_review")
    assert fault(other.post(path, data)) == (409, "desk.move_refused")
    Request.objects.filter(pk=record.pk).update(state="handed_over")
    assert fault(other.post(path, data | {"unmet": ""}))[0] == 422
    assert fault(other.post(path, data | {"decided_by": ""}))[0] == 422
    made = other.post(path, data)
    assert made.status_code == 201
    assert told(made)["state"] == "decided"
    row = CareRecord.objects.get()
    assert (row.decided_by, row.entered_by_name) == (data["decided_by"], "service portal")
    listed = told(other.get(f"/decisions?reference={record.reference}"))["items"][0]
    assert listed["notices"] == told(made)["notices"]
    notice = told(other.get(f"/notices/{listed['notices'][0]}"))
    assert notice["kind"] == "denial"
    assert fault(other.get(f"/notices/{listed['notices'][0]}/pdf")) == (404, "api.not_found")


def test_a_request_is_released_and_closed(record: Request) -> None:
    """Released at the revision that was seen, once; not while a clerk's gap is open; closed only when decided."""
    other = Other(Scope.REQUESTS_WRITE)
    path = f"/requests/{record.reference}"
    Request.objects.filter(pk=record.pk).update(state="needs_review", clerk_gap_count=1)
    assert fault(other.post(f"{path}/release", {"revision": record.revision})) == (409, "desk.not_releasable")
    Request.objects.filter(pk=record.pk).update(clerk_gap_count=0, released_revision=0)
    assert fault(other.post(f"{path}/release", {"revision": 9})) == (409, "desk.revision_changed")
    assert fault(other.post("/requests/AAAA-AAAA/release", {"revision": 1})) == (404, "api.not_found")
    made = other.post(f"{path}/release", {"revision": record.revision}, key="one")
    assert (made.status_code, told(made)["state"]) == (201, "routed")
    assert other.post(f"{path}/release", {"revision": record.revision}, key="one").status_code == 200
    assert AuditEvent.objects.filter(action="request.released", actor_name="service portal").count() == 1
    assert fault(other.post(f"{path}/close", {"why": "told by phone"})) == (409, "desk.move_refused")
    Request.objects.filter(pk=record.pk).update(state="decided")
    assert told(other.post(f"{path}/close", {"why": "told by phone"}))["state"] == "closed"


def test_a_decisions_notice_is_approved_as_it_was_made(record: Request) -> None:
    """The paper is named by the notice; another one is refused; held and let go like by a person."""
    other = Other()
    Request.objects.filter(pk=record.pk).update(state="handed_over")
    data = made_up.care(CareKind.APPROVE).to_record() | {"revision": record.revision}
    number = told(other.post(f"/requests/{record.reference}/decisions", data))["notices"][0]
    held = told(other.post(f"/notices/{number}/hold", {"reason": "a question is open"}))
    assert (held["state"], held["problem"]) == ("held", "desk.held_by_hand")
    assert told(other.post(f"/notices/{number}/let-go", {}))["state"] == "drafted"
    Notice.objects.filter(pk=number).update(pdf="ab/paper.pdf", verified=True, destination="+15105550151")
    with transaction.atomic():
        wait_for_approval(Notice.objects.select_for_update().get(pk=number))
    shown = told(other.get(f"/notices/{number}"))
    assert (shown["problem"], shown["paper"], shown["approved_by"]) == (AWAITS, "ab/paper.pdf", "")
    word = {"paper": "ab/other.pdf", "approved_by": "Octavia Pretendwell, MD"}
    assert fault(other.post(f"/notices/{number}/approval", word)) == (409, "desk.move_refused")
    made = other.post(f"/notices/{number}/approval", word | {"paper": shown["paper"]})
    assert (made.status_code, told(made)["state"]) == (201, "drafted")
    assert told(other.get(f"/notices/{number}"))["approved_by"] == "Octavia Pretendwell, MD"
    assert fault(other.post(f"/notices/{number}/approval", word | {"paper": shown["paper"]}))[0] == 409
    reader = Other(Scope.NOTICES_READ, name="reader")
    assert fault(reader.post(f"/notices/{number}/let-go", {})) == (403, "api.forbidden")


def test_board_quality_and_omissions_are_told(record: Request) -> None:
    """What the supervisor's pages show, as figures; nothing about a member."""
    other = Other(Scope.REPORTS_READ)
    board = told(other.get("/reports/board"))
    assert sum(sum(ages.values()) for ages in board["backlog"].values()) == 1
    assert len(board["days"]) == 8
    assert board["is_sending"] is True
    quality = told(other.get("/reports/quality?days=30"))
    assert (quality["all"]["of"], quality["all"]["standing"]) == (0, "open")
    assert told(other.get("/reports/omissions?days=400"))["requests"] == 1
    assert fault(other.get("/reports/omissions?days=0"))[0] == 422
    assert record.member_last_name
    for path in ("board", "quality", "omissions"):
        text = other.get(f"/reports/{path}").content.decode()
        assert record.member_last_name not in text
        assert record.member_id not in text


def test_a_processor_acknowledges(record: Request) -> None:
    """The first word counts, for a request and for its part; a reference of nothing is refused."""
    other = Other()
    word = {"reference": record.reference, "processor": "CHME", "at": "2026-11-20T09:00:00-08:00", "number": "C-1"}
    assert other.post("/acknowledgements", word).status_code == 201
    assert told(other.post("/acknowledgements", word | {"number": "C-2"}))["number"] == "C-1"
    assert other.post("/acknowledgements", word | {"reference": f"{record.reference}-1"}).status_code == 201
    assert fault(other.post("/acknowledgements", word | {"reference": "AAAA-AAAA"}))[0] == 422
    assert fault(other.post("/acknowledgements", word | {"at": "2026-11-20T09:00:00"}))[0] == 422
    assert Acknowledgement.objects.count() == 2
    assert len(told(other.get("/acknowledgements"))["items"]) == 2


def test_measures_are_told_for_days() -> None:
    """Days in order, not too many; nights that nobody proved are not there."""
    other = Other()
    assert "by_urgency" in told(other.get("/reports/measures?first=2026-11-01&last=2026-11-02"))
    assert fault(other.get("/reports/measures?first=2026-11-02&last=2026-11-01"))[0] == 422
    assert fault(other.get("/reports/nights/2026-11-01")) == (404, "api.not_found")


def test_what_is_misspelt_is_refused(record: Request) -> None:
    """A filter or a part of what is sent that has no meaning is named as wrong, not passed over."""
    other = Other()
    assert fault(other.get("/requests?stat=needs_review")) == (422, "api.strange_parameter")
    assert fault(other.get(f"/requests/{record.reference}?limit=3")) == (422, "api.strange_parameter")
    sent = {"revision": record.revision, "revison": 3}
    assert fault(other.post(f"/requests/{record.reference}/release", sent)) == (422, "api.invalid")
    assert Client().get("/api/v1/requests?stat=x").status_code == 401


def test_every_refusal_has_the_one_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown address, a wrong method, too many requests, and a fault of our own."""
    other = Other()
    assert fault(other.get("/nothing/here")) == (404, "api.not_found")
    wrong = other.client.delete("/api/v1/requests", headers=other.headers())
    assert fault(wrong) == (405, "api.method")  # type: ignore[arg-type]
    monkeypatch.setattr(service, "PER_MINUTE", 0)
    slow = other.get("/requests")
    assert fault(slow) == (429, "api.too_many")
    assert 0 < int(slow["Retry-After"]) <= 61


def test_calls_are_counted_by_the_minute(record: Request) -> None:
    """In the records, so that several web processes together let no more through than one."""
    del record
    account = Other().account
    assert [count_call(account, 100), count_call(account, 100), count_call(account, 101)] == [1, 2, 1]
    stranger = Other(name="other").account
    assert count_call(stranger, 101) == 1
    assert count_call(account, 101) == 2


def test_the_description_is_open_and_tells_nothing_of_members(record: Request) -> None:
    """OpenAPI needs no token; it holds operations and shapes only."""
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")
    assert record.reference not in answer.content.decode()
