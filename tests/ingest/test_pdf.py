"""PDFs: what a person sees is what is read."""

import io
from pathlib import Path

import pytest
from PIL import Image

from ingest import pdf
from ingest.decoded import DecodedPage, FileFacts
from ingest.errors import RefusedError
from ingest.limits import Limits
from tests.ingest import making


def _decode(tmp_path: Path, data: bytes) -> list[DecodedPage]:
    path = tmp_path / "original"
    path.write_bytes(data)
    return list(pdf.decode(path, Limits(), FileFacts()))


def _words(page: DecodedPage) -> list[str]:
    return [word.text for word in page.words]


def _appearance(text: str, wide: int = 200, high: int = 24) -> str:
    drawing = f"/Tx BMC q BT /F1 14 Tf 0 g 4 6 Td ({text}) Tj ET Q EMC"
    return (
        f"<< /Type /XObject /Subtype /Form /BBox [0 0 {wide} {high}] /Resources << /Font << /F1 5 0 R >> >> "
        f"/Length {len(drawing)} >>\nstream\n{drawing}\nendstream"
    )


def _form(*fields: str, appearances: tuple[str, ...] = ()) -> bytes:
    """A page with form fields; each field's own entries are given, appearances are objects 20 and on."""
    count = len(fields)
    refs = " ".join(f"{6 + n} 0 R" for n in range(count))
    filler = ["null"] * (14 - count)
    objects = [f"<< /Type /Annot /Subtype /Widget {field} >>" for field in fields]
    return making.pdf(
        making.text_at(72, 720, "Request"),
        page=f"/Annots [{refs}]",
        catalog=f"/AcroForm << /Fields [{refs}] /DA (/F1 14 Tf 0 g) /DR << /Font << /F1 5 0 R >> >> >>",
        objects=[*objects, *filler, *appearances],
    )


_PLACE = "/Rect [100 600 300 624]"


def test_a_drawn_page_gives_picture_and_words(tmp_path: Path) -> None:
    """Words carry boxes in fractions of the picture, which is drawn at 204 dots an inch."""
    (page,) = _decode(tmp_path, making.pdf(making.text_at(72, 720, "Code E0260")))
    assert page.image is not None
    assert page.image.size == (1734, 2244)
    assert _words(page) == ["Code", "E0260"]
    box = page.words[1].box
    assert box.left == pytest.approx((72 + 14 * 2.85) / 612, abs=0.01)
    assert box.bottom == pytest.approx((792 - 717) / 792, abs=0.01)
    assert page.notes == []


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_shown_upright_with_its_words_in_place(tmp_path: Path, turn: int) -> None:
    """The page's own rotation is applied, and the words still lie on their ink."""
    (page,) = _decode(tmp_path, making.pdf(making.text_at(72, 720, "TURNED"), page=f"/Rotate {turn}"))
    assert page.image is not None
    assert (page.image.width > page.image.height) == (turn != 180)
    (word,) = page.words
    x, y = word.box.centre
    inside = page.image.crop((
        int(word.box.left * page.image.width), int(word.box.top * page.image.height),
        int(word.box.right * page.image.width), int(word.box.bottom * page.image.height),
    ))  # fmt: skip
    assert inside.getextrema()[0] < 100
    assert {90: x > 0.8, 180: y > 0.8, 270: x < 0.2}[turn]


@pytest.mark.parametrize(
    "hidden",
    [
        making.text_at(72, 600, "E9999", before="3 Tr"),
        making.text_at(72, 600, "E9999", before="1 1 1 rg"),
        making.text_at(900, 600, "E9999"),
        making.text_at(72, 600, "E9999") + "1 1 1 rg 60 590 200 30 re f\n",
    ],
    ids=["invisible mode", "white", "off the page", "painted over"],
)
def test_hidden_text_is_dropped_and_noted(tmp_path: Path, hidden: str) -> None:
    """Text that nobody can see does not become a word, and the page says that there was some."""
    (page,) = _decode(tmp_path, making.pdf(making.text_at(72, 720, "E0260") + hidden))
    assert _words(page) == ["E0260"]
    assert page.notes == ["hidden_text_dropped"]


