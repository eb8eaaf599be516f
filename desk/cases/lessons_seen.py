"""What clerks keep correcting, gathered into proposals: label wordings, providers' numbers, providers not listed."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from classify.directory import Directory
from desk.cases.places import places_of
from desk.cases.tables import current_reference
from desk.records.models import Correction, Lesson, LessonKind, LessonState, Page, Request, VerifiedNumber
from extract.forms.slots import slots
from extract.labels.unknown import unknown_label
from extract.labels.vocabulary import squeeze
from extract.reading import PageReading
from terms.codes import Npi
from terms.document import Word
from terms.names import FIELD_KINDS
from terms.values import FieldStatus, FieldValue

LOOKED_BACK = dt.timedelta(days=90)
LEAST_REQUESTS = 3
"""In how many requests the same correction makes a proposal."""
AGREEMENT = 2 / 3
"""The share of a provider's corrected numbers that must be the same one."""
_LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_MOST = 20_000
_EXAMPLES = 5
_ROLES = ("ordering_provider", "servicing_provider")
_NUMBERS = {f"{role}.{which}": (role, which) for role in _ROLES for which in ("phone", "fax")}


@dataclass(slots=True)
class _Seen:
    """What was seen of one possible lesson."""

    data: dict[str, str]
    references: list[str] = field(default_factory=list)
    last: dt.datetime = _LONG_AGO

    def add(self, row: Correction) -> None:
        if row.request.reference not in self.references:
            self.references.append(row.request.reference)
        self.last = max(self.last, row.at)


@dataclass(frozen=True, slots=True)
class _Told:
    """A correction that says something: what the field held before and what a person said it is."""

    row: Correction
    before: FieldValue | None
    after: FieldValue


def gather(now: dt.datetime) -> int:
    """Bring the proposals up to date from the corrections of the last weeks; give how many are open now.

    What somebody approved, declined or took back stays as decided; a proposal that is no longer borne out
    (or came into the reference data another way) goes.
    """
    told = [each for row in _corrections(now - LOOKED_BACK) if (each := _told(row)) is not None]
    directory = current_reference().directory
    seen = {
        LessonKind.WORDING: _wordings(told),
        LessonKind.NUMBER: _numbers(told, directory),
        LessonKind.PROVIDER: _providers(told, directory),
    }
    with transaction.atomic():
        kept = [_keep(kind, key, each) for kind, found in seen.items() for key, each in found.items()]
        open_ = Lesson.objects.filter(state=LessonState.PROPOSED)
        open_.exclude(pk__in=kept).delete()
        return open_.count()


def _keep(kind: LessonKind, key: str, seen: _Seen) -> int:
    lesson, _made = Lesson.objects.get_or_create(
        kind=kind, key=key[:200], defaults={"data": seen.data, "requests": 0, "last_seen": seen.last}
    )
    lesson.requests, lesson.examples = len(seen.references), seen.references[-_EXAMPLES:]
    lesson.last_seen = seen.last
    if lesson.state == LessonState.PROPOSED:
        lesson.data = seen.data
    lesson.save()
    return int(lesson.pk)


def _corrections(since: dt.datetime) -> Iterator[Correction]:
    """The latest correction of each field of each request, as far back as is looked."""
    rows = Correction.objects.filter(at__gte=since, target__in=FIELD_KINDS).select_related("request").order_by("-id")
    done: set[tuple[int, str]] = set()
    for row in rows.defer("request__read_values", "request__facts")[:_MOST].iterator(500):
        place = (row.request_id, row.target)
        if place not in done:
            done.add(place)
            yield row


def _told(row: Correction) -> _Told | None:
    if not isinstance(row.after, dict) or not row.after.get("value"):
        return None
    after = FieldValue.from_json(row.after)
    before = FieldValue.from_json(row.before) if isinstance(row.before, dict) else None
    if after.status is not FieldStatus.ACCEPTED or (before is not None and before.value == after.value):
        return None
    return _Told(row, before, after)


def _enough(seen: Iterable[tuple[str, _Seen]]) -> dict[str, _Seen]:
    return {key: each for key, each in seen if len(each.references) >= LEAST_REQUESTS}


