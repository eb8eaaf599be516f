"""Notices on paper and on the line: every required element, no PHI on covers, legible at both resolutions."""

import io
import os
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pdfplumber
import pytest
import zxingcpp
from PIL import Image

from outbound import faxtiff
from outbound.errors import FaxImageError
from outbound.faximage import tiff_of_pdf
from outbound.faxtiff import fax_tiff
from outbound.notices import LETTER_KINDS, Language, NoticeKind
from outbound.readback import not_read_back, wanted
from outbound.render import fonts_found, render_pdf
from tests.outbound import made_up

os.environ.setdefault("OMP_THREAD_LIMIT", "1")


@cache
def _pdf(kind: NoticeKind, language: Language = Language.ENGLISH) -> bytes:
    return render_pdf(made_up.any_notice(kind, language))


def _pages_of(pdf: bytes) -> tuple[str, ...]:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return tuple(" ".join((page.extract_text() or "").split()) for page in document.pages)


@cache
def _pages(kind: NoticeKind, language: Language = Language.ENGLISH) -> tuple[str, ...]:
    return _pages_of(_pdf(kind, language))


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


_DECIDED = (
    made_up.REFERENCE,
    "Z.T., member ID ending 68X",
    "E0260 RR",
    "Hospital bed",
    "Octavia Pretendwell, MD, Medical Director",
    "510-555-0123",
    "Wed, Nov 4, 2026, 9:30 AM Pacific",
    "855-891-7174",
)
_ARGUED = (
    "The records do not show a need to change position often.",
    "Made-up guideline DME-7, section 2",
    "how to get a copy",
    "510-747-4510 (Mon-Fri 7:30-5)",
    "peer-to-peer",
    "dispute the decision",
    "member may appeal",
)
_REQUIRED = {
    NoticeKind.RECEIVED_AGAIN: (
        *_SHARED, "came on Mon, Nov 2, 2026, 5:07 PM Pacific", "those that came on Mon, Nov 2, 2026, 4:58 PM Pacific",
        "It is one case", "still runs from the first receipt", "not a decision", "on page 1",
    ),
    NoticeKind.RESEND: (
        "FAX-417", "Mon, Nov 2, 2026, 4:58:03 PM Pacific", "Pages that reached us: 3", "Blank: page 2.",
        "Too dark, too faint or too damaged to be read: page 3.", "The call ended before all pages had come",
        "Send all pages again to 855-891-7174", "on page 1", "has not been processed", "510-747-4540",
    ),
    NoticeKind.MISDIRECTED: (
        "California Home Medical Equipment", "800-906-0626", "844-583-4049", "neither stops the clock",
        "You do not have to send it again", made_up.REFERENCE, "E0260", "Mon, Nov 2, 2026, 4:58:03 PM Pacific",
    ),
    NoticeKind.FORWARD: (
        made_up.REFERENCE, "Mon, Nov 2, 2026, 4:58:03 PM Pacific", "Decision due by Mon, Nov 9, 2026", "Testperson",
        "90055568X verified", "1064750221 read by machine", "L1930 verified", "original pages follow unchanged: 2",
        "neither stops the clock", "If this is not yours", "M62.81",
    ),
    NoticeKind.TRANSFER: (
        made_up.REFERENCE, "Mon, Nov 2, 2026, 4:58:03 PM Pacific", "E0260", "L1930", "844-583-4049", "855-891-7174",
        "every part keeps that time", "not a decision", "Mon, Nov 9, 2026, 4:58 PM Pacific",
    ),
    NoticeKind.APPROVAL: (*_DECIDED, "approved", "AUTH-55500123", "1 for 3 months", "11/03/2026\u201302/03/2027"),
    NoticeKind.MODIFICATION: (
        *_DECIDED, *_ARGUED, "with changes", "1 for 10 months", "1 for 3 months", "Pretend Home Medical Supply",
    ),
    NoticeKind.DEFERRAL: (
        *_DECIDED, "deferred", "The records do not show", "Sleep study report of October 2026", "Thu, Nov 12, 2026",
        "waiting does not harm the member", "510-747-4510 (Mon-Fri 7:30-5)",
    ),
    NoticeKind.DENIAL: (*_DECIDED, *_ARGUED, "denied", "A condition that needs positions"),
    NoticeKind.RETRO_DENIAL: (
        *_DECIDED, *_ARGUED[:1], "Made-up guideline DME-7", "administrative reason", "may not be billed",
        "how to get a copy", "510-747-4510", "dispute the decision",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "element"), [(kind, e) for kind, elements in _REQUIRED.items() for e in elements])
def test_every_kind_has_every_required_element(kind: NoticeKind, element: str) -> None:
    """What docs/domain.md, section 4, says that a notice of the kind must carry, stands on it."""
    assert element in " ".join(_pages(kind))