def test_hidden_text_behind_seen_text_does_not_win(tmp_path: Path) -> None:
    """Invisible letters in the same place as visible ones are not taken for them."""
    drawing = making.text_at(72, 720, "E0260") + making.text_at(72, 720, "K0001", before="3 Tr")
    (page,) = _decode(tmp_path, making.pdf(drawing))
    assert "K0001" not in _words(page)


def test_white_text_on_a_dark_bar_is_seen(tmp_path: Path) -> None:
    """White letters count when something dark is painted under them."""
    drawing = "0 0 0 rg 60 590 300 40 re f\n" + making.text_at(72, 600, "SECTION", before="1 1 1 rg")
    (page,) = _decode(tmp_path, making.pdf(drawing))
    assert _words(page) == ["SECTION"]


def test_form_values_with_their_boxes(tmp_path: Path) -> None:
    """Text fields, check boxes and radio buttons are read with names, states and places."""
    on = "<< /Type /XObject /Subtype /Form /BBox [0 0 20 20] /Length 20 >>\nstream\n2 2 16 16 re 0 g f  \nendstream"
    off = "<< /Type /XObject /Subtype /Form /BBox [0 0 20 20] /Length 1 >>\nstream\n \nendstream"
    states = "/AP << /N << /Urgent 21 0 R /Off 22 0 R >> >>"
    (page,) = _decode(
        tmp_path,
        _form(
            f"/FT /Tx /T (npi) /V (1234567893) {_PLACE} /AP << /N 20 0 R >>",
            f"/FT /Btn /T (urgent) /V /Urgent /AS /Urgent /Rect [100 500 120 520] {states}",
            f"/FT /Btn /T (other) /AS /Off /Rect [100 400 120 420] {states}",
            "/FT /Tx /T (blank) /Rect [100 300 300 324]",
            appearances=(_appearance("1234567893"), on, off),
        ),
    )
    found = {value.name: value for value in page.form_values}
    assert (found["npi"].value, found["npi"].kind) == ("1234567893", "text")
    assert found["npi"].box.left == pytest.approx(100 / 612, abs=0.001)
    assert found["npi"].box.top == pytest.approx((792 - 624) / 792, abs=0.001)
    assert (found["urgent"].value, found["urgent"].option) == ("yes", "Urgent")
    assert found["other"].value == "no"
    assert found["blank"].value == ""
    assert page.notes == []


@pytest.mark.parametrize(
    "field",
    [
        f"/FT /Tx /T (npi) /V (1999999999) {_PLACE} /AP << /N 20 0 R >>",
        f"/FT /Tx /T (npi) /V (1999999999) {_PLACE} /F 2 /AP << /N 20 0 R >>",
        "/FT /Tx /T (npi) /V (1999999999) /Rect [100 600 100 600] /AP << /N 20 0 R >>",
        "/FT /Tx /T (npi) /V (1999999999) /Rect [900 600 1100 624] /AP << /N 20 0 R >>",
        f"/FT /Tx /T (npi) {_PLACE} /AP << /N 20 0 R >>",
    ],
    ids=["stale appearance", "hidden", "no size", "off the page", "shown but not held"],
)
def test_a_value_that_is_not_what_is_shown_is_left_out(tmp_path: Path, field: str) -> None:
    """Hidden and stale values never come out; where one was, the page says so."""
    (page,) = _decode(tmp_path, _form(field, appearances=(_appearance("1234567893"),)))
    assert page.form_values == ()
    assert page.notes == ["form_value_disputed"]


def test_a_value_without_an_appearance_is_drawn_and_read(tmp_path: Path) -> None:
    """A field that leaves its drawing to the viewer shows its value in the picture too."""
    (page,) = _decode(tmp_path, _form(f"/FT /Tx /T (npi) /V (1234567893) {_PLACE} /DA (/F1 14 Tf 0 g)"))
    assert [value.value for value in page.form_values] == ["1234567893"]


