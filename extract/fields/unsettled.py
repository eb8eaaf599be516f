"""Fields that were not found and may stand on the page all the same.

A field is missing only where we know that it is: its place was found and is blank, or nothing on the
page could be it. What a page holds and nothing explains (no label, no value read, no other person's)
may be the value of a label that was not read; then nobody is asked for it, a person looks.
"""

import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extract.boxes.wordings import options_on
from extract.decode.lexicon import known_codes
from extract.fields.born import is_of_former_years, is_recent_date
from extract.fields.called import called, is_called_otherwise
from extract.fields.collect import FACT_LABELS, SIMPLE_FIELDS
from extract.fields.people import is_name_word
from extract.fields.roles import is_ruled_form
from extract.fields.shapes import MONTH, could_be_npi, digit_runs, digits, find, find_all, fits, is_of_another_kind
from extract.fields.values import Sight, all_pieces, room
from extract.fields.zones import Zone
from extract.labels.label import PERSON, Heading, Label, concept_of
from extract.layout import Area, Sheet, Token, around, is_sentence, join
from extract.letters.own_numbers import is_own
from terms.codes import Npi
from terms.geometry import Box
from terms.names import CRITICAL_FIELDS, FIELD_KINDS, FieldKind
from terms.normal import normalise
from terms.requests import Line
from terms.values import FieldStatus, FieldValue, Source

LOOKED_FOR = (*CRITICAL_FIELDS, "ordering_provider.name")
_IF_ASKED = tuple(f"servicing_provider.{number}" for number in ("npi", "phone", "fax"))
"""Fields that few forms have: only those whose label was found may be unread."""
_ELSEWHERE = frozenset({"other", "office", "servicing_provider"})
_PEOPLE = frozenset({"member", "ordering_provider", "servicing_provider"})
_GARBLED, _WIDE = 0.5, 3.0
"""Mean sureness below which a reading says nothing of what stands there, and how wide that must be, in word heights."""
_NEAR_RIGHT, _NEAR_BELOW = 24.0, 3.5
"""How far from a label, in word heights, its value may stand."""
_RIGHT_BEHIND = 4.0
"""How far behind a label, in word heights, what stands on its line is surely what it asks for."""
_SAME_LINE = 8.0
"""How far apart, in word heights, two numbers of one person stand on a letter's line."""
_AT, _ALIGNED = 1.8, 2.2
"""How far above or below a label, and how far from its left edge, words stand right at it."""
_ALONE = 0.75
"""Share of the words side by side, in letters, that a date is where no others say of what it is."""
_LEAST_DIGITS = {FieldKind.DATE: 4, FieldKind.PHONE: 6, FieldKind.NPI: 6, FieldKind.MEMBER_ID: 5}
_LONGEST_NUMBER, _LONGEST_CODE = 32, 9
_TORN_MONTH = re.compile(rf"(?<![a-z]){MONTH}\W{{0,3}}(?:[a-z]\W{{1,2}})?\d", re.IGNORECASE)
"""A month's name, perhaps with its last letter torn off, and a day."""
_WALLS = re.compile(r"[1Il|!\[\](){}/\\_.,:;\s-]*")
"""What the walls of an empty comb and the strokes of a place to write in are read as."""
_CALLED = re.compile(r"\b(?:fax|facsimile|telephone|phone|tel|ph)\b", re.IGNORECASE)
"""What a number is called that is no date, however torn it is."""
_FLAT = 0.4
"""Height, in word heights, up to which what was read is a dashed line."""
_LIST_REACH = 3.5
"""How far from its label, in word heights, a list of diagnoses may stand."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Words side by side that nothing explains."""

    text: str
    area: Area
    sure: float
    tokens: tuple[Token, ...] = ()


