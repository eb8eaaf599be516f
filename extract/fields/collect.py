"""From labels and zones to canonical fields: the fields of one page."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from extract.decode.lexicon import is_equipment_code, known_codes
from extract.fields.people import halves, is_credential, joined_provider, part, provider_name, together
from extract.fields.shapes import TYPED, could_be_npi, find, fits, is_written_phone
from extract.fields.torn import torn_diagnoses
from extract.fields.values import Sight, all_pieces, goes_on, narrowed, room
from extract.fields.zones import Zone
from extract.labels.label import concept_of
from extract.layout import Area
from extract.letters.own_numbers import is_own
from terms.names import FIELD_KINDS, FieldKind
from terms.values import Candidate, FieldStatus, FieldValue

_NAMES = frozenset({"full_name", "person", "name_last_first", "name_first_last"})
SIMPLE_FIELDS = {
    "start_date": "service.start_date",
    "end_date": "service.end_date",
    "place": "service.place",
    "summary": "clinical.summary",
    "auth_number": "authorization.number",
    "request_date": "request.date",
    "date_of_birth": "member.date_of_birth",
    "member_id": "member.id",
}
_MEMBERS_OWN = frozenset({"date_of_birth", "member_id"})
_OF_A_NUMBER = frozenset(
    {
        "home",
        "cell",
        "mobile",
        "work",
        "office",
        "direct",
        "main",
        "day",
        "daytime",
        "evening",
        "voice",
        "tel",
        "phone",
        "telephone",
        "number",
    }
)
"""Words that people write before a telephone number."""
_BY_ROLE = frozenset({"phone", "fax", "npi"})
FACT_LABELS = {
    "facility": "facility.name",
    "contact": "contact.name",
    "tax_id": "provider.tax_id",
    "insurance": "coverage.other",
    "cover_to": "cover.to",
    "cover_from": "cover.from",
    "cover_pages": "cover.pages",
    "cover_subject": "cover.subject",
}
_ADDRESS_PARTS = ("street", "full_address", "apartment", "city", "state", "zip", "city_state_zip")
_OWNERS = ("member", "ordering_provider", "servicing_provider")
_GOOD = {FieldStatus.ACCEPTED: 3, FieldStatus.INVALID: 2, FieldStatus.REVIEW: 1, FieldStatus.MISSING: 0}
_NUMBERS = frozenset({FieldKind.DATE, FieldKind.NPI, FieldKind.MEMBER_ID})
_NO_PHONES = frozenset({FieldKind.DATE, FieldKind.MEMBER_ID})
"""Kinds of which nothing looks like a telephone number with its marks."""
_SMALL_PRINT, _GUESSED = 0.65, 0.05
"""Height, in word heights, and confidence below which a reading that is no known code is a rest of a printed label."""
_WHOLE = 0.7
"""Share of the letters standing in a place that a name read there must have to be the whole name."""
_COVERED = 0.6
"""Share of a reading's height and width in which it shares a word's ink."""
_ONE_PERSON = frozenset(
    {"member.id", "member.date_of_birth", "member.last_name", "member.first_name"}
    | {f"{role}.{number}" for role in _OWNERS for number in ("phone", "fax", "npi")}
)
"""Fields that can have only one value: two different ones on a page are a conflict."""


@dataclass(slots=True)
class Collected:
    """What the labels of a page gave: fields, diagnoses, facts and the words that are spoken for."""

    fields: dict[str, FieldValue] = field(default_factory=dict)
    diagnoses: list[FieldValue] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    words: set[int] = field(default_factory=set)
    diagnosis_label: FieldValue | None = None
    types: list[Zone] = field(default_factory=list)
    """Zones of labels that ask for the type of request."""

    def put(self, name: str, value: FieldValue) -> None:
        """Take a value in; what is better read wins, two sure values that differ are a conflict."""
        if name not in FIELD_KINDS or (FIELD_KINDS[name] is FieldKind.PHONE and is_own(value.value)):
            return
        old = self.fields.get(name)
        if old is None or _GOOD[value.status] > _GOOD[old.status]:
            self.fields[name] = value if old is None else _disputed(name, value, old)
        else:
            self.fields[name] = _disputed(name, old, value)


def _disputed(name: str, kept: FieldValue, other: FieldValue) -> FieldValue:
    if name not in _ONE_PERSON or other.value is None or kept.value is None:
        return kept
    if _plain(other.value) == _plain(kept.value):
        return kept
    both = [
        Candidate(v.value, v.confidence, "stands elsewhere on the page") for v in (kept, other) if v.value is not None
    ]
    return replace(kept, status=FieldStatus.REVIEW, candidates=tuple(both))


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def collect(  # noqa: C901, PLR0912  (one branch for each sort of label)
    sight: Sight, zones: Sequence[Zone], roles: Mapping[int, str | None], unsure: frozenset[int] = frozenset()
) -> Collected:
    """Read every zone that a canonical field needs.

    ``roles`` says, by the index of the zone, whose value it is (see
    :func:`extract.fields.roles.assign_roles`), ``unsure`` at which indices that is a guess, whose values
    go to a person. Zones of table labels must not be among them.
    """
    out = Collected()
    people: dict[str, list[Zone]] = {}
    guessed: set[str] = set()
    for index, zone in enumerate(zones):
        role, concept = roles.get(index), concept_of(zone.label).name
        if concept == "request_type":
            out.types.append(zone)
            continue
        if concept_of(zone.label).ignore:
            out.words |= zone.words
            continue
        if zone.label.concept in FACT_LABELS:
            if zone.text:
                out.facts.setdefault(FACT_LABELS[zone.label.concept], _fact(zone))
            out.words |= zone.words
        elif concept == "diagnosis":
            _diagnoses(sight, zone, out)
        elif concept in SIMPLE_FIELDS:
            if role != "other":
                out.put(SIMPLE_FIELDS[concept], _single(sight, zone))
            elif concept in _MEMBERS_OWN and zone.label.role != "other":
                # what stands before it is another's, but who else is asked for this?
                value = _single(sight, zone)
                if value.status is not FieldStatus.MISSING:
                    out.put(SIMPLE_FIELDS[concept], value.doubted())
            out.words |= zone.words
        elif role in {"member", "ordering_provider", "servicing_provider"}:
            people.setdefault(str(role), []).append(zone)
            guessed |= {str(role) + "." + name for name in zone.label.concepts} if index in unsure else set()
            out.words |= zone.words
        elif role in {"other", "office"}:
            out.words |= zone.words
    for role, owned in people.items():
        _person(sight, role, owned, out)
    _doubt_shared_numbers(out)
    for name in guessed & set(out.fields):
        out.fields[name] = out.fields[name].doubted()
    return out


def _doubt_shared_numbers(out: Collected) -> None:
    """One number in two people's fields is one person's at most: whose, somebody must look."""
    numbers = [(f"{role}.{kind}", role) for role in _OWNERS for kind in ("phone", "fax", "npi")]
    for name, role in numbers:
        value = out.fields.get(name)
        if value is None or not value.value:
            continue
        others = [n for n, r in numbers if r != role and n in out.fields and out.fields[n].value == value.value]
        for shared in (name, *others) if others else ():
            out.fields[shared] = out.fields[shared].doubted()


def _fact(zone: Zone) -> str:
    text = " ".join(zone.text.split())[:200]
    return "".join(c for c in text if c.isdigit()) if zone.label.concept == "tax_id" else text


def _single(sight: Sight, zone: Zone, kind: FieldKind | None = None) -> FieldValue:
    """The value of one zone; beside longer text only the part that has the kind's shape."""
    kind = kind or FieldKind(concept_of(zone.label).kind)
    if zone.hint or (kind in _NO_PHONES and is_written_phone(zone.text)):
        return FieldValue.missing(box=sight.sheet.box(zone.area), label=zone.label.text)
    area, text, cut = zone.area, zone.text, False
    if zone.rows and kind in TYPED:
        for row in zone.rows:
            found = narrowed(row, kind)
            if found and kind in _NUMBERS and goes_on(row, kind):
                cut = True  # a number torn in two is read whole
                break
            if found:
                area, text = room(found, row, sight.sheet.size, within=zone.area), found.text
                break
        else:
            if any(c.isalpha() for c in text) and not fits(kind, text) and len(zone.text) > 60:  # noqa: PLR2004  (a sentence)
                return FieldValue.missing(page=None, box=sight.sheet.box(area), label=zone.label.text)
    birth = zone.label.concept == "date_of_birth"
    value = replace(sight.read(area, kind, text, birth=birth), label=zone.label.text)
    if not zone.rows and value.value is None and value.raw and _is_of_other_words(sight, value):
        return FieldValue.missing(box=sight.sheet.box(area), label=zone.label.text)
    if cut:
        return value.doubted()
    if kind is FieldKind.PHONE and value.status is FieldStatus.ACCEPTED and _is_odd_number(zone.text, value):
        return value.doubted()
    return value


