"""Whose value a label asks for: by its own words, its section, or the labels around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.labels.label import Heading, Label, concept_of
from extract.layout import Area, Sheet

PEOPLE = frozenset({"member", "ordering_provider", "servicing_provider", "other"})
_IMPLIED_REACH = 9.0
"""How far, in lines, a birth date or an NPI makes the labels after it the same person's."""
_FOLLOWS = 16.0
"""How far below a bare name, in word heights, a birth date still says whose name it is."""
_BLOCK = 12.0
"""How far below "RE:", in word heights, its block goes on."""
_TOGETHER = 6.0
"""How far below the one half of a name, in word heights, the other may stand."""
_PROVIDERS = frozenset({"ordering_provider", "servicing_provider"})
_CALLED = frozenset({"member", "ordering_provider"})
"""Whose telephones nearly every form asks for."""
_LETTER_LABELS = 10
"""Most labels on a letter or mail; a page with more is a form."""
_FORM_WALLS = 4
"""So many upright rules stand on no letter."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Something on the page that says whose the labels near it are."""

    role: str
    area: Area
    extra: float = 0.0
    governing: Heading | None = None


def assign_roles(sheet: Sheet, labels: Sequence[Label], headings: Sequence[Heading]) -> list[str | None]:
    """Say for each label whose value it asks for; None where nothing on the page says so."""
    anchors: list[_Anchor] = []
    for label in labels:
        concept = concept_of(label)
        if label.role in PEOPLE:
            extra = 0.6 if label.weak else 0.0
            anchors.append(
                _Anchor(str(label.role), label.area, extra=extra, governing=_governing(label, headings, sheet))
            )
        elif label.role is None and concept.role == "member":
            anchors.append(_Anchor("member", label.area, extra=1.0, governing=_governing(label, headings, sheet)))
        elif label.role is None and concept.name == "npi":
            anchors.append(
                _Anchor("ordering_provider", label.area, extra=1.0, governing=_governing(label, headings, sheet))
            )
    anchors.extend(
        _Anchor("member", label.area, extra=1.0, governing=_governing(label, headings, sheet))
        for label in labels
        if label.concept == "cover_subject" and _is_about_a_member(label, labels, sheet)
    )
    roles = [_role(label, anchors, headings, sheet) for label in labels]
    roles = _begun_blocks(labels, roles, headings, sheet)
    roles = _paired_names(labels, roles, sheet)
    return _left_names(labels, _second_persons(labels, roles, headings, sheet))


def is_ruled_form(sheet: Sheet) -> bool:
    """Say whether the walls of boxes make a page a form, however few of its labels were read."""
    return len(sheet.rules.vertical) >= _FORM_WALLS


def doubtful_roles(
    sheet: Sheet, labels: Sequence[Label], headings: Sequence[Heading], roles: Sequence[str | None]
) -> frozenset[int]:
    """Places of the telephone labels of which only nearness says whose they are, where there are several people's.

    Such a label neither names a person nor stands under a person's heading, or the word before it was not read;
    its number may be the other's, whose own label may not have been read. Letters and mails, with few labels, say
    by their blocks whose a number is.
    """
    bare = [
        i
        for i, label in enumerate(labels)
        if label.concepts == ("phone",) and label.role is None
        and (_lost_its_person(label, sheet)
             or (governing := _governing(label, headings, sheet)) is None or governing.role not in PEOPLE)
    ]  # fmt: skip
    if len(labels) <= _LETTER_LABELS and not is_ruled_form(sheet):
        return frozenset()
    mine = {roles[i] for i in bare}
    told = {roles[i] for i, label in enumerate(labels) if "phone" in label.concepts and i not in bare}
    return frozenset(bare) if len(mine) > 1 or not _CALLED - mine <= told else frozenset()


def _lost_its_person(label: Label, sheet: Sheet) -> bool:
    """Say whether a word that is no part of a label stands right before it, no colon between: "Memb er phone:"."""
    line = sheet.lines[label.line]
    start, _ = line.segment(label.first)
    before = line.tokens[label.first - 1] if label.first > start else None
    return (
        before is not None
        and not before.colon
        and sum(c.isalpha() for c in before.text) > 1
        and label.area.left - before.area.right < sheet.size
    )


