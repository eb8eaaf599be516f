"""The story of a request in words: who did what and when, newest first."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from desk.records.models import AuditEvent, Correction, Notice, Request
from desk.records.prepared import Prepared
from desk.review import presenting
from terms.names import FieldKind

LOOKS = frozenset({"request.viewed", "arrival.viewed", "arrival.original_opened", "notice.opened", "notice.previewed"})
"""Actions that only looked; shown to those who may see the audit trail."""

_MOST = 300
"""Events told at most, the newest."""

WORDS: dict[str, str] = {
    "arrival.registered": "Came in",
    "arrival.duplicate": "Came in again, the same as before",
    "arrival.processed": "Arrival processed",
    "arrival.quarantined": "Arrival quarantined",
    "arrival.read_again": "Asked for another reading",
    "arrival.dismiss_undone": "Took the dismissal back",
    "arrival.released_to_clerk": "Released to a clerk",
    "arrival.replaced": "Brought a better file",
    "arrival.replaces": "Came in place of another",
    "arrival.came_again": "Found to be an earlier fax, sent again",
    "arrival.not_the_same": "Said that it is not the earlier fax",
    "request.came_again": "Came in once more, nothing new in it",
    "request.made_by_hand": "Made by hand from a quarantined arrival",
    "member.looked_up": "Looked up what went out about a member, and who looked",
    "care.previewed": "Previewed the notice of a decision",
    "mail.draft_opened": "Opened a drafted mail",
    "arrival.viewed": "Opened the arrival",
    "arrival.original_opened": "Opened the original file",
    "request.read": "Read from its pages",
    "request.joined": "Papers joined to it",
    "request.join_asked": "Somebody has to say which request it is about",
    "request.received_earlier": "Set its first receipt back",
    "pages.join": "Joined",
    "reference.exported": "Saved a reference table as a file",
    "reference.draft_tried": "Tried a draft of a reference table",
    "request.viewed": "Opened the request",
    "request.released": "Released",
    "request.corrected": "Corrected",
    "request.taken_over": "Took over",
    "request.split_off": "Made from another request's pages",
    "request.ended": "Taken off the queue",
    "pages.order": "Put the pages in another order",
    "pages.turn": "Turned a page",
    "pages.set_aside": "Set pages aside as not the request's",
    "pages.take_back": "Took a page back into the request",
    "pages.take_in": "Took a page into the request",
    "pages.split": "Split",
    "pages.merge": "Merged",
    "pages.move": "Moved pages between requests",
    "pages.undone": "Took the last step back",
    "notice.opened": "Opened a notice",
    "notice.sent": "Notice sent",
    "notice.held": "Notice held: its fax number is not verified",
    "notice.held_by_hand": "Held a notice back",
    "notice.sent_once_more": "Had a notice sent once more",
    "notice.awaits_approval": "Notice of the decision waits for somebody to approve it",
    "notice.approved": "Approved the notice of the decision",
    "notice.let_go": "Let a notice go out",
    "notice.number_verified": "Vouched for a fax number",
    "notice.previewed": "Previewed a notice",
    "notice.delivered": "Notice delivered: the other machine confirmed every page",
    "notice.tried_again": "Notice not delivered; it is tried again",
    "notice.failed": "Notice not delivered; a person has to see to it",
    "notice.sent_again": "Had a failed notice sent again",
    "notice.resend_drafted": "The sender is asked to send it again",
    "notice.mailed": "Mailed a letter",
    "request.packet_arrived": "The packet reached its processor",
    "care.recorded": "Recorded a decision",
    "request.closed": "Closed it: everybody knows",
    "request.acknowledged": "The processor says that it has it",
    "quality.keyed": "Keyed values again for quality sampling",
    "quality.settled": "Settled a disagreement of quality sampling",
    "text.approved": "Approved the words of a letter",
    "sending.stopped": "Stopped sending",
    "sending.resumed": "Let notices go out again",
    "number.forbidden": "Put a number on the list of those never faxed",
    "number.allowed": "Took a number off the list of those never faxed",
    "reference.changed": "Changed reference data",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One thing that happened; ``before`` and ``after`` only where a value changed."""

    at: dt.datetime
    who: str
    what: str
    before: str = ""
    after: str = ""
    reason: str = ""
    changed: bool = False


def _about(request: int, arrival: int) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(Q(request=request) | Q(request=None, arrival_id=arrival))