def _is_of_other_words(sight: Sight, value: FieldValue) -> bool:
    """Say whether what was read in a place without words is the end of words beside it: a label's, a ZIP code's."""
    if value.box is None:
        return False
    ink = sight.sheet.area(value.box)
    return any(
        ink.shared_rows(t.area) > _COVERED
        and min(ink.right, t.area.right) - max(ink.left, t.area.left) > _COVERED * ink.width
        for line in sight.sheet.lines
        for t in line.tokens
    )


def _whole(sight: Sight, zone: Zone, kind: FieldKind) -> FieldValue:
    """All that stands in a zone as one value; a hint is none."""
    if zone.hint:
        return FieldValue.missing(box=sight.sheet.box(zone.area), label=zone.label.text)
    value = replace(sight.read(zone.area, kind, zone.text), label=zone.label.text)
    if kind is FieldKind.NAME and value.status is FieldStatus.ACCEPTED and _is_cut_short(value.value or "", zone.text):
        return replace(value, status=FieldStatus.REVIEW)
    return value


def _is_cut_short(name: str, seen: str) -> bool:
    """A name of one letter, or one of which the page's words show a good deal more."""
    letters, there = (sum(c.isalpha() for c in text) for text in (name, seen))
    return letters < 2 or letters < _WHOLE * there  # noqa: PLR2004  (a cell of a comb)