def _wordings(told: Iterable[_Told]) -> dict[str, _Seen]:
    """Printed wordings beside values that were not found because nobody knew them as labels."""
    wanted = slots()
    seen: dict[str, _Seen] = {}
    meant: dict[str, Counter[str]] = defaultdict(Counter)
    for each in told:
        slot = wanted.get(each.row.target)
        if slot is None or (each.before is not None and (each.before.value or each.before.label)):
            continue  # its label was known: what went wrong was something else
        wording = _wording(each)
        if wording is None:
            continue
        key = squeeze(wording)
        meant[key][slot.concept] += 1
        seen.setdefault(key, _Seen({"wording": wording})).add(each.row)
    for key, each_seen in seen.items():
        concept, count = meant[key].most_common(1)[0]
        if count < AGREEMENT * meant[key].total():
            each_seen.references.clear()  # it stands before different things: no label of one
        each_seen.data["concept"] = concept
    return _enough(seen.items())


def _wording(told: _Told) -> str | None:
    target, value = told.row.target, told.after.value or ""
    pointed = told.after.box if told.before is None or told.before.box is None else None
    for words in _pages(told.row.request, told.after.page if pointed else None):
        found = unknown_label(words, FIELD_KINDS[target], value, box=pointed)
        if found is not None:
            return found
    return None


def _pages(request: Request, number: int | None) -> Iterator[tuple[Word, ...]]:
    """The words of a request's pages, or of the one with ``number``."""
    places = [place for place in places_of(request) if not place.set_aside and number in {None, place.number}]
    for reading in Page.objects.filter(pk__in=[p.page.pk for p in places]).values_list("reading", flat=True):
        if reading:
            yield PageReading.from_record(reading).words


def _numbers(told: Iterable[_Told], directory: Directory | None) -> dict[str, _Seen]:
    """Numbers that clerks put in the place of what a provider's papers seemed to say."""
    seen: dict[str, _Seen] = {}
    of_provider: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    vouched = set(VerifiedNumber.objects.values_list("npi", "number"))
    for each in told:
        if each.row.target not in _NUMBERS:
            continue
        role, which = _NUMBERS[each.row.target]
        npi = _npi_of(each.row.request, role)
        if npi is None:
            continue
        number = each.after.value or ""
        of_provider[npi, which][number] += 1
        known = directory.by_npi(npi) if directory else None
        listed = getattr(known, which) if known else ""
        if listed == number or (which == "fax" and (npi, number) in vouched) or (which == "phone" and known is None):
            continue
        data = {"npi": npi, "which": which, "number": number, "listed": listed, "name": known.name if known else ""}
        seen.setdefault(f"{npi}:{which}:{number}", _Seen(data)).add(each.row)
    return {
        key: each
        for key, each in _enough(seen.items()).items()
        if of_provider[each.data["npi"], each.data["which"]][each.data["number"]]
        >= AGREEMENT * of_provider[each.data["npi"], each.data["which"]].total()
    }


def _npi_of(request: Request, role: str) -> str | None:
    value = request.fields.filter(name=f"{role}.npi").values_list("value", flat=True).first()
    return value if value and Npi.parse(value) else None


def _providers(told: Iterable[_Told], directory: Directory | None) -> dict[str, _Seen]:
    """Providers whose NPI clerks keep typing and whom the directory in use does not have."""
    if directory is None:
        return {}
    seen: dict[str, _Seen] = {}
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for each in told:
        role, _, part = each.row.target.rpartition(".")
        npi = each.after.value or ""
        if part != "npi" or role not in _ROLES or directory.by_npi(npi) is not None:
            continue
        values = each.row.request.fields.filter(name__startswith=f"{role}.").values_list("name", "value")
        rows[npi].append({name.rpartition(".")[2]: value for name, value in values if value})
        seen.setdefault(npi, _Seen({"npi": npi})).add(each.row)
    for npi, each_seen in seen.items():
        for part in ("name", "phone", "fax", "address"):
            written = Counter(row[part] for row in rows[npi] if row.get(part))
            each_seen.data[part] = written.most_common(1)[0][0] if written else ""
    return _enough((npi, each_seen) for npi, each_seen in seen.items() if each_seen.data["name"])