def unsettled_fields(
    sheet: Sheet,
    fields: Mapping[str, FieldValue],
    rests: Sequence[Rest],
    asked: Mapping[str, Sequence[Area]],
    latest: dt.date,
) -> tuple[str, ...]:
    """Names of critical fields without a value that one of ``rests`` may be, in their order.

    ``asked`` are the places of the labels found, by the field that they ask for: what stands right
    at such a label may be its value however torn, and so may what was read as another field's behind
    it and is in doubt. Of a name nobody can say what it looks like: one whose place was not found at
    all always counts. A date of the year before ``latest``, the day of receipt, is no birth date unless its own label
    took it.
    """
    doubtful = [
        Rest(value.raw or value.value or "", sheet.area(value.box), value.confidence)
        for value in fields.values()
        if value.status is FieldStatus.REVIEW and value.box is not None
    ]
    found = []
    for name in (*LOOKED_FOR, *(name for name in _IF_ASKED if name in asked)):
        value = fields.get(name)
        if value is not None and (value.status is not FieldStatus.MISSING or value.value is not None):
            continue
        left = [r for r in rests if _is_free(name, r, fields, sheet) and not _is_led_otherwise(name, r, asked, sheet)]
        if name == "member.date_of_birth":
            left = [r for r in left if not is_recent_date(r.text, latest)]
        near = [r for r in left if value is None or value.box is None or _is_near(r, sheet.area(value.box), sheet)]
        labels = asked.get(name, ())
        beside = [r for r in left if any(_is_behind(r, x, sheet) or _is_by(r, x, sheet) for x in labels)]
        kind = FIELD_KINDS[name]
        beside += [
            r for r in doubtful if any(_is_behind(r, x, sheet) for x in labels) and not is_of_another_kind(kind, r.text)
        ]
        if name == "request.type":
            unread = value is None and (name in asked or options_on(sheet))
        else:
            unread = _may_stand(name, value, near, sheet)
        if unread or any(_is_like(kind, r) for r in beside):
            found.append(name)
    return tuple(found)


def _is_free(name: str, rest: Rest, fields: Mapping[str, FieldValue], sheet: Sheet) -> bool:
    """Say whether neither its own marks, the words that lead to it nor what stands beside it make words another's."""
    if is_of_another_kind(FIELD_KINDS[name], rest.text) or is_called_otherwise(name, _lead_of(rest, sheet)):
        return False
    return not _is_others(name, rest, fields, sheet)


def _is_led_otherwise(name: str, rest: Rest, asked: Mapping[str, Sequence[Area]], sheet: Sheet) -> bool:
    """Say whether the label right before a number on its line asks for something else than the field ``name``."""
    if FIELD_KINDS[name] not in _LEAST_DIGITS:
        return False
    before = {
        (label.right, other) for other, labels in asked.items() for label in labels if _is_behind(rest, label, sheet)
    }
    nearest = max((right for right, _ in before), default=-math.inf)
    if rest.area.left - nearest > _RIGHT_BEHIND * sheet.size:
        return False
    role, _, what = name.rpartition(".")
    leading = [other.rpartition(".") for right, other in before if right == nearest]
    return not any(owner in {role, "None"} and what in concept for owner, _, concept in leading)


def has_rival(npi: FieldValue, rests: Sequence[Rest]) -> bool:
    """Say whether a page has another NPI that no label explains: the label of either may have been lost."""
    others = (match.group() for rest in rests for match in find_all("npi", rest.text))
    return any(Npi.parse(digits(other)) is not None and digits(other) != npi.value for other in others)


def unlabelled_birth_date(sight: Sight, rests: Sequence[Rest]) -> FieldValue | None:
    """The one date of former years in a form's boxes that nothing explains, for a person to confirm as the birth date.

    Small grey labels are what a fax loses first. Other dates of a form are of these days, or words beside
    them say of what they are.
    """
    if not is_ruled_form(sight.sheet):
        return None
    dates = [
        (rest, piece)
        for rest in rests
        for piece in all_pieces(rest.tokens, FieldKind.DATE)
        if len(piece.text) >= _ALONE * len(rest.text) and is_of_former_years(piece.text, sight.latest)
    ]
    if len(dates) != 1:
        return None
    rest, piece = dates[0]
    area = room(piece, rest.tokens, sight.sheet.size)
    value = sight.read(area, FieldKind.DATE, piece.text, birth=True).doubted()
    return value if value.value is not None else None


def _may_stand(name: str, value: FieldValue | None, near: Sequence[Rest], sheet: Sheet) -> bool:
    kind = FIELD_KINDS[name]
    if kind is FieldKind.NAME:
        return value is None or any(_could_be(kind, r.text) for r in near)
    garbled = value is None and any(r.sure < _GARBLED and r.area.width > _WIDE * sheet.size for r in near)
    return garbled or any(_could_be(kind, r.text) for r in near)


