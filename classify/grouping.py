"""Which pages make one request: by the member they name first, by form and page mark next, by nearness last.

Order pages (forms, letters, prescriptions, orders in mails) make requests. Clinical pages go to the
member they name, cover pages to every request, and a page that names a member of no request stands
in a group of its own. Every page of an arrival ends in at least one group or is named as set aside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from classify.evidence import (
    MemberEvidence,
    PageText,
    agreement,
    evidence_of,
    joined,
    names_member,
    same_member,
    seen_in,
)
from classify.marks import PageMark, page_mark
from extract.reading import PageReading
from terms.names import PageKind

FORM_KINDS = frozenset({
    PageKind.PA_FORM, PageKind.CHME_ORDER, PageKind.BREAST_PUMP_FORM, PageKind.GROUP_FORM, PageKind.OTHER_PLAN_FORM,
})  # fmt: skip
ORDER_KINDS = FORM_KINDS | {PageKind.LETTER, PageKind.PRESCRIPTION}
_COVERS = frozenset({PageKind.COVER_SHEET, PageKind.STATUS_INQUIRY})
_ASIDE = frozenset({PageKind.BLANK, PageKind.JUNK, PageKind.AUTO_REPLY})
_MAYBE_ORDER = frozenset({PageKind.MAIL_BODY, PageKind.UNKNOWN})
_RECORDS = frozenset({
    PageKind.CLINICAL_NOTES, PageKind.TEST_RESULT, PageKind.IDENTITY_CARD, PageKind.DELIVERY_TICKET,
})  # fmt: skip
_CERTAIN, _LEAD = 3, 2
"""How well a page must fit one request to be placed at once, and by how much the best must lead."""

_TELLING = ("member.last_name", "member.id", "member.date_of_birth", "ordering_provider.npi", "ordering_provider.name")


class Role(StrEnum):
    """What a page is to the requests of its arrival."""

    ORDER = "order"
    SUPPORT = "support"
    COVER = "cover"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Page:
    """A page with its kind, role, page mark and what it says of the member."""

    reading: PageReading
    kind: PageKind
    role: Role
    mark: PageMark | None
    member: MemberEvidence
    text: PageText

    @property
    def number(self) -> int:
        """The page of the arrival."""
        return self.reading.number

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its lines."""
        return frozenset(line.code.value for line in self.reading.lines if line.code.value)


@dataclass(slots=True)
class Group:
    """Pages of one request while it is put together; ``is_records`` has no order page."""

    pages: list[Page] = field(default_factory=list)
    is_records: bool = False
    why: dict[int, str] = field(default_factory=dict)

    @property
    def member(self) -> MemberEvidence:
        """What its order pages (or, without any, all its pages) say of the member."""
        orders = [p.member for p in self.pages if p.role is Role.ORDER]
        return joined(orders or [p.member for p in self.pages])

    @property
    def known(self) -> MemberEvidence:
        """What all its pages say of the member, its order pages first."""
        return self.member.with_more(joined(p.member for p in self.pages if p.role is not Role.COVER))

    @property
    def codes(self) -> frozenset[str]:
        """Every code on its order pages."""
        return frozenset().union(*(p.codes for p in self.pages if p.role is Role.ORDER))

    def add(self, page: Page, why: str) -> None:
        """Take a page in, with the reason."""
        self.pages.append(page)
        self.why[page.number] = why

    def distance(self, number: int) -> tuple[int, int]:
        """How near page ``number`` stands to the group: pages before it count as nearer than pages after."""
        gaps = [(abs(number - p.number), 0 if p.number < number else 1) for p in self.pages if p.role is not Role.COVER]
        return min(gaps, default=(10**6, 1))


def page_role(reading: PageReading, kind: PageKind) -> Role:
    """What a page is to its arrival's requests, by its kind and by what was read on it."""
    if kind in ORDER_KINDS:
        return Role.ORDER
    if kind in _ASIDE:
        return Role.ASIDE
    if kind in _COVERS:
        return Role.COVER
    if kind in _MAYBE_ORDER:
        telling = sum(reading.value(name) is not None for name in _TELLING)
        if reading.lines and telling:
            return Role.ORDER
        if kind is PageKind.MAIL_BODY:
            return Role.ORDER if reading.lines else Role.COVER
    return Role.SUPPORT


