"""Where the value of each label stands.

Every place (:mod:`extract.fields.places`) is weighed by what stands there and by how the page does
it elsewhere: where the typed values (numbers, dates) of a page stand below their labels, so do the
names.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.fields.hints import is_hint
from extract.fields.places import (
    ABOVE,
    BELOW,
    INSIDE_VALUE,
    RIGHT,
    Ground,
    Place,
    limit_of,
    places_of,
    suits,
    until_gap,
)
from extract.fields.ruled import cell_of
from extract.fields.shapes import TYPED, fits
from extract.labels.label import PERSON, Heading, Label, concept_of
from extract.layout import Area, Sheet, Token, around, join

_SEVERAL_LINES = {"street": 2, "full_address": 2, "summary": 14, "city_state_zip": 1}
_TEXT_BELOW = frozenset({PERSON, "cover_subject", "summary", "request_type"})
"""Labels below or beside which text may stand that is no value of theirs."""
_TOGETHER = 0.8
"""Most white between two words of one value, in word heights."""
_LONGEST_SEX = 12
_ROUNDS = 40
"""Most times that labels may be told to look elsewhere."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A label's value place: ``rows`` of tokens (empty for a blank place) and the area to read."""

    label: Label
    side: str
    rows: tuple[tuple[Token, ...], ...]
    area: Area
    hint: bool = False
    """Only the form's own hint stands there ("mm/dd/yyyy"): the place is empty, whatever ink it holds."""

    @property
    def text(self) -> str:
        """What the page's words say there, one line."""
        return " ".join(join(row) for row in self.rows)

    @property
    def words(self) -> frozenset[int]:
        """The sheet's words that the zone claims."""
        return frozenset(token.word for row in self.rows for token in row)


@dataclass(frozen=True, slots=True)
class _Votes:
    """On which side of their labels the plain values (numbers, dates) of a page stand, and those of each line."""

    page: Counter[str]
    lines: dict[int, Counter[str]]

    def share(self, label: Label, side: str) -> float:
        """How much speaks for a side, 0 to about 2."""
        row = self.lines.get(label.line, Counter())
        near = row[side] / (sum(row.values()) + 1)
        return 1.2 * self.page[side] / (sum(self.page.values()) + 1) + 1.2 * near


def find_zones(sheet: Sheet, labels: Sequence[Label], headings: Sequence[Heading]) -> list[Zone]:
    """Give each label its zone, in the labels' order; labels that have no place for a value get none.

    No words go to two labels: the one whose claim is weaker takes its next best place.
    """
    by_line: dict[int, list[Label]] = {}
    for label in labels:
        by_line.setdefault(label.line, []).append(label)
    taken = {(x.line, i) for x in labels for i in range(x.first, x.past)}
    people = {(x.line, i) for x in labels if x.concept == PERSON for i in range(x.first, x.past)}
    taken |= {place for h in headings for place in _tokens_of(h, sheet)} - people
    ground = Ground(sheet, by_line, frozenset(taken), headings, _fences(sheet, headings))
    options = [places_of(label, ground) for label in labels]
    votes = _votes(labels, options)
    banned: list[frozenset[int]] = [frozenset() for _ in labels]
    zones: list[Zone | None] = [_chosen(x, p, votes, ground) for x, p in zip(labels, options, strict=True)]
    for _ in range(_ROUNDS):
        clash = _clash(zones, votes)
        if clash is None:
            break
        loser, words = clash
        banned[loser] |= words
        left = [p for p in options[loser] if not {t.word for t in p.tokens} & banned[loser]]
        zones[loser] = _chosen(labels[loser], left, votes, ground)
    kept = [z for z in zones if z is not None]
    owners = {word: i for i, zone in enumerate(kept) for word in zone.words}
    return [_completed(zone, i, owners, ground) for i, zone in enumerate(kept)]


def _completed(zone: Zone, place: int, owners: dict[int, int], ground: Ground) -> Zone:
    """The zone with words at either end of its rows that no gap parts from it: half a value is a wrong one.

    Where a line to write on is drawn only in part, or a value stands far beyond its label, geometry
    alone would cut it.
    """
    rows = zone.rows
    if not rows and not zone.hint and zone.label.concept not in _TEXT_BELOW:
        rows = _standing_there(zone, owners, ground)
    if zone.side != RIGHT:
        rows = tuple(_whole_row(row, place, owners, ground) for row in rows)
    if rows == zone.rows:
        return zone
    area = _grown(Place(zone.side, rows[0], zone.area, 0.0), list(rows), zone.label, ground)
    return replace(zone, rows=rows, area=area)


