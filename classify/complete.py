"""What is missing, invalid or doubtful, and who can close it.

A clerk is asked what we may have misread; the provider is asked only for what is really absent from
a legible page or certainly cannot be right. Each gap carries the label as the form prints it and the
sentence its audience reads. Sentences hold no value read from a page.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from classify.codesets import Standing
from classify.described import contradicted
from classify.families import Family
from classify.identity import Identity, IdentityState, confirmed_by_person
from classify.priority import PriorityVerdict
from classify.provider import provider_gaps
from classify.reference import Reference
from terms.names import CRITICAL_FIELDS, FIELD_LABELS, MINIMUM_FIELDS, PageKind, RequestType
from terms.requests import Audience, Gap, GapReason, Line, RequestValues
from terms.values import FieldStatus, FieldValue

_OLDEST = dt.timedelta(days=121 * 366)
_CLINICAL_KINDS = {PageKind.CLINICAL_NOTES.value, PageKind.TEST_RESULT.value, PageKind.LETTER.value}
_UNLISTED = "misc_unlisted"


@dataclass(frozen=True, slots=True)
class Checking:
    """Everything the checks look at: the values, the tables, the dates, and the earlier verdicts."""

    values: RequestValues
    reference: Reference
    received_on: dt.date
    day: dt.date
    identity: Identity
    priority: PriorityVerdict

    @property
    def legible(self) -> bool:
        """Say whether an empty field may be believed: every page was read, and well enough.

        Where a person made the request of pages in which no machine found one (``by_hand``), it may not.
        """
        facts = self.values.facts
        if facts.get("pages.unread") or facts.get("by_hand") or self.unclaimed & set(MINIMUM_FIELDS):
            return False
        return float(facts.get("legibility", "1")) >= self.reference.minimum.legible

    @property
    def unclaimed(self) -> set[str]:
        """What stands on the pages and was taken into no field, by the empty field that it could fill."""
        return set(filter(None, self.values.facts.get("unclaimed", "").split(",")))

    def field(self, name: str) -> FieldValue:
        """A field of the request; missing where it has none."""
        return self.values.fields.get(name) or FieldValue.missing()

    def confirmed(self, name: str) -> bool:
        """Say whether a person let the field stand."""
        return confirmed_by_person(self.values.facts, name)


def find_gaps(check: Checking) -> tuple[Gap, ...]:
    """Every gap of a request, in reading order; the same fault is named once."""
    found: list[Gap] = []
    if check.values.facts.get("records_only") == "yes":
        return (*(tuple(_belonging(check)) or _records(check)), *_pages(check))
    for part in (
        _belonging,
        _change,
        _fields,
        _type,
        _dates,
        _identity,
        provider_gaps_of,
        _lines,
        _diagnoses,
        _clinical,
        _pages,
    ):
        found.extend(part(check))
    seen: dict[tuple[str, Audience], Gap] = {}
    for gap in found:
        known = seen.setdefault((gap.field, gap.audience), gap)
        if known.reason is GapReason.UNCERTAIN and gap.reason is GapReason.CONFLICT:
            seen[gap.field, gap.audience] = gap  # a contradiction says more than a doubt
    return tuple(seen.values())


def _records(check: Checking) -> Iterator[Gap]:
    """Loose records ask for nothing: a clerk says which request they belong to."""
    if not check.confirmed("request"):
        message = "These are records without a request; find the request they belong to."
        yield Gap("request", GapReason.UNKNOWN, Audience.CLERK, message, "Request")


def _belonging(check: Checking) -> Iterator[Gap]:
    """What came may be about a request that we have: a person joins it, or says that it stands alone."""
    candidates = check.values.facts.get("join.candidates")
    if candidates and not check.confirmed("request"):
        message = f"This may be about a request that we have ({candidates}); join it, or let it stand alone."
        yield Gap("request", GapReason.UNKNOWN, Audience.CLERK, message, "Request")


def _label(value: FieldValue, name: str) -> str:
    return value.label or FIELD_LABELS.get(name, name)


def _fields(check: Checking) -> Iterator[Gap]:
    kind = check.values.value("request.type")
    required = check.reference.minimum.required(RequestType(kind) if kind in set(RequestType) else None)
    wanted = [*required, *(name for name in CRITICAL_FIELDS if name not in required)]
    for name in wanted:
        value = check.field(name)
        gap = _of_status(check, name, value, required=name in required)
        if gap is not None:
            yield gap


def _of_status(check: Checking, name: str, value: FieldValue, *, required: bool) -> Gap | None:
    label = _label(value, name)
    if value.status is FieldStatus.REVIEW and value.best is None and not value.raw:
        message = f"{label} could not be found or read; look for it on the page, and save it empty if it is not there."
        return Gap(name, GapReason.UNCERTAIN, Audience.CLERK, message, label)
    if value.status is FieldStatus.REVIEW:
        reason = GapReason.CONFLICT if _contested(value) else GapReason.UNCERTAIN
        told = "says different things in different places" if reason is GapReason.CONFLICT else "is not certain"
        return Gap(name, reason, Audience.CLERK, f"{label} {told}; compare it with the page.", label)
    if value.status is FieldStatus.INVALID:
        return Gap(name, GapReason.INVALID, Audience.PROVIDER, _invalid_sentence(name, label), label)
    if value.status is FieldStatus.MISSING and required:
        return _missing(check, name, label)
    return None


def _missing(check: Checking, name: str, label: str) -> Gap:
    if (check.legible and name not in check.unclaimed and not _unlooked(check, name)) or check.confirmed(name):
        return Gap(name, GapReason.MISSING, Audience.PROVIDER, check.reference.minimum.ask[name], label)
    message = f"{label} was not found; look for it on the pages before the provider is asked."
    return Gap(name, GapReason.MISSING, Audience.CLERK, message, label)


def _unlooked(check: Checking, name: str) -> bool:
    """Say whether a name is missing that no page has a place for: people are hardly ever left unnamed."""
    return name.endswith("name") and check.field(name).page is None


def _contested(value: FieldValue) -> bool:
    return any(c.why.startswith("page ") for c in value.candidates)


def _invalid_sentence(name: str, label: str) -> str:
    if name.endswith(".npi"):
        return f"{label} is not a valid NPI: its check digit does not fit. Please send the right number."
    if name == "member.id":
        return f"{label} is not a valid member ID. Please send the 9-character number on the card."
    return f"{label} cannot be right as written. Please send it again."


def _type(check: Checking) -> Iterator[Gap]:
    value = check.field("request.type")
    label = _label(value, "request.type")
    if check.priority.doubt is not None:
        yield Gap("request.type", GapReason.CONFLICT, Audience.CLERK, check.priority.doubt, label)
    elif (
        value.status is FieldStatus.MISSING
        and check.values.facts.get("type.boxes") == ""
        and not check.confirmed("request.type")
    ):
        message = "No type of request is marked. Taken as routine; look whether one is meant."
        yield Gap("request.type", GapReason.MISSING, Audience.CLERK, message, label)


def _change(check: Checking) -> Iterator[Gap]:
    """A change request is no new case: a person finds the authorization it names (a missing number is asked for)."""
    name = "authorization.number"
    changes = check.values.value("request.type") == RequestType.CHANGE.value
    if changes and not check.confirmed(name) and check.field(name).status is not FieldStatus.MISSING:
        message = "This changes an authorization and is no new case; find the authorization it names."
        yield Gap(name, GapReason.UNKNOWN, Audience.CLERK, message, _label(check.field(name), name))


def _dates(check: Checking) -> Iterator[Gap]:
    born = check.field("member.date_of_birth")
    if born.is_accepted and born.value:
        day = dt.date.fromisoformat(born.value)
        if day > check.received_on or check.received_on - day > _OLDEST:
            label = _label(born, "member.date_of_birth")
            message = f"{label} cannot be right: it is in the future or too long ago. Please send the right date."
            yield Gap("member.date_of_birth", GapReason.INVALID, Audience.PROVIDER, message, label)
    start, end = check.field("service.start_date"), check.field("service.end_date")
    if start.is_accepted and end.is_accepted and start.value and end.value and end.value < start.value:
        label = _label(end, "service.end_date")
        if check.confirmed("service.start_date") or check.confirmed("service.end_date"):
            message = f"{label} lies before the start of the service. Please send the right dates."
            yield Gap("service.end_date", GapReason.INVALID, Audience.PROVIDER, message, label)
        else:  # two dates side by side are as easily swapped by us as by the sender
            message = f"{label} lies before the start of the service; compare both with the page."
            yield Gap("service.end_date", GapReason.CONFLICT, Audience.CLERK, message, label)


def _identity(check: Checking) -> Iterator[Gap]:
    identity = check.identity
    if check.values.facts.get("other_plan") == "yes" and identity.state is not IdentityState.CONFIRMED:
        message = "The form is another health plan's; settle whether the member is ours before anything is sent."
        yield Gap(
            "member.id", GapReason.UNKNOWN, Audience.CLERK, message, _label(check.field("member.id"), "member.id")
        )
    if not identity.is_unsafe:
        return
    name = identity.field or "member.id"
    label = _label(check.field(name), name)
    reason = GapReason.CONFLICT if identity.state is IdentityState.CONFLICT else GapReason.UNKNOWN
    told = {
        IdentityState.CONFLICT: "The member ID belongs to a member whose name or birth date differs",
        IdentityState.NOT_FOUND: "The member is not in the roster",
        IdentityState.NOT_ACTIVE: "The member was not enrolled on the date of service",
    }[identity.state]
    message = f"{told} ({'; '.join(identity.because)}). Settle who it is before anything is sent."
    yield Gap(name, reason, Audience.CLERK, message, label)


def provider_gaps_of(check: Checking) -> Iterable[Gap]:
    """What the directory of providers contradicts."""
    return provider_gaps(check.values, check.reference.directory)


def _lines(check: Checking) -> Iterator[Gap]:
    if not check.values.lines:
        yield _missing(check, "line", FIELD_LABELS["line"])
    for place, line in enumerate(check.values.lines):
        yield from _line(check, place, line)

    dropped = check.values.facts.get("codes.dropped")
    if dropped and not check.confirmed("line"):
        message = f"A later paper no longer lists {dropped}; remove what is not wanted, or let it stand."
        yield Gap("line", GapReason.CONFLICT, Audience.CLERK, message, FIELD_LABELS["line"])
    extra = check.values.facts.get("codes.extra")
    if "line" in check.unclaimed and check.values.lines and not check.confirmed("line"):
        message = "A code stands on the pages that no line holds; look whether it is asked for."
        yield Gap("line", GapReason.UNCERTAIN, Audience.CLERK, message, FIELD_LABELS["line"])
    if extra and not check.confirmed("line"):
        message = f"A letter names codes that the form does not list ({extra}); add them if they are asked for."
        yield Gap("line", GapReason.UNCERTAIN, Audience.CLERK, message, FIELD_LABELS["line"])


def _line(check: Checking, place: int, line: Line) -> Iterator[Gap]:
    name, label = f"line[{place}].code", _label(line.code, "line.code")
    told = f"{label} of line {place + 1}"
    code = line.code
    if code.status is FieldStatus.REVIEW:
        yield Gap(name, GapReason.UNCERTAIN, Audience.CLERK, f"{told} is not certain; compare it with the page.", label)
    elif code.status is FieldStatus.INVALID:
        message = f"{told} is not a HCPCS or CPT code. Please send the right code."
        yield Gap(name, GapReason.INVALID, Audience.PROVIDER, message, label)
    elif code.value is None:
        gap = _missing(check, "line.code", label)
        yield Gap(name, gap.reason, gap.audience, f"Line {place + 1}: {gap.message}", label)
    else:
        yield from _code(check, name, told, label, line)
    for part, value in (("quantity", line.quantity), *((f"modifiers[{i}]", m) for i, m in enumerate(line.modifiers))):
        if value.status is FieldStatus.REVIEW and value.best is not None:
            message = f"The {part.partition('[')[0].rstrip('s')} of line {place + 1} is not certain; compare it."
            yield Gap(f"line[{place}].{part}", GapReason.UNCERTAIN, Audience.CLERK, message, label)


def _code(check: Checking, name: str, told: str, label: str, line: Line) -> Iterator[Gap]:
    code = line.code.value or ""
    standing = check.reference.procedures.standing(code, check.day)
    row = check.reference.grid.find(code, check.day)
    if standing is Standing.ENDED:
        message = f"{told} is no longer valid on the date of service. Please send the current code."
        yield Gap(name, GapReason.INVALID, Audience.PROVIDER, message, label)
    elif standing is Standing.ABSENT:
        message = f"{told} does not exist on the date of service. Please send the right code."
        yield Gap(name, GapReason.INVALID, Audience.PROVIDER, message, label)
    elif row is None and check.reference.families.family(code) is not Family.MEDICAL and not check.confirmed(name):
        message = f"{told} is in none of our tables; look whether it was read right and who looks after it."
        yield Gap(name, GapReason.UNKNOWN, Audience.CLERK, message, label)
    elif row is not None and row.category == _UNLISTED and line.description.status is FieldStatus.MISSING:
        message = f"{told} is an unlisted code. Please describe the item (name, maker, model)."
        audience = Audience.PROVIDER if check.legible else Audience.CLERK
        yield Gap(name.replace(".code", ".description"), GapReason.MISSING, audience, message, label)
    else:
        yield from _described(check, name, told, label, line)


def _described(check: Checking, name: str, told: str, label: str, line: Line) -> Iterator[Gap]:
    """A description that is another code's: one of the two was misread or mistyped, and a person sees which."""
    said = line.description.value
    if not said or check.confirmed(name) or check.confirmed(name.replace(".code", ".description")):
        return
    other = contradicted(line.code.value or "", said, check.reference.procedures)
    if other is not None:
        message = f"{told} does not fit its description, which is that of {other.code}; compare both with the page."
        yield Gap(name, GapReason.CONFLICT, Audience.CLERK, message, label)


