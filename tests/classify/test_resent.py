"""Whether an arrival is an earlier one sent again: both signs must come together."""

from dataclasses import replace

import pytest

from classify.resent import judge
from classify.similar import Likeness
from terms.geometry import Box
from terms.requests import RequestValues
from terms.values import FieldStatus, FieldValue
from tests.desk.made_up import accepted, values

SAME = {1: Likeness(0.9, 100, 0)}
LIKELY = {1: Likeness(0.8, 100, 8, (Box(0.1, 0.1, 0.2, 0.2),))}
NOT_ALIKE = {1: Likeness(0.7, 100, 30)}


def _unsure(value: str) -> FieldValue:
    return FieldValue(value, value, 0.6, FieldStatus.REVIEW)


def _with(**changed: FieldValue | None) -> RequestValues:
    return values(**changed)


def test_the_same_sheets_and_the_same_member_are_a_duplicate() -> None:
    """Nothing read for sure differs: the earlier fax, sent again."""
    found = judge([values()], [values()], SAME)
    assert found is not None
    assert found.same
    assert found.differences == ()


def test_a_corrected_value_makes_an_amendment() -> None:
    """A code read for sure on both and different is a difference, however alike the pages are."""
    found = judge([values(codes=("E0149",))], [values()], SAME)
    assert found is not None
    assert (found.same, found.differences) == (False, ("line[0].code",))
    found = judge(
        [_with(service__start_date=accepted("2026-04-01"))], [_with(service__start_date=accepted("2026-03-01"))], SAME
    )
    assert found is not None
    assert found.differences == ("service.start_date",)


def test_another_member_is_never_linked() -> None:
    """The same office and form, pages that look the same over a bad line, another member: something of its own."""
    other = _with(
        member__last_name=accepted("Otherling"), member__date_of_birth=accepted("1971-01-02"),
        member__id=accepted("97654321C"),
    )  # fmt: skip
    assert judge([other], [values()], SAME) is None
    brother = _with(member__first_name=accepted("Quentin"), member__date_of_birth=accepted("1971-01-02"))
    assert judge([brother], [values()], SAME) is None
    unread = _with(member__last_name=None, member__date_of_birth=None, member__id=None)
    assert judge([unread], [values()], SAME) is None


def test_what_was_only_misread_does_not_keep_the_same_sheet_apart() -> None:
    """On the same sheet a doubtful reading that differs is the line's fault; on a merely similar one it is not."""
    doubtful = _with(member__phone=_unsure("+15105550199"))
    found = judge([doubtful], [values()], SAME)
    assert found is not None
    assert found.same
    assert judge([doubtful], [values()], LIKELY) is None


def test_a_correction_does_not_drown_in_noise() -> None:
    """Where a part of the order was not read on both, or is in doubt and differs, a person sees both papers."""
    for changed in (_unsure("3"), FieldValue(None, "?", 0.2, FieldStatus.REVIEW), FieldValue.missing()):
        new = values()
        line = replace(new.lines[0], quantity=changed)
        for found in (
            judge([replace(new, lines=(line,))], [values()], SAME),
            judge([values()], [replace(new, lines=(line,))], SAME),
        ):
            assert found is not None
            assert (found.same, found.differences) == (False, ())
        assert judge([replace(new, lines=(line,))], [values()], LIKELY) is None
    neither = replace(values(), lines=(replace(values().lines[0], quantity=FieldValue.missing()),))
    found = judge([neither], [neither], SAME)
    assert found is not None
    assert found.same
    found = judge([replace(values(), lines=())], [values()], SAME)
    assert found is not None
    assert not found.same