def _begun_blocks(
    labels: Sequence[Label], roles: list[str | None], headings: Sequence[Heading], sheet: Sheet
) -> list[str | None]:
    """A provider's full name label inside the member's section begins the provider's own fields."""
    out = list(roles)
    begun: str | None = None
    under: Heading | None = None
    for i, label in enumerate(labels):
        governing = _governing(label, headings, sheet)
        concept = concept_of(label)
        if governing is None or governing.role != "member" or governing != under or concept.role == "member":
            begun, under = None, governing
        if label.role in PEOPLE and not label.weak:
            named = concept.kind == "name" and label.role in _PROVIDERS and governing is not None
            begun = label.role if named else begun if label.role == begun else None
        elif begun and label.role is None and out[i] == "member" and concept.kind in {"phone", "address"}:
            out[i] = begun
    return out


def _paired_names(labels: Sequence[Label], roles: list[str | None], sheet: Sheet) -> list[str | None]:
    """A last and a first name that stand together are one person's: the label that says whose speaks for both."""
    out = list(roles)
    halves = [i for i, x in enumerate(labels) if x.concepts in {("last_name",), ("first_name",)}]
    for i, j in pairwise(halves):
        one, other = labels[i], labels[j]
        near = 0 <= other.area.middle - one.area.middle < _TOGETHER * sheet.size
        if one.concept == other.concept or not near or {one.role, other.role} & {"other", "office"}:
            continue
        if one.role is None and out[i] is None and other.role in PEOPLE:
            out[i] = other.role
        elif other.role is None and out[j] is None and one.role in PEOPLE:
            out[j] = one.role
    return out


def _left_names(labels: Sequence[Label], roles: list[str | None]) -> list[str | None]:
    """A name that nobody's label claims is the member's where the page has a member but no member's name."""
    names = [i for i, x in enumerate(labels) if concept_of(x).kind == "name" and x.concept != "contact"]
    told = any(r == "member" and concept_of(x).role == "member" for x, r in zip(labels, roles, strict=True))
    if not told or any(roles[i] == "member" for i in names):
        return roles
    left = {i for i in names if roles[i] is None and labels[i].role is None}
    return ["member" if i in left else role for i, role in enumerate(roles)]


def _is_about_a_member(subject: Label, labels: Sequence[Label], sheet: Sheet) -> bool:
    """A birth date or member id stands in the few lines of a letter's "RE:" block."""
    return any(
        0 <= x.area.middle - subject.area.middle < _BLOCK * sheet.size
        for x in labels
        if x.role is None and concept_of(x).role == "member"
    )


def _second_persons(
    labels: Sequence[Label], roles: list[str | None], headings: Sequence[Heading], sheet: Sheet
) -> list[str | None]:
    """A name asked for again in a section begins another person: whose it is a birth date or an NPI behind it says."""
    out = list(roles)
    named: set[tuple[str | None, str]] = set()
    for i, label in enumerate(labels):
        name, role = label.concept, out[i]
        if concept_of(label).kind != "name" or name in {"first_name", "middle_name", "contact"} or role not in PEOPLE:
            continue
        sort = "person" if name == "person" and not label.colon else "name"
        key = (role, sort)
        if key not in named or label.role is not None:
            named.add(key)
            continue
        governing = _governing(label, headings, sheet)
        rest = [j for j in range(i, len(labels)) if _governing(labels[j], headings, sheet) == governing]
        whose = next((w for j in rest if (w := _told_by(labels[j]))), None)
        if whose is None or whose == role:
            continue
        for j in rest:
            if labels[j].role is None and out[j] == role:
                out[j] = whose
    return out


def _told_by(label: Label) -> str | None:
    """Whose labels stand here, by one that only one sort of person has."""
    if label.role is not None:
        return None
    if concept_of(label).role == "member":
        return "member"
    return "ordering_provider" if label.concept == "npi" else None


