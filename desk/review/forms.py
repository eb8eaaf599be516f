"""Known forms at the desk: what is known, where its zones lie, and a changed one saved as a new edition."""

import io
import tomllib
from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from desk.cases.actor import actor_of
from desk.cases.audit import note
from desk.review.access import needs
from desk.review.presenting import sentence
from extract.errors import FormError
from extract.forms.definition import FormDefinition, FormPage, ZoneOf, from_data, save_definition, to_toml
from extract.forms.library import Library, library, use_folder
from extract.forms.slots import NOTHING, SIGNATURE, slots
from terms.geometry import Box

KEEP_FORMS = "records.change_gridrow"
"""Whoever keeps the reference tables keeps the forms: administrators."""
_EDGES = ("left", "top", "right", "bottom")


@needs(KEEP_FORMS)
@require_GET
def known_forms(request: HttpRequest) -> HttpResponse:
    """Every known form with its pages, and the definitions that could not be loaded."""
    known = _library()
    context = {"area": "forms", "forms": known.forms.values(), "faults": known.faults}
    return render(request, "review/known_forms.html", context)


@needs(KEEP_FORMS)
@require_http_methods(["GET", "POST"])
def known_form(request: HttpRequest, name: str) -> HttpResponse:
    """One form, page by page, with its zones over the blank; POST saves what was changed as a new edition."""
    form = _form(name)
    if request.method == "POST":
        try:
            changed = _saved(form, request)
        except (FormError, ValueError) as error:
            messages.error(request, sentence(error))
            return redirect("known-form", name=name)
        messages.success(request, _("%(form)s is in use from the next page on.") % {"form": changed.name})
        return redirect("known-form", name=changed.name)
    context = {
        "area": "forms",
        "form": form,
        "pages": form.pages,
        "slots": [NOTHING, SIGNATURE, *slots()],
        "can_save": settings.INLET.reading.forms is not None,
    }
    return render(request, "review/known_form.html", context)


@needs(KEEP_FORMS)
@require_GET
def form_picture(request: HttpRequest, name: str) -> HttpResponse:
    """The blank of one page (``?page=1``) as a PNG."""
    from PIL import Image  # noqa: PLC0415  (only pictures need it)

    wanted = request.GET.get("page", "1")
    page = next((p for p in _form(name).pages if str(p.number) == wanted), None)
    if page is None:
        raise Http404
    out = io.BytesIO()
    Image.fromarray(255 - 255 * page.blank.ink).convert("1").save(out, "PNG")
    return HttpResponse(out.getvalue(), content_type="image/png")


def _library() -> Library:
    use_folder(settings.INLET.reading.forms)
    return library()


def _form(name: str) -> FormDefinition:
    found = _library().forms.get(name)
    if found is None:
        raise Http404
    return found


def _saved(form: FormDefinition, request: HttpRequest) -> FormDefinition:
    """Save what the page sent as a new edition, with its line in the trail."""
    changed = _changed(form, request)
    folder = settings.INLET.reading.forms
    if folder is None:
        raise FormError("set forms in [reading] of inlet.toml: new editions are kept in that folder")
    with transaction.atomic():
        note(actor_of(request.user), "form.edition_saved", detail={"form": changed.name, "of": form.name})
        save_definition(changed, folder)
    return changed


def _changed(form: FormDefinition, request: HttpRequest) -> FormDefinition:
    """The form as the page sent it, checked as if it were read from a file; raises :class:`ValueError`."""
    edition = request.POST.get("edition", "").strip()
    pages = tuple(replace(page, zones=tuple(_zones(page, request))) for page in form.pages)
    changed = replace(form, edition=edition, pages=pages, source=f"{form.name}, changed at the desk")
    folder = form.pages[0].folder
    return from_data(tomllib.loads(to_toml(changed)), folder)


def _zones(page: FormPage, request: HttpRequest) -> list[ZoneOf]:
    found = []
    for index, zone in enumerate(page.zones):
        stem = f"p{page.number}z{index}"
        if request.POST.get(f"{stem}-gone"):
            continue
        edges = [float(request.POST[f"{stem}-{edge}"]) for edge in _EDGES]
        name, slot = request.POST[f"{stem}-name"].strip(), request.POST[f"{stem}-slot"]
        found.append(replace(zone, name=name, slot=slot, box=Box(*edges)))
    return found
