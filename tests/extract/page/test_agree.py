"""A page's own text counts only where it says what the picture shows."""

import datetime as dt
from pathlib import Path

import pytest

from extract.page.agree import text_agrees
from extract.page.prepare import prepare
from extract.read import read_page
from ingest.pages import FormValue, PageSource
from ingest.unpack import unpack
from terms.document import Word
from terms.names import TextSource
from tests.ingest import making

TODAY = dt.date(2026, 11, 23)
_LINES = (
    "Order for equipment at home",
    "HCPCS code E0143",
    "NPI 1234567893",
    "Member 91234567A",
    "Dx R26.9 unsteady gait",
)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> PageSource:
    """A typed PDF page with its text layer."""
    folder = tmp_path_factory.mktemp("typed")
    drawing = "".join(making.text_at(72, 700 - 40 * row, text) for row, text in enumerate(_LINES))
    (folder / "typed.pdf").write_bytes(making.pdf(drawing))
    return unpack(folder / "typed.pdf", folder / "pages").pages[0]


def _forged(source: PageSource, said: dict[str, str]) -> tuple[Word, ...]:
    return tuple(Word(said.get(w.text, w.text), w.box, w.confidence) for w in source.words)


def test_an_honest_text_layer_agrees(typed: PageSource) -> None:
    """What is drawn is what it says."""
    assert text_agrees(prepare(typed), typed.words)


@pytest.mark.parametrize("said", [{"E0143": "K0823"}, {"1234567893": "1679576722"}], ids=["code", "npi"])
def test_one_forged_number_is_found(typed: PageSource, said: dict[str, str]) -> None:
    """A single code that is drawn as another one takes the trust from the whole page."""
    assert not text_agrees(prepare(typed), _forged(typed, said))


def test_a_garbled_text_layer_is_found(typed: PageSource) -> None:
    """A font with a shifted table of letters gives words that nobody sees."""
    said = {w.text: "".join(chr(ord(letter) + 3) for letter in w.text) for w in typed.words}
    assert not text_agrees(prepare(typed), _forged(typed, said))


def test_a_form_value_is_held_against_the_picture_too(typed: PageSource) -> None:
    """A value drawn as another one is no value."""
    word = next(w for w in typed.words if w.text == "1234567893")
    assert text_agrees(prepare(typed), (), [FormValue("npi", "1234567893", word.box)])
    assert not text_agrees(prepare(typed), (), [FormValue("npi", "1679576722", word.box)])


def test_a_page_without_words_has_nothing_to_dispute(typed: PageSource) -> None:
    """Nothing to compare is no dispute."""
    assert text_agrees(prepare(typed), ())


def test_a_disputed_page_is_read_from_its_picture(typed: PageSource, tmp_path: Path) -> None:
    """The forged code is not among the words; the drawn one is, and the page says why."""
    record = typed.to_record()
    record["words"] = [["K0823" if w[0] == "E0143" else w[0], *w[1:]] for w in record["words"]]  # type: ignore[attr-defined]
    reading = read_page(PageSource.from_record(record), received_on=TODAY, upright_to=tmp_path / "upright.png")
    assert reading.text_source is TextSource.OCR
    assert reading.facts["text.disputed"] == "yes"
    assert "E0143" in reading.text
    assert "K0823" not in reading.text
    honest = read_page(typed, received_on=TODAY)
    assert honest.text_source is TextSource.TEXT_LAYER
    assert "text.disputed" not in honest.facts