def _diagnoses(check: Checking) -> Iterator[Gap]:
    found = check.values.diagnoses
    label = next((d.label for d in found if d.label), FIELD_LABELS["diagnosis"])
    usable = False
    faults: list[Gap] = []
    for place, value in enumerate(found):
        name = f"diagnosis[{place}]"
        told = f"Diagnosis code {place + 1}"
        if value.status is FieldStatus.REVIEW:
            message = f"{told} is not certain; compare it with the page."
            yield Gap(name, GapReason.UNCERTAIN, Audience.CLERK, message, label)
            usable = True
        elif value.status is FieldStatus.INVALID:
            message = f"{told} is not an ICD-10-CM code. Please send the right code."
            faults.append(Gap(name, GapReason.INVALID, Audience.PROVIDER, message, label))
        elif value.value is not None:
            gap = _diagnosis(check, name, told, label, value.value)
            usable = usable or gap is None or gap.audience is Audience.CLERK
            if gap is not None:
                faults.append(gap)
    yield from (gap for gap in faults if gap.audience is Audience.CLERK or not usable)
    if not usable and not faults:
        yield _missing(check, "diagnosis", label)
    elif "diagnosis" in check.unclaimed and not check.confirmed("diagnosis"):
        message = "A diagnosis code stands on the pages that was not taken; look whether it belongs to the request."
        yield Gap("diagnosis", GapReason.UNCERTAIN, Audience.CLERK, message, label)