def test_a_fax_inside_a_pdf_keeps_its_own_dots(tmp_path: Path) -> None:
    """A page that is one full-page scan gives that picture in its native pixels and resolution."""
    fax = making.written_page(height=1078)
    out = io.BytesIO()
    fax.save(out, "PDF", resolution=204)
    (page,) = _decode(tmp_path, out.getvalue())
    assert page.image is not None
    assert page.image.size == (1728, 1078)
    assert page.image.tobytes() == fax.convert("L").tobytes()


def test_a_scan_with_a_reading_of_it_is_read_again(tmp_path: Path) -> None:
    """The invisible text that a scanner laid over its picture is dropped: our own reading counts."""
    picture = "q 612 0 0 792 0 0 cm BI /W 8 /H 8 /CS /G /BPC 8 ID " + "@" * 64 + " EI Q\n"
    (page,) = _decode(tmp_path, making.pdf(picture + making.text_at(72, 720, "E0260", before="3 Tr")))
    assert page.words == ()
    assert "scan_text_dropped" in page.notes


def test_a_page_of_absurd_size_is_refused_alone(tmp_path: Path) -> None:
    """A page as large as a house has a problem and no picture."""
    data = making.pdf("", page="/MediaBox [0 0 14400 14400] /UserUnit 1").replace(
        b"[0 0 612 792]", b"[0 0 14400 14400]"
    )
    (page,) = _decode(tmp_path, data)
    assert page.image is None
    assert page.problem is not None
    assert page.problem.kind == "ingest.page_too_large"


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    """Zero pages is a problem of its own."""
    data = making.pdf_file([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"])
    with pytest.raises(RefusedError) as refused:
        _decode(tmp_path, data)
    assert refused.value.kind == "ingest.no_pages"


def test_a_protected_pdf_is_refused_as_such(tmp_path: Path) -> None:
    """A PDF that wants a password says so."""
    key = "<" + "00" * 32 + ">"
    data = making.pdf(making.text_at(72, 720, "X"))
    locked = data.replace(b"/Root 1 0 R", f"/Root 1 0 R /ID [{key} {key}] /Encrypt << /Filter /Standard /V 1 /R 2 "
                          f"/O {key} /U {key} /P -4 >>".encode())  # fmt: skip
    with pytest.raises(RefusedError) as refused:
        _decode(tmp_path, locked)
    assert refused.value.kind == "ingest.password_protected"


def test_the_picture_stays_grey(tmp_path: Path) -> None:
    """Colours become 8-bit grey."""
    (page,) = _decode(tmp_path, making.pdf("1 0 0 rg 100 100 200 200 re f\n"))
    assert page.image is not None
    assert page.image.mode == "L"
    assert isinstance(page.image, Image.Image)


def test_what_was_typed_over_a_page_is_not_lost(tmp_path: Path) -> None:
    """Typewriter text over a form is in the picture but in no text layer, so the picture is read instead."""
    drawing = "BT /F1 14 Tf 0 g 4 6 Td (E0260) Tj ET"
    note = (
        "<< /Type /Annot /Subtype /FreeText /Rect [100 500 300 524] /Contents (E0260) "
        "/DA (/F1 14 Tf 0 g) /AP << /N 7 0 R >> >>"
    )
    appearance = (
        "<< /Type /XObject /Subtype /Form /BBox [0 0 200 24] /Resources << /Font << /F1 5 0 R >> >> "
        f"/Length {len(drawing)} >>\nstream\n{drawing}\nendstream"
    )
    data = making.pdf(making.text_at(72, 720, "HCPCS code:"), page="/Annots [6 0 R]", objects=[note, appearance])
    (page,) = _decode(tmp_path, data)
    assert page.words == ()
    assert page.notes == ["written_over"]
    assert page.image is not None
    box = tuple(int(v * 204 / 72) for v in (104, 792 - 522, 160, 792 - 502))
    assert page.image.crop((box[0], box[1], box[2], box[3])).getextrema()[0] < 60
