"""What the board's figures say to do next, in the words of whoever looks, each with the page where it is done."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from desk.board import OLDER, Board, Way
from desk.review import presenting
from desk.review.spoken import spoken

_TELLING = 20
"""Fewer requests or readings say nothing about a share."""
_DROP = 0.1
_MUCH = 0.05
_QUIET_HOURS = 2
_USUALLY = 3.0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, most pressing first: a sentence, and where."""

    words: str
    address: str


def steps(board: Board) -> tuple[Step, ...]:
    """Give what to do next, most pressing first."""
    found = [*_ways(board), *_requests(board), *_notices(board), *_rest(board)]
    return tuple(Step(words, address) for words, address in found)


def trouble_of(way: Way) -> str:
    """Say what hinders a way; empty when nothing does."""
    return spoken(way.trouble) if way.is_watched else _("nobody looks at it: is the service running?")


def _ways(board: Board) -> list[tuple[str, str]]:
    found = []
    if not board.is_sending:
        found.append((_("Nothing is being sent: start sending again as soon as that is safe."), reverse("sending")))
    for name in board.stopped:
        words = _("Nothing is being sent by %(way)s: start that again as soon as it is safe.")
        found.append((words % {"way": presenting.said(presenting.WAY_WORDS[name])}, reverse("sending")))
    for ways, address in ((board.ways_in, reverse("sources")), (board.ways_out, reverse("sending"))):
        for way in ways:
            if not way.is_up:
                name = presenting.said(presenting.WAY_WORDS.get(way.name, way.name))
                told = {"way": name, "trouble": trouble_of(way)}
                found.append((_("%(way)s is not working: %(trouble)s") % told, address))
    if quiet := _quiet_for(board):
        hour = board_hour(board)
        usual = round(sum(board.usual[hour - quiet : hour]))
        words = _("Nothing has come in for %(hours)d hours, usually %(usual)d come in that time: look at the lines.")
        found.append((words % {"hours": quiet, "usual": usual}, reverse("sources")))
    return found


def board_hour(board: Board) -> int:
    """The hour of the desk's day that runs now: how many full hours it has had."""
    return timezone.localtime(board.now).hour


def _quiet_for(board: Board) -> int:
    """For how many full hours nothing came where something usually does; 0 when that means nothing."""
    hour = board_hour(board)
    if board.today.hours[hour]:
        return 0
    quiet = 0
    while quiet < hour and not board.today.hours[hour - 1 - quiet]:
        quiet += 1
    usual = sum(board.usual[hour - quiet : hour])
    return quiet if quiet >= _QUIET_HOURS and usual >= _USUALLY else 0


def _requests(board: Board) -> list[tuple[str, str]]:
    queue = reverse("queue")
    found = []
    late, free = board.late, board.dues[0].with_nobody
    if late:
        words = (
            _("1 request is late: see that it is decided now.")
            if late == 1
            else _("%(count)d requests are late, %(free)d of them given to nobody: see that they are decided now.")
            % {"count": late, "free": free}
        )
        found.append((words, f"{queue}?shelf=all&due=late"))
    if board.urgent:
        words = _counted(
            board.urgent, _("1 urgent request waits for a person."), _("%(count)d urgent requests wait for a person.")
        )
        found.append((words, f"{queue}?urgent=1"))
    free = sum(due.with_nobody for due in board.dues[1:])
    if free:
        words = _counted(
            free,
            _("1 request is due within a day and given to nobody: assign it."),
            _("%(count)d requests are due within a day and given to nobody: assign them."),
        )
        found.append((words, "#pressing"))
    return found


def _notices(board: Board) -> list[tuple[str, str]]:
    found = []
    if board.to_approve:
        words = _counted(
            board.to_approve,
            _("1 notice of a decision waits for approval."),
            _("%(count)d notices of decisions wait for approval."),
        )
        found.append((words, reverse("decisions")))
    if board.undelivered:
        words = _counted(
            board.undelivered,
            _("1 notice could not be delivered: see to it."),
            _("%(count)d notices could not be delivered: see to them."),
        )
        found.append((words, reverse("sending")))
    if board.quarantined:
        words = _counted(
            board.quarantined, _("1 arrival lies in quarantine."), _("%(count)d arrivals lie in quarantine.")
        )
        found.append((words, reverse("arrivals")))
    return found


def _rest(board: Board) -> list[tuple[str, str]]:
    found = []
    oldest = max(board.backlog.items(), key=lambda item: item[1][OLDER], default=None)
    if oldest and oldest[1][OLDER]:
        name = presenting.said(presenting.PROCESSOR_WORDS.get(oldest[0], oldest[0])) or _("nobody yet")
        told = {"count": oldest[1][OLDER], "who": name}
        words = _("Requests that are a week old or more: %(count)d at %(who)s. Ask there what they wait for.") % told
        found.append((words, f"{reverse('queue')}?shelf=all&processor={oldest[0]}"))
    if drop := _drop(board):
        found.append((drop, "#corrections"))
    for field, form, rate in board.corrected[:1]:
        if rate.of >= _TELLING and (rate.share or 0) >= _MUCH:
            told = {
                "field": presenting.label_of(field),
                "form": presenting.form_words(form),
                "share": f"{rate.share:.0%}",
            }
            words = _("%(field)s on “%(form)s” is corrected in %(share)s: look at its threshold.") % told
            found.append((words, reverse("quality")))
    if board.to_key or board.to_settle:
        told = {"key": board.to_key, "settle": board.to_settle}
        words = _("Quality samples that wait: %(key)d to be keyed, %(settle)d to be settled.") % told
        found.append((words, reverse("quality")))
    return found


def _drop(board: Board) -> str:
    """Say when clearly fewer requests went through untouched on the last full day than in the days before it."""
    *before, yesterday, _today = board.days
    last = yesterday.automation
    earlier = (sum(day.untouched for day in before), sum(day.released for day in before))
    if last.of < _TELLING or earlier[1] < _TELLING or last.share is None:
        return ""
    usual = earlier[0] / earlier[1]
    if last.share > usual - _DROP:
        return ""
    told = {"share": f"{last.share:.0%}", "usual": f"{usual:.0%}"}
    return (
        _("Only %(share)s went through untouched yesterday, %(usual)s before: look at what is corrected most.") % told
    )


def _counted(count: int, one: str, many: str) -> str:
    """Give the words for one, or those for many with their ``count``."""
    return one if count == 1 else many % {"count": count}