def test_a_packet_shows_only_the_lines_of_its_office() -> None:
    """Another office's line is not in the packet; its own is, with every value of the request."""
    text = " ".join(_pages(NoticeKind.FORWARD))
    assert "E0260" not in text
    assert "Hospital bed" not in text


def test_a_packet_holds_the_text_of_pages_without_a_picture() -> None:
    """What a mail itself says goes to the processor line for line, as text and not as marks."""
    data = replace(made_up.packet_notice(), page_texts=("Please order\n*one* #bed <b>today</b>",))
    text = " ".join(_pages_of(render_pdf(data)))
    assert "Text that came without a picture" in text
    assert "*one* #bed <b>today</b>" in text
    assert "Text that came" not in " ".join(_pages(NoticeKind.FORWARD))


_LETTER_WORDS = {
    Language.ENGLISH: ("You may appeal", "60 calendar days", "free copy", "civil rights"),
    Language.SPANISH: ("Usted puede apelar", "60 días calendario", "copia gratuita", "derechos civiles"),
    Language.CHINESE: ("您可以上訴", "60 個曆日", "副本", "民權法律"),
    Language.VIETNAMESE: ("khiếu nại", "60 ngày theo lịch", "bản sao", "dân quyền"),
    Language.TAGALOG: ("Maaari kayong umapela", "60 araw sa kalendaryo", "libreng kopya", "karapatang sibil"),
}
_OFFERS = (
    "If you need help in your language",
    "Si necesita ayuda",
    "如果您需要",
    "Nếu quý vị cần",
    "Kung kailangan ninyo",
)


@pytest.mark.parametrize(("kind", "language"), [pair for pair in made_up.EVERY if pair[0] in LETTER_KINDS])
def test_letters_carry_rights_reasons_and_the_offer_of_help(kind: NoticeKind, language: Language) -> None:
    """Address, reasons in the member's language, who decided, rights, fair treatment, help in five languages."""
    pages = _pages(kind, language)
    text = " ".join(pages)
    everything = text.replace(" ", "")
    for element in (
        "Zaphira Testperson", "7289 W. Pretend St", "Berkeley, CA 94704", "90055568X", made_up.REFERENCE, "E0260 RR",
        "Octavia Pretendwell, MD", "510-555-0177", "711", "1-888-466-2219", "1-800-743-8525", made_up.REASONS[language],
        *_LETTER_WORDS[language],
    ):  # fmt: skip
        assert element.replace(" ", "") in everything
    assert all(offer.replace(" ", "") in pages[-1].replace(" ", "") for offer in _OFFERS)


_FAXES = [kind for kind, _ in made_up.EVERY if kind not in LETTER_KINDS]
_TO = {
    NoticeKind.FORWARD: ("To Alameda Alliance Utilization Management", "Fax 510-555-0111"),
    NoticeKind.RESEND: ("To Sending office", "Fax 510-555-8235"),
}


@pytest.mark.parametrize("kind", _FAXES)
def test_covers_hold_nothing_of_the_patient(kind: NoticeKind) -> None:
    """The cover names sender, recipient, pages and what to do with a stray fax; no code, no patient."""
    cover = _pages(kind)[0]
    count = len(_pages(kind)) + (2 if kind is NoticeKind.FORWARD else 0)
    to = _TO.get(kind, ("To Quincy Mockeridge, MD", "Fax 510-555-8235"))
    for element in (*to, "From Alameda Alliance for Health", "Call back 510-747-4540",
                    f"Pages {count}, with this cover", "Confidential",
                    "destroy every page and call 510-747-4540"):  # fmt: skip
        assert element in cover
    forbidden = (*made_up.PRIVATE, "E0260", "M62.81", "Z.T.", "68X", "Hospital")
    covers = [cover] + ([_pages(kind)[-1]] if kind is NoticeKind.INFORMATION_REQUEST else [])
    assert not [word for page in covers for word in forbidden if word in page]


@pytest.mark.parametrize(("kind", "language"), made_up.EVERY)
def test_the_same_data_gives_the_same_bytes(kind: NoticeKind, language: Language) -> None:
    """The PDF depends on the data alone, and says that it is PDF/A-2a and PDF/UA-1, in its language."""
    pdf = _pdf(kind, language)
    assert render_pdf(made_up.any_notice(kind, language)) == pdf
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert f"/Lang({language.value}".encode() in pdf.replace(b"/Lang (", b"/Lang(")


def test_the_fax_image_depends_on_the_paper_alone() -> None:
    """Made here or in a process of its own, it is the same."""
    assert fax_tiff(_pdf(NoticeKind.RECEIPT), "fine") == _tiff(NoticeKind.RECEIPT, "fine")


def test_another_notice_can_be_said_to_be_replaced() -> None:
    """A superseding notice says which one it replaces."""
    data = made_up.notice(NoticeKind.RECEIPT, supersedes="our fax of Mon, Nov 2, 2026")
    text = _pages_of(render_pdf(data))[1]
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


