"""Pages to requests: grouped, merged, with the facts that a decision looks at.

Facts of a request (beside those of its pages, extract/reading.py)
------------------------------------------------------------------

====================  =============================================================================
``kinds``             every page with its kind, ``"1:cover_sheet,2:pa_form"``
``why``               why each page belongs here, ``"2: opens a request | 3: names the member"``
``form``              the known form, ``id@edition``
``legibility``        that of the poorest order page, 0 to 1; absent where nothing was a picture
``pages.unread``      pages that could not be read, or not whole, ``"3,4"``
``pages.missing``     pages that a form speaks of and that did not come, ``"3/5"``
``pages.short``       ``"3/5"``: 3 pages came, a cover sheet or the sender announced 5
``call.cut``          ``"yes"``: the fax server says that the call ended badly (set by the desk)
``cover.urgent``      ``"yes"``: a cover page or mail says urgent
``other_plan``        ``"yes"``: the only form is another plan's
``records_only``      ``"yes"``: no page asks for anything; records that belong to a request elsewhere
``unclaimed``         empty fields that something on the pages could fill, ``"member.phone,diagnosis"``
``codes.extra``       codes that a letter names beside the form's lines, ``"E0973"``
``borne_out``         doubtful readings that a table bears out, ``"member.address:roster"``
                      (:mod:`classify.borne_out`)
``confirmed.<field>`` ``"yes"``: set by the desk when a person let a doubt stand as it is: the
                      contradiction or unknown code is then no gap any more
====================  =============================================================================
"""

from collections.abc import Iterable, Mapping, Sequence

from classify.grouping import FORM_KINDS, Group, Page, Role, group_pages, one_group
from classify.marks import PageMark, missing_marks
from classify.merge import merge_diagnoses, merge_fields, merge_lines, rank
from classify.unclaimed import unclaimed
from classify.unsettled import with_unsettled
from extract.letters.stamp import goes_with_stamp, is_stamp
from extract.reading import PageReading
from terms.document import Word
from terms.names import PageKind
from terms.requests import RequestValues

_FROM_ORDERS = (
    "page.title", "form.footer", "facility.name", "contact.name", "coverage.other", "provider.tax_id",
    "handwriting", "signature", "boxes.ticked", "plan.name", "header.sender", "reference", "mail.subject",
)  # fmt: skip
_FROM_COVERS = ("cover.to", "cover.from", "cover.pages", "cover.subject", "reference", "header.sender")
_FROM_ALL = ("text.retro", "text.emergency")
_LINE, _NEAR = 0.008, 0.35


def assemble(readings: Sequence[PageReading], kinds: Sequence[PageKind]) -> tuple[RequestValues, ...]:
    """The requests of one arrival; ``kinds`` holds the kind of each reading, in the same order.

    Gives none where no page asks for anything and none holds records (covers, blanks, junk alone).
    """
    by_number = {reading.number: kind for reading, kind in zip(readings, kinds, strict=True)}
    return tuple(_values(group, readings, by_number) for group in group_pages(readings, by_number))


def assemble_together(
    readings: Sequence[PageReading], kinds: Mapping[int, PageKind], *, why: str = "a person put it here"
) -> RequestValues:
    """The one request that a person says these pages make; ``kinds`` gives the kind of each page by number."""
    return _values(one_group(readings, kinds, why=why), readings, kinds)


def _values(group: Group, readings: Sequence[PageReading], kinds: Mapping[int, PageKind]) -> RequestValues:
    merged = merge_lines(group.pages)
    facts = _facts(group, readings, kinds)
    fields, diagnoses = with_unsettled(merge_fields(group.pages), group.pages), merge_diagnoses(group.pages)
    orders = [p for p in group.pages if p.role is Role.ORDER]
    lying = unclaimed(orders, fields, merged.lines, diagnoses)
    if lying:
        facts["unclaimed"] = ",".join(lying)
    if merged.extra_codes:
        facts["codes.extra"] = ",".join(merged.extra_codes)
    return RequestValues(
        pages=tuple(page.number for page in group.pages),
        fields=fields,
        lines=merged.lines,
        diagnoses=diagnoses,
        facts=facts,
    )