def _is_odd_number(text: str, value: FieldValue) -> bool:
    """A number that may be an NPI, or is not all that stands there.

    Digits behind it may be its extension, words before it another label that was not read as one.
    """
    found = find("phone", text)
    before = set(re.findall(r"[a-z]{3,}", text[: found.start()].lower())) if found else set()
    behind = text[found.end() :] if found else ""
    left_over = ";ext" not in (value.value or "") and re.search(r"^\D{1,8}\d{1,5}$", behind.strip())
    torn = re.match(r"\W?\s?\d", behind)  # the last digits of its extension
    return could_be_npi(text) or bool(left_over or torn or before - _OF_A_NUMBER)


def _diagnoses(sight: Sight, zone: Zone, out: Collected) -> None:
    out.words |= zone.words
    found: list[FieldValue] = []
    for row in zone.rows:
        pieces = all_pieces(row, "diagnosis")
        taken = frozenset(word for piece in pieces for word in piece.words)
        damaged = [p for p in all_pieces(row, "damaged_diagnosis") if not p.words & taken]
        torn = torn_diagnoses(row, taken | {w for p in damaged for w in p.words}) if pieces else []
        for piece in sorted([*pieces, *damaged, *torn], key=lambda p: p.area.left):
            if is_equipment_code(piece.text):
                out.words -= piece.words  # of the column beside it
                continue
            area = room(piece, row, sight.sheet.size, within=zone.area)
            value = replace(sight.read(area, FieldKind.DIAGNOSIS, piece.text), label=zone.label.text)
            if not _is_printed(value, sight):
                found.append(value.doubted() if piece in torn else value)
    if not found:
        text = zone.text
        if zone.rows and (len(text) > 14 or not any(c.isdigit() for c in text)):  # noqa: PLR2004  (words, not a code)
            out.facts.setdefault("diagnosis.text", text[:200])
            return
        value = _whole(sight, zone, FieldKind.DIAGNOSIS)
        if _is_printed(value, sight):
            value = FieldValue.missing(page=value.page, box=value.box, label=value.label)
        if value.status is FieldStatus.MISSING:
            out.diagnosis_label = out.diagnosis_label or value
            return
        found.append(value)
    known = {v.value for v in out.diagnoses if v.value}
    out.diagnoses.extend(
        v for v in found if v.status is not FieldStatus.MISSING and (not v.value or v.value not in known)
    )


