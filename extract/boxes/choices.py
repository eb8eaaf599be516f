"""Which options of a page are ticked: type of request, clinicals attached, and the rest by their labels."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from extract.boxes.groups import stands_behind, with_thick_edges, without_empty
from extract.boxes.squares import Mark, box_beside, judge_box, line_beside, torn_box
from extract.boxes.wordings import likeliest, phrases_on, tables
from extract.fields.values import Sight
from extract.fields.zones import Zone
from extract.layout import Area, Sheet, TextLine, Token, around, join
from extract.page.upright import UprightPage
from ingest.pages import FormValue, PageSource
from terms.geometry import Box
from terms.names import FieldKind, TextSource
from terms.values import Candidate, FieldStatus, FieldValue, Source

_BRACKETS = re.compile(
    r"^[\[({][ _]*([xX*vV\u2713\u2714\u2717\u2715]?)[ _]*[\])}]$|^([\u2610\u25a1\u25ef\u25cb])$|^([\u2611\u2612\u2717\u2713\u2714\u25a0\u25cf])$"  # noqa: E501  (a pattern or a list, read as one line)
)
_TICKED_CONFIDENCE = 0.99
_LIKE_THE_OTHERS = 0.4
"""How far, of its width, a box may differ from the others of its group."""
_TOGETHER = 1.1
"""Most white, in word heights, between an option and the words that explain it."""
_BUTTON_LETTERS = frozenset("oc0qdge(")
"""As what a round button is read that stands close before its option."""
_LEAST_HIGH = 0.48
"""Least height of a box, in heights of its option's letters."""
_PART_OF_WORD = 0.7
"""Most of a word's width that a letter of it takes."""
_ONE_LINE = 1.8
"""Most height, in word heights, of an option that stands on one line."""
_BUTTON_WIDTH = 1.5
"""How much wider than a letter a button is."""

