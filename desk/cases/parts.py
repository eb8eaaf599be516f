"""The parts of a request: its lines by who looks after them, linked by the request they belong to."""

from desk.records.models import Request, RequestPart
from terms.names import Processor
from terms.requests import Decision, Outcome

_Way = tuple[Processor, Outcome]


def parts_of(decision: Decision) -> dict[_Way, list[int]]:
    """Give the 0-based lines of each processor and outcome, in the order of the lines.

    A line that the desk must look at first is a part like any other. A request without lines is one
    part without lines, which goes where the request goes.
    """
    ways: dict[_Way, list[int]] = {}
    for place, route in enumerate(decision.line_routes):
        ways.setdefault((route.processor, route.outcome), []).append(place)
    return ways or {(decision.route.processor, decision.route.outcome): []}


def write_parts(request: Request, decision: Decision) -> None:
    """Make a locked request's parts those of its decision; a part that stays keeps its row and number."""
    ways = parts_of(decision)
    known = {(Processor(part.processor), Outcome(part.outcome)): part for part in request.parts.all()}
    for way in known.keys() - ways.keys():
        known[way].delete()
    taken = {part.number for way, part in known.items() if way in ways}
    for way, lines in ways.items():
        part = known.get(way)
        if part is None:
            number = next(n for n in range(1, len(ways) + len(taken) + 1) if n not in taken)
            taken.add(number)
            part = RequestPart(request=request, number=number, processor=way[0].value, outcome=way[1].value)
        part.lines = lines
        part.save()