def test_what_was_not_read_on_both_is_looked_at() -> None:
    """The same strokes at its place are as good as a reading; what was read for sure on both outranks it."""
    new = values()
    unread = replace(new, lines=(replace(new.lines[0], quantity=FieldValue(None, "?", 0.2, FieldStatus.REVIEW)),))
    looked: list[tuple[str | None, str | None]] = []

    def look(one: FieldValue, other: FieldValue) -> bool:
        looked.append((one.value, other.value))
        return True

    found = judge([unread], [values()], SAME, look=look)
    assert found is not None
    assert found.same
    assert looked == [(None, "1")]
    more = replace(new, lines=(*new.lines, new.lines[0]))
    found = judge([new], [more], SAME, look=look)
    assert found is not None
    assert found.same
    found = judge([new], [more], SAME)
    assert found is not None
    assert not found.same
    found = judge([values(codes=("E0149",))], [values()], SAME, look=look)
    assert found is not None
    assert found.differences == ("line[0].code",)


def test_names_may_be_misspelt_where_the_numbers_agree() -> None:
    """On pages that look much the same a doubtful name counts little when birth date, member id and NPI agree."""
    misread = _unsure("Sarnpieton")
    found = judge([_with(member__last_name=misread)], [values()], LIKELY)
    assert found is not None
    assert found.same
    unnumbered = _with(member__last_name=misread, ordering_provider__npi=FieldValue.missing())
    assert judge([unnumbered], [values()], LIKELY) is None
    assert judge([_with(member__last_name=misread, member__phone=_unsure("+15105550199"))], [values()], LIKELY) is None


def test_a_bad_line_needs_everything_read_to_agree() -> None:
    """Pages that look much the same, and values that agree throughout, are the same fax."""
    found = judge([values()], [values()], LIKELY)
    assert found is not None
    assert found.same
    assert judge([values()], [values()], NOT_ALIKE) is None


def test_one_call_picked_up_twice_needs_no_member() -> None:
    """Two files of one call that look the same are one fax, even if nothing on them could be read."""
    unread = _with(member__last_name=None, member__date_of_birth=None, member__id=None)
    found = judge([unread], [unread], SAME, same_call=True)
    assert found is not None
    assert found.same
    assert judge([unread], [unread], LIKELY, same_call=True) is None


@pytest.mark.parametrize(
    ("new", "old"),
    [((), (values(),)), ((values(), values()), (values(),)), ((values(),), ())],
    ids=["none", "two", "old"],
)
def test_other_counts_of_requests_are_something_else(
    new: tuple[RequestValues, ...], old: tuple[RequestValues, ...]
) -> None:
    """Two members in one and one in the other cannot be one fax."""
    assert judge(new, old, SAME) is None


def test_without_pages_nothing_is_linked() -> None:
    """Values alone are the matter of joining, not of this."""
    assert judge([values()], [values()], {}) is None


def test_a_fresh_urgent_cover_is_a_change() -> None:
    """The same form under a cover sheet that now says urgent is no mere duplicate."""
    urgent = replace(values(), facts={**values().facts, "cover.urgent": "yes"})
    found = judge([urgent], [values()], SAME)
    assert found is not None
    assert not found.same
    again = judge([urgent], [urgent], SAME)
    assert again is not None
    assert again.same


def test_texts_that_were_read_a_little_differently_are_the_same() -> None:
    """A comma in an address is no correction; another street is."""
    comma = _with(member__address=accepted("12 Invented Way Oakland, CA 94601"))
    found = judge([comma], [values()], SAME)
    assert found is not None
    assert found.same
    moved = _with(member__address=accepted("9 Elsewhere Street, Hayward, CA 94541"))
    assert judge([moved], [values()], SAME) is None or not judge([moved], [values()], SAME).same  # type: ignore[union-attr]  (looked at just before)


def test_new_clinical_words_on_the_same_form_are_no_duplicate() -> None:
    """Read badly or not: what tells of something else is a change that somebody sees."""
    told = _unsure("Oxygen saturation has fallen to 79 percent at rest since Friday.")
    found = judge([_with(clinical__summary=told)], [values()], SAME)
    assert found is not None
    assert (found.same, found.differences) == (False, ("clinical.summary",))