def group_pages(readings: Sequence[PageReading], kinds: Mapping[int, PageKind]) -> tuple[Group, ...]:
    """The requests of an arrival as groups of pages, in order of their first order page.

    ``kinds`` gives the kind of each page by number. The result does not depend on the order of
    ``readings``; where pages name their member it does not depend on their numbers either.
    """
    pages = [_page(reading, kinds[reading.number]) for reading in sorted(readings, key=lambda r: r.number)]
    groups: list[Group] = []
    for sheet in _sheets([p for p in pages if p.role is Role.ORDER]):
        _place_sheet(sheet, groups)
    _settle_nameless(groups)
    _place_supports([page for page in pages if page.role is Role.SUPPORT], groups)
    groups = _with_strays(groups)
    groups.sort(key=lambda g: (g.is_records, min(p.number for p in g.pages if g.is_records or p.role is Role.ORDER)))
    for page in pages:
        if page.role is Role.COVER:
            for group in groups:
                group.add(page, "a cover page belongs to every request")
    for group in groups:
        group.pages.sort(key=lambda p: p.number)
    return tuple(groups)


def one_group(readings: Sequence[PageReading], kinds: Mapping[int, PageKind], *, why: str) -> Group:
    """The pages as one request, because a person says that they are; ``why`` is their reason."""
    pages = [_page(reading, kinds[reading.number]) for reading in sorted(readings, key=lambda r: r.number)]
    group = Group(is_records=not any(page.role is Role.ORDER for page in pages))
    for page in pages:
        group.add(page, why)
    return group


def _page(reading: PageReading, kind: PageKind) -> Page:
    return Page(
        reading, kind, page_role(reading, kind), page_mark(reading), evidence_of(reading), PageText.of(reading.text)
    )


def _sheets(pages: Sequence[Page]) -> list[list[Page]]:
    """Pages of one form together: by page marks where there are any, else by following one another."""
    sheets: list[list[Page]] = []
    for page in pages:
        fitting = [sheet for sheet in sheets if _continues(sheet, page)]
        same = [sheet for sheet in fitting if same_member(joined(p.member for p in sheet), page.member)]
        if fitting:
            (same or fitting)[-1].append(page)
        else:
            sheets.append([page])
    return sheets


def _continues(sheet: Sequence[Page], page: Page) -> bool:
    """Say whether a page can belong to the same copy of the same form as the sheet's pages."""
    last = sheet[-1]
    if page.kind is not last.kind or page.kind not in FORM_KINDS:
        return False
    agreed = same_member(joined(p.member for p in sheet), page.member)
    if agreed is False:
        return False
    marks = {p.mark for p in sheet if p.mark}
    if page.mark and marks:
        return page.mark not in marks and page.mark.count == next(iter(marks)).count
    return page.number == last.number + 1 and not _repeats(sheet, page)


def _repeats(sheet: Sequence[Page], page: Page) -> bool:
    """Say whether a page fills in again what the sheet has already: then it opens another copy of the form."""
    filled = set().union(*(_filled(p) for p in sheet))
    return len(filled & _filled(page)) > 2  # noqa: PLR2004  (a name and an id repeated at a page's head make no new form)


def _filled(page: Page) -> set[str]:
    """The fields that a label of the page names and that hold something."""
    return {name for name, value in page.reading.fields.items() if value.label and (value.raw or value.value)}


def _place_sheet(sheet: Sequence[Page], groups: list[Group]) -> None:
    """Join a sheet to the request of the same member, or open a request with it."""
    member = joined(p.member for p in sheet)
    mine = [g for g in groups if same_member(g.member, member) and not _second_order(g, sheet)]
    home = mine[0] if mine else None
    why = "names the same member"
    if home is None:
        home, why = Group(), "opens a request"
        groups.append(home)
    for page in sheet:
        home.add(page, why if page is sheet[0] else f"continues page {sheet[0].number}")


def _second_order(group: Group, sheet: Sequence[Page]) -> bool:
    """Say whether a sheet of the same form for the same member asks for other things: a request of its own."""
    kind = sheet[0].kind
    codes = frozenset().union(*(p.codes for p in sheet))
    if kind not in FORM_KINDS or not codes:
        return False
    theirs = frozenset().union(*(p.codes for p in group.pages if p.kind is kind and p.role is Role.ORDER))
    return bool(theirs) and not codes & theirs


