"""Why: a decision told step by step, in words that can be read to a provider on the telephone.

No answer holds a name, a date of birth or a member's id: they are questions and answers about the paper
and the rules. ``detail`` holds what a specialist wants beside it: ids of rules, grid rows, versions.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from classify.borne_out import FACT
from classify.otherwise import Otherwise, clock_otherwise, route_otherwise
from classify.reference import Reference
from classify.retro import is_marked_retro
from terms.dates import PACIFIC
from terms.names import FIELD_LABELS, PageKind, Priority, Processor
from terms.requests import Audience, Clock, Decision, Outcome, RequestValues, Route


@dataclass(frozen=True, slots=True)
class Section:
    """One question with its answer, line by line; ``line`` is the 0-based line of the request it is about."""

    question: str
    answers: tuple[str, ...]
    detail: tuple[str, ...] = ()
    line: int | None = None

    def to_json(self) -> dict[str, object]:
        """Give plain JSON values."""
        told: dict[str, object] = {"question": self.question, "answers": list(self.answers)}
        if self.detail:
            told["detail"] = list(self.detail)
        return told if self.line is None else told | {"line": self.line + 1}


@dataclass(frozen=True, slots=True)
class Background:
    """What the explanation can use beside the decision: the tables of its day and the receipt.

    ``kinds`` says, by page number, why each page is what it is.
    """

    reference: Reference
    received_at: dt.datetime
    kinds: Mapping[int, Sequence[str]] = field(default_factory=dict)


def explain(values: RequestValues, decision: Decision, background: Background | None = None) -> tuple[Section, ...]:
    """Say why pages, split, priority, clock, gaps and routes are as they are.

    With ``background`` also what would change each answer.
    """
    return (
        _kinds(values, background),
        _pages(values),
        _speed(values, decision),
        _clock(values, decision, background),
        _gaps(values, decision),
        *_retro(values, decision),
        *(_line(values, decision, place, background) for place in range(len(decision.line_routes))),
        _whole(decision, background),
        Section("By which tables?", tuple(f"{name} {version}" for name, version in sorted(decision.tables.items()))),
    )


def _kinds(values: RequestValues, background: Background | None) -> Section:
    told = []
    for part in filter(None, values.facts.get("kinds", "").split(",")):
        number, _, kind = part.partition(":")
        reasons = background.kinds.get(int(number), ()) if background and number.isdecimal() else ()
        what = _a(_KIND_WORDS.get(kind, kind.replace("_", " ")))
        because = "; ".join(reasons)
        told.append(f"Page {number} is {what}, because {because}." if because else f"Page {number} is {what}.")
    return Section("What is each page?", tuple(told) or ("It was not recorded.",))


_KIND_WORDS = {"pa_form": "PA form", "chme_order": "CHME order", "mail_body": "mail's own text"}


def kind_words() -> Iterator[str]:
    """Every kind of page as a sentence here names it: ``a PA form``, ``clinical notes``."""
    return (_a(_KIND_WORDS.get(kind.value, kind.value.replace("_", " "))) for kind in PageKind)


def _a(words: str) -> str:
    if words in {"clinical notes", "junk", "blank", "unreadable", "unknown"}:
        return words
    return f"{'an' if words[:1] in 'aeiou' else 'a'} {words}"


def _pages(values: RequestValues) -> Section:
    told = []
    for part in filter(None, values.facts.get("why", "").split(" | ")):
        number, _, reason = part.partition(": ")
        told.append(f"Page {number}: {reason}.")
    for part in filter(None, values.facts.get("pages.missing", "").split(",")):
        number, _, count = part.partition("/")
        told.append(f"Missing of the form: page {number} of {count}.")
    if "pages.short" in values.facts:
        came, _, announced = values.facts["pages.short"].partition("/")
        told.append(f"Came of announced: {came} of {announced}.")
    return Section("Why do these pages belong together?", tuple(told) or ("It was not recorded.",))


_SIGNS = {
    "type.boxes": "The boxes ticked for the type of request: {}.",
    "type.doubtful": "Boxes that may be ticked: {}.",
    "cover.urgent": "The cover sheet says urgent.",
    "text.urgent": "The text says urgent.",
    "confirmed.request.type": "A person let the type stand as it is.",
}


def _speed(values: RequestValues, decision: Decision) -> Section:
    signs = [
        sentence.format(values.facts[name].replace("_", " ").replace(",", ", ") or "none")
        for name, sentence in _SIGNS.items()
        if name in values.facts
    ]
    said = "It is handled as urgent." if decision.priority is Priority.URGENT else "It is handled as routine."
    return Section("How fast?", (said, *(signs or ["Nothing on the pages says how fast; that is routine."])))


def _clock(values: RequestValues, decision: Decision, background: Background | None) -> Section:
    clock = decision.clock
    if clock is None:
        return Section("By when?", ("No rule of the clock table binds.",))
    told = [
        f"It must be decided by {moment(clock.due)}: {rule_words(clock.rule)}.",
        f"The clock runs from its first receipt, {moment(clock.started)}; later papers do not move it.",
        *(f"Also {moment(other.due)} by {rule_words(other.rule)}; the earlier date counts." for other in clock.other),
    ]
    if background is not None:
        others = clock_otherwise(values, background.reference, received_at=background.received_at)
        told += [f"Were it marked {kind}: {rule_words(other.rule)}, by {moment(other.due)}." for kind, other in others]
    return Section("By when?", tuple(told), tuple(_rules(clock)))


def _rules(clock: Clock) -> list[str]:
    return [clock.rule, *(other.rule for other in clock.other)]


def _gaps(values: RequestValues, decision: Decision) -> Section:
    clerk = [f"A clerk settles: {gap.message}" for gap in decision.gaps if gap.audience is Audience.CLERK]
    provider = [f"The provider is asked: {gap.message}" for gap in decision.gaps if gap.audience is Audience.PROVIDER]
    order = "Nothing is asked of the provider while a clerk has something to settle."
    return Section(
        "What is missing?",
        (*clerk, *provider, *([order] if clerk and provider else []), *_borne_out(values)) or ("Nothing.",),
        tuple(f"{gap.field}: {gap.reason.value}, {gap.audience.value}" for gap in decision.gaps),
    )


def _borne_out(values: RequestValues) -> list[str]:
    """What was read with doubt and needs nobody, since one of our tables says the same."""
    parts = [part.partition(":") for part in values.facts.get(FACT, "").split(",") if part]
    return [f"{FIELD_LABELS.get(n, n)} was read with doubt; the {table} says the same." for n, _, table in parts]


def _retro(values: RequestValues, decision: Decision) -> tuple[Section, ...]:
    """The retro rules, where they have a say: evaluated and shown, never decided."""
    found = [gap for gap in decision.gaps if "retro" in gap.field or "RETRO" in gap.message or "retro" in gap.message]
    if not found and not is_marked_retro(values):
        return ()
    told = ["The request is marked RETRO." if is_marked_retro(values) else "The request is not marked RETRO."]
    explained = values.facts.get("text.emergency") == "yes"
    told.append("An emergency is spoken of." if explained else "No emergency is spoken of.")
    told += [gap.message for gap in found]
    told.append("What follows from this a named person decides; no program denies anything.")
    return (Section("What of the retro rules?", tuple(told)),)


def _line(values: RequestValues, decision: Decision, place: int, background: Background | None) -> Section:
    route = decision.line_routes[place]
    code = values.lines[place].code.value
    told = [f"{code or 'The line without a code'} goes to {_who(route, background)}.", route.reason]
    if background is not None:
        others = route_otherwise(values, place, background.reference, received_at=background.received_at)
        told += [_otherwise(other, background) for other in others]
    detail = (f"rule {route.rule}", *([f"grid row {route.row}"] if route.row else []), *route.trace)
    return Section(f"Who decides line {place + 1}?", tuple(told), detail, place)


def _otherwise(other: Otherwise, background: Background) -> str:
    who = processor_words(other.processor, background.reference)
    if other.outcome is Outcome.NO_PA_REQUIRED:
        return f"No authorization would be needed {other.condition}."
    if other.outcome is Outcome.NOT_OURS:
        return f"It would not be ours {other.condition}."
    return f"{_capital(who)} would decide {other.condition}."


def _who(route: Route, background: Background | None) -> str:
    who = processor_words(route.processor, background.reference if background else None)
    if route.outcome is Outcome.NO_PA_REQUIRED:
        return f"{who}, and needs no authorization"
    return f"{who}, with {route.vendor} as the preferred vendor" if route.vendor else who


def _whole(decision: Decision, background: Background | None) -> Section:
    route = decision.route
    told = (f"The request goes to {_who(route, background)}.", route.reason)
    return Section("Who decides the request?", told, (f"rule {route.rule}", *route.trace))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def processor_words(processor: Processor, reference: Reference | None) -> str:
    """A processor's name as people say it, from the table of processors where it stands there."""
    if processor is Processor.DESK:
        return "our own desk"
    if processor is Processor.SPLIT:
        return "several processors, part by part"
    office = reference.processors.get(processor) if reference else None
    return office.name if office else processor.value.replace("_", " ")


def rule_words(rule: str) -> str:
    """A clock's rule in words: ``routine.7_calendar_days`` is ``7 calendar days for routine requests``.

    A rule of one line of business names it: ``pad_routine.medi_cal.24_hours`` is ``24 hours for pad routine
    requests (medi cal)``.
    """
    if "." not in rule:
        return rule
    what, *between, how_long = (part.replace("_", " ") for part in rule.split("."))
    line = ", ".join(between)
    return f"{how_long} for {what} requests ({line})" if line else f"{how_long} for {what} requests"


def moment(when: dt.datetime) -> str:
    """A moment as it is said: ``Monday, November 23, 2026, 4:58 PM Pacific``."""
    local = when.astimezone(PACIFIC)
    hour, half = local.hour % 12 or 12, "AM" if local.hour < 12 else "PM"  # noqa: PLR2004  (noon)
    return f"{local:%A, %B} {local.day}, {local.year}, {hour}:{local:%M} {half} Pacific"
