"""One zone read and judged: accepted, for review, missing or invalid."""

import datetime as dt
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from extract.page.prepare import prepare_image
from extract.page.upright import Grey, UprightPage
from extract.readers.panel import Panel
from extract.readers.reading import LineReading, spelled
from extract.views import FULL, QUICK, View
from extract.zone import decide_text, is_stray, read_zone
from terms.geometry import Box
from terms.names import FieldKind
from terms.values import Candidate, FieldStatus, FieldValue, Source
from tests.extract.conftest import DOTS, Drawn, fax

VALUES = (
    ("Last Name:", FieldKind.NAME, "Quillfeather"),
    ("DOB:", FieldKind.DATE, "1958-03-07"),
    ("Member ID:", FieldKind.MEMBER_ID, "91234567A"),
    ("Phone:", FieldKind.PHONE, "+15105550142"),
    ("Fax:", FieldKind.PHONE, "+15105550199"),
    ("NPI:", FieldKind.NPI, "1234567893"),
    ("HCPCS:", FieldKind.CODE, "E0143"),
    ("Diagnosis:", FieldKind.DIAGNOSIS, "M17.11"),
    ("Address:", FieldKind.ADDRESS, "1420 Lantern Way, Oakland, CA 94607"),
)


class Says:
    """A reader that says the same of every crop, as surely as told."""

    def __init__(self, name: str, text: str, sure: float = 0.99) -> None:
        """Keep what to say."""
        self.name, self._text, self._sure = name, text, sure

    def read(self, crops: list[Grey], kind: FieldKind | None = None) -> list[LineReading]:
        """Say it."""
        del kind
        count = len(self._text)
        return [spelled(self.name, self._text, [self._sure] * count, [(0.0, 1.0)] * count) for _ in crops]


def saying(one: str, two: str, own: str) -> Panel:
    """Three readers with minds of their own."""
    return Panel(Says("ppocr", one), Says("tesseract", two), Says("own", own))


@pytest.mark.parametrize(("label", "kind", "value"), VALUES)
def test_clean_print_is_read_exactly(page: UprightPage, drawn: Drawn, label: str, kind: FieldKind, value: str) -> None:
    """Each value of a clean fax is right, with its evidence inside the zone it was asked for."""
    zone = read_zone(page, drawn.boxes[label], kind, latest=dt.date(2026, 11, 2))
    assert zone.value.value == value
    assert zone.value.source is Source.OCR
    assert zone.value.box is not None
    assert zone.value.box.overlap(drawn.boxes[label]) > 0.9


def test_most_of_a_clean_fax_is_accepted(page: UprightPage, drawn: Drawn) -> None:
    """On a clean fax a clerk has little to do."""
    accepted = [read_zone(page, drawn.boxes[label], kind).value.is_accepted for label, kind, _value in VALUES]
    assert sum(accepted) >= 7


def test_blank_zone_is_missing(page: UprightPage, drawn: Drawn) -> None:
    """An empty cell is missing, with the place where the value should stand."""
    value = read_zone(page, drawn.boxes["Blank:"], FieldKind.NPI).value
    assert value.status is FieldStatus.MISSING
    assert value.value is None
    assert value.box == drawn.boxes["Blank:"]


def test_surely_read_npi_with_a_bad_check_digit_is_invalid(page: UprightPage, drawn: Drawn) -> None:
    """Every reader reads 1234567898: no value, what was read, and only the provider can mend it."""
    value = read_zone(page, drawn.boxes["Wrong NPI:"], FieldKind.NPI).value
    assert value.value is None
    assert value.raw == "1234567898"
    assert value.status is FieldStatus.INVALID


def test_readers_that_differ_are_never_accepted(page: UprightPage, drawn: Drawn) -> None:
    """Three readers, three valid codes: for review, with the others among the candidates."""
    value = read_zone(page, drawn.boxes["HCPCS:"], FieldKind.CODE, readers=saying("E0143", "E0148", "E0144")).value
    assert value.status is FieldStatus.REVIEW
    assert {value.value, *(c.value for c in value.candidates)} >= {"E0143", "E0148", "E0144"}


def test_one_reader_alone_is_never_believed(page: UprightPage, drawn: Drawn) -> None:
    """However sure a reader is, in both cuts: what no other reader sees goes to a person."""
    value = read_zone(page, drawn.boxes["HCPCS:"], FieldKind.CODE, readers=saying("E0143", "", "")).value
    assert value.value == "E0143"
    assert value.status is FieldStatus.REVIEW


def test_last_reader_is_asked_only_in_doubt(page: UprightPage, drawn: Drawn) -> None:
    """Where our own reader and the first agree and are sure, Tesseract is spared; where not, all read."""
    sure = read_zone(page, drawn.boxes["HCPCS:"], FieldKind.CODE)
    torn = read_zone(page, drawn.boxes["HCPCS:"], FieldKind.CODE, readers=saying("E0143", "E0148", "E0144"))
    assert (sure.stage, View.SECOND in sure.views) == (QUICK, False)
    assert (torn.stage, set(torn.views)) == (FULL, set(View))


