"""Several readings of one zone, weighed together."""

import datetime as dt

from extract.decode.evidence import TextView, weigh_code, weigh_text
from extract.readers.reading import LineReading, spelled
from terms.names import FieldKind


def seen(reader: str, text: str, sure: float = 0.97) -> LineReading:
    """A reading of ``text`` by ``reader``."""
    return spelled(reader, text, [sure] * len(text), [(0.0, 1.0)] * len(text))


def three(one: str, two: str, other: str) -> dict[str, LineReading]:
    """Two views of the first reader and one of the second."""
    return {"first": seen("ppocr", one), "again": seen("ppocr", two), "second": seen("tesseract", other)}


VIEWS = ("first", "again", "second")


def test_agreement_is_measured_against_the_value() -> None:
    """All three say the same: same everywhere, and a wide margin."""
    evidence = weigh_code(FieldKind.CODE, three("E0143", "E0143", "E0143"))
    assert evidence.best is not None
    assert evidence.best.value == "E0143"
    assert [evidence.measures[f"same_{view}"] for view in VIEWS] == [1.0, 1.0, 1.0]
    assert evidence.measures["margin"] > 3


def test_different_writings_of_one_value_agree() -> None:
    """(510) 555-0142 and 510.555.0142 are one number."""
    evidence = weigh_code(FieldKind.PHONE, three("(510) 555-0142", "(510)555-0142", "510.555.0142"))
    assert evidence.best is not None
    assert evidence.best.value == "+15105550142"
    assert all(evidence.measures[f"same_{view}"] for view in VIEWS)


def test_failing_check_digit_is_not_repaired() -> None:
    """What was read fails the check: there is no value, and the repair stays a lower candidate."""
    evidence = weigh_code(FieldKind.NPI, three("1234567898", "1234567898", "1234567898"))
    assert evidence.best is not None
    assert evidence.best.value is None
    assert evidence.best.text == "1234567898"


def test_dissent_narrows_the_margin() -> None:
    """One view that reads another valid code brings the two closer together."""
    agreed = weigh_code(FieldKind.CODE, three("E0143", "E0143", "E0143"))
    disputed = weigh_code(FieldKind.CODE, three("E0143", "E0148", "E0143"))
    assert disputed.measures["margin"] < agreed.measures["margin"]
    assert {w.value for w in disputed.ranked} >= {"E0143", "E0148"}


def test_listed_code_is_likelier() -> None:
    """Between two equally read codes the one on the list comes first."""
    torn = {"first": seen("ppocr", "E0143", 0.6), "again": seen("ppocr", "E0148", 0.6), "second": seen("tesseract", "")}
    listed = frozenset({"E0148"})
    evidence = weigh_code(FieldKind.CODE, torn, lexicon=listed)
    assert evidence.best is not None
    assert evidence.best.value == "E0148"
    assert evidence.measures["listed"] == 1.0


def test_date_with_lost_dashes_is_still_a_date() -> None:
    """03 15 24 is a date although its spaces are dropped for decoding."""
    evidence = weigh_code(FieldKind.DATE, three("03 15 24", "03 15 24", ""), latest=dt.date(2026, 1, 1))
    assert {w.value for w in evidence.ranked} >= {"2024-03-15"}


def test_nothing_read_is_no_evidence() -> None:
    """No view read anything: no value, and a measure that says so."""
    evidence = weigh_code(FieldKind.NPI, three("", "", ""))
    assert evidence.best is None
    assert evidence.measures["empty"] == 1.0


def views(*texts: str) -> dict[str, TextView]:
    """A first reading and others, all fairly sure."""
    return {who: TextView(text, 0.9, 0.6) for who, text in zip(("first", "second", "again"), texts, strict=False)}


def test_text_takes_the_first_view_unless_the_others_agree() -> None:
    """The better reader's text stands; others that agree outvote it."""
    assert weigh_text(FieldKind.NAME, views("Marisol", "Marisot")).raw == "Marisol"
    voted = weigh_text(FieldKind.NAME, views("Marisot", "Marisol", "Marisol"))
    assert voted.raw == "Marisol"
    assert voted.measures["same_first"] == 0.0


def test_digit_inside_a_word_gives_way_to_a_letter() -> None:
    """Campbel1 against Campbell: the reading without a digit in the word is taken."""
    evidence = weigh_text(FieldKind.ADDRESS, views("4348 N Campbel1 Court", "4348 N Campbell Court"))
    assert evidence.raw == "4348 N Campbell Court"


def test_sign_that_no_name_has_is_odd() -> None:
    """A dollar sign in a name counts against it, a hyphen or an accent does not."""
    assert weigh_text(FieldKind.NAME, views("CHAX$IABIX", "CHAX$IABIX")).measures["odd"] == 1.0
    assert weigh_text(FieldKind.NAME, views("Peña-O'Hara, N.P.", "")).measures["odd"] == 0.0


def test_words_that_one_view_ran_together_are_set_apart() -> None:
    """9895FACSIMILEDR against 9895 FACSIMILE DR: the spaces stand."""
    assert weigh_text(FieldKind.ADDRESS, views("9895FACSIMILEDR", "9895 FACSIMILE DR")).raw == "9895 FACSIMILE DR"


def test_accent_that_only_one_view_saw_is_dust() -> None:
    """HÚONG and HUONG: on a coarse page the plain one is taken, on a fine one the better reader's."""
    assert weigh_text(FieldKind.NAME, views("HÚONG", "HUONG"), coarse=True).raw == "HUONG"
    assert weigh_text(FieldKind.NAME, views("Prüfling", "Prufling")).raw == "Prüfling"


def test_names_that_cannot_be_meant_are_odd() -> None:
    """A lost crossbar, a stop for a comma, a lost capital, a small L for an I; plain names and titles are not odd."""
    for text in ("MITCIIELL", "Jounnsachung. Robert, MD", "isa Rogers", "lonics", "Rogers, lsaac"):
        assert weigh_text(FieldKind.NAME, views(text, text)).measures["odd"] >= 1.0, text
    for text in (
        "MITCHELL",
        "Dr. Robert Quill III",
        "Lisa Rogers",
        "McDonald, Jr.",
        "St. Example",
        "quillfeather",
        "D'lane",
    ):
        assert weigh_text(FieldKind.NAME, views(text, text)).measures["odd"] == 0.0, text
