"""What diagnoses are called."""

import pytest

from classify import diagnosis_titles
from classify.diagnosis_titles import search, title_of


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the package reads its own data in an old way
def test_the_packed_list_is_the_packages() -> None:
    """The shipped file is what packing gives, byte for byte."""
    assert diagnosis_titles.TARGET.read_bytes() == diagnosis_titles.packed()


def test_every_code_has_its_title() -> None:
    """Titles are those of the release; what is not on the list has none."""
    assert title_of("J44.9") == "Chronic obstructive pulmonary disease, unspecified"
    assert title_of("M17.11") == "Unilateral primary osteoarthritis, right knee"
    assert title_of("A00") == "Cholera"
    assert not title_of("Z99.999")


def test_search_by_code_and_by_words() -> None:
    """Codes that begin so come first, those that may be used before categories; then titles with all the words."""
    found = search("m17", 50)
    assert all(entry.code.startswith("M17") for entry in found)
    assert [entry.billable for entry in found] == sorted((entry.billable for entry in found), reverse=True)
    assert search("knee osteoarthritis right", 3)[0].billable
    assert len(search("disease", 12)) == 12