def test_stricter_target_accepts_less(page: UprightPage, drawn: Drawn) -> None:
    """With no wrong value allowed nothing is accepted, however well it is read."""
    strict = dict.fromkeys(FieldKind, 0.0)
    value = read_zone(page, drawn.boxes["HCPCS:"], FieldKind.CODE, targets=strict).value
    assert (value.value, value.status) == ("E0143", FieldStatus.REVIEW)


def test_diagnosis_that_no_list_has_is_for_review(page: UprightPage, drawn: Drawn) -> None:
    """M17.11 is a diagnosis and accepted; read as M17.17, which does not exist, it goes to a person."""
    everyone = saying("M17.17", "M17.17", "M17.17")
    assert read_zone(page, drawn.boxes["Diagnosis:"], FieldKind.DIAGNOSIS).value.is_accepted
    value = read_zone(page, drawn.boxes["Diagnosis:"], FieldKind.DIAGNOSIS, readers=everyone).value
    assert (value.value, value.status) == ("M17.17", FieldStatus.REVIEW)


def test_doubtful_npi_that_fails_the_check_is_for_review(page: UprightPage, drawn: Drawn) -> None:
    """Readers that do not agree on a failing NPI: a person looks, nobody asks the provider."""
    torn = saying("1234567898", "1234567090", "1234567898")
    value = read_zone(page, drawn.boxes["NPI:"], FieldKind.NPI, readers=torn).value
    assert value.value is None
    assert value.status is FieldStatus.REVIEW


def test_procedure_code_that_begins_with_one_is_never_accepted_unlisted(page: UprightPage, drawn: Drawn) -> None:
    """13175 agreed by all may be an L3175: only a list that has it speaks for it."""
    value = read_zone(page, drawn.boxes["HCPCS:"], FieldKind.CODE, readers=saying("13175", "13175", "13175")).value
    assert value.value == "13175"
    assert value.status is FieldStatus.REVIEW


def test_unreadable_ink_is_for_review_not_missing(page: UprightPage, drawn: Drawn) -> None:
    """Ink that no reader can make anything of is not an empty field."""
    value = read_zone(page, drawn.boxes["NPI:"], FieldKind.NPI, readers=saying("", "", "")).value
    assert value.status is FieldStatus.REVIEW
    assert value.value is None


def test_values_survive_a_standard_fax_on_its_head(drawn: Drawn) -> None:
    """At 98 lines an inch and upside down, zones cut through the transform still hold their values."""
    bits: npt.NDArray[np.uint8] = np.ascontiguousarray(fax(drawn.sheet, lines=98, skew=0.5)[::-1, ::-1])
    page = prepare_image(bits, DOTS, 98)
    right = [read_zone(page, drawn.boxes[label], kind).value.value == value for label, kind, value in VALUES]
    assert page.rotation == 180
    assert sum(right) >= 7


def test_text_that_needed_no_reading_is_accepted_if_valid() -> None:
    """Form values and mail text: valid is accepted, invalid keeps its raw text, empty is missing."""
    good = decide_text(FieldKind.PHONE, "(510) 555-0142", Source.FORM_VALUES)
    bad = decide_text(FieldKind.NPI, "1234567898", Source.MAIL_TEXT)
    none = decide_text(FieldKind.NPI, "  ")
    assert (good.value, good.status) == ("+15105550142", FieldStatus.ACCEPTED)
    assert (bad.value, bad.raw, bad.status) == (None, "1234567898", FieldStatus.INVALID)
    assert none.status is FieldStatus.MISSING


@pytest.mark.parametrize(
    ("kind", "raw", "stray"),
    [
        (FieldKind.PHONE, "()", True),
        (FieldKind.PHONE, "eee", True),
        (FieldKind.NPI, "1", True),
        (FieldKind.PHONE, "55", False),
        (FieldKind.PHONE, "ISIO)SSS-OIZ", False),
        (FieldKind.PHONE, "we6ard", True),
        (FieldKind.MEMBER_ID, "9 dgl5 # 0tter", True),
        (FieldKind.DATE, "m/ad/vvvy", True),
        (FieldKind.DATE, "Septcmbcr 5, l9G1", False),
        (FieldKind.DIAGNOSIS, "3*:", True),
        (FieldKind.DIAGNOSIS, "M54", False),
        (FieldKind.NAME, "Li", False),
        (FieldKind.QUANTITY, "1", False),
    ],
)
def test_a_mark_where_a_long_number_is_due_is_no_number(kind: FieldKind, raw: str, *, stray: bool) -> None:
    """A scratch, an empty comb's walls or a hint leave a field missing; two digits may be a rest."""
    value = FieldValue(None, raw, 0.3, FieldStatus.REVIEW, 1, Box(0.1, 0.1, 0.2, 0.2), Source.OCR)
    assert is_stray(kind, value) is stray


def test_what_could_be_a_number_after_all_is_no_stray_mark() -> None:
    """Candidates or a value go to a person."""
    value = FieldValue(None, "1", 0.3, FieldStatus.REVIEW, 1, Box(0.1, 0.1, 0.2, 0.2), Source.OCR)
    assert not is_stray(FieldKind.PHONE, replace(value, candidates=(Candidate("+15105550142", 0.2, ""),)))
    assert not is_stray(FieldKind.PHONE, replace(value, raw=None))