def _is_others(name: str, rest: Rest, fields: Mapping[str, FieldValue], sheet: Sheet) -> bool:
    """Say whether what stands on a letter's line belongs to another person, one of whose values stands beside it."""
    owner = name.partition(".")[0]
    if is_ruled_form(sheet) or owner not in _PEOPLE:
        return False
    beside = {
        other.partition(".")[0]
        for other, value in fields.items()
        if value.value is not None and value.box is not None and _is_one_line(rest, sheet.area(value.box), sheet)
    } & _PEOPLE
    return bool(beside) and owner not in beside


def _is_one_line(rest: Rest, place: Area, sheet: Sheet) -> bool:
    apart = max(rest.area.left - place.right, place.left - rest.area.right)
    return rest.area.shared_rows(place) > 0.5 and apart < _SAME_LINE * sheet.size  # noqa: PLR2004  (one line)


def _is_near(rest: Rest, place: Area, sheet: Sheet) -> bool:
    """Say whether words stand where the value of a place found blank may have slipped to."""
    size = sheet.size
    beside = rest.area.shared_rows(place) > 0.4 and -2 * size < rest.area.left - place.right < _NEAR_RIGHT * size  # noqa: PLR2004  (one line)
    under = abs(rest.area.middle - place.middle) < _NEAR_BELOW * size and rest.area.shared_columns(place) > 0.3  # noqa: PLR2004  (one column)
    return beside or under


def _is_behind(rest: Rest, label: Area, sheet: Sheet) -> bool:
    """Say whether words stand behind a label on its line."""
    return rest.area.shared_rows(label) > 0.5 and 0 < rest.area.left - label.right < _NEAR_RIGHT * sheet.size  # noqa: PLR2004  (one line)


def _is_by(rest: Rest, label: Area, sheet: Sheet) -> bool:
    """Say whether words stand close above or below a label, beginning where it does."""
    size = sheet.size
    apart = max(rest.area.top - label.bottom, label.top - rest.area.bottom)
    aligned = abs(rest.area.left - label.left) < _ALIGNED * size
    return aligned and -0.5 * size < apart < _AT * size and rest.area.shared_rows(label) < 0.3  # noqa: PLR2004  (another line)


def _is_like(kind: FieldKind, rest: Rest) -> bool:
    """Say whether words right at a label that asks for ``kind`` may be its value, torn or spelled into cells."""
    least = _LEAST_DIGITS.get(kind)
    real = sum(c.isdigit() for c in rest.text)
    if least is None:
        return kind is FieldKind.NAME and _could_be(kind, rest.text)
    written = {c for c in rest.text if c.isdigit()} - {"1"}  # the walls of an empty comb read as ones
    letters = sum(c.isalpha() for c in rest.text)
    return real >= least and len(written) > 1 and real >= letters and len(rest.text) < _LONGEST_NUMBER


def _could_be(kind: FieldKind, text: str) -> bool:
    """Say whether a text, however damaged, may be a value of ``kind``."""
    real = sum(c.isdigit() for c in text)
    date = find(FieldKind.DATE, text)
    match kind:
        case FieldKind.DATE:
            worded = real >= 3 and _TORN_MONTH.search(text)  # noqa: PLR2004  (a day and part of a year)
            torn = worded or re.search(r"(?<!\d)\d{1,2}\W(?:\w{1,2}|[A-Za-z]\w\w)\W\d{2,4}", text)
            return date is not None or bool(torn and not _CALLED.search(text))
        case FieldKind.PHONE:
            free = not is_own(normalise(FieldKind.PHONE, text))
            long = any(sum(c.isdigit() for c in run) >= 5 and 7 <= len(digits(run)) <= 16 for run in digit_runs(text))  # noqa: PLR2004  (a telephone number)
            return long and free and not _is_plain(text)
        case FieldKind.NPI:
            words = [*text.split(), *(digit_runs(text) if "npi" in called(text) else ())]  # torn in two, perhaps
            return any(real >= 6 and 9 <= len(digits(w)) <= 11 and _is_plain("".join(w.split())) for w in words)  # noqa: PLR2004  (an NPI)
        case FieldKind.MEMBER_ID:
            words = [w for w in text.split() if not could_be_npi(w)]
            words += digit_runs(text) if "id" in called(text) else ()  # torn in two, perhaps
            return any(7 <= len(_bare(w)) <= 15 and sum(c.isdigit() for c in w) >= 5 for w in words)  # noqa: PLR2004  (a member's number)
        case _:
            words = text.replace(",", " ").split()
            capital = all(is_name_word(w) for w in words)
            return 0 < len(words) <= 4 and real == 0 and capital and len(text) > 3  # noqa: PLR2004  (a name)