def _facts(group: Group, readings: Sequence[PageReading], kinds: Mapping[int, PageKind]) -> dict[str, str]:
    orders = sorted((p for p in group.pages if p.role is Role.ORDER), key=lambda p: (rank(p), p.number))
    covers = [p for p in group.pages if p.role is Role.COVER]
    facts: dict[str, str] = {
        "kinds": ",".join(f"{p.number}:{p.kind.value}" for p in group.pages),
        "why": " | ".join(f"{p.number}: {group.why[p.number]}" for p in group.pages),
    }
    _take(facts, orders or group.pages, _FROM_ORDERS)
    _take(facts, covers, _FROM_COVERS)
    _take(facts, group.pages, _FROM_ALL)
    _take_types(facts, orders)
    if any(_says_urgent(p) for p in orders):
        facts["text.urgent"] = "yes"
    if any(p.reading.facts.get("text.urgent") == "yes" for p in covers):
        facts["cover.urgent"] = "yes"
    if any(p.reading.facts.get("text.clinical") == "yes" for p in orders):
        facts["text.clinical"] = "yes"
    forms = {p.kind for p in orders if p.kind in FORM_KINDS}
    if forms == {PageKind.OTHER_PLAN_FORM}:
        facts["other_plan"] = "yes"
    if group.is_records or not orders:
        facts["records_only"] = "yes"
    form = next((p.reading.form for p in orders if p.reading.form), None)
    if form:
        facts["form"] = form
    _take_pages(facts, group, orders, readings, kinds)
    return facts


def _says_urgent(page: Page) -> bool:
    """Say whether an order page speaks of urgency; a form's printed instructions do not, a stamp on it does."""
    if page.reading.facts.get("text.urgent") != "yes":
        return False
    return page.kind not in FORM_KINDS or _is_stamped(page.reading.words)


def _is_stamped(words: Sequence[Word]) -> bool:
    for word in words:
        if is_stamp(word.text):
            x, y = word.box.centre
            beside = (
                w
                for w in words
                if w is not word and abs(w.box.centre[1] - y) < _LINE and abs(w.box.centre[0] - x) < _NEAR
            )
            if all(goes_with_stamp(w.text) for w in beside):
                return True
    return False


def _take(facts: dict[str, str], pages: Iterable[Page], names: Sequence[str]) -> None:
    for page in pages:
        for name in names:
            found = page.reading.facts.get(name)
            if found:
                facts.setdefault(name, found)


def _take_types(facts: dict[str, str], orders: Sequence[Page]) -> None:
    """Every box ticked on any order page; an empty list where the group is there with nothing ticked."""
    for name in ("type.boxes", "type.doubtful"):
        lists = [p.reading.facts[name] for p in orders if name in p.reading.facts]
        if lists:
            ticked = [part.strip() for listed in lists for part in listed.split(",") if part.strip()]
            facts[name] = ",".join(dict.fromkeys(ticked))


def _take_pages(
    facts: dict[str, str],
    group: Group,
    orders: Sequence[Page],
    readings: Sequence[PageReading],
    kinds: Mapping[int, PageKind],
) -> None:
    """How well the pages were read, and which did not come."""
    seen = [p.reading.legibility for p in orders if p.reading.legibility is not None]
    if seen:
        facts["legibility"] = f"{min(seen):.3f}"
    unread = [p.number for p in group.pages if p.kind is PageKind.UNREADABLE or p.reading.problem is not None]
    if unread:
        facts["pages.unread"] = ",".join(str(number) for number in unread)
    missing: list[PageMark] = []
    for kind in sorted({p.kind for p in orders}):
        missing += missing_marks(p.mark for p in orders if p.kind is kind and p.mark)
    if missing:
        facts["pages.missing"] = ",".join(f"{mark.number}/{mark.count}" for mark in missing)
    announced = [_count(r.facts, kinds[r.number]) for r in readings]
    most = max((count for count in announced if count is not None), default=0)
    if most > len(readings):
        facts["pages.short"] = f"{len(readings)}/{most}"


_MOST_ANNOUNCED = 200


def _count(facts: Mapping[str, str], kind: PageKind) -> int | None:
    """How many pages a page says the transmission has."""
    text = facts.get("cover.pages", "") if kind is PageKind.COVER_SHEET else facts.get("header.pages", "")
    text = text or facts.get("header.pages", "")
    return int(text) if text.isdecimal() and int(text) <= _MOST_ANNOUNCED else None
