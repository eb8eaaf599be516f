"""Sets a notice as a PDF: the same data and the same text give the same bytes.

One Typst template lays out every kind; its words come from :mod:`outbound.texts`, its tables from
the data. It reads nothing but what is handed to it and imports nothing from the network. The PDF is
tagged, PDF/A-2a and PDF/UA-1.
"""

import datetime as dt
import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import cast

import typst

from outbound.errors import FontsMissingError, RenderError
from outbound.notices import Language, NoticeData
from outbound.texts import AVAILABILITY, COVER, NoticeText, Texts, load_texts, set_parts

_TEMPLATES = Path(__file__).parent / "templates"
_TEMPLATE = _TEMPLATES / "notice.typ"
_FONTS = Path("/usr/share/fonts/truetype")
_FONT_FOLDERS = ("liberation", "liberation2", "dejavu", "droid")
_FAMILIES = frozenset({"Liberation Sans", "DejaVu Sans"})
_CHINESE = "Droid Sans Fallback"
_STANDARDS = cast("list[typst.PDFStandard]", ["a-2a", "ua-1"])
_ONE_AT_A_TIME = Lock()
"""The compiler is kept warm and serves one thread at a time."""
_FILLED = {
    "received": "pages_received", "deciders": "deciders", "gaps": "gaps", "troubles": "troubles", "values": "values",
    "office": "deciders", "split": "deciders", "care_lines": "care", "member": "recipient", "languages": "recipient",
    "texts": "page_texts",
}  # fmt: skip
"""The datum without which a block has nothing to show."""


def render_pdf(data: NoticeData, texts: Texts | None = None) -> bytes:
    """Set a notice as a PDF on letter paper: its cover, its pages, and for a question the page to send back.

    ``texts`` are the words to use (the shipped ones without). Raises FontsMissingError when a font
    is not installed, NoticeTextError when no text is in force on the day of issue, RenderError when
    template and data do not fit together (no message holds data).
    """
    content = _content(data, texts or load_texts())
    issued = dt.datetime.combine(dt.date.fromisoformat(data.issued), dt.time(), tzinfo=dt.UTC)
    if data.recipient is not None:
        fonts_for_letters()
    try:
        with _ONE_AT_A_TIME:
            pdf = _compiler().compile(
                input=_TEMPLATE,
                format="pdf",
                sys_inputs={"content": json.dumps(content, ensure_ascii=False, sort_keys=True)},
                pdf_standards=_STANDARDS,
                timestamp=issued,
            )
    except typst.TypstError as error:
        # the diagnostic may quote data: only the kind is named
        raise RenderError(
            f"A notice of kind {data.kind.value} cannot be set with this request's data; check its text and template."
        ) from error
    if not isinstance(pdf, bytes):
        raise RenderError(f"A notice of kind {data.kind.value} gave no document; check its template.")
    return pdf


def texts_used(data: NoticeData, texts: Texts | None = None) -> tuple[NoticeText, ...]:
    """The editions that :func:`render_pdf` prints words of, the notice's own first.

    Raises NoticeTextError when one of them is not in force on the day of issue.
    """
    known, day = texts or load_texts(), dt.date.fromisoformat(data.issued)
    own = known.of(data.kind.value, data.language, day)
    if data.recipient is None:
        return own, known.of(COVER, Language.ENGLISH, day)
    return own, *(known.of(AVAILABILITY, language, day) for language in Language)


def _content(data: NoticeData, texts: Texts) -> dict[str, object]:
    """What the template reads: the data and the text with its values in place."""
    own, *others = texts_used(data, texts)
    words = data.words()
    filled = frozenset(block for block, name in _FILLED.items() if getattr(data, name))
    shared = {text.name: set_parts(text, words, filled) for text in others}
    return {
        "data": data.to_json() | {"language": data.language.value},
        "title": own.title,
        "labels": dict(own.labels),
        "parts": set_parts(own, words, filled),
        "cover": [part for text in others if text.kind == COVER for part in shared[text.name]],
        "offers": [
            {"language": text.language.value, "title": text.title, "parts": shared[text.name]}
            for text in others
            if text.kind == AVAILABILITY
        ],
    }


def fonts_found() -> frozenset[str]:
    """The families that notices are set in and that are installed here."""
    return _FAMILIES & frozenset(_fonts().families())


def fonts_for_letters() -> tuple[str, ...]:
    """The families that letters are set in, of which every one offers help in Chinese.

    Raises FontsMissingError when the one of Chinese is not installed.
    """
    if _CHINESE not in _fonts().families():
        raise FontsMissingError("The font of Chinese letters is missing; install fonts-droid-fallback.")
    return (*sorted(fonts_found()), _CHINESE)


@cache
def _fonts() -> typst.Fonts:
    folders = [_FONTS / name for name in _FONT_FOLDERS if (_FONTS / name).is_dir()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def _compiler() -> typst.Compiler:
    if not fonts_found():
        raise FontsMissingError("The fonts of the notices are missing; install fonts-liberation or fonts-dejavu-core.")
    return typst.Compiler(root=_TEMPLATES, font_paths=_fonts())
