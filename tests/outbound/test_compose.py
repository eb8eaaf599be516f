"""What notices say."""

import datetime as dt
import json

import pytest

from outbound.compose import compose
from outbound.notices import LETTER_KINDS, NoticeKind
from terms.dates import PACIFIC
from terms.names import Priority
from terms.requests import Audience, Gap, GapReason
from tests.outbound import made_up


def test_a_receipt_carries_what_the_office_must_know() -> None:
    """Reference, time of receipt, pages, type, codes, both due dates, who decides and their phone."""
    data = made_up.notice(NoticeKind.RECEIPT)
    assert data.reference == made_up.REFERENCE
    assert data.received_text == "Mon, Nov 2, 2026, 4:58:03 PM Pacific"
    assert data.pages_received == 2
    assert data.request_type == "Routine"
    assert [(line.code, line.quantity) for line in data.lines] == [("E0260 RR", "1"), ("L1930", "2")]
    assert data.diagnoses == ("M62.81", "G81.94")
    assert [(due.when, due.rule) for due in data.due] == [
        ("Mon, Nov 9, 2026, 4:58 PM Pacific", "7 calendar days"),
        ("Mon, Nov 9, 2026, 5:00 PM Pacific", "5 business days"),
    ]
    assert [(d.phone, d.hours) for d in data.deciders] == [
        ("800-906-0626", "Mon-Fri 8:30-5"),
        ("510-747-4540 ext. 5", "Mon-Fri 8-5"),
    ]
    assert data.gaps == ()


def test_an_information_request_names_each_provider_gap_and_no_other() -> None:
    """Each thing that only the provider can close stands there by its printed label; a clerk's gap does not."""
    clerk = Gap("member.id", GapReason.UNCERTAIN, Audience.CLERK, "Look at the ID.")
    provider = Gap("line[1].code", GapReason.MISSING, Audience.PROVIDER, "Give the code of the second item.")
    data = compose(
        NoticeKind.INFORMATION_REQUEST, made_up.values(), made_up.decision(gaps=(clerk, provider)),
        reference=made_up.REFERENCE, revision=1, received_at=made_up.RECEIVED, issued_at=made_up.ISSUED,
        sender=made_up.SENDER, tables=made_up.tables(), destination=None,
    )  # fmt: skip
    assert [(gap.label, gap.message) for gap in data.gaps] == [("HCPCS/CPT code", "Give the code of the second item.")]
    labels = [gap.label for gap in made_up.notice(NoticeKind.INFORMATION_REQUEST).gaps]
    assert labels == ["*NPI Number", "Clinical information"]


def test_nobody_is_asked_for_nothing() -> None:
    """An information request without a provider gap cannot be composed."""
    with pytest.raises(ValueError, match="gap"):
        compose(
            NoticeKind.INFORMATION_REQUEST, made_up.values(), made_up.decision(gaps=()),
            reference=made_up.REFERENCE, revision=1, received_at=made_up.RECEIVED, issued_at=made_up.ISSUED,
            sender=made_up.SENDER, tables=made_up.tables(), destination=None,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("priority", "issued", "expected"),
    [
        (Priority.ROUTINE, made_up.ISSUED, "Sat, Nov 7, 2026, 4:58 PM Pacific"),
        (Priority.URGENT, made_up.ISSUED, "Sun, Nov 8, 2026, 4:58 PM Pacific"),
        (Priority.ROUTINE, dt.datetime(2026, 11, 9, 9, 0, tzinfo=PACIFIC), "Mon, Nov 9, 2026, 1:00 PM Pacific"),
        (Priority.ROUTINE, dt.datetime(2026, 11, 9, 16, 0, tzinfo=PACIFIC), "Mon, Nov 9, 2026, 4:58 PM Pacific"),
    ],
)
def test_by_when_to_answer(priority: Priority, issued: dt.datetime, expected: str) -> None:
    """A day or two before the due date, hours from now at least, and never after the due date."""
    data = compose(
        NoticeKind.INFORMATION_REQUEST, made_up.values(), made_up.decision(priority=priority),
        reference=made_up.REFERENCE, revision=1, received_at=made_up.RECEIVED, issued_at=issued,
        sender=made_up.SENDER, tables=made_up.tables(), destination=None,
    )  # fmt: skip
    assert data.answer_by == expected


def test_the_patient_is_named_by_initials_and_the_end_of_the_id_only() -> None:
    """Nothing else of the patient is in the data at all."""
    for kind in set(NoticeKind) - LETTER_KINDS - {NoticeKind.FORWARD, NoticeKind.RESEND}:
        data = made_up.any_notice(kind)
        assert data.patient == "Z.T., member ID ending 68X"
        text = json.dumps(data.to_json())
        assert not [word for word in made_up.PRIVATE if word in text]