def _diagnosis(check: Checking, name: str, told: str, label: str, code: str) -> Gap | None:
    standing = check.reference.diagnoses.standing(code, check.day)
    if standing is Standing.CATEGORY:
        message = f"{told} is not a full code: a longer one says it exactly. Please send the full code."
        return Gap(name, GapReason.INVALID, Audience.PROVIDER, message, label)
    if standing in {Standing.ABSENT, Standing.UNKNOWN} and not check.confirmed(name):
        message = f"{told} is in none of our ICD-10-CM tables; look whether it was read right."
        return Gap(name, GapReason.UNKNOWN, Audience.CLERK, message, label)
    return None


def _clinical(check: Checking) -> Iterator[Gap]:
    kinds = {part.rpartition(":")[2] for part in check.values.facts.get("kinds", "").split(",")}
    attached, summary = check.field("clinical.attached"), check.field("clinical.summary")
    if kinds & _CLINICAL_KINDS or attached.value == "yes" or summary.raw or summary.value:
        return
    if check.values.facts.get("text.clinical") == "yes":
        return
    label = summary.label or FIELD_LABELS["clinical"]
    unclear = PageKind.UNKNOWN.value in kinds or attached.status is FieldStatus.REVIEW
    if unclear and not check.confirmed("clinical"):
        message = "No clinical information was recognised; look whether one of the pages holds it."
        yield Gap("clinical", GapReason.UNCERTAIN, Audience.CLERK, message, label)
    else:
        yield _missing(check, "clinical", label)


