"""How values look to people."""

import datetime as dt

import pytest

from desk.lifecycle import NoticeState, RequestState, TransmissionState
from desk.review import presenting
from desk.review.sheet import SECTIONS
from terms.names import FIELD_KINDS, LINE_KINDS, ArrivalState, FieldKind, RequestType
from terms.normal import normalise

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (FieldKind.DATE, "1958-03-07", "03/07/1958"),
        (FieldKind.DATE, "not a date", "not a date"),
        (FieldKind.PHONE, "+15105550142", "510-555-0142"),
        (FieldKind.PHONE, "+15105550142;ext=5", "510-555-0142 ext. 5"),
        (FieldKind.NPI, "1234567893", "1234567893"),
        (FieldKind.TEXT, None, ""),
    ],
)
def test_what_is_shown(kind: FieldKind, value: str | None, shown: str) -> None:
    """Dates the US way, phones as printed, the rest as it is."""
    assert presenting.shown(kind, value) == shown


@pytest.mark.parametrize(
    ("kind", "value"),
    [(FieldKind.DATE, "1958-03-07"), (FieldKind.PHONE, "+15105550142;ext=5"), (FieldKind.DIAGNOSIS, "J44.9")],
)
def test_what_is_shown_is_taken_back(kind: FieldKind, value: str) -> None:
    """Accepting what is shown saves the very value that was there."""
    assert normalise(kind, presenting.shown(kind, value)) == value


@pytest.mark.parametrize(
    ("hours", "words", "urgency"),
    [
        (-2, "2 h late", "late"),
        (0.5, "in 30 min", "soon"),
        (23, "in 23 h", "soon"),
        (25, "in 25 h", ""),
        (100, "in 4 d", ""),
    ],
)
def test_due_in_words(hours: float, words: str, urgency: str) -> None:
    """Lateness and nearness are said in words, not in colour alone."""
    assert presenting.due_words(NOW + dt.timedelta(hours=hours), NOW) == (words, urgency)


def test_every_target_has_a_label_and_a_kind() -> None:
    """Fields, line parts and diagnoses are called by people's names."""
    assert presenting.label_of("line[1].code") == "Line 2 code"
    assert presenting.label_of("diagnosis[0]") == "Diagnosis 1"
    for name, kind in FIELD_KINDS.items():
        assert presenting.label_of(name) != name
        assert presenting.kind_of(name) is kind
    for part, kind in LINE_KINDS.items():
        assert presenting.kind_of(f"line[3].{part}") is kind
    assert presenting.kind_of("line[0].modifiers") is FieldKind.MODIFIER


def test_every_field_has_a_section() -> None:
    """No field of a request is left out of its page."""
    for name in FIELD_KINDS:
        assert sum(name.startswith(prefix) for _, prefix in SECTIONS) == 1


def test_every_state_has_words() -> None:
    """No state is shown by its bare name."""
    for states in (RequestState, ArrivalState, NoticeState, TransmissionState):
        for state in states:
            assert state in presenting.STATE_WORDS


def test_every_type_can_be_chosen() -> None:
    """The type of a request can be set to each type there is."""
    assert {value for value, _ in presenting.CHOICES["request.type"]} == set(RequestType)