_Place = tuple[TextLine, list[Token], str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the check boxes say; ``words`` are the sheet's words that stand as options of the type group."""

    fields: dict[str, FieldValue] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    words: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Option:
    value: str
    text: str
    area: Area
    mark: Mark
    words: frozenset[int]


def read_choices(sight: Sight, page: UprightPage | None, source: PageSource) -> Choices:
    """Read the check boxes of a page: drawn ones, typed ones ("[X] Urgent") and a form's own."""
    sheet = sight.sheet
    options = _with_pad(_type_options(sheet, page, source))
    facts: dict[str, str] = {}
    fields: dict[str, FieldValue] = {}
    values = list(dict.fromkeys(o.value for o in options))
    grouped = len(set(values)) >= 2  # noqa: PLR2004  (one lone box is no group)
    if grouped:
        ticked = list(dict.fromkeys(o.value for o in options if o.mark.ticked))
        doubtful = list(dict.fromkeys(o.value for o in options if o.mark.ticked is None))
        facts["type.boxes"] = ",".join(ticked)
        if doubtful:
            facts["type.doubtful"] = ",".join(doubtful)
        source_of = _source(source, page)
        unread = None if ticked or doubtful or page is None else _unread_option(options, sight.sheet, page, source)
        if unread is None:
            fields["request.type"] = _type_value(options, ticked, doubtful, sight, source_of)
        else:
            fields["request.type"] = unread
            if unread.value:
                facts["type.doubtful"] = unread.value
    attached = _attached(sight, page, source)
    if attached is not None:
        fields["clinical.attached"] = attached
    words = frozenset(w for o in options for w in o.words) if grouped else frozenset()
    return Choices(fields, facts, words)


def _source(source: PageSource, page: UprightPage | None) -> Source:
    if source.text_source is TextSource.FORM_VALUES:
        return Source.FORM_VALUES
    return Source.MAIL_TEXT if page is None else Source.OCR


def ticked_rows(
    sheet: Sheet, rows: Sequence[Sequence[Token]], page: UprightPage | None, source: PageSource
) -> list[tuple[Token, ...]] | None:
    """The options of a row of check boxes that are ticked, None if the row has no boxes.

    Options part where a wide gap or a box stands between them.
    """
    ticked: list[tuple[Token, ...]] = []
    boxes = 0
    for row in rows:
        line = next((x for x in sheet.lines if row[0] in x.tokens), None)
        if line is None:
            continue
        starts = [i for i, t in enumerate(row) if i == 0 or t.area.left - row[i - 1].area.right > 0.9 * sheet.size]
        for first, past in zip(starts, [*starts[1:], len(row)], strict=True):
            option = list(row[first:past])
            mark = mark_before(line, option, around(t.area for t in option), sheet, page, source)
            if mark is not None:
                boxes += 1
                if mark.ticked is not False:
                    ticked.append(tuple(option))
    return ticked if boxes else None


def _type_value(
    options: Sequence[_Option], ticked: list[str], doubtful: list[str], sight: Sight, source: Source
) -> FieldValue:
    shown = [o for o in options if o.value in (ticked or doubtful)] or list(options)
    box = sight.sheet.box(around(o.mark.area.union(o.area) for o in shown))
    raw = " | ".join(o.text for o in shown if o.mark.ticked is not False) or None
    return type_field(ticked, doubtful, raw, box, source, sure=min(o.mark.sure for o in options))


def type_field(
    ticked: Sequence[str], doubtful: Sequence[str], raw: str | None, box: Box, source: Source, *, sure: float
) -> FieldValue:
    """The type of request from the boxes of its group: one clear mark is taken, anything else a person decides.

    ``sure`` is the chance that every box of the group was seen rightly.
    """
    if not ticked and not doubtful:
        return FieldValue.missing(box=box, label="Type of request")
    candidates = tuple(Candidate(v, 0.5, "ticked") for v in ticked) + tuple(
        Candidate(v, 0.3, "the mark is not clear") for v in doubtful if v not in ticked
    )
    if len(ticked) == 1 and not doubtful:
        return FieldValue(ticked[0], raw, sure, FieldStatus.ACCEPTED, None, box, source)
    # several boxes: the most pressing one is shown first, a person decides
    urgent_first = sorted(ticked or doubtful, key=lambda v: v not in {"urgent", "pad_urgent"})
    return FieldValue(urgent_first[0], raw, 0.5, FieldStatus.REVIEW, None, box, source, candidates)


def _unread_option(
    options: Sequence[_Option], sheet: Sheet, page: UprightPage, source: PageSource
) -> FieldValue | None:
    """A marked box in a row of a group of which no other is marked, before words that are none of its options.

    They are an option that was misread: it is shown to a person as the one it looks like.
    """
    offered = frozenset(o.value for o in options)
    words = frozenset(w for o in options for w in o.words)
    size = median(o.mark.area.width for o in options)
    for line in sheet.lines:
        beside = [o.mark.area.left for o in options if any(t.word in o.words for t in line.tokens)]
        for first, past in line.segments() if beside else ():
            tokens = list(line.tokens[first:past])
            text = "".join(t.folded for t in tokens)
            if not text or any(t.word in words for t in tokens):
                continue
            area = around(t.area for t in tokens)
            mark = mark_before(line, tokens, area, sheet, page, source)
            if mark is None or mark.ticked is False or mark.area.left < min(beside):
                continue
            if abs(mark.area.width - size) > _LIKE_THE_OTHERS * size:
                continue
            value = likeliest(text, offered)
            others = (Candidate(value, 0.3, "its wording was misread"),) if value else ()
            box = sheet.box(mark.area.union(area))
            return FieldValue(value, join(tokens), 0.3, FieldStatus.REVIEW, None, box, _source(source, page), others)
    return None


def _type_options(sheet: Sheet, page: UprightPage | None, source: PageSource) -> list[_Option]:
    """Every option of the type group with its box, all taken from the side on which the form sets them."""
    phrases, _ = tables()
    places = _said_once([(line, *found) for line in sheet.lines for found in phrases_on(line, phrases)], sheet)
    widgets = [_widget(around(t.area for t in tokens), sheet, source.form_values) for _, tokens, _ in places]
    before = [_before(place, places, sheet, page, source) for place in places]
    marks = widgets if any(widgets) else before
    if page is not None and not any(widgets):  # a form's own boxes need no looking for
        whole = [_explained(place, places, sheet) for place in places]
        behind = [mark_behind(line, tokens, sheet, page) for (line, _, _), tokens in zip(places, whole, strict=True)]
        ends = [around(t.area for t in tokens) for tokens in whole]
        starts = [_area_of(tokens) for _, tokens, _ in places]
        before = _with_torn(places, starts, before, page, before=True)
        behind = _with_torn(places, ends, behind, page, before=False)
        before, behind = with_thick_edges(before, page.ink), with_thick_edges(behind, page.ink)
        marks = behind if stands_behind(before, behind, starts, ends) else before
        if not any(marks):
            lines = [
                [
                    line_beside(page.ink, around(t.area for t in tokens), sheet.size, before=side)
                    for _, tokens, _ in places
                ]
                for side in (True, False)
            ]
            marks = max(lines, key=lambda found: sum(m is not None for m in found))
            if not all(marks):
                # a line between two words may be either's; one line beside one word underlines something else
                doubted = without_empty([m and replace(m, ticked=None) for m in marks])
                marks = doubted if sum(m is not None for m in marks) > 1 else before
        other = behind if marks is before else before
        owned = [m.area for m in marks if m]
        stray = [
            o for m, o in zip(marks, other, strict=True)
            if m is None and o is not None and not any(o.area.overlaps(area) for area in owned)
        ]  # fmt: skip
        if stray and marks in (before, behind):
            # some boxes stand on this side, some on that: whose is whose nobody can say
            marks = [m and (replace(m, ticked=None) if m.ticked else m) for m in marks]
    if any(marks) and not any(m and m.ticked is not False for m in marks):
        # nothing is ticked, but the box of one option was not seen: it may be that one
        marks = [m or _unseen(place, places, marks, sheet, page) for place, m in zip(places, marks, strict=True)]
    return [
        _Option(value, join(tokens), around(t.area for t in tokens), mark, frozenset(t.word for t in tokens))
        for (_, tokens, value), seen in zip(places, marks, strict=True)
        if (mark := _unless_merged(seen, tokens, sheet)) is not None
    ]


def _unless_merged(mark: Mark | None, tokens: Sequence[Token], sheet: Sheet) -> Mark | None:
    """The box of an option, not clear if the fax joined its words to the line below: then it may be that line's."""
    merged = any(t.area.height > _ONE_LINE * sheet.size for t in tokens)
    return replace(mark, ticked=None) if merged and mark is not None and mark.ticked else mark


def _said_once(places: Sequence[_Place], sheet: Sheet) -> list[_Place]:
    """The options with two wordings side by side that mean the same ("Elective / Routine") as one."""
    out: list[_Place] = []
    for line, tokens, value in places:
        if out and out[-1][0] is line and out[-1][2] == value:
            last = out[-1][1][-1]
            between = line.tokens[line.tokens.index(last) + 1 : line.tokens.index(tokens[0])]
            near = tokens[0].area.left - last.area.right < _TOGETHER * sheet.size * (1 + len(between))
            if near and not any(t.folded for t in between):
                out[-1] = (line, [*out[-1][1], *between, *tokens], value)
                continue
        out.append((line, tokens, value))
    return out


def _with_torn(
    places: Sequence[_Place], texts: Sequence[Area], marks: Sequence[Mark | None], page: UprightPage, *, before: bool
) -> list[Mark | None]:
    """The boxes of a group with those that were torn, found where one that was seen says that they must stand."""
    whole = next((i for i, m in enumerate(marks) if m is not None and m.area.width > 0), None)
    if whole is None:
        return list(marks)
    mark, text = marks[whole], texts[whole]
    assert mark is not None
    edge = mark.area.left - text.left if before else mark.area.left - text.right
    found: list[Mark | None] = []
    for (line, _, _), own, seen in zip(places, texts, marks, strict=True):
        if seen is not None:
            found.append(seen)
            continue
        left = own.left + edge if before else own.right + edge
        top = own.middle + mark.area.top - text.middle
        torn = torn_box(page.ink, Area(left, top, left + mark.area.width, top + mark.area.height))
        others = [m.area for m in marks if m] + [t.area for t in line.tokens if sum(c.isalpha() for c in t.text) > 1]
        found.append(None if torn is None or any(torn.area.overlaps(area) for area in others) else torn)
    return found


def _area_of(tokens: Sequence[Token]) -> Area:
    """Where an option's wording stands, without a button before it that was read as its first letter."""
    area = around(t.area for t in tokens)
    phrases, _ = tables()
    text = "".join(t.folded for t in tokens)
    if text in phrases or text[1:] not in phrases or text[0] not in _BUTTON_LETTERS:
        return area
    first = tokens[0]
    return replace(area, left=area.left + _BUTTON_WIDTH * first.area.width / len(first.text))


def _unseen(
    place: _Place, places: Sequence[_Place], marks: Sequence[Mark | None], sheet: Sheet, page: UprightPage | None
) -> Mark | None:
    """The box of an option that was not found, judged where those of the options beside or under it stand.

    With ink there it may be marked, so that a person looks; None if no found box belongs to the same row or column.
    """
    line, tokens, _ = place
    own = _area_of(tokens)
    for (other, others, _), mark in zip(places, marks, strict=True):
        text = around(t.area for t in others)
        if mark is None or (other is not line and abs(text.left - own.left) > sheet.size):
            continue
        if page is None or mark.area.left > text.left or text.left - mark.area.right > 2 * sheet.size:
            return Mark(own, 0.0, None)
        left, top = own.left + mark.area.left - text.left, own.middle + mark.area.top - text.middle
        seen = judge_box(page.ink, Area(left, top, left + mark.area.width, top + mark.area.height))
        return seen if seen.ticked is False else replace(seen, ticked=None)
    return None


def _before(
    place: _Place, places: Sequence[_Place], sheet: Sheet, page: UprightPage | None, source: PageSource
) -> Mark | None:
    line, tokens, _ = place
    area = _area_of(tokens)
    mark = mark_before(line, tokens, area, sheet, page, source)
    if mark is not None:
        return mark
    beside = [others for other, others, _ in places if other is line]
    if len(beside) > 1 and any(_typed_mark(line, others, sheet) for others in beside):
        # beside options with typed boxes, an empty box that the reader passed over
        return Mark(area, 0.0, ticked=False)
    return None


def _explained(place: _Place, places: Sequence[_Place], sheet: Sheet) -> list[Token]:
    """An option with the words that explain it ("Standard (decision in 7 days)"), up to its box or the next option."""
    line, tokens, _ = place
    first, past = line.tokens.index(tokens[0]), line.tokens.index(tokens[-1]) + 1
    stop = min(
        (i for other, others, _ in places if other is line and (i := line.tokens.index(others[0])) >= past),
        default=len(line.tokens),
    )
    depth = 0
    while past < stop:
        token = line.tokens[past]
        near = token.area.left - line.tokens[past - 1].area.right < _TOGETHER * sheet.size
        worded = depth + token.opens > 0 or sum(c.isalpha() for c in token.text) > 1 or not token.folded.strip("[]|")
        if not near or not worded or _BRACKETS.match(token.text):
            break
        depth += token.opens - token.closes
        past += 1
    return list(line.tokens[first:past])


def mark_behind(line: TextLine, tokens: list[Token], sheet: Sheet, page: UprightPage) -> Mark | None:
    """The box behind an option, if nothing else stands between the two."""
    mark = _of_a_size(box_beside(page.ink, around(t.area for t in tokens), sheet.size, before=False), tokens)
    past = line.tokens.index(tokens[-1]) + 1
    after = next((t for t in line.tokens[past:] if len(t.text) > 2), None)  # noqa: PLR2004  (a box read as letters)
    return None if mark is None or (after is not None and mark.area.left > after.area.left) else mark


def typed_type(sight: Sight, zones: Sequence[Zone], page: UprightPage | None) -> FieldValue | None:
    """The type of request that is written out beside its label ("Priority: Urgent"), None if none is.

    A word beside which something is drawn is no answer but an option whose box was not found.
    """
    phrases, _ = tables()
    for zone in zones:
        if not zone.rows:
            continue
        line = next((x for x in sight.sheet.lines if zone.rows[0][0] in x.tokens), None)
        offered = list(dict.fromkeys(value for _, value in phrases_on(line, phrases))) if line else []
        if len(offered) > 1:
            # options whose boxes were not found: only a person can say which is meant
            candidates = tuple(Candidate(value, 1 / len(offered), "its box was not found") for value in offered)
            box, source = sight.sheet.box(zone.area), Source.MAIL_TEXT if page is None else Source.OCR
            return FieldValue(None, zone.text, 0.0, FieldStatus.REVIEW, None, box, source, candidates, zone.label.text)
        tokens = _outside_brackets(zone.rows[0])
        value = phrases.get("".join(t.folded for t in tokens)) or _same_said_twice(tokens, phrases)
        if value is None or value == "pad":
            continue
        area = around(t.area for t in tokens)
        read = replace(sight.read(zone.area, FieldKind.TEXT, join(tokens)), label=zone.label.text)
        sure = read.status is FieldStatus.ACCEPTED or page is None
        if page is not None and _drawn_beside(page, zone.label.area, area, sight.sheet.size):
            sure = False
        status = FieldStatus.ACCEPTED if sure else FieldStatus.REVIEW
        return replace(read, value=value, raw=join(tokens), status=status, candidates=())
    return None


def _same_said_twice(tokens: Sequence[Token], phrases: dict[str, str]) -> str | None:
    """What "Routine / Elective" means: every word of it says the same."""
    values = {phrases.get(t.folded) for t in tokens}
    return values.pop() if len(values) == 1 else None


def _outside_brackets(row: Sequence[Token]) -> list[Token]:
    kept: list[Token] = []
    depth = 0
    for token in row:
        depth += token.opens
        if not depth and token.folded:
            kept.append(token)
        depth -= token.closes and depth > 0
    return kept


def _drawn_beside(page: UprightPage, label: Area, value: Area, size: float) -> bool:
    """Something that is no text stands before or behind a word."""
    top, bottom = int(value.top), int(value.bottom)
    left = max(label.right + 0.3 * size, value.left - 4 * size) if label.right < value.left else value.left - 3 * size
    for x0, x1 in ((left, value.left - 2), (value.right + 2, value.right + 2 * size)):
        strip = page.text[top:bottom, max(0, int(x0)) : max(0, int(x1))]
        if strip.size and int(strip.sum()) > 0.25 * size * size:
            return True
    return False


def mark_before(  # noqa: PLR0917  (all of it is one question)
    line: TextLine, tokens: list[Token], area: Area, sheet: Sheet, page: UprightPage | None, source: PageSource
) -> Mark | None:
    """The box that stands before an option: a form's own, a typed or a drawn one; None if there is none."""
    widget = _widget(area, sheet, source.form_values)
    if widget is not None:
        return widget
    place = line.tokens.index(tokens[0])
    typed = _typed_mark(line, tokens, sheet)
    if typed is not None:
        return typed
    if page is None:
        return None
    before = line.tokens[place - 1] if place else None
    mark = _of_a_size(box_beside(page.ink, area, sheet.size), tokens)
    if mark is None or before is None:
        return mark
    # a box that stands before another word belongs to that word, a round letter inside one is no button
    inside = mark.area.left > before.area.left - 2 and mark.area.right < before.area.right + 2
    inside = inside and mark.area.width < _PART_OF_WORD * before.area.width
    other = mark.area.right < before.area.left + 2 or inside
    return None if other and len(before.text.strip("[](){}|")) > 1 else mark


def _of_a_size(mark: Mark | None, tokens: Sequence[Token]) -> Mark | None:
    """A box of about its option's height; a dash or a letter's bowl may look like a smaller one."""
    return None if mark is not None and mark.area.height < _LEAST_HIGH * median(t.area.height for t in tokens) else mark


def _typed_mark(line: TextLine, tokens: list[Token], sheet: Sheet) -> Mark | None:
    place = line.tokens.index(tokens[0])
    return _typed(line.tokens[max(0, place - 3) : place], sheet.size, tokens[0])


def _typed(before: Sequence[Token], size: float, first: Token) -> Mark | None:
    """A box typed with letters: "[X]", "( )", "[ ]"."""
    for count in range(1, len(before) + 1):
        tokens = before[-count:]
        if first.area.left - tokens[-1].area.right > 2.5 * size:
            return None
        text = "".join(t.text for t in tokens).replace(" ", "")
        match = _BRACKETS.match(text)
        if match:
            ticked = bool(match.group(1) or match.group(3))
            return Mark(around(t.area for t in tokens), float(ticked), ticked)
    return None


def _widget(area: Area, sheet: Sheet, values: Sequence[FormValue]) -> Mark | None:
    best: tuple[float, Mark] | None = None
    for value in values:
        if value.kind not in {"check", "radio"}:
            continue
        box = sheet.area(value.box)
        gap = area.left - box.right
        if abs(box.middle - area.middle) > 0.9 * sheet.size or not -sheet.size < gap < 3.5 * sheet.size:
            continue
        ticked = value.value == "yes"
        if best is None or abs(gap) < best[0]:
            best = (abs(gap), Mark(box, float(ticked), ticked))
    return best[1] if best else None


def _with_pad(options: list[_Option]) -> list[_Option]:
    """Routine and Urgent that stand under the medication box are that box's own."""
    pads = [o for o in options if o.value == "pad"]
    rest = [o for o in options if o.value != "pad"]
    if not pads:
        return rest
    pad = pads[0]
    out: list[_Option] = []
    for option in rest:
        repeated = sum(o.value == option.value for o in rest) > 1
        if option.value in {"routine", "urgent"} and repeated and _nearest_is_pad(option, pad, rest):
            out.append(replace(option, value=f"pad_{option.value}"))
        else:
            out.append(option)
    halves = [o for o in out if o.value.startswith("pad_")]
    if pad.mark.ticked and not any(o.mark.ticked for o in halves):
        unclear = replace(pad.mark, ticked=None)
        out.extend(replace(pad, value=value, mark=unclear) for value in ("pad_routine", "pad_urgent"))
    return out


def _nearest_is_pad(option: _Option, pad: _Option, options: list[_Option]) -> bool:
    def away(other: _Option) -> float:
        down = option.area.middle - pad.area.middle if other is option else other.area.middle - pad.area.middle
        across = other.mark.area.left - pad.mark.area.left
        return abs(down) + 0.5 * abs(across) if down >= -4 else 1e9  # noqa: PLR2004  (above the medication box)

    twins = [o for o in options if o.value == option.value]
    return min(twins, key=away) is option


def _attached(sight: Sight, page: UprightPage | None, source: PageSource) -> FieldValue | None:
    """The box by which the sender certifies that clinical papers are attached."""
    _, wanted = tables()
    sheet = sight.sheet
    for line in sheet.lines:
        for first, past in line.segments():
            tokens = list(line.tokens[first:past])
            texts = {t.folded for t in tokens}
            if not any(set(words) <= texts for words in wanted) or not tokens:
                continue
            start = next((i for i, t in enumerate(tokens) if t.folded and len(t.folded) > 1), 0)
            area = around(t.area for t in tokens[start:])
            mark = mark_before(line, tokens[start:], area, sheet, page, source)
            if mark is None and first and line.tokens:
                whole = around(t.area for t in line.tokens)
                mark = mark_before(line, list(line.tokens), whole, sheet, page, source)
            if mark is None:
                continue
            box = sheet.box(mark.area.union(area))
            if mark.ticked is None:
                return FieldValue(
                    None, None, 0.5, FieldStatus.REVIEW, None, box, _source(source, page),
                    (Candidate("yes", 0.5), Candidate("no", 0.5)), join(tokens),
                )  # fmt: skip
            value = "yes" if mark.ticked else "no"
            return FieldValue(
                value,
                None,
                _TICKED_CONFIDENCE,
                FieldStatus.ACCEPTED,
                None,
                box,
                _source(source, page),
                (),
                join(tokens),
            )
    return None
