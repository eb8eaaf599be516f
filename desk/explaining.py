"""Why a stored request was decided as it was: its values and tables of that day, told question by question."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classify.pages import judge_page
from classify.why import Background, Section, explain
from desk.cases.decisions import decision_at
from desk.cases.places import numbered, places_of
from desk.cases.tables import current_reference, reference_of
from desk.errors import DeskError, ReferenceDataError
from desk.records.models import DecisionRecord, JoinedPaper, Page, Request
from extract.reading import PageReading
from terms.names import FIELD_LABELS, PageKind


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a later paper says otherwise, with both values: shown only where the request itself is."""

    arrival: int
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Why:
    """The explanation of one revision of a request; ``note`` says what could not be told as of its day."""

    reference: str
    revision: int
    revisions: tuple[int, ...]
    cause: str
    sections: tuple[Section, ...]
    note: str = ""

    def to_json(self) -> dict[str, object]:
        """Give plain JSON values."""
        return {
            "reference": self.reference,
            "revision": self.revision,
            "revisions": list(self.revisions),
            "cause": self.cause,
            "note": self.note,
            "sections": [section.to_json() for section in self.sections],
        }


def why(request: Request, revision: int | None = None, *, line: int | None = None) -> Why:
    """Explain a request as it was decided at ``revision`` (``None``: now), or only the route of ``line`` (1-based).

    Raises :class:`desk.errors.DeskError` for a revision or line that the request does not have.
    """
    known = dict(request.decisions.values_list("revision", "cause"))
    wanted = max(known, default=0) if revision is None else revision
    row = request.decisions.filter(revision=wanted).first()
    if row is None:
        raise DeskError(f"request {request.reference} was never decided at revision {wanted}")
    values, decision = decision_at(request, wanted)
    note = ""
    try:
        tables = reference_of(decision.tables)
    except ReferenceDataError as error:
        tables = current_reference()
        note = f"What would be otherwise is told by the tables in force now: {error}."
    background = Background(tables, row.received_at or request.received_at, _reasons_of_kinds(request))
    sections = explain(values, decision, background)
    if line is not None:
        sections = tuple(section for section in sections if section.line == line - 1)
        if not sections:
            raise DeskError(f"request {request.reference} has no line {line}")
    else:
        sections = (*sections[:2], *_joinings(request), *sections[2:])
    return Why(request.reference, wanted, tuple(sorted(known)), _cause(row), sections, note)


def _cause(row: DecisionRecord) -> str:
    words = {
        "reading": "decided when it was read",
        "correction": "decided again after a correction",
        "joining": "decided again when papers were joined",
        "pages": "decided again after pages were moved",
        "reference": "decided again under other tables",
    }
    return words.get(row.cause, row.cause)


def _reasons_of_kinds(request: Request) -> Mapping[int, Sequence[str]]:
    """Why each page is what it is, judged again from what was read on it; nothing where it would come out otherwise."""
    places = [place for place in places_of(request) if not place.set_aside]
    stored = dict(Page.objects.filter(pk__in=[p.page.pk for p in places]).values_list("pk", "reading"))
    found: dict[int, Sequence[str]] = {}
    for place in places:
        record = stored[place.page.pk]
        if not record:
            continue
        verdict = judge_page(numbered(PageReading.from_record(record), place.number))
        if verdict.kind is PageKind(place.page.kind):
            found[place.number] = verdict.because
    return found


def target_words(target: str) -> str:
    """What people call a part of a request: ``line[0].code`` is ``code of line 1``."""
    if found := _PLACE.fullmatch(target):
        what, place, part = found.groups()
        if place in "+-":
            return f"one {what} {'more' if place == '+' else 'less'}"
        number, part = int(place) + 1, part.replace("_", " ") if part else ""
        if what == "line":
            return f"{part} of line {number}" if part else f"line {number}"
        return f"{part} of diagnosis {number}" if part else f"diagnosis {number}"
    return FIELD_LABELS.get(target, target)


_PLACE = re.compile(r"(line|diagnosis)\[(\d+|[+-])\](?:\.(\w+))?")


def contradictions(request: Request) -> tuple[Told, ...]:
    """What papers that were joined to a request say otherwise than it did, oldest first."""
    joined = JoinedPaper.objects.filter(target=request, act__undone_at=None).select_related("paper").order_by("id")
    return tuple(
        Told(row.paper.arrival_id, target_words(str(each["target"])), each["before"] or "", each["after"] or "")
        for row in joined
        for each in row.differences
    )


_JOINED = {
    "answer": "An answer that names our reference",
    "amendment": "The same request again with changes",
    "repeat": "The same request again without a change",
    "records": "Records of its own",
    "unsure": "It may be about another request",
    "unmatched": "No request was found that it belongs to",
}


def _joinings(request: Request) -> tuple[Section, ...]:
    """What came later and was joined to the request, or what the request itself was taken for."""
    told = []
    for joining in JoinedPaper.objects.filter(target=request).select_related("paper", "act").order_by("id"):
        what, because = _JOINED.get(joining.kind, joining.kind), "; ".join(joining.because)
        back = joining.act and joining.act.undone_at
        told.append(f"{what} (arrival {joining.paper.arrival_id}{', taken back since' if back else ''}): {because}.")
        told += [f"It says otherwise: {target_words(str(each['target']))}." for each in joining.differences]
    for joining in JoinedPaper.objects.filter(paper=request).select_related("target").order_by("id"):
        what, because = _JOINED.get(joining.kind, joining.kind), "; ".join(joining.because)
        into = joining.target.reference if joining.target else ""
        told.append(f"{what}, joined to {into}: {because}." if into else f"{what}: {because}.")
    return (Section("What else came about it?", tuple(told)),) if told else ()