@pytest.mark.parametrize("kind", _FAXES)
def test_hylafax_takes_every_fax_as_it_is(tmp_path: Path, kind: NoticeKind) -> None:
    """Its tiffcheck finds nothing to convert, and its faxinfo reads every page."""
    path = tmp_path / "notice.tif"
    for resolution, lines in (("fine", "196"), ("standard", "98")):
        path.write_bytes(_tiff(kind, resolution))
        command = [_program("tiffcheck"), "-3", "-r", lines, str(path)]
        check = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (check.returncode, check.stdout.strip(), check.stderr) == (0, "OK", "")
        told = subprocess.run([_program("faxinfo"), str(path)], capture_output=True, text=True, check=True)
        assert f"Pages: {len(_pages(kind))} " in " ".join(told.stdout.split())


def _program(name: str) -> str:
    """One of HylaFAX's programs itself; in /usr/sbin lies a wrapper that mounts, and two at once fall over that."""
    found = shutil.which(name, path="/usr/lib/hylafax/bin:/usr/sbin")
    assert found, "install hylafax-server"
    return found


@pytest.mark.parametrize(
    ("kind", "resolution"),
    [
        (NoticeKind.RECEIPT, "fine"),
        (NoticeKind.INFORMATION_REQUEST, "standard"),
        (NoticeKind.FORWARD, "standard"),
        (NoticeKind.MODIFICATION, "standard"),
    ],
)
def test_the_fax_reads_back_right(kind: NoticeKind, resolution: str) -> None:
    """Reading our own fax gives the reference, the numbers and the codes."""
    data = made_up.any_notice(kind)
    words = wanted(data)
    assert {made_up.REFERENCE, "510-747-4540", "855-891-7174"} <= set(words)
    assert not_read_back(_tiff(kind, resolution), words, pages=9) == ()


@pytest.mark.parametrize("resolution", ["fine", "standard"])
def test_codes_with_letters_that_look_like_digits_read_back(resolution: str) -> None:
    """I50.9 is not held because its I is a bar; a code that differs in a digit is still missed."""
    data = made_up.any_notice(NoticeKind.RECEIPT)
    coded = replace(
        data, diagnoses=("I50.9", "O90.89"), lines=tuple(replace(line, code="S8189") for line in data.lines)
    )
    tiff = tiff_of_pdf(render_pdf(coded), resolution)
    assert not_read_back(tiff, (*wanted(coded), "I50.8"), pages=9) == ("I50.8",)


def test_a_notice_that_does_not_read_back_is_noticed() -> None:
    """A code that the page does not show is named, and only that."""
    tiff = _tiff(NoticeKind.RESEND, "standard")
    assert not_read_back(tiff, ("FAX-417", "E9999"), pages=1) == ("E9999",)


@pytest.mark.parametrize("resolution", ["fine", "standard"])
def test_the_returned_page_is_known_by_its_barcode(resolution: str) -> None:
    """The page to send back carries the reference as a barcode that survives the fax."""
    found = zxingcpp.read_barcodes(_fax_page(NoticeKind.INFORMATION_REQUEST, resolution, 2))
    assert [code.text for code in found] == [made_up.REFERENCE]


def test_a_process_that_drew_a_paper_draws_the_next_ones() -> None:
    """Papers drawn one after the other by the process that stayed are what each would be by itself."""
    faxtiff.end_drawers()
    receipt, question = _pdf(NoticeKind.RECEIPT), _pdf(NoticeKind.INFORMATION_REQUEST)
    assert fax_tiff(receipt) == _tiff(NoticeKind.RECEIPT, "fine")
    (stayed,) = faxtiff._idle
    assert fax_tiff(question) == _tiff(NoticeKind.INFORMATION_REQUEST, "fine")
    assert faxtiff._idle == [stayed]
    faxtiff.end_drawers()


def test_a_process_that_ended_meanwhile_costs_no_paper() -> None:
    """The one that stayed may be gone (idle for long, killed): another one draws."""
    faxtiff.end_drawers()
    receipt = _pdf(NoticeKind.RECEIPT)
    fax_tiff(receipt)
    (stayed,) = faxtiff._idle
    stayed._process.kill()
    stayed._process.wait()
    assert fax_tiff(receipt) == _tiff(NoticeKind.RECEIPT, "fine")
    faxtiff.end_drawers()


def test_a_paper_that_cannot_be_drawn_is_an_error_and_the_next_one_is_drawn() -> None:
    """A file that is no PDF ends the process that drew it, and no other paper with it."""
    faxtiff.end_drawers()
    with pytest.raises(FaxImageError):
        fax_tiff(b"no PDF at all")
    assert fax_tiff(_pdf(NoticeKind.RECEIPT)) == _tiff(NoticeKind.RECEIPT, "fine")
    faxtiff.end_drawers()
