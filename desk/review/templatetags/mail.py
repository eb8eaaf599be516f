"""What a mail brought beside its papers, as a block of the arrival's page."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.context import Context

from desk.records.models import Arrival, MailDraft
from desk.review.roles import CORRECT

register = template.Library()

NOTE_WORDS: Mapping[str, str] = {
    "hidden_text_dropped": "Text that nobody sees was left out of the reading.",
    "form_value_disputed": "A form value that the page does not show was left out; the picture was read instead.",
    "text_disputed": "The file's own text is not what the page shows; the picture was read instead.",
    "scan_text_dropped": "The scanner's own reading was left out; the picture was read instead.",
    "written_over": "Somebody typed or drew over the page; the picture was read.",
    "inline_image_left_out": "Logos and portraits in the mail were left out.",
    "quoted_text_read": "The order stands in the quoted mail below the sender's words and was read there.",
    "resolution_inferred": "The file does not say how large the page is; it was inferred.",
    "bad_rows": "Some lines of the fax came damaged.",
    "rows_missing": "The page breaks off.",
}
"""What the notes of unpacking say, in a clerk's words."""

APART_WORDS = {
    "quoted": "Earlier mails quoted below it",
    "signature": "Signature",
    "disclaimer": "Notice of the sender's lawyers",
    "banner": "Warning of a mail server",
}


@register.inclusion_tag("review/_mail.html", takes_context=True)
def mail_block(context: Context, arrival: Arrival) -> dict[str, Any]:
    """Give names, notes, what was set apart, what the mail answers, and the drafted answer."""
    found = []
    for page in arrival.pages.order_by("number"):
        source = page.source
        disputed = ["text_disputed"] if ((page.reading or {}).get("facts") or {}).get("text.disputed") else []
        notes = [NOTE_WORDS[name] for name in (*source.get("notes", ()), *disputed) if name in NOTE_WORDS]
        apart = [(APART_WORDS.get(kind, kind), text) for kind, text in source.get("apart", ())]
        name = source.get("name")
        text = source.get("text")
        if notes or apart or name or text:
            found.append({"page": page, "notes": notes, "apart": apart, "name": name, "text": text})
    request = context.get("request")
    return {
        "arrival": arrival,
        "found": found,
        "answers": arrival.facts.get("answers"),
        "draft": MailDraft.objects.filter(arrival=arrival).first(),
        "may_answer": bool(request and request.user.has_perm(CORRECT)),
        "csrf_token": context.get("csrf_token"),
    }
