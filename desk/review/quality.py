"""Quality sampling on the desk: keying without seeing what was read, settling, error rates, thresholds."""

import datetime as dt
import io
from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from PIL import Image

from desk.cases import quality as cases
from desk.config import current_settings
from desk.errors import DeskError, StorageError
from desk.records.models import QualityCheck, QualityValue, ThresholdChange
from desk.review import presenting
from desk.review.access import needs
from desk.review.headers import FILE_POLICY
from desk.review.learning import refits
from desk.review.people import actor
from desk.review.roles import CORRECT, SEE_SUMS, SET_QUALITY
from desk.storage import DERIVED, open_stored
from reconcile.quality import Checked, ErrorRate, Standing, WhatIf, error_rates, what_if
from reconcile.report.charts import Span, intervals
from terms.names import FieldKind

LOOKED_BACK = dt.timedelta(days=90)
_MARGIN = 0.012
_ENLARGED = 2
_DISPUTED = "choice"


@needs(SEE_SUMS)
def quality(request: HttpRequest) -> HttpResponse:
    """How right accepted values are, by kind and form, against the target; thresholds, and what others would do."""
    settings = current_settings().quality
    checked = cases.checked_values(timezone.now() - LOOKED_BACK)
    rates = error_rates(checked, target=settings.target)
    by_form = error_rates(checked, target=settings.target, by_form=True)[:-1]
    limits = cases.thresholds()
    context = {
        "area": "quality",
        "target": settings.target,
        "share": settings.share,
        "rates": [(_group_words(row.group), row) for row in rates],
        "chart": _chart(rates, settings.target),
        "by_form": [(_group_words(row.group), row) for row in by_form],
        "waiting": QualityCheck.objects.filter(keyed_at=None).count(),
        "disputed": QualityCheck.objects.filter(keyed_at__isnull=False, settled_at=None).count(),
        "limits": [(kind.value, limits.get(kind, 0.0)) for kind in FieldKind if kind is not FieldKind.MODIFIER],
        "changes": ThresholdChange.objects.all()[:20],
        "outcome": _asked(request, checked),
        "days": LOOKED_BACK.days,
        "refits": refits(),
    }
    return render(request, "review/quality.html", context)


def _group_words(group: str) -> str:
    """A group of error rates as people say it: a kind of field, and perhaps a form."""
    kind, divided, form = group.partition(" · ")
    return presenting.kind_words(kind) + (f" · {presenting.form_words(form)}" if divided else "")


def _chart(rates: Sequence[ErrorRate], target: float) -> SafeString:
    """The error rates with their intervals against the target."""
    spans = []
    for row in rates:
        interval = row.rate.interval
        if interval is not None:
            told = f"{row.rate.share:.1%} ({interval[0]:.1%} - {interval[1]:.1%}), {row.rate.count} / {row.rate.of}"
            series = "more samples needed" if row.standing is Standing.OPEN else row.standing.value
            spans.append(Span(_group_words(row.group), row.rate.share or 0.0, *interval, series, told))
    title, at = (
        _("Wrong of the accepted values, with 95 % interval"),
        _("target %(share)s") % {"share": f"{target:.1%}"},
    )
    return mark_safe(intervals(title, spans, target, at) if spans else "")  # noqa: S308  (drawn by us, every word escaped)


def _asked(request: HttpRequest, checked: Sequence[Checked]) -> WhatIf | None:
    """What the threshold in the address would do, if one is asked about."""
    try:
        kind, threshold = FieldKind(request.GET.get("kind", "")), float(request.GET.get("threshold", ""))
    except ValueError:
        return None
    return what_if(kind.value, threshold, checked, cases.accepted_lately(kind))


