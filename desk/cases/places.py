"""Where the pages of a request stand: in which order, and by which number its values speak of them.

Pages keep the numbers of their arrival as long as those are free; a page that comes from another
arrival gets the next number, so that "page 3" means one page in one request.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from desk.records.models import Page, PagePlace, Request
from desk.records.prepared import Prepared
from extract.reading import PageReading
from terms.names import LINE_KINDS
from terms.requests import Line, RequestValues
from terms.values import FieldValue


@dataclass(frozen=True, slots=True)
class Place:
    """One page of a request; a page ``set_aside`` is shown there but is not the request's."""

    page: Page
    number: int
    set_aside: bool = False


def places_of(request: Request) -> tuple[Place, ...]:
    """Give the places of a request's pages in their order, those set aside included.

    One query: two looks by index, joined (an OR over both would walk through all pages there are).
    """
    # with what the database added to each: at, number_here, aside
    found: list[Any] = sorted(_PAGES.models(request.pk), key=lambda page: (page.arrival_id, page.number))
    arranged = sorted((page for page in found if page.at is not None), key=lambda page: page.at)
    places = [Place(page, page.number_here, bool(page.aside)) for page in arranged]
    return with_more(places, [page for page in found if page.at is None])


def _pages(request: int) -> QuerySet[Page]:
    mine = FilteredRelation("places", condition=Q(places__request=request))
    own = _placed_by(Page.objects.filter(requests=request).annotate(mine=mine), "mine")
    aside = _placed_by(Page.objects.filter(places__request=request, places__set_aside=True), "places")
    return own.union(aside)


_PAGES = Prepared(_pages, int)


def _placed_by(pages: QuerySet[Page], relation: str) -> QuerySet[Page]:
    stand = {"at": "position", "number_here": "number", "aside": "set_aside"}
    named = pages.annotate(**{name: F(f"{relation}__{column}") for name, column in stand.items()})
    return named.defer("reading", "source").order_by()


def with_more(places: Sequence[Place], pages: Iterable[Page]) -> tuple[Place, ...]:
    """Give the places with ``pages`` after them, each under its own number or else the next free one."""
    found = list(places)
    for page in pages:
        taken = {place.number for place in found}
        number = page.number if page.number not in taken else max(taken) + 1
        found.append(Place(page, number))
    return tuple(found)


def write_places(request: Request, places: Sequence[Place]) -> None:
    """Store the pages of a locked request and how they stand."""
    PagePlace.objects.filter(request=request).delete()
    PagePlace.objects.bulk_create(
        PagePlace(request=request, page=place.page, position=position, number=place.number, set_aside=place.set_aside)
        for position, place in enumerate(places)
    )
    request.pages.set([place.page.pk for place in places if not place.set_aside])


def numbered(reading: PageReading, number: int) -> PageReading:
    """Give a page's reading under another number, its values included."""
    if reading.number == number:
        return reading
    lines = [line_through(line, lambda value: _placed(value, number)) for line in reading.lines]
    return replace(
        reading,
        number=number,
        fields={name: _placed(value, number) for name, value in reading.fields.items()},
        lines=tuple(lines),
        diagnoses=tuple(_placed(value, number) for value in reading.diagnoses),
    )


def _placed(value: FieldValue, number: int) -> FieldValue:
    return value if value.page is None else value.on_page(number)


def renumbered(values: RequestValues, numbers: Mapping[int, int]) -> RequestValues:
    """Give a request's values with each page under its new number; a page that has none is left out."""

    def placed(value: FieldValue) -> FieldValue:
        number = numbers.get(value.page) if value.page is not None else None
        return replace(value, page=None, box=None) if number is None else value.on_page(number)

    def each(text: str, separator: str) -> str:
        told = []
        for part in text.split(separator):
            number, colon, rest = part.strip().partition(":")
            if number.isdecimal() and int(number) in numbers:
                told.append(f"{numbers[int(number)]}{colon}{rest}")
        return separator.join(told)

    facts = dict(values.facts)
    for name, separator in (("kinds", ","), ("why", " | "), ("pages.unread", ",")):
        if name in facts:
            facts[name] = each(facts[name], separator)
    return RequestValues(
        pages=tuple(numbers[page] for page in values.pages if page in numbers),
        fields={name: placed(value) for name, value in values.fields.items()},
        lines=tuple(line_through(line, placed) for line in values.lines),
        diagnoses=tuple(placed(value) for value in values.diagnoses),
        facts={name: fact for name, fact in facts.items() if fact},
    )


def line_through(line: Line, change: Callable[[FieldValue], FieldValue]) -> Line:
    """Give a line with every one of its values changed."""
    parts = {name: change(getattr(line, name)) for name in LINE_KINDS}
    return replace(line, modifiers=tuple(change(m) for m in line.modifiers), **parts)
