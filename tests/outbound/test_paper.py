"""Notices on paper and on the line: every required element, no PHI on covers, legible at both resolutions."""

import io
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pdfplumber
import pytesseract
import pytest
import zxingcpp
from PIL import Image

from outbound.faximage import tiff_of_pdf
from outbound.faxtiff import fax_tiff
from outbound.notices import NoticeKind
from outbound.render import fonts_found, render_pdf
from tests.outbound import made_up

os.environ.setdefault("OMP_THREAD_LIMIT", "1")


@cache
def _pdf(kind: NoticeKind) -> bytes:
    return render_pdf(made_up.notice(kind))


@cache
def _pages(kind: NoticeKind) -> tuple[str, ...]:
    with pdfplumber.open(io.BytesIO(_pdf(kind))) as pdf:
        return tuple(" ".join((page.extract_text() or "").split()) for page in pdf.pages)


@cache
def _tiff(kind: NoticeKind, resolution: str) -> bytes:
    return tiff_of_pdf(_pdf(kind), resolution)


def _fax_page(kind: NoticeKind, resolution: str, number: int) -> Image.Image:
    with Image.open(io.BytesIO(_tiff(kind, resolution))) as image:
        image.seek(number)
        return image.convert("L").resize((1728, 2150))


def test_the_fonts_are_here() -> None:
    """The families that notices are set in are installed."""
    assert fonts_found()


_SHARED = (
    made_up.REFERENCE, "Mon, Nov 2, 2026, 4:58:03 PM Pacific", "Pages of this request 2", "Routine",
    "E0260 RR", "Hospital bed", "L1930", "M62.81", "G81.94",
    "Decision due by Mon, Nov 9, 2026, 4:58 PM Pacific (7 calendar days)", "5:00 PM Pacific (5 business days)",
    "California Home Medical Equipment", "800-906-0626", "Alameda Alliance Utilization Management",
    "855-891-7174", "510-747-4540",
)  # fmt: skip


@pytest.mark.parametrize("element", [*_SHARED, "not a decision", "fax the corrected page", "on page 1"])
def test_a_receipt_has_every_required_element(element: str) -> None:
    """Reference, receipt time, page count, what was read, due dates, who decides, how to correct."""
    assert element in " ".join(_pages(NoticeKind.RECEIPT))


@pytest.mark.parametrize(
    "element",
    [
        *_SHARED, "*NPI Number", "The NPI on the form fails its check digit.", "Clinical information",
        "No chart notes or test results came", "Please answer by Sat, Nov 7, 2026, 4:58 PM Pacific",
        "The clock is running.", "on page 1", "Answer: send this page first",
    ],
)  # fmt: skip
def test_an_information_request_has_every_required_element(element: str) -> None:
    """Each missing item by label, what was received, how and by when, the reference, and that the clock runs."""
    assert element in " ".join(_pages(NoticeKind.INFORMATION_REQUEST))


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_covers_hold_nothing_of_the_patient(kind: NoticeKind) -> None:
    """The cover names sender, recipient, pages and what to do with a stray fax; no code, no patient."""
    cover = _pages(kind)[0]
    for element in ("To Quincy Mockeridge, MD", "Fax 510-555-8235", "From Alameda Alliance for Health",
                    "Call back 510-747-4540", f"Pages {len(_pages(kind))}, with this cover", "Confidential",
                    "destroy every page and call 510-747-4540"):  # fmt: skip
        assert element in cover
    forbidden = (*made_up.PRIVATE, "E0260", "M62.81", "Z.T.", "68X", "Hospital")
    covers = [cover] + ([_pages(kind)[-1]] if kind is NoticeKind.INFORMATION_REQUEST else [])
    assert not [word for page in covers for word in forbidden if word in page]


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_the_same_data_gives_the_same_bytes(kind: NoticeKind) -> None:
    """PDF and fax image depend on the data alone, made here or in a process of its own."""
    assert render_pdf(made_up.notice(kind)) == _pdf(kind)
    assert fax_tiff(_pdf(kind), "fine") == _tiff(kind, "fine")


def test_another_notice_can_be_said_to_be_replaced() -> None:
    """A superseding notice says which one it replaces."""
    data = made_up.notice(NoticeKind.RECEIPT, supersedes="our fax of Mon, Nov 2, 2026")
    with pdfplumber.open(io.BytesIO(render_pdf(data))) as pdf:
        text = " ".join((pdf.pages[1].extract_text() or "").split())
    assert "This notice replaces our fax of Mon, Nov 2, 2026." in text


def test_marks_in_values_are_text_and_not_instructions() -> None:
    """What a stranger wrote on a form cannot become part of the template."""
    values = made_up.values(ordering_provider__name='#read("/etc/passwd") *x* $y$ <b>')
    data = made_up.notice(NoticeKind.RECEIPT)
    hostile = type(data)(
        **{
            **{name: getattr(data, name) for name in data.__slots__},
            "to_name": values.value("ordering_provider.name") or "",
        }
    )
    with pdfplumber.open(io.BytesIO(render_pdf(hostile))) as pdf:
        assert '#read("/etc/passwd") *x* $y$ <b>' in (pdf.pages[0].extract_text() or "")


@pytest.mark.parametrize("resolution", ["fine", "standard"])
def test_the_fax_image_is_what_fax_servers_take(tmp_path: Path, resolution: str) -> None:
    """Tiffinfo reads it without a warning: 1728 dots, G4, white as zero, true resolution, numbered pages."""
    path = tmp_path / "notice.tif"
    path.write_bytes(_tiff(NoticeKind.INFORMATION_REQUEST, resolution))
    tiffinfo = shutil.which("tiffinfo")
    assert tiffinfo, "install libtiff-tools"
    done = subprocess.run([tiffinfo, "-D", str(path)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    lines = 196 if resolution == "fine" else 98
    for element in ("Image Width: 1728", f"Resolution: 204, {lines} pixels/inch", "Compression Scheme: CCITT Group 4",
                    "Photometric Interpretation: min-is-white", "Page Number: 0-3", "Page Number: 2-3"):  # fmt: skip
        assert element in done.stdout


@pytest.mark.parametrize(
    ("kind", "resolution"), [(NoticeKind.RECEIPT, "fine"), (NoticeKind.INFORMATION_REQUEST, "standard")]
)
def test_the_fax_reads_back_right(kind: NoticeKind, resolution: str) -> None:
    """Reading our own fax gives the reference, the numbers, the codes and the due date."""
    text = " ".join(pytesseract.image_to_string(_fax_page(kind, resolution, 1), config="--psm 4 --dpi 204").split())
    for element in (made_up.REFERENCE, "510-747-4540", "855-891-7174", "800-906-0626", "E0260", "L1930", "M62.81",
                    "Mon, Nov 9, 2026, 4:58 PM"):  # fmt: skip
        assert element in text


@pytest.mark.parametrize("resolution", ["fine", "standard"])
def test_the_returned_page_is_known_by_its_barcode(resolution: str) -> None:
    """The page to send back carries the reference as a barcode that survives the fax."""
    found = zxingcpp.read_barcodes(_fax_page(NoticeKind.INFORMATION_REQUEST, resolution, 2))
    assert [code.text for code in found] == [made_up.REFERENCE]
