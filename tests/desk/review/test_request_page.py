"""The request's page: what it shows, what it saves, and what it refuses."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from desk.config import Settings
from desk.lifecycle import Role
from desk.records.models import AuditEvent, Correction, Notice, Request
from desk.review.models import Claim
from desk.review.sheet import load_sheet
from tests.desk.review import scenes

pytestmark = pytest.mark.django_db


def _post(client: Client, request: Request, what: str, **values: str):  # noqa: ANN202  (Django's test answer has no public type)
    values.setdefault("revision", str(Request.objects.get(pk=request.pk).revision))
    return client.post(f"/requests/{request.reference}/{what}/", values)


def test_doubtful_values_come_first_with_candidates(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Each doubtful value stands in the checks with its place, candidates as numbered choices, and why."""
    page = signed_in().get(f"/requests/{waiting.reference}/").content.decode()
    checks = page[page.index('id="checks"') : page.index('id="verdict-title"')]
    for target in ("member.id", "member.phone", "line[0].code"):
        assert f'data-target="{target}"' in checks
    assert 'data-choice="2"' in checks
    assert "fits if a character was misread" in checks
    assert "Member ID is not certain" in checks
    assert "disabled" in page[page.index('id="release"') :].split(">")[0]


def test_a_view_is_audited(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Opening the page writes who looked; refreshing the panel does not write again."""
    client = signed_in(Role.AUDITOR, "vera")
    client.get(f"/requests/{waiting.reference}/")
    client.get(f"/requests/{waiting.reference}/panel/", headers={"X-Inlet-Poll": "1"})
    looks = AuditEvent.objects.filter(action="request.viewed", request=waiting)
    assert [event.actor_name for event in looks] == ["vera"]


def test_who_looked_is_shown_to_those_who_may_see_it(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """The history tells looks to an auditor, not to a clerk."""
    clerk, auditor = signed_in(Role.CLERK), signed_in(Role.AUDITOR)
    assert "Opened the request" not in clerk.get(f"/requests/{waiting.reference}/").content.decode()
    assert "Opened the request" in auditor.get(f"/requests/{waiting.reference}/").content.decode()


def test_correcting_and_releasing(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """A clerk settles each doubt; the gaps follow at once; the release drafts one notice."""
    client = signed_in(Role.CLERK, "dana")
    for view in load_sheet(waiting).checks:
        answer = _post(client, waiting, "correct", target=view.target, text=view.shown)
        assert answer.status_code == 200
    now = Request.objects.get(pk=waiting.pk)
    assert (now.revision, now.clerk_gap_count) == (4, 0)
    assert "Nothing is in doubt" in answer.content.decode()
    released = _post(client, waiting, "release")
    assert released.status_code == 200
    assert "Released" in released.content.decode()
    assert Notice.objects.get().revision == 4
    assert [c.by_name for c in Correction.objects.all()] == ["dana"] * 3


def test_releasing_early_is_refused_with_the_reason(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """While a clerk gap is open nothing goes out, whatever the browser sends."""
    answer = _post(signed_in(), waiting, "release")
    assert answer.status_code == 409
    assert "3 things must be settled" in answer.content.decode()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("target", "typed", "kept"),
    [
        ("member.date_of_birth", "3/7/58", "1958-03-07"),
        ("member.phone", "(510) 555-0199", "+15105550199"),
        ("member.id", "9123 4567 a", "91234567A"),
        ("ordering_provider.npi", "123 456 7893", "1234567893"),
        ("request.type", "urgent", "urgent"),
        ("member.last_name", "O'Placeholder", "O'Placeholder"),
    ],
)
def test_values_are_taken_as_people_type_them(
    target: str, typed: str, kept: str, waiting: Request, signed_in: Callable[..., Client]
) -> None:
    """What a clerk types in any usual form is kept in normal form, as theirs."""
    assert _post(signed_in(), waiting, "correct", target=target, text=typed).status_code == 200
    record = waiting.fields.get(name=target)
    assert (record.value, record.human, record.status) == (kept, True, "accepted")


def test_an_invalid_value_needs_a_reason(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """An NPI that fails its check is refused, says what is wanted, and is taken with a reason as invalid."""
    client = signed_in()
    refused = _post(client, waiting, "correct", target="ordering_provider.npi", text="1234567890")
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "right check digit" in page
    assert 'value="1234567890"' in page
    assert Request.objects.get(pk=waiting.pk).revision == 1
    taken = _post(
        client, waiting, "correct", target="ordering_provider.npi", text="1234567890", reason="so on the form"
    )
    assert taken.status_code == 200
    record = waiting.fields.get(name="ordering_provider.npi")
    assert (record.value, record.raw, record.status) == (None, "1234567890", "invalid")


def test_two_clerks_cannot_overwrite_each_other(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """The second to change the same value sees who changed what, and theirs is not saved unless they insist."""
    first, second = signed_in(Role.CLERK, "dana"), signed_in(Role.CLERK, "evan")
    _post(first, waiting, "correct", target="member.last_name", text="Firstly", revision="1")
    Claim.objects.all().delete()  # both had it open when the first claim ran out
    refused = _post(second, waiting, "correct", target="member.last_name", text="Secondly", revision="1")
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "dana" in page
    assert "Firstly" in page
    assert 'value="Secondly"' in page
    assert waiting.fields.get(name="member.last_name").value == "Firstly"
    _post(second, waiting, "correct", target="member.last_name", text="Secondly")
    assert waiting.fields.get(name="member.last_name").value == "Secondly"


def test_changes_of_different_values_do_not_collide(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Two clerks who change different values are both right."""
    first, second = signed_in(Role.CLERK, "dana"), signed_in(Role.CLERK, "evan")
    _post(first, waiting, "correct", target="member.last_name", text="Firstly", revision="1")
    Claim.objects.all().delete()  # both had it open when the first claim ran out
    assert _post(second, waiting, "correct", target="member.first_name", text="Second", revision="1").status_code == 200
    assert Request.objects.get(pk=waiting.pk).revision == 3


def test_a_line_counted_anew_is_not_taken_for_another(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """After somebody removed a line, a change to a line by its old number is refused."""
    client = signed_in()
    _post(client, waiting, "correct", target="line[+]", text="E1390", revision="1")
    _post(client, waiting, "remove", target="line[0]", revision="2")
    answer = _post(client, waiting, "correct", target="line[1].code", text="E0143", revision="2")
    assert answer.status_code == 409


def test_lines_and_diagnoses_come_and_go(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """A clerk adds and removes service lines and diagnoses; each is a correction."""
    client = signed_in()
    _post(client, waiting, "correct", target="line[+]", text="e1390")
    _post(client, waiting, "correct", target="diagnosis[+]", text="j449")
    assert waiting.lines.last().code == "E1390"
    assert waiting.diagnoses.last().code == "J44.9"
    for target in (f"line[{waiting.lines.count() - 1}]", "diagnosis[0]"):
        assert _post(client, waiting, "remove", target=target).status_code == 200
    assert Correction.objects.count() == 4


@pytest.mark.parametrize(
    "target", ["", "member.shoe_size", "line[9].code", "line[0].price", "diagnosis[77]", "x" * 500]
)
def test_unknown_targets_change_nothing(target: str, waiting: Request, signed_in: Callable[..., Client]) -> None:
    """A correction of something the request does not have is refused."""
    assert _post(signed_in(), waiting, "correct", target=target, text="E1390").status_code == 409
    assert Request.objects.get(pk=waiting.pk).revision == 1


@pytest.mark.parametrize("revision", ["", "0", "-1", "x", "\u0661", "99999999999999"])
def test_a_strange_revision_saves_nothing(revision: str, waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Without the revision that the page showed, nothing is saved."""
    answer = _post(signed_in(), waiting, "correct", target="member.last_name", text="Blind", revision=revision)
    assert answer.status_code == 409
    assert waiting.fields.get(name="member.last_name").value != "Blind"


def test_script_in_fax_text_stays_text(inlet: Settings, signed_in: Callable[..., Client]) -> None:
    """What was read is hostile until shown otherwise: markup in values, names and raw text is escaped everywhere."""
    del inlet
    evil = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
    drawn = scenes.draw(5)
    doubts = {
        "member.last_name": scenes.doubt(evil, 0.4, (evil + "2", 0.3, evil)),
        "clinical.summary": scenes.doubt(evil, 0.5),
    }
    request = scenes.request_of(drawn, 9, doubts=doubts, label=evil)
    client = signed_in(Role.SUPERVISOR)
    _post(client, request, "correct", target="member.first_name", text=evil, reason=evil)
    addresses = (
        "/?shelf=all",
        f"/requests/{request.reference}/",
        "/arrivals/",
        f"/arrivals/{request.arrival_id}/",
        "/day/",
    )
    for address in (*addresses, f"/requests/{request.reference}/panel/", f"/?q={evil}"):
        page = client.get(address).content.decode()
        assert "<img" not in page.replace('<img src="/pages/', "").replace("<img alt=", "")
        assert "<script>alert" not in page


def test_the_panel_answers_304(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """The panel refreshes itself without sending the same again."""
    client = signed_in()
    first = client.get(f"/requests/{waiting.reference}/panel/")
    again = client.get(f"/requests/{waiting.reference}/panel/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_no_more_than_twenty_queries(
    waiting: Request, signed_in: Callable[..., Client], django_assert_max_num_queries: Callable[[int], object]
) -> None:
    """Neither the page nor its panel makes more than twenty queries."""
    client = signed_in()
    for address in (f"/requests/{waiting.reference}/", f"/requests/{waiting.reference}/panel/"):
        with django_assert_max_num_queries(20):  # type: ignore[attr-defined]  # a context manager
            client.get(address)


def test_a_released_request_can_be_corrected_again(clear: Request, signed_in: Callable[..., Client]) -> None:
    """Correcting what had gone out takes it back into review, and the story tells it."""
    client = signed_in()
    answer = _post(client, clear, "correct", target="member.phone", text="510-555-0111")
    assert answer.status_code == 200
    assert Request.objects.get(pk=clear.pk).state == "needs_review"
    assert "510-555-0111" in answer.content.decode()


def test_what_is_no_value_is_settled_by_looking(inlet: Settings, signed_in: Callable[..., Client]) -> None:
    """Pages that were announced and did not come: the clerk looks, lets it stand, and the story tells so."""
    del inlet
    request = scenes.request_of(scenes.draw(5), 11, facts={"pages.short": "6/8"})
    client = signed_in()
    page = client.get(f"/requests/{request.reference}/").content.decode()
    assert 'data-target="pages"' in page
    assert "6 pages came and 8 were announced" in page
    answer = _post(client, request, "correct", target="pages", text="").content.decode()
    assert "Nothing is in doubt" in answer
    assert "looked at and let stand" in answer
    assert _post(client, request, "release").status_code == 200


def test_holding_and_words_at_the_desk(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """A clerk writes words to the provider, holds a drafted notice and lets it go, all from the panel."""
    client = signed_in(Role.CLERK)
    data = {"target": "word.provider", "text": "Please send page 2.", "revision": "1"}
    panel = client.post(f"/requests/{waiting.reference}/correct/", data)
    assert panel.status_code == 200
    waiting.refresh_from_db()
    assert waiting.facts["word.provider"] == "Please send page 2."
    assert "Words to the provider" in panel.content.decode()
    notice = Notice.objects.create(request=waiting, key="n", kind="receipt", revision=2, created_at=timezone.now())
    held = client.post(f"/notices/{notice.pk}/hold/", {"reason": "The office asked us to wait."})
    assert "Let it go out" in held.content.decode()
    assert client.post(f"/notices/{notice.pk}/hold/", {"reason": "again"}).status_code == 409
    client.post(f"/notices/{notice.pk}/let-go/")
    notice.refresh_from_db()
    assert notice.state == "drafted"


def test_the_story_is_whole(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """From the arrival to the delivery: what came in, was corrected, sent and how each attempt ended."""
    now = timezone.now()
    notice = Notice.objects.create(
        request=waiting, key="n", kind="receipt", revision=1, created_at=now, state="sent", sent_at=now
    )
    notice.transmissions.create(
        attempt=1, key="n:1", transport="hylafax", destination="+15105550177", state="failed", intended_at=now,
        submitted_at=now, finished_at=now, problem_message="The line was busy.",
    )  # fmt: skip
    client = signed_in(Role.CLERK)
    _post(client, waiting, "correct", target="member.phone", text="510-555-0199")
    page = client.get(f"/requests/{waiting.reference}/").content.decode()
    told = ("Came in", "Read from its pages", "Member phone", "attempt 1 to 510-555-0177: failed", "line was busy")
    for words in told:
        assert words in page, words
