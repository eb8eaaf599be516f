"""The arrival's page of a mail: what was set apart, what it answers, the drafted answer."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page as BrowserPage

from desk.cases.arrivals import quarantine
from desk.cases.mail_drafts import draft_for
from desk.config import Settings
from desk.lifecycle import Role
from desk.records.models import Arrival, AuditEvent, MailDraft, Page
from ingest.pages import MailFacts, PageSource, SetApart
from terms.errors import Problem
from terms.names import TextSource
from tests.desk.review import scenes

pytestmark = pytest.mark.django_db
_FACTS = MailFacts("<m1@clinic.example>", "ann@clinic.example", ("o@plan.example",), None, False, subject="DME order")  # noqa: FBT003  (a fact among others)
_LOCKED = Problem("ingest.attachment_encrypted", "An attachment is locked.")


@pytest.fixture
def mail(inlet: Settings, db: None) -> Arrival:
    """A quarantined mail with a drafted answer and text set apart."""
    del inlet, db
    arrival = scenes.arrive(scenes.draw(7), 1)
    arrival.channel = "mail"
    arrival.facts = {"mail": _FACTS.to_record(), "answers": {"request": None, "arrival": arrival.pk, "how": "subject"}}
    arrival.save()
    source = PageSource(
        1, "body", None, 0, 0, text="See <b>attached</b>.", text_source=TextSource.MAIL_TEXT,
        notes=("hidden_text_dropped",), apart=(SetApart("quoted", "<script>alert(1)</script> Order E0143"),),
        name="order<i>.pdf",
    )  # fmt: skip
    Page.objects.update_or_create(arrival=arrival, number=1, defaults={"source": source.to_record(), "image": ""})
    quarantine(arrival.pk, _LOCKED)
    draft_for(arrival.pk)
    return Arrival.objects.get(pk=arrival.pk)


def test_a_clerk_sees_what_was_set_apart_and_the_draft(mail: Arrival, signed_in: Callable[..., Client]) -> None:
    """All of it is shown as text, whatever it holds."""
    page = signed_in().get(f"/arrivals/{mail.pk}/").content.decode()
    for words in ("Drafted answer", "ann@clinic.example", "protected with a password", "Text that nobody sees"):
        assert words in page
    assert "Earlier mails quoted below it" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Order E0143" in page
    assert "order&lt;i&gt;.pdf" in page
    assert "<script>alert(1)" not in page


def test_the_draft_opens_in_a_mail_program(mail: Arrival, signed_in: Callable[..., Client]) -> None:
    """It comes as a file that is addressed and unsent, and that it was taken is audited."""
    answer = signed_in().get(f"/arrivals/{mail.pk}/answer.eml")
    assert answer["Content-Type"] == "message/rfc822"
    assert b"To: ann@clinic.example" in answer.content
    assert b"X-Unsent: 1" in answer.content
    assert AuditEvent.objects.filter(action="mail.draft_opened", arrival=mail).exists()


@pytest.mark.parametrize(("what", "state"), [("sent", "sent"), ("dismissed", "dismissed")])
def test_a_clerk_says_what_became_of_it(mail: Arrival, signed_in: Callable[..., Client], what: str, state: str) -> None:
    """Once; a second answer is refused."""
    client = signed_in(name="clara")
    client.post(f"/arrivals/{mail.pk}/answer/", {"what": what})
    draft = MailDraft.objects.get(arrival=mail)
    assert (draft.state, draft.settled_by) == (state, "clara")
    page = client.post(f"/arrivals/{mail.pk}/answer/", {"what": "sent"}, follow=True).content.decode()
    assert f"This mail is {state} already" in page


def test_an_auditor_looks_and_answers_nothing(mail: Arrival, signed_in: Callable[..., Client]) -> None:
    """They see the draft but may neither open nor settle it."""
    client = signed_in(Role.AUDITOR)
    page = client.get(f"/arrivals/{mail.pk}/").content.decode()
    assert "Drafted answer" in page
    assert "I have sent it" not in page
    assert client.get(f"/arrivals/{mail.pk}/answer.eml").status_code == 403
    assert client.post(f"/arrivals/{mail.pk}/answer/", {"what": "sent"}).status_code == 403


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_clerk_notes_in_the_browser_that_it_was_sent(desk: BrowserPage, mail: Arrival) -> None:
    """The button is where the draft is; afterwards the page says who sent it."""
    desk.goto(f"{desk.url.split('/', 3)[0]}//{desk.url.split('/', 3)[2]}/arrivals/{mail.pk}/")
    desk.get_by_text("Earlier mails quoted below it").click()
    desk.get_by_role("button", name="I have sent it").click()
    desk.get_by_text("Noted as sent.").wait_for()
    assert MailDraft.objects.get(arrival=mail).state == "sent"