def _standing_there(zone: Zone, owners: dict[int, int], ground: Ground) -> tuple[tuple[Token, ...], ...]:
    """Words that stand in a place taken for blank and that nothing else claims, half in it or more."""
    size = ground.sheet.size
    for number, line in enumerate(ground.sheet.lines):
        if (
            line.area.bottom < zone.area.top - size
            or line.area.top > zone.area.bottom + size
            or ground.holds_heading(number)
        ):
            continue
        tokens = tuple(
            t
            for i, t in enumerate(line.tokens)
            if not ground.is_label(number, i)
            and t.word not in owners
            and t.area.shared_rows(zone.area) > 0.6  # noqa: PLR2004  (most of its height)
            and min(t.area.right, zone.area.right) - max(t.area.left, zone.area.left) > 0.5 * t.area.width
        )
        if tokens and not is_hint(join(tokens)):
            return (tuple(until_gap(list(tokens), INSIDE_VALUE * size)),)
    return ()


def _whole_row(row: tuple[Token, ...], place: int, owners: dict[int, int], ground: Ground) -> tuple[Token, ...]:
    sheet = ground.sheet
    number = next((n for n, line in enumerate(sheet.lines) if row[0] in line.tokens), None)
    if number is None:
        return row
    line = sheet.lines[number]

    def joins(i: int, left: int, right: int) -> bool:
        free = owners.get(line.tokens[i].word, place) == place and not ground.is_label(number, i)
        white = line.tokens[right].area.left - line.tokens[left].area.right
        return free and right not in line.cuts and white < _TOGETHER * sheet.size

    first, past = line.tokens.index(row[0]), line.tokens.index(row[-1]) + 1
    while past < len(line.tokens) and joins(past, past - 1, past):
        past += 1
    while first > 0 and joins(first - 1, first - 1, first):
        first -= 1
    return line.tokens[first:past] if past - first > len(row) else row


def _fences(sheet: Sheet, headings: Sequence[Heading]) -> list[tuple[Area, float]]:
    """Where two sections stand side by side: the left one's ground, and where the right one begins.

    It reaches down to the next heading that stands under either.
    """
    fences = []
    for left in headings:
        beside = [
            h
            for h in headings
            if h.area.shared_rows(left.area) > 0.5 and h.area.left > left.area.right  # noqa: PLR2004
        ]
        if not beside:
            continue
        right = min(beside, key=lambda h: h.area.left)
        edge = right.area.left - 0.6 * sheet.size
        ends = [h.area.top for h in headings if h.area.top > left.area.bottom and h.role in {"request", "plan"}]
        bottom = min(ends, default=sheet.height)
        fences.append((Area(0.0, left.area.bottom, edge - sheet.size, bottom), edge))
    return fences


def _tokens_of(heading: Heading, sheet: Sheet) -> list[tuple[int, int]]:
    tokens = sheet.lines[heading.line].tokens
    inside = (heading.area.left - 2, heading.area.right + 2)
    return [(heading.line, i) for i, t in enumerate(tokens) if inside[0] < t.area.centre < inside[1]]


def _votes(labels: Sequence[Label], options: Sequence[Sequence[Place]]) -> _Votes:
    votes = _Votes(Counter(), {})
    for label, places in zip(labels, options, strict=True):
        if concept_of(label).kind in TYPED:
            fitting = [p for p in places if p.tokens and suits(concept_of(label).kind, join(p.tokens))]
            fitting.sort(key=lambda p: -p.score)
            if fitting and (len(fitting) == 1 or fitting[0].score - fitting[1].score >= 0.5):  # noqa: PLR2004  (plainly)
                votes.page[fitting[0].side] += 1
                votes.lines.setdefault(label.line, Counter())[fitting[0].side] += 1
    return votes


def _clash(zones: Sequence[Zone | None], votes: _Votes) -> tuple[int, frozenset[int]] | None:
    """The first label that must give up words which another claims better, and those words."""
    owners: dict[int, int] = {}
    for i, zone in enumerate(zones):
        for word in zone.words if zone else ():
            if word in owners:
                other = zones[owners[word]]
                assert zone is not None
                assert other is not None
                loser = i if _claim(other, votes) >= _claim(zone, votes) else owners[word]
                return loser, zone.words & other.words
            owners[word] = i
    return None


