"""Pictures of every notice kind and language, which docs/ shows and tests compare with.

After a change of words or layout: look at the notices, then ``python -m tests.outbound.golden``.
"""

import io
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from outbound.notices import Language, NoticeKind
from outbound.render import render_pdf
from tests.outbound import made_up

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "notices"
_SCALE = 0.6
_GAP = 6


def picture(kind: NoticeKind, language: Language) -> Image.Image:
    """The pages of the made-up notice of a kind side by side, in grey."""
    document = pdfium.PdfDocument(render_pdf(made_up.any_notice(kind, language)))
    pages = [page.render(scale=_SCALE, grayscale=True).to_pil() for page in document]
    document.close()
    wide = sum(page.width + _GAP for page in pages) - _GAP
    sheet = Image.new("L", (wide, max(page.height for page in pages)), 128)
    left = 0
    for page in pages:
        sheet.paste(page, (left, 0))
        left += page.width + _GAP
    return sheet


def path_of(kind: NoticeKind, language: Language) -> Path:
    """Where the picture of a kind and language is kept."""
    return FOLDER / f"{kind.value}.{language.value}.png"


def main() -> None:
    """Write every picture anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for kind, language in made_up.EVERY:
        out = io.BytesIO()
        picture(kind, language).quantize(16).save(out, "PNG", optimize=True)
        path_of(kind, language).write_bytes(out.getvalue())


if __name__ == "__main__":
    main()
