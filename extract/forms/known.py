"""Which known form a page is, and where its blank lies on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from extract.forms.definition import FormDefinition, FormPage
from extract.forms.layout_match import either_way_up
from extract.forms.library import Library, library
from extract.forms.register import CLOSE, Registration, by_features, fitted, register
from extract.forms.subtract import agreement
from extract.layout import Area
from extract.page.prepare import as_it_stands, by_reading, square_source
from extract.page.square import SquarePage, Straight, straighten
from extract.page.upright import Grey, UprightPage
from extract.readers.own import own
from ingest.pages import PageSource
from terms.geometry import Box

ENOUGH = 0.66
"""Quality from which a page is read as the form; measured (docs/measurements-forms.md)."""
_AGREED, _STRANGE = 0.95, 0.60
_SAMPLED, _LONG_WORD, _TOO_SMALL = 7, 5, 12
"""Printed words that tell how well a page reads: how many, their least letters, and the crop no word fits in."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownPage:
    """A page recognised as one of a known form.

    ``printed`` is the blank's ink on the page (0 to 255); ``quality`` (0 to 1) joins the share of
    landmarks in place with the share of the blank's print that stands on the page.
    """

    form: FormDefinition
    page: FormPage
    registration: Registration
    printed: Grey
    quality: float

    def areas(self, boxes: Sequence[Box]) -> list[Area]:
        """Boxes of the blank as areas of the page."""
        return self.registration.areas(boxes, self.page.blank)

    def area(self, box: Box) -> Area:
        """A box of the blank as an area of the page."""
        return self.areas([box])[0]


def find_known(page: UprightPage, among: Library | None = None) -> KnownPage | None:
    """The known form's page that ``page`` shows, None if it is none of them for sure."""
    pages = (among or library()).pages
    if not pages or page.is_blank:
        return None
    return _known(page, pages, register(page.image, [p.blank for _, p in pages]))


def prepare_known(source: PageSource, among: Library | None = None) -> tuple[UprightPage, KnownPage | None]:
    """Stand a page up by the known form that it shows, else by reading it; and which form's page it is.

    The layouts of all forms are looked for both ways up before anything is read. Raises
    :class:`extract.errors.ImageUnreadableError`.
    """
    reader = own()
    square = square_source(source, reader=reader)
    straight = straighten(square, square.turn)
    pages = (among or library()).pages
    if not pages or square.is_blank:
        return by_reading(square, reader=reader, straight=straight), None
    found = _by_layout(square, straight, pages)
    if found is not None:
        return found
    page = by_reading(square, reader=reader, straight=straight)
    if page.rotation % 180 != straight.turn:
        return page, find_known(page, among)
    return page, _known(page, pages, by_features(page.image, [p.blank for _, p in pages]))


_Pages = Sequence[tuple[FormDefinition, FormPage]]


def _by_layout(square: SquarePage, straight: Straight, pages: _Pages) -> tuple[UprightPage, KnownPage] | None:
    """The page stood up by the form whose layout it has; None if that is none for sure."""
    blanks = [p.blank for _, p in pages]
    turned, rough = either_way_up(straight.image, blanks)
    if not rough:
        return None
    straight = straight.on_its_head() if turned else straight
    found = fitted(straight.image, blanks, rough, most_off=CLOSE)
    if found is None:
        return None
    page = as_it_stands(square, straight, reads=1.0)
    known = _known(page, pages, found)
    return None if known is None else (replace(page, legibility=_legibility(page, known)), known)


def _known(page: UprightPage, pages: _Pages, found: tuple[int, Registration] | None) -> KnownPage | None:
    if found is None or found[1].turned:
        return None
    form, form_page = pages[found[0]]
    printed = found[1].ink_on(form_page.blank, page.width, page.height)
    quality = judge(found[1].quality, agreement(page, printed))
    return KnownPage(form, form_page, found[1], printed, quality) if quality >= ENOUGH else None


def _legibility(page: UprightPage, known: KnownPage) -> float:
    """How well the form's own print reads, 0 to 1: the median confidence of a few of its words over the page."""
    words = [w for w in known.page.words if len(w.text) >= _LONG_WORD and w.text.isalpha()]
    chosen = [words[i] for i in np.linspace(0, len(words) - 1, _SAMPLED).astype(int)] if words else []
    sure = []
    for word in chosen:
        area = known.area(word.box)
        crop = page.crop(page.box(area.left, area.top, area.right, area.bottom), margin=4)
        if min(crop.shape) > _TOO_SMALL:
            line = own().read([crop])[0]
            sure.append(line.confidence * min(1.0, len(line.text) / _LONG_WORD))
    return float(np.median(sure)) if sure else known.quality


def judge(landmarks: float, agreed: float) -> float:
    """How sure it is that a page is this form, from the shares of landmarks in place and of print found."""
    return float(min(1.0, landmarks) ** 0.5 * min(1.0, max(0.0, (agreed - _STRANGE) / (_AGREED - _STRANGE))))
