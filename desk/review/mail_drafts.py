"""A drafted mail that asks for papers again: opened in a mail program, then noted as sent or dismissed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.cases.audit import note
from desk.cases.mail_drafts import as_file, settle_draft
from desk.errors import DeskError
from desk.records.models import MailDraft
from desk.records.models.mail_drafts import DraftState
from desk.review.access import needs
from desk.review.people import actor
from desk.review.presenting import sentence
from desk.review.roles import CORRECT


@needs(CORRECT)
def mail_draft_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft of arrival ``pk`` as a file that a mail program opens ready to send; that it was taken is audited."""
    draft = get_object_or_404(MailDraft, arrival_id=pk)
    note(actor(request), "mail.draft_opened", arrival=draft.arrival)
    response = HttpResponse(as_file(draft), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="answer-{pk}.eml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@needs(CORRECT)
def settle_mail_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the draft of arrival ``pk`` was sent, or that it is not to be."""
    get_object_or_404(MailDraft, arrival_id=pk)
    state = DraftState.SENT if request.POST.get("what") == "sent" else DraftState.DISMISSED
    try:
        settle_draft(pk, state, actor=actor(request))
    except DeskError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Noted as sent.") if state is DraftState.SENT else _("Dismissed; nothing is sent."))
    return redirect("arrival", pk=pk)