_EVENTS = Prepared(lambda request, arrival: _about(request, arrival)[:_MOST], int, int)
_EVENTS_BUT_LOOKS = Prepared(
    lambda request, arrival: _about(request, arrival).exclude(action__in=sorted(LOOKS))[:_MOST], int, int
)
_CORRECTIONS = Prepared(lambda request: Correction.objects.filter(request=request).order_by("-id"), int)


def tell(request: Request, *, looks: bool, notices: Iterable[Notice] = ()) -> tuple[Chapter, ...]:
    """Give the story of a request, newest first: what came in, what was done, sent and delivered.

    With ``looks`` also who only looked. ``notices`` are the request's, with their transmissions at
    hand. Two queries.
    """
    events = (_EVENTS if looks else _EVENTS_BUT_LOOKS).models(request.pk, request.arrival_id)
    corrections = _CORRECTIONS.models(request.pk)
    chapters = [_of_event(event) for event in events if event.action != "request.corrected"]
    chapters += [of_correction(correction) for correction in corrections]
    chapters += [chapter for notice in notices for chapter in _deliveries(notice)]
    return tuple(sorted(chapters, key=lambda chapter: chapter.at, reverse=True))


def _deliveries(notice: Notice) -> Iterator[Chapter]:
    """The attempts to deliver a notice, each when it ended, else when it was handed over."""
    what = presenting.said(presenting.NOTICE_WORDS.get(notice.kind, notice.kind.replace("_", " ").capitalize()))
    for attempt in notice.transmissions.all():
        at = attempt.finished_at or attempt.submitted_at
        if at is None:
            continue
        words = _("%(what)s, attempt %(number)s to %(where)s: %(state)s") % {
            "what": what,
            "number": attempt.attempt,
            "where": presenting.shown(FieldKind.PHONE, attempt.destination) or attempt.transport,
            "state": presenting.state_words(attempt.state)[0].lower(),
        }
        yield Chapter(at, attempt.transport, words, reason=attempt.problem_message)


def action_words(action: str) -> str:
    """Give what an audit event's action means, in words."""
    return presenting.said(WORDS.get(action, action.replace(".", " ").replace("_", " ").capitalize()))


def _of_event(event: AuditEvent) -> Chapter:
    detail = event.detail
    what = action_words(event.action)
    if event.action == "request.moved":
        words, _look = presenting.state_words(str(detail.get("to")))
        what = _("Became %(state)s") % {"state": words.lower()}
    elif event.action == "request.released":
        what = _("Released revision %(number)s") % {"number": detail.get("revision", "")}
    elif detail.get("with"):
        what = f"{what} ({', '.join(str(reference) for reference in detail['with'])})"
    return Chapter(event.at, event.actor_name, what, reason=str(detail.get("reason", "")))


def of_correction(correction: Correction) -> Chapter:
    """Tell one correction: what was changed from what to what."""
    label = presenting.label_of(correction.target)
    before = _text(correction.target, correction.before)
    after = _text(correction.target, correction.after)
    if isinstance(correction.after, dict) and not {"value", "code", "words"} & set(correction.after):
        what = _("%(what)s looked at and let stand") % {"what": label}
        after = ""
    elif correction.after is None:
        what = _("%(what)s removed") % {"what": label}
    elif correction.before is None:
        what = _("Line added") if correction.target.startswith("line") else _("Diagnosis added")
    elif before == after:
        what = _("%(what)s confirmed") % {"what": label}
    else:
        what = label
    return Chapter(
        correction.at,
        correction.by_name,
        what,
        before=before if before != after else "",
        after=after,
        reason=correction.reason,
        changed=before != after,
    )


def _text(target: str, record: Any) -> str:  # noqa: ANN401  (stored JSON: a value, a line, or a list of values)
    if record is None:
        return ""
    if isinstance(record, list):
        return " ".join(_text(target, part) for part in record)
    if "words" in record:
        return str(record["words"])
    if "value" not in record and "code" not in record:
        return _("let stand")
    if "code" in record:
        return " ".join(
            filter(None, (_text(target, record["code"]), _text("line[0].description", record["description"])))
        )
    return presenting.shown_for(target, record["value"]) or str(record["raw"] or "")


def since(corrections: Iterable[Correction]) -> tuple[Chapter, ...]:
    """Tell corrections that somebody else made meanwhile."""
    return tuple(of_correction(correction) for correction in corrections)