def _claim(zone: Zone, votes: _Votes) -> float:
    kind = concept_of(zone.label).kind
    near = {RIGHT: 1.0, BELOW: 0.5, ABOVE: 0.4}[zone.side] + votes.share(zone.label, zone.side)
    if zone.label.concept == PERSON and zone.side == BELOW and not zone.label.colon:
        near -= 0.3  # a section's heading has its values by their own labels
    return near + (2.0 if fits(kind, zone.text) else 0.0) + (0.5 if zone.label.colon else 0.0)


def _chosen(label: Label, places: Sequence[Place], votes: _Votes, ground: Ground) -> Zone | None:
    kind = concept_of(label).kind
    best, top, hint = None, 0.0, False
    for offered in places:
        hinted = bool(offered.tokens) and is_hint(join(offered.tokens))
        place = replace(offered, tokens=()) if hinted else offered
        score = place.score + votes.share(label, place.side)
        if place.tokens:
            text = join(place.tokens)
            number = kind not in TYPED and any(fits(k, text, lead=True) for k in ("phone", "npi", "date"))
            if (kind == "name" and number) or (label.concept == "sex" and len(text) > _LONGEST_SEX):
                continue  # another label's value
            score += (3.0 if suits(kind, text) else -1.2) if kind in TYPED else 0.8 - number
        else:
            score -= 2.0 if label.concept == "summary" else 0.4
        if score > top or best is None:
            best, top, hint = place, score, hinted
    if best is None:
        return None
    if not best.tokens and label.concept in {PERSON, "cover_subject"}:
        return None
    if label.concept == PERSON and best.side == ABOVE and ground.holds_heading(label.line):
        return None  # what stands above a section's heading is a title
    rows = [best.tokens] if best.tokens else []
    more = _SEVERAL_LINES.get(label.concept, 0)
    if more and rows:
        rows.extend(_further_rows(label, best, more, ground))
    area = _grown(best, rows, label, ground)
    return Zone(label, best.side, tuple(rows), area, hint)


def _further_rows(label: Label, place: Place, most: int, ground: Ground) -> list[tuple[Token, ...]]:
    """The next lines of a value that goes on below its first line."""
    sheet, size = ground.sheet, ground.sheet.size
    cell = cell_of(label, sheet)
    left, bottom = place.area.left, place.area.bottom
    # running text may come back to the label's own margin
    least = min(left, label.area.left) if label.concept == "summary" else left
    rows: list[tuple[Token, ...]] = []
    start = next((n for n, x in enumerate(sheet.lines) if place.tokens[0] in x.tokens), label.line)
    for number in range(start + 1, len(sheet.lines)):
        line = sheet.lines[number]
        if len(rows) == most or line.area.top - bottom > 1.35 * size:
            break
        tokens = [
            (i, t)
            for i, t in enumerate(line.tokens)
            if t.area.left > least - size
            and (cell is None or t.area.right <= cell.right)
            and t.area.top > bottom - 0.5 * size
        ]
        if not tokens or ground.holds_heading(number):
            if tokens:
                break
            continue
        kept = until_gap([t for _, t in tokens], INSIDE_VALUE * size)
        labelled = any(ground.is_label(number, i) for i, t in tokens if t in kept)
        outside = cell is not None and kept[0].area.middle > cell.bottom
        aligned = abs(kept[0].area.left - least) < 1.5 * size or (most > 2 and kept[0].area.left >= least - size)  # noqa: PLR2004
        if labelled or outside or not aligned:
            break
        if most <= 2 and cell is None and not fits("zip", join(kept)) and "," not in join(kept):  # noqa: PLR2004  (an address)
            break
        rows.append(tuple(kept))
        bottom = max(t.area.bottom for t in kept)
    return rows


def _grown(place: Place, rows: list[tuple[Token, ...]], label: Label, ground: Ground) -> Area:
    """The area to read: around the tokens with room for what the page's reader missed at either end."""
    if not rows:
        return place.area
    size = ground.sheet.size
    area = around(t.area for row in rows for t in row)
    cell = cell_of(label, ground.sheet)
    left, right = area.left - 0.9 * size, area.right + 1.2 * size
    if place.side == RIGHT:
        left = max(left, min(area.left, (label.area.right + area.left) / 2))
        limit = limit_of(label, ground, cell)
        right = min(right, limit - 1) if area.right <= limit else right
    elif cell:
        left, right = max(left, cell.left + 2), min(right, cell.right - 2)
    return Area(min(left, area.left), area.top - 0.12 * size, max(right, area.right), area.bottom + 0.12 * size)