def _is_printed(value: FieldValue, sight: Sight) -> bool:
    """Say whether what was read as a diagnosis is a label's print: without a digit, or low and like no known code."""
    if value.status is not FieldStatus.REVIEW:
        return False
    known = known_codes(FieldKind.DIAGNOSIS)
    if any(text in known for text in (value.value, *(c.value for c in value.candidates))):
        return False
    if value.value is None and value.raw and not any(c.isdigit() for c in value.raw):
        return True
    low = value.box is not None and sight.sheet.area(value.box).height < _SMALL_PRINT * sight.sheet.size
    return low and (value.value is None or value.confidence < _GUESSED)


def _person(sight: Sight, role: str, zones: Sequence[Zone], out: Collected) -> None:
    for zone in zones:
        for name in zone.label.concepts:
            if name in _BY_ROLE and len(zone.label.concepts) == 1:
                out.put(f"{role}.{name}", _single(sight, zone))
    for zone in zones:
        if zone.label.concept == "phone_fax" or set(zone.label.concepts) == {"phone", "fax"}:
            _phone_and_fax(sight, role, zone, out)
    _names(sight, role, [z for z in zones if set(z.label.concepts) & (_NAMES | {"last_name", "first_name"})], out)
    name = f"{role}.address"
    if name in FIELD_KINDS:
        _address(sight, name, [z for z in zones if z.label.concept in _ADDRESS_PARTS], out)


def _phone_and_fax(sight: Sight, role: str, zone: Zone, out: Collected) -> None:
    for row in zone.rows:
        pieces = all_pieces(row, "phone")
        for name, piece in zip(("phone", "fax"), pieces, strict=False):
            area = room(piece, row, sight.sheet.size, within=zone.area)
            out.put(f"{role}.{name}", replace(sight.read(area, FieldKind.PHONE, piece.text), label=zone.label.text))