def _pages(check: Checking) -> Iterator[Gap]:
    facts = check.values.facts
    unread = [part for part in facts.get("pages.unread", "").split(",") if part]
    for number in unread:
        if not check.confirmed(f"page[{number}]"):
            message = f"Page {number} of the arrival could not be read; look at it or ask for it again."
            yield Gap(f"page[{number}]", GapReason.UNCERTAIN, Audience.CLERK, message, f"Page {number}")
    if facts.get("pages.short") and not check.confirmed("pages"):
        came, _, announced = facts["pages.short"].partition("/")
        message = f"{came} pages came and {announced} were announced; look whether something is missing."
        yield Gap("pages", GapReason.UNCERTAIN, Audience.CLERK, message, "Pages")
    elif facts.get("call.cut") == "yes" and not check.confirmed("pages"):
        message = "The fax server says that the call ended badly; look whether something is missing."
        yield Gap("pages", GapReason.UNCERTAIN, Audience.CLERK, message, "Pages")
    for part in (p for p in facts.get("pages.missing", "").split(",") if p):
        number, _, count = part.partition("/")
        label = f"Page {number} of {count}"
        unknown = f":{PageKind.UNKNOWN.value}" in facts.get("kinds", "")
        audience = Audience.CLERK if unread or unknown else Audience.PROVIDER
        message = f"{label} of the form did not arrive. Please send it."
        yield Gap(f"form_page[{number}]", GapReason.MISSING, audience, message, label)