@needs(SET_QUALITY)
@require_POST
def set_threshold(request: HttpRequest) -> HttpResponseBase:
    """Set the least confidence of a kind from now on."""
    try:
        kind, threshold = FieldKind(request.POST.get("kind", "")), float(request.POST.get("threshold", ""))
        cases.set_threshold(actor(request), kind, threshold, request.POST.get("why", ""))
    except ValueError:
        messages.error(request, "Give a kind of field and a threshold between 0 and 1.")
    except DeskError as error:
        messages.error(request, presenting.sentence(error))
    else:
        messages.success(request, "The threshold holds for everything that is read from now on.")
    return redirect("quality")


@needs(CORRECT)
def key(request: HttpRequest) -> HttpResponseBase:
    """Key the values of the next drawn request; what was read is not on the page."""
    return _work(request, settling=False)


@needs(CORRECT)
def settle(request: HttpRequest) -> HttpResponseBase:
    """Settle the next disagreement: two words for one place, in no telling order, and the paper."""
    return _work(request, settling=True)


def _work(request: HttpRequest, *, settling: bool) -> HttpResponseBase:
    person = actor(request)
    if request.method == "POST":
        keyed = {value.position: _given(request, value.position) for value in _values(request.POST.get("check", ""))}
        try:
            (cases.settle if settling else cases.key)(person, int(request.POST.get("check", "0")), keyed)
        except (DeskError, QualityCheck.DoesNotExist) as error:
            told = presenting.sentence(error) if isinstance(error, DeskError) else _("There is no such check.")
            messages.error(request, told)
        else:
            return redirect("quality-settle" if settling else "quality-key")
    check = cases.next_to_settle(person) if settling else cases.next_to_key(person)
    context = {"area": "quality", "settling": settling, "check": check, "rows": _rows(check, settling, request)}
    return render(request, "review/quality_work.html", context, status=422 if request.method == "POST" else 200)


def _values(check: str) -> list[QualityValue]:
    return list(QualityValue.objects.filter(check_of_id=int(check))) if check.isdigit() else []


def _given(request: HttpRequest, position: int) -> str:
    """What was typed, else which of the two was chosen."""
    return request.POST.get(f"value-{position}", "").strip() or request.POST.get(f"{_DISPUTED}-{position}", "")


def _rows(check: QualityCheck | None, settling: bool, request: HttpRequest) -> list[dict[str, object]]:  # noqa: FBT001  (which of two pages it is)
    if check is None:
        return []
    values = check.values.filter(right=None) if settling else check.values.all()
    return [
        {
            "value": value,
            "words": presenting.label_of(value.name),
            "typed": request.POST.get(f"value-{value.position}", ""),
            "choices": sorted({value.read, value.keyed}) if settling else (),
        }
        for value in values
    ]


@needs(CORRECT)
def crop(request: HttpRequest, pk: int) -> HttpResponse:
    """The place that a value of an open check was read from, enlarged."""
    value = get_object_or_404(QualityValue.objects.select_related("page", "check_of"), pk=pk, right=None)
    if cases.is_worked_on_by(actor(request), value.check_of):
        raise Http404
    found = cases.crop_of(value)
    if found is None or not found[0].upright:
        raise Http404
    page, box = found
    try:
        with open_stored(DERIVED, page.upright) as file, Image.open(file) as image:
            wide, high = image.size
            left, top, right, bottom = box.to_json()
            cut = image.convert("L").crop(
                (
                    max(0, int((left - 2 * _MARGIN) * wide)),
                    max(0, int((top - _MARGIN) * high)),
                    min(wide, int((right + 2 * _MARGIN) * wide)),
                    min(high, int((bottom + _MARGIN) * high)),
                )
            )
            cut = cut.resize((cut.width * _ENLARGED, cut.height * _ENLARGED), Image.Resampling.BICUBIC)
    except (StorageError, OSError) as error:
        raise Http404 from error
    out = io.BytesIO()
    cut.save(out, "PNG")
    return HttpResponse(
        out.getvalue(),
        content_type="image/png",
        headers={"Content-Security-Policy": FILE_POLICY, "Cache-Control": "private, no-store"},
    )