def _is_plain(text: str) -> bool:
    """Digits written as one, without the marks of a telephone number."""
    return not re.search(r"\d[^\w]+\d", text.strip())


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def unclaimed_diagnoses(
    sight: Sight, rests: Sequence[Rest], asked: Sequence[Area], found: Sequence[FieldValue]
) -> list[FieldValue]:
    """Codes near a label that asks for diagnoses, or in words that speak of them, that no place took, for a person.

    Near a label words count that are, as they stand, codes of the complete list; behind words that call them
    diagnoses ("Her diagnosis codes are 150.22.") also codes whose letter was read as a digit.
    """
    sheet = sight.sheet
    listed = {value.value for value in found}
    more: list[FieldValue] = []
    for rest in rests:
        near = any(
            _is_behind(rest, x, sheet) or abs(rest.area.middle - x.middle) < _LIST_REACH * sheet.size for x in asked
        )
        pieces = [p for p in all_pieces(rest.tokens, FieldKind.DIAGNOSIS) if near and _is_listed(p.text)]
        if "diagnosis" in called(_led_by(rest, sheet)):
            pieces += all_pieces(rest.tokens, "called_diagnosis")
        for piece in pieces:
            code = normalise(FieldKind.DIAGNOSIS, piece.text)
            if code in listed:
                continue
            area = room(piece, rest.tokens, sheet.size)
            value = sight.read(area, FieldKind.DIAGNOSIS, piece.text).doubted()
            if value.status is not FieldStatus.MISSING and (value.value is None or value.value not in listed):
                listed |= {code, value.value} - {None}
                more.append(value)
    return more


def _is_listed(text: str) -> bool:
    return normalise(FieldKind.DIAGNOSIS, text) in known_codes(FieldKind.DIAGNOSIS)


def _led_by(rest: Rest, sheet: Sheet) -> str:
    """What stands on the line from the beginning of the words' own segment to their end."""
    for line in sheet.lines:
        for first, past in line.segments():
            tokens = line.tokens[first:past]
            if rest.tokens and rest.tokens[-1] in tokens:
                return join(tokens[: tokens.index(rest.tokens[-1]) + 1])
    return rest.text


def _lead_of(rest: Rest, sheet: Sheet) -> str:
    """The words with what stands before them on their segment, back to the number before."""
    for line in sheet.lines:
        for first, past in line.segments():
            tokens = line.tokens[first:past]
            if rest.tokens and rest.tokens[0] in tokens:
                start = tokens.index(rest.tokens[0])
                begin = start
                while begin and not any(c.isdigit() for c in tokens[begin - 1].text):
                    begin -= 1
                return join((*tokens[begin:start], *rest.tokens))
    return rest.text


def unread_diagnosis(
    sheet: Sheet, blank: FieldValue | None, rests: Sequence[Rest], asked: Sequence[Area]
) -> FieldValue | None:
    """What stands right at a label that asks for diagnoses and may be one, for a person to read.

    ``blank`` is what the label's own place gave; it is given back where nothing stands there.
    """
    for label in asked:
        for rest in rests:
            if _may_be_diagnosis(rest.text) and (_is_behind(rest, label, sheet) or _is_by(rest, label, sheet)):
                return FieldValue(
                    None, rest.text, 0.0, FieldStatus.REVIEW, None, sheet.box(rest.area), Source.OCR,
                    label=blank.label if blank else None,
                )  # fmt: skip
    return blank


def _may_be_diagnosis(text: str) -> bool:
    bare = "".join(text.split())
    shaped = fits(FieldKind.DIAGNOSIS, bare) or fits("damaged_diagnosis", bare)
    return shaped and len(bare) <= _LONGEST_CODE