def _settle_nameless(groups: list[Group]) -> None:
    """Give sheets that name no member to the nearest request, unless they could be a request of their own.

    A letter or prescription without a name supports its neighbour; so does a form page without a
    name and without lines. A form that asks for something and names nobody stays alone: the clerk
    or the provider must say whose it is.
    """
    nameless = [g for g in groups if not g.member and not (g.codes and g.pages[0].kind in FORM_KINDS)]
    named = [g for g in groups if g not in nameless]
    if not named:
        named, nameless = nameless[:1], nameless[1:]
    for group in nameless:
        home = min(named, key=lambda g: (_same_form(g, group), g.distance(group.pages[0].number)))
        for page in group.pages:
            home.add(page, "names nobody; the nearest request's")
        groups.remove(group)


def _same_form(group: Group, other: Group) -> bool:
    """Order groups of the same kind of form first (``False`` sorts before ``True``)."""
    kinds = {p.kind for p in group.pages}
    return other.pages[0].kind in FORM_KINDS and other.pages[0].kind not in kinds


def _place_supports(pages: Sequence[Page], groups: list[Group]) -> None:
    """Give pages of records to the member they name: those that leave no doubt first.

    What the certain pages add (a birth date that the order page lost) helps to place the others.
    """
    waiting = list(pages)
    for page in pages:
        best = _leaders(page, groups)
        if len(best) == 1 and best[0][0] >= _CERTAIN:
            best[0][1].add(page, "names the member")
            waiting.remove(page)
    for page in waiting:
        _place_support(page, groups)


def _leaders(page: Page, groups: Sequence[Group]) -> list[tuple[int, Group]]:
    """The groups that fit a page best, with how well; more than one where none leads clearly."""
    scored = [(_fit(page, group), group) for group in groups]
    most = max((score for score, _ in scored), default=0)
    return [(score, group) for score, group in scored if score > most - _LEAD]


def _fit(page: Page, group: Group) -> int:
    """How well a page of records fits a request's member; below zero where it speaks of somebody else.

    What one of them holds in a field and the other only in its text counts too, and outranks a field
    that was misread.
    """
    named = 0 if group.is_records else _CERTAIN * names_member(page.reading.text, group.member)
    theirs, mine = _as_each_sees_the_other(group, page)
    return named + agreement(theirs, mine)


def _as_each_sees_the_other(group: Group, page: Page) -> tuple[MemberEvidence, MemberEvidence]:
    """The members of a group and of a page, each with what of the other stands in its text."""
    orders = [p for p in group.pages if p.role is Role.ORDER] or group.pages
    theirs = joined([*(seen_in(p.text, page.member) for p in orders), group.known])
    return theirs, seen_in(page.text, group.known).with_more(page.member)


def _place_support(page: Page, groups: list[Group]) -> None:
    best = _leaders(page, groups)
    fitting = [group for score, group in best if score > 0]
    if fitting:
        named = [g for g in fitting if not g.is_records and names_member(page.reading.text, g.member)]
        for group in named or [min(fitting, key=lambda g: g.distance(page.number))]:
            group.add(page, "names the member")
        return
    open_to = [group for group in groups if not _strongly_other(*_as_each_sees_the_other(group, page))]
    if open_to:
        home = min(open_to, key=lambda g: g.distance(page.number))
        home.add(page, "names nobody else; the nearest request's")
        return
    group = Group(is_records=True)
    group.add(page, "records of a member without a request here" if page.member else "records without a request")
    groups.append(group)


def _with_strays(groups: list[Group]) -> list[Group]:
    """Give pages that are nobody's records to the nearest group; without any there is nothing on them to ask."""
    kept = [g for g in groups if not g.is_records or _holds_records(g)]
    for group in groups:
        if group not in kept and kept:
            home = min(kept, key=lambda g: g.distance(group.pages[0].number))
            for page in group.pages:
                home.add(page, "names nobody for certain; the nearest request's")
    return kept


def _holds_records(group: Group) -> bool:
    """Say whether a group without a request is somebody's records: pages of no known kind that name nobody are not."""
    return bool(group.member.id or group.member.birth) or any(p.kind in _RECORDS for p in group.pages)


def _strongly_other(group: MemberEvidence, page: MemberEvidence) -> bool:
    """Say whether a page of records certainly means another member: names alone are misread too easily."""
    numbers = MemberEvidence(page.id, page.birth)
    return agreement(group, page) < 0 and same_member(group, numbers) is False
