"""Sets a notice as a PDF: the same data gives the same bytes.

Templates are Typst files beside this module; they read nothing but the data handed to them, and
import nothing from the network. The PDF is tagged and PDF/A-2a.
"""

import datetime as dt
import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Literal

import typst

from outbound.errors import FontsMissingError, RenderError
from outbound.notices import NoticeData, NoticeKind

_TEMPLATES = Path(__file__).parent / "templates"
_FONTS = Path("/usr/share/fonts/truetype")
_FONT_FOLDERS = ("liberation", "liberation2", "dejavu")
_FAMILIES = frozenset({"Liberation Sans", "DejaVu Sans"})
_STANDARD: Literal["a-2a"] = "a-2a"
_ONE_AT_A_TIME = Lock()
"""The compiler is kept warm and serves one thread at a time."""
_TITLES = {
    NoticeKind.RECEIPT: "Request received",
    NoticeKind.INFORMATION_REQUEST: "Information needed",
}


def render_pdf(data: NoticeData) -> bytes:
    """Set a notice as a PDF on letter paper: its cover, its pages, and for a question the page to send back.

    Raises FontsMissingError when the fonts are not installed, RenderError when template and data
    do not fit together (the message names the template and never the data).
    """
    content = data.to_json() | {"title": _TITLES[data.kind]}
    issued = dt.datetime.combine(dt.date.fromisoformat(data.issued), dt.time(), tzinfo=dt.UTC)
    template = _TEMPLATES / f"{data.kind.value}.typ"
    try:
        with _ONE_AT_A_TIME:
            pdf = _compiler().compile(
                input=template,
                format="pdf",
                sys_inputs={"data": json.dumps(content, ensure_ascii=False, sort_keys=True)},
                pdf_standards=_STANDARD,
                timestamp=issued,
            )
    except typst.TypstError as error:
        # the diagnostic may quote data: only the template and the kind of trouble are named
        raise RenderError(
            f"The notice template {template.name} cannot be set with this request's data; check the template."
        ) from error
    if not isinstance(pdf, bytes):
        raise RenderError(f"The notice template {template.name} gave no document; check the template.")
    return pdf


def fonts_found() -> frozenset[str]:
    """The families that notices are set in and that are installed here."""
    return _FAMILIES & frozenset(_fonts().families())


@cache
def _fonts() -> typst.Fonts:
    folders = [_FONTS / name for name in _FONT_FOLDERS if (_FONTS / name).is_dir()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def _compiler() -> typst.Compiler:
    if not fonts_found():
        raise FontsMissingError("The fonts of the notices are missing; install fonts-liberation or fonts-dejavu-core.")
    return typst.Compiler(root=_TEMPLATES, font_paths=_fonts())
