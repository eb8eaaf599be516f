"""Why: a decision told step by step, from the facts that made it."""

from dataclasses import dataclass

from terms.requests import Decision, RequestValues


@dataclass(frozen=True, slots=True)
class Section:
    """One question with its answer, line by line."""

    question: str
    answers: tuple[str, ...]


def explain(values: RequestValues, decision: Decision) -> tuple[Section, ...]:
    """Say why pages, split, priority, clock, gaps and routes are as they are, with the versions of the tables.

    The answers hold codes and ids of rules, never names, dates of birth or member ids.
    """
    facts = values.facts
    kinds = tuple(part.replace(":", ": ").replace("_", " ") for part in facts.get("kinds", "").split(",") if part)
    pages = tuple(part for part in facts.get("why", "").split(" | ") if part)
    signs = [f"{name}: {facts[name]}" for name in _PRIORITY_FACTS if name in facts]
    clock = decision.clock
    clocks: tuple[str, ...] = ("no rule of the clock table binds",)
    if clock is not None:
        clocks = (
            f"runs from {clock.started.isoformat()}",
            f"due {clock.due.isoformat()} by {clock.rule}",
            *(f"also {other.due.isoformat()} by {other.rule}" for other in clock.other),
        )
    sections = [
        Section("What is each page?", kinds or ("not recorded",)),
        Section("Why do these pages belong together?", pages or ("not recorded",)),
        Section("How fast?", (decision.priority.value, *signs)),
        Section("By when?", clocks),
        Section(
            "What is missing?",
            tuple(f"{g.field}: {g.message} ({g.audience.value})" for g in decision.gaps) or ("nothing",),
        ),
    ]
    for place, route in enumerate(decision.line_routes, 1):
        told = (f"{route.processor.value} by {route.rule}: {route.reason}", *route.trace)
        sections.append(Section(f"Who decides line {place}?", told))
    route = decision.route
    sections.append(Section("Who decides the request?", (f"{route.processor.value} by {route.rule}", *route.trace)))
    versions = tuple(f"{name} {version}" for name, version in sorted(decision.tables.items()))
    return (*sections, Section("By which tables?", versions))


_PRIORITY_FACTS = ("type.boxes", "type.doubtful", "cover.urgent", "text.urgent", "confirmed.request.type")
