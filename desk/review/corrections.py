"""What a clerk does to a request from its page: correct, add, remove, release.

Each answer is the panel as it stands afterwards: gaps, route and due date were decided anew.
"""

import re
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.cases.acknowledging import acknowledge
from desk.cases.closing import close
from desk.cases.corrections import Change, correct
from desk.cases.holding import hold, let_go, resend
from desk.cases.notices import verify_and_send
from desk.cases.release import release
from desk.cases.tables import current_reference
from desk.errors import DeskError, RevisionChangedError, ValueRefusedError
from desk.records.models import Correction, Notice
from desk.review import presenting
from desk.review.access import needs
from desk.review.claims import held_by_other, take_over
from desk.review.people import actor
from desk.review.pointing import box_of
from desk.review.request_page import Refusal, answer_panel, find, panel_context
from desk.review.roles import CORRECT, HANDLE_ARRIVALS
from desk.review.story import since
from terms.names import Processor

_TARGET_LENGTH = 60
_TEXT_LENGTH = 4000
_WHOLE_ROW = re.compile(r"(line|diagnosis)\[(\d+|\+)\]")


@require_POST
@needs(CORRECT)
def correct_value(request: HttpRequest, reference: str) -> HttpResponse:
    """Save one value (``target``, ``text``, perhaps ``reason``, ``page`` and ``box``) at the revision that was shown.

    409 when somebody else changed the same value meanwhile; 422 when the text is no value of its
    kind and no reason was given.
    """
    target = request.POST.get("target", "")[:_TARGET_LENGTH]
    text = request.POST.get("text", "")[:_TEXT_LENGTH].replace("\x00", "")
    box, page = box_of(request.POST.get("box", "")[:200]), request.POST.get("page", "")
    number = int(page) if box and page.isascii() and page.isdigit() and len(page) < 6 else None  # noqa: PLR2004
    change = Change(target, text, request.POST.get("reason", "")[:_TEXT_LENGTH], number, box if number else None)
    return _save(request, reference, change)


@require_POST
@needs(CORRECT)
def remove_row(request: HttpRequest, reference: str) -> HttpResponse:
    """Remove a service line or a diagnosis (``target`` is ``line[1]`` or ``diagnosis[0]``)."""
    return _save(request, reference, Change(request.POST.get("target", "")[:_TARGET_LENGTH], None))


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004


def _held(request: HttpRequest, reference: str, change: Change | None = None) -> HttpResponse | None:
    """Refuse while somebody else is working on the request."""
    other = held_by_other(find(reference), actor(request))
    if other is None:
        return None
    message = _("%(who)s is working on this request. Take over first.") % {"who": other.user.get_username()}
    return _answer(request, reference, Refusal("refused", message, change.target if change else ""), status=409)


