"""The words of notices: editions, and what is checked when they are loaded."""

import datetime as dt
from pathlib import Path

import pytest

from outbound.errors import NoticeTextError
from outbound.notices import PLACEHOLDERS, Language, NoticeKind
from outbound.render import render_pdf, texts_used
from outbound.texts import REQUIRED, SHIPPED, load_texts, read_text, set_parts
from tests.outbound import made_up

_RECEIPT = (SHIPPED / "receipt.en.2026-1.toml").read_text("utf-8")
_NAME = "receipt.en.2026-1.toml"


def test_every_kind_has_a_text_in_every_language_that_it_is_sent_in() -> None:
    """The shipped texts cover every kind of notice, letters in all five languages."""
    for kind, language in made_up.EVERY:
        assert texts_used(made_up.any_notice(kind, language))[0].kind == kind.value


def test_the_placeholders_known_are_those_that_data_fills() -> None:
    """No name is allowed in a text for which a notice has no value."""
    assert set(made_up.notice(NoticeKind.RECEIPT).words()) == PLACEHOLDERS


@pytest.mark.parametrize("kind", sorted(REQUIRED))
def test_a_text_without_a_required_element_is_refused(kind: str) -> None:
    """Taking any required element out of a shipped text makes it unusable, and the fault names the element."""
    name = f"{kind}.en.2026-1.toml"
    whole = (SHIPPED / name).read_text("utf-8")
    for element in REQUIRED[kind]:
        cut = whole.replace(f"{{{element}}}", "").replace(f'show = "{element.removeprefix("block:")}"', "")
        with pytest.raises(NoticeTextError, match=f"lacks .*{element.removeprefix('block:')}"):
            read_text(name, cut)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("{our_phone}", "{our_fone}", "unknown name 'our_fone'"),
        ('show = "received"', 'show = "everything"', "unknown name 'everything'"),
        ("[[part]]", '[[part]]\nwhen = "moon"', "unknown name 'moon'"),
        ("[[part]]", '[[part]]\ncolour = "red"', "unknown key 'colour'"),
        ('edition = "2026-1"', 'edition = "2026-2"', "another edition"),
        ("effective_from = 2026-01-01", 'effective_from = "soon"', "no date effective_from"),
        ('title = "Request received"', 'title = ""', "no title"),
        ("[[part]]", "[[part]", "not valid TOML"),
    ],
)
def test_a_faulty_text_is_refused_with_its_fault(old: str, new: str, fault: str) -> None:
    """Each fault is named; a faulty file is never used."""
    with pytest.raises(NoticeTextError, match=fault):
        read_text(_NAME, _RECEIPT.replace(old, new))


def test_a_letter_needs_its_labels_in_its_language() -> None:
    """A letter whose table has no heading in its language is refused."""
    whole = (SHIPPED / "letter_denial.vi.2026-1.toml").read_text("utf-8")
    cut = "\n".join(line for line in whole.splitlines() if not line.startswith("granted"))
    with pytest.raises(NoticeTextError, match="label 'granted'"):
        read_text("letter_denial.vi.2026-1.toml", cut)


def test_the_newest_edition_in_force_on_the_day_is_used(tmp_path: Path) -> None:
    """The plan's own edition takes over on its first day, and ends with its last one."""
    later = _RECEIPT.replace('"2026-1"', '"2027-1"').replace("2026-01-01", "2027-01-01\neffective_to = 2027-06-30")
    (tmp_path / "receipt.en.2027-1.toml").write_text(
        later.replace("This is a receipt.", "This is our receipt."), "utf-8"
    )
    texts = load_texts(tmp_path)
    days = (dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2027, 6, 30), dt.date(2027, 7, 1))
    assert [texts.of("receipt", Language.ENGLISH, day).edition for day in days] == [
        "2026-1", "2027-1", "2027-1", "2026-1",
    ]  # fmt: skip
    with pytest.raises(NoticeTextError, match="in force"):
        texts.of("receipt", Language.ENGLISH, dt.date(2025, 12, 31))


def test_a_faulty_file_of_the_plan_stops_loading(tmp_path: Path) -> None:
    """Nothing is sent with half of the texts: the fault of every file is named at once."""
    (tmp_path / "receipt.en.2027-1.toml").write_text("edition = 1", "utf-8")
    (tmp_path / "advert.en.1.toml").write_text("", "utf-8")
    with pytest.raises(NoticeTextError, match=r"advert.*receipt\.en\.2027-1"):
        load_texts(tmp_path)


def test_values_are_never_read_as_marks() -> None:
    """Stars, braces and Typst's own marks in a value come out as they are."""
    text = read_text(_NAME, _RECEIPT)
    words = dict.fromkeys(PLACEHOLDERS, "**x** {reference} #read(y)")
    runs = [run for part in set_parts(text, words, frozenset()) for p in part["paragraphs"] for run in p["runs"]]
    assert {run["text"] for run in runs if "#read" in run["text"]} == {"**x** {reference} #read(y)"}


def test_edited_words_reach_the_paper(tmp_path: Path) -> None:
    """What staff write in their own edition is what is printed, as another document."""
    own = _RECEIPT.replace("This is a receipt.", "Keep this receipt.")
    (tmp_path / _NAME).write_text(own, "utf-8")
    data = made_up.notice(NoticeKind.RECEIPT)
    assert render_pdf(data, load_texts(tmp_path)) != render_pdf(data)
