"""How well a form is found on filled copies of it, and how wrongly on other pages."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from extract.errors import ExtractError
from extract.forms.definition import FormDefinition
from extract.forms.known import ENOUGH, judge
from extract.forms.library import library
from extract.forms.register import register
from extract.forms.subtract import agreement
from extract.page.prepare import prepare
from ingest.pages import PageSource
from ingest.unpack import unpack


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one page: ``form`` is None where no form is like it at all.

    ``quality`` (0 to 1) decides (``found``); ``landmarks`` and ``agreed`` are the shares it is made
    of, ``residual`` the median distance in pixels at 204 dpi; ``problem`` says why nothing was looked at.
    """

    file: str
    page: int
    form: str | None = None
    form_page: int | None = None
    quality: float = 0.0
    landmarks: float = 0.0
    agreed: float = 0.0
    residual: float = 0.0
    problem: str | None = None

    @property
    def found(self) -> bool:
        """Say whether the page would be read as this form."""
        return self.quality >= ENOUGH


def check_files(files: Sequence[Path], forms: Sequence[FormDefinition] | None = None) -> Iterator[Finding]:
    """Look for ``forms`` (all known ones by default) on every page of ``files``; trouble is part of a finding."""
    for path in files:
        with tempfile.TemporaryDirectory(prefix="inlet-form-") as scratch:
            unpacked = unpack(path, Path(scratch))
            if unpacked.problem is not None and not unpacked.pages:
                yield Finding(path.name, 0, problem=unpacked.problem.message)
            for source in unpacked.pages:
                yield _finding(path.name, source, forms)


def _finding(file: str, source: PageSource, forms: Sequence[FormDefinition] | None) -> Finding:
    try:
        page = prepare(source)
    except ExtractError as error:
        return Finding(file, source.number, problem=str(error))
    chosen = library().forms.values() if forms is None else forms
    pages = [(form, p) for form in chosen for p in form.pages]
    placed = register(page.image, [p.blank for _, p in pages])
    if placed is None:
        return Finding(file, source.number)
    (form, form_page), laid = pages[placed[0]], placed[1]
    agreed = agreement(page, laid.ink_on(form_page.blank, page.width, page.height))
    quality = judge(laid.quality, agreed)
    return Finding(
        file, source.number, form.name, form_page.number, quality, laid.quality, agreed, laid.residual
    )  # fmt: skip