@require_POST
@needs(CORRECT)
def claim_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a request over from whoever is working on it."""
    take_over(find(reference), actor(request))
    return _answer(request, reference, None)


def _save(request: HttpRequest, reference: str, change: Change) -> HttpResponse:
    seen = _revision(request)
    if held := _held(request, reference, change):
        return held
    try:
        return _saved(request, reference, change, seen)
    except RevisionChangedError as error:
        meanwhile = _changes_since(reference, seen)
        if not seen or _touches(change.target, meanwhile):
            refusal = Refusal(
                "changed",
                _("Somebody else changed this meanwhile. Yours was not saved."),
                change.target,
                change.text or "",
                since(meanwhile),
            )
            return _answer(request, reference, refusal, status=409)
        return _saved(request, reference, change, error.current)


def _saved(request: HttpRequest, reference: str, change: Change, revision: int) -> HttpResponse:
    who = actor(request)
    try:
        correct(reference, [change], revision=revision, actor=who, tables=current_reference())
    except ValueRefusedError:
        wants = presenting.said(presenting.EXPECTED.get(presenting.kind_of(change.target), "")) or _(
            "a value of its kind"
        )
        refusal = Refusal("invalid", _("This is not %(wanted)s.") % {"wanted": wants}, change.target, change.text or "")
        return _answer(request, reference, refusal, status=422)
    except RevisionChangedError:
        raise
    except DeskError as error:
        return _answer(request, reference, Refusal("refused", presenting.sentence(error), change.target), status=409)
    return _answer(request, reference, None)


def _changes_since(reference: str, revision: int) -> list[Correction]:
    return list(Correction.objects.filter(request__reference=reference, revision__gt=revision).order_by("id"))


def _touches(target: str, meanwhile: list[Correction]) -> bool:
    """Whether changes made meanwhile could have meant the same value, or moved the rows it counts by."""
    counted = target.partition("[")[0] if "[" in target else None
    for correction in meanwhile:
        if correction.target == target:
            return True
        removed = correction.after is None and _WHOLE_ROW.fullmatch(correction.target)
        if counted and removed and correction.target.startswith(counted):
            return True
    return False


def _answer(request: HttpRequest, reference: str, refusal: Refusal | None, *, status: int = 200) -> HttpResponse:
    return answer_panel(request, panel_context(request, find(reference), refusal=refusal), status=status)


@require_POST
@needs(CORRECT)
def release_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Let the request go on at the revision that the page showed; the notice due follows once."""
    seen = _revision(request)
    if held := _held(request, reference):
        return held
    try:
        record = release(reference, revision=seen, actor=actor(request))
    except RevisionChangedError:
        told = since(_changes_since(reference, seen))
        message = _("Somebody else changed this request meanwhile. Look at it again before releasing.")
        return _answer(request, reference, Refusal("changed", message, meanwhile=told), status=409)
    except DeskError as error:
        return _answer(request, reference, Refusal("refused", presenting.sentence(error)), status=409)
    told_released = _("Released: %(state)s.") % {"state": presenting.state_words(record.state)[0].lower()}
    return answer_panel(request, panel_context(request, find(reference), told=told_released))


def on_notice(request: HttpRequest, pk: int, act: Callable[[str], object]) -> HttpResponse:
    """Do something with a notice of a request and answer with the request's panel."""
    notice = get_object_or_404(Notice.objects.select_related("request"), pk=pk)
    if notice.request is None:
        raise Http404
    refusal = None
    try:
        act(notice.key)
    except DeskError as error:
        refusal = Refusal("refused", presenting.sentence(error))
    return _answer(request, notice.request.reference, refusal, status=409 if refusal else 200)


@require_POST
@needs(CORRECT)
def acknowledge_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down that a processor says it has the request, with its own ``number`` for it."""
    record = find(reference)
    processor = request.POST.get("processor", "")
    refusal = None
    if not record.parts.filter(processor=processor).exists():
        return _answer(request, reference, Refusal("refused", _("Choose the processor that says so.")), status=409)
    try:
        number = request.POST.get("number", "")[:_TARGET_LENGTH]
        acknowledge(reference, Processor(processor), timezone.now(), number=number, actor=actor(request))
    except DeskError as error:
        refusal = Refusal("refused", presenting.sentence(error))
    return _answer(request, reference, refusal, status=409 if refusal else 200)


@require_POST
@needs(CORRECT)
def close_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Close a decided request whose recipients know by another way, with ``why``."""
    find(reference)
    refusal = None
    try:
        close(reference, request.POST.get("why", "")[:_TEXT_LENGTH], actor=actor(request))
    except DeskError as error:
        refusal = Refusal("refused", presenting.sentence(error))
    return _answer(request, reference, refusal, status=409 if refusal else 200)


@require_POST
@needs(HANDLE_ARRIVALS)
def verify_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a held notice to a number that a senior person vouches for."""
    fax, remembered = request.POST.get("fax", "")[:40], request.POST.get("remember") == "1"
    return on_notice(request, pk, lambda key: verify_and_send(key, fax, actor=actor(request), remembered=remembered))


@require_POST
@needs(CORRECT)
def hold_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a notice that has not left from going out, for a ``reason``."""
    return on_notice(request, pk, lambda key: hold(key, request.POST.get("reason", ""), actor=actor(request)))


@require_POST
@needs(CORRECT)
def let_notice_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a notice go out that a person held."""
    return on_notice(request, pk, lambda key: let_go(key, actor=actor(request)))


@require_POST
@needs(HANDLE_ARRIVALS)
def resend_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a notice that has gone out once more, to a number that a senior person vouches for."""
    fax = request.POST.get("fax", "")[:40]
    return on_notice(request, pk, lambda key: resend(key, fax, actor=actor(request)))