def asked_by(zones: Sequence[tuple[Zone, str | None]], labels: Iterable[Label]) -> dict[str, list[Area]]:
    """The places of the labels by the fields that they ask for; each zone with whose it is."""
    asked: dict[str, list[Area]] = {}
    if kinds := [x.area for x in labels if x.concept == "request_type"]:
        asked["request.type"] = kinds
    for zone, role in zones:
        for concept in zone.label.concepts:
            for name in _names_for(concept, role):
                asked.setdefault(name, []).append(zone.label.area)
    return asked


def _names_for(concept: str, role: str | None) -> tuple[str, ...]:
    if concept == "diagnosis":
        return (concept,)
    if concept in SIMPLE_FIELDS:
        return (SIMPLE_FIELDS[concept],)
    if concept in {"full_name", PERSON, "name_last_first", "name_first_last"}:
        return ("member.last_name", "member.first_name") if role == "member" else (f"{role}.name",)
    return (f"{role}.{concept}",)


def rests_of(sheet: Sheet, explained: frozenset[int], headings: Iterable[Heading]) -> list[Rest]:
    """Runs of words of the sheet that nothing explains, sentences and what stands with a heading left out."""
    heads = [(h.line, h.area) for h in headings]
    rests = []
    for number, line in enumerate(sheet.lines):
        if is_sentence(line.tokens):
            continue
        for first, past in line.segments():
            stretch = around(t.area for t in line.tokens[first:past])
            if any(n == number and area.overlaps(stretch) for n, area in heads):
                continue
            for run in _runs(line.tokens[first:past], explained):
                text, place = join(run), around(t.area for t in run)
                letters = sum(c.isalnum() for c in text) > 2  # noqa: PLR2004  (a stroke read as a letter)
                if letters and not _WALLS.fullmatch(text) and place.height > _FLAT * sheet.size:
                    sure = sum(t.confidence for t in run) / len(run)
                    rests.append(Rest(text, place, sure, tuple(run)))
    return rests


def _runs(tokens: Sequence[Token], explained: frozenset[int]) -> Iterator[list[Token]]:
    run: list[Token] = []
    for token in tokens:
        if token.word in explained:
            if run:
                yield run
            run = []
        else:
            run.append(token)
    if run:
        yield run


def explained_words(
    sheet: Sheet,
    labels: Sequence[Label],
    headings: Sequence[Heading],
    zones: Sequence[tuple[Zone, str | None]],
    values: Iterable[FieldValue],
) -> frozenset[int]:
    """The words of which the page itself says what they are: labels, what was read, and other people's values."""
    known = {t.word for x in labels for t in sheet.lines[x.line].tokens[x.first : x.past]}
    known |= {t.word for h in headings for t in sheet.lines[h.line].tokens if t.area.overlaps(h.area)}
    for zone, role in zones:
        if concept_of(zone.label).ignore or zone.label.concept in FACT_LABELS or _is_elsewhere(zone, role):
            known |= zone.words
    boxes = [sheet.area(v.box) for v in values if v.box is not None and (v.value is not None or v.candidates)]
    known |= {i for i, word in enumerate(sheet.words) if any(_inside(sheet, word.box, box) for box in boxes)}
    return frozenset(known)


def _is_elsewhere(zone: Zone, role: str | None) -> bool:
    """Another person's value, as its own label says; one that only stands near another person may be anybody's."""
    return role in _ELSEWHERE and zone.label.role in _ELSEWHERE


def _inside(sheet: Sheet, word: Box, box: Area) -> bool:
    area = sheet.area(word)
    return box.left - 2 <= area.centre <= box.right + 2 and box.top - 2 <= area.middle <= box.bottom + 2


def all_values(
    fields: Mapping[str, FieldValue], lines: Iterable[Line], diagnoses: Iterable[FieldValue]
) -> list[FieldValue]:
    """Every value of a page."""
    parts = [
        part
        for line in lines
        for part in (
            line.code,
            line.description,
            line.quantity,
            line.unit,
            line.start_date,
            line.end_date,
            *line.modifiers,
        )
    ]
    return [*fields.values(), *parts, *diagnoses]