def _role(  # noqa: PLR0911  (one rule a return, in order)
    label: Label, anchors: list[_Anchor], headings: Sequence[Heading], sheet: Sheet
) -> str | None:
    concept = concept_of(label)
    if label.role in PEOPLE and not label.weak:
        return label.role
    if concept.role in {"plan", "cover", "request", "office"} or label.role == "office":
        return concept.role or label.role
    if concept.role == "member":
        around = _nearest(label, anchors, headings, sheet)
        return around if around == "other" else "member"
    found = _nearest(label, [a for a in anchors if a.area != label.area], headings, sheet)
    if concept.kind == "name" and label.role is None and _governing(label, headings, sheet) is None:
        found = _by_what_follows(label, anchors, sheet) or found
    if label.role is not None and label.weak:
        # "provider phone" under "Rendering Provider" is the rendering provider's
        return found if found == "servicing_provider" else label.role
    if concept.name in {"npi", "group_npi", "fax", "tax_id", "facility"} and found not in _PROVIDERS | {"other"}:
        return "ordering_provider"
    if found in {"request", "plan"}:
        return None
    return found or concept.role


def _nearest(label: Label, anchors: list[_Anchor], headings: Sequence[Heading], sheet: Sheet) -> str | None:
    size = sheet.size
    governing = _governing(label, headings, sheet)
    best, least = (governing.role if governing else None), 30.0
    for anchor in anchors:
        cost = _cost(label, anchor, size)
        if cost is None or (anchor.extra >= 1.0 and cost > _IMPLIED_REACH):
            continue
        if governing is not None:
            if anchor.area.bottom <= governing.area.top + 1 or anchor.governing != governing:
                continue
            # inside a section only another person's full label draws the next labels away from it
            if governing.role in PEOPLE and anchor.extra > 0:
                continue
            if governing.role in PEOPLE and cost > 2.6:  # noqa: PLR2004  (about two lines)
                continue
        if cost < least:
            best, least = anchor.role, cost
    return best


def _by_what_follows(label: Label, anchors: list[_Anchor], sheet: Sheet) -> str | None:
    """A bare "Name:" is the member's if a birth date or member id stands beside it or just below."""
    for anchor in anchors:
        rows = (anchor.area.middle - label.area.middle) / sheet.size
        beside = label.area.shared_rows(anchor.area) > 0.4 and anchor.area.left > label.area.left  # noqa: PLR2004  (the same line)
        if beside or 0 < rows < _FOLLOWS:
            # the first that follows says it
            return "member" if anchor.role == "member" and anchor.extra >= 1.0 else None
    return None


def _cost(label: Label, anchor: _Anchor, size: float) -> float | None:
    rows = (label.area.middle - anchor.area.middle) / (1.8 * size)
    if label.area.shared_rows(anchor.area) > 0.4:  # noqa: PLR2004  (the same line)
        return None if anchor.area.left > label.area.left else 0.5 + anchor.extra
    if rows <= 0:
        return None
    aligned = abs(label.area.left - anchor.area.left) < 1.6 * size
    return rows + (0.0 if aligned else 2.0) + anchor.extra


def _governing(label: Label, headings: Sequence[Heading], sheet: Sheet) -> Heading | None:
    """The section heading that a label stands under."""
    size = sheet.size
    above = [h for h in headings if h.area.bottom <= label.area.top + 0.6 * size and h.area.middle < label.area.middle]
    above += [
        h
        for h in headings
        if h.area.shared_rows(label.area) > 0.6 and h.area.right <= label.area.left  # noqa: PLR2004
    ]
    for heading in sorted(above, key=lambda h: -h.area.middle):
        beside = [h for h in above if h.area.shared_rows(heading.area) > 0.5]  # noqa: PLR2004  (the same line)
        if len(beside) > 1:
            own = [h for h in beside if h.area.left <= label.area.left + 1.5 * size]
            return max(own, key=lambda h: h.area.left, default=min(beside, key=lambda h: h.area.left))
        if _is_of_other_column(heading, label, above, sheet):
            continue
        return heading
    return None


def _is_of_other_column(heading: Heading, label: Label, above: list[Heading], sheet: Sheet) -> bool:
    """A heading lower in the left column does not govern the right column, where another section goes on."""
    size = sheet.size
    if label.area.left <= heading.area.right + size:
        return label.area.right < heading.area.left - size
    line = sheet.lines[heading.line]
    beside = any(t.area.left > heading.area.right + 3 * size for t in line.tokens)
    rivals = [h for h in above if h.area.left > heading.area.right and h.area.left <= label.area.left + 1.5 * size]
    return beside and bool(rivals)