def _names(  # noqa: C901  (whole names, halves, providers)
    sight: Sight, role: str, zones: Sequence[Zone], out: Collected
) -> None:
    parts: dict[str, FieldValue] = {}
    for zone in zones:
        concepts = zone.label.concepts
        kind = "whole" if concepts[0] in _NAMES or len(concepts) > 1 else concepts[0]
        if kind == "whole" and concepts[0] == "person" and not any(c.isalpha() for c in zone.text):
            continue
        value = _whole(sight, zone, FieldKind.NAME)
        if kind == "whole" and role == "member" and (lone := _other_half(value, zones)):
            kind, value = lone, value.doubted()
        last_first = concepts[0] == "name_last_first" or concepts[:2] == ("last_name", "first_name")
        if kind != "whole":
            if kind not in parts or _GOOD[value.status] > _GOOD[parts[kind].status]:
                parts[kind] = value
        elif role == "member":
            if value.value and has_credential(value.value) and value.status is FieldStatus.ACCEPTED:
                value = replace(value, status=FieldStatus.REVIEW)  # more likely a clinician's name
            for name, half in zip(("last_name", "first_name"), halves(value, last_first=last_first), strict=True):
                out.put(f"member.{name}", half)
        else:
            text = provider_name(value.value, last_first=last_first) if value.value else None
            out.put(f"{role}.name", part(value, text))
    if role == "member":
        asked = Counter(z.label.concept for z in zones if z.label.role is None)
        for name, value in parts.items():
            # asked for twice, and neither label says whose: one of them is somebody else's
            unsure = asked[name] > 1 and value.status is FieldStatus.ACCEPTED
            out.put(f"member.{name}", replace(value, status=FieldStatus.REVIEW) if unsure else value)
    elif parts:
        first, last = parts.get("first_name"), parts.get("last_name")
        both = [v for v in (first, last) if v]
        text = joined_provider(first.value if first else None, last.value if last else None)
        out.put(f"{role}.name", together(both, text))


def _other_half(value: FieldValue, zones: Sequence[Zone]) -> str | None:
    """What a name of one word is where the other half has a label of its own: its label said more once."""
    halves_asked = {z.label.concept for z in zones} & {"last_name", "first_name"}
    if value.value is None or len(value.value.split()) != 1 or len(halves_asked) != 1:
        return None
    return "first_name" if halves_asked == {"last_name"} else "last_name"


def _address(sight: Sight, name: str, zones: Sequence[Zone], out: Collected) -> None:
    street = next((z for z in zones if z.label.concept in {"street", "full_address"} and z.rows), None)
    street = street or next((z for z in zones if z.label.concept in {"street", "full_address"}), None)
    if street is None:
        return
    after = [z for z in zones if z is not street and z.label.area.middle >= street.label.area.top - 1]
    nearest: dict[str, Zone] = {}
    for zone in after:
        if zone.label.concept not in {"street", "full_address"}:
            nearest.setdefault(zone.label.concept, zone)
    first = [_row_value(sight, street, row) for row in street.rows] or [_single(sight, street, FieldKind.ADDRESS)]
    pieces: list[tuple[str, FieldValue]] = [("", value) for value in first]
    whole = fits("zip", street.text[-12:]) and len(street.text) > 14  # noqa: PLR2004  (a ZIP ends a whole address)
    if not whole:
        for concept in ("apartment", "city_state_zip", "city", "state", "zip"):
            if concept in nearest and not (concept == "apartment" and not nearest[concept].rows):
                kind = FieldKind.ADDRESS if concept in {"city", "city_state_zip"} else FieldKind.TEXT
                pieces.append((concept, _single(sight, nearest[concept], kind)))
    text = ""
    for concept, value in pieces:
        if value.value:
            text += (" " if concept in {"zip", "apartment"} and text else ", " if text else "") + value.value.strip(
                " ,"
            )
    value = together([v for _, v in pieces], text)
    out.put(name, replace(value, label=street.label.text))


def _row_value(sight: Sight, zone: Zone, row: Sequence[object]) -> FieldValue:
    tokens = next(r for r in zone.rows if r is row)
    text = " ".join(t.text for t in tokens)
    left = max(zone.area.left, min(t.area.left for t in tokens) - sight.sheet.size)
    area = Area(
        left,
        min(t.area.top for t in tokens) - 2,
        min(zone.area.right, max(t.area.right for t in tokens) + sight.sheet.size),
        max(t.area.bottom for t in tokens) + 2,
    )
    return replace(sight.read(area, FieldKind.ADDRESS, text), label=zone.label.text)


def has_credential(text: str) -> bool:
    """Say whether a text ends in a degree or licence."""
    words = text.replace(",", " ").split()
    return bool(words) and is_credential(words[-1])
