"""Which known form a page is, and where its blank lies on it."""

from dataclasses import dataclass

from extract.forms.definition import FormDefinition, FormPage
from extract.forms.library import Library, library
from extract.forms.register import Registration, register
from extract.forms.subtract import agreement
from extract.page.upright import Grey, UprightPage

ENOUGH = 0.66
"""Quality from which a page is read as the form; measured (docs/measurements-forms.md)."""
_AGREED, _STRANGE = 0.95, 0.60


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


def find_known(page: UprightPage, among: Library | None = None) -> KnownPage | None:
    """The known form's page that ``page`` shows, None if it is none of them for sure."""
    forms = among or library()
    pages = forms.pages
    if not pages or page.is_blank:
        return None
    found = register(page.image, [p.blank for _, p in pages])
    if found is None or found[1].turned:
        return None
    form, form_page = pages[found[0]]
    printed = found[1].ink_on(form_page.blank, page.width, page.height)
    quality = judge(found[1].quality, agreement(page, printed))
    return KnownPage(form, form_page, found[1], printed, quality) if quality >= ENOUGH else None


def judge(landmarks: float, agreed: float) -> float:
    """How sure it is that a page is this form, from the shares of landmarks in place and of print found."""
    return float(min(1.0, landmarks) ** 0.5 * min(1.0, max(0.0, (agreed - _STRANGE) / (_AGREED - _STRANGE))))
