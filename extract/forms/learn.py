"""Make a form's definition from its blank: fillable or plain, drawn or scanned.

The labels of the blank say what its places ask for; its lines, boxes, check squares and, in a
fillable PDF, its form fields say where they are. What comes out is a proposal for a person to look
at (:mod:`extract.forms.picture`), not a finished thing.
"""

import datetime as dt
import json
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from extract.errors import FormError
from extract.fields.roles import assign_roles
from extract.forms.definition import CheckOf, FormDefinition, FormPage, ZoneOf, save_definition
from extract.forms.learn_checks import find_checks
from extract.forms.learn_tables import find_blank_tables
from extract.forms.slots import NOTHING, SIGNATURE, slot_for, slots
from extract.forms.writing_places import cells_below, place_beside, unnamed_labels
from extract.labels.find import find_labels, merged
from extract.labels.label import PERSON, Label
from extract.labels.vocabulary import squeeze, vocabulary
from extract.layout import Area, Sheet, lay_out
from extract.page.prepare import prepare
from extract.page.upright import UprightPage
from extract.page.words import read_words
from ingest.pages import FormValue, PageSource
from ingest.unpack import unpack
from terms.document import Word
from terms.geometry import Box
from terms.names import TextSource

_DARK = 128
_SIGN = {"signature"}
_ONE_OF = ("request.type", "service.place")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A learned definition with what a person should look at before it is used."""

    form: FormDefinition
    folder: Path
    doubts: tuple[str, ...]


def learn(blank: Path, into: Path, *, form_id: str, edition: str, title: str = "", today: dt.date) -> Proposal:
    """Learn ``blank`` and write the definition below ``into`` as ``<form_id>/<edition>/``.

    Raises :class:`extract.errors.FormError` if the file cannot be read, is not blank enough to have
    labels, or that edition is there already.
    """
    with tempfile.TemporaryDirectory(prefix="inlet-form-") as scratch:
        unpacked = unpack(blank, Path(scratch))
        if unpacked.problem is not None or not unpacked.pages:
            reason = unpacked.problem.message if unpacked.problem else "it has no pages"
            raise FormError(f"{blank.name} cannot be learned: {reason}")
        pages: list[FormPage] = []
        doubts: list[str] = []
        for number, source in enumerate(unpacked.pages, start=1):
            page, more = _learn_page(source, number, Path(scratch))
            pages.append(page)
            doubts.extend(more)
        if not any(page.zones or page.checks or page.tables for page in pages):
            raise FormError(f"no label with a place to write was found on {blank.name}; is it a form?")
        form = FormDefinition(
            form_id, edition, title or form_id.replace("-", " "), tuple(pages),
            tuple(g for g in _ONE_OF if sum(c.group == g for p in pages for c in p.checks) > 1),
            effective_from=today, source=f"learned from {blank.name}",
        )  # fmt: skip
        return Proposal(form, save_definition(form, into), tuple(doubts))


def _learn_page(source: PageSource, number: int, folder: Path) -> tuple[FormPage, list[str]]:
    page = prepare(source)
    if source.text_source in {TextSource.TEXT_LAYER, TextSource.FORM_VALUES} and source.words and page.rotation == 0:
        words = source.words
    else:
        words = read_words(page)
    ink = np.asarray(page.image < _DARK, dtype=np.uint8)
    cv2.imwrite(str(folder / f"page-{number}.png"), 255 - 255 * ink, [cv2.IMWRITE_PNG_BILEVEL, 1])
    listed = json.dumps([[w.text, w.box.to_json()] for w in words], ensure_ascii=False)
    (folder / f"page-{number}.words.json").write_text(listed, encoding="utf-8")
    form_page, doubts = propose(page, words, source.form_values, number)
    return replace(form_page, folder=folder), doubts


def propose(
    page: UprightPage, words: tuple[Word, ...], fields: tuple[FormValue, ...], number: int
) -> tuple[FormPage, list[str]]:
    """Say what stands where on one blank page; ``fields`` are the widgets of a fillable PDF."""
    sheet = lay_out(words, page.width, page.height, page.rules)
    found = find_labels(sheet)
    checks = find_checks(page, sheet, fields)
    texts = {w for c in checks for w in c.words}
    tables, in_tables = find_blank_tables(sheet, found.labels, fields)
    taken = in_tables | texts
    labels = merged([x for x in found.labels if not _words(x, sheet) & taken], sheet)
    headings = found.headings
    unnamed = unnamed_labels(sheet, labels, frozenset(taken), frozenset(h.line for h in headings))
    everything = sorted([*labels, *unnamed], key=lambda x: (x.line, x.first))
    roles = assign_roles(sheet, everything, headings)
    zones: list[ZoneOf] = []
    doubts: list[str] = []
    boxes = [sheet.area(c.box) for c in checks]
    for label, role in zip(everything, roles, strict=True):
        slot = _slot(label, role)
        area = place_beside(label, everything, sheet, page.rules)
        row = cells_below(label, sheet) if label.concept == "diagnosis" else []
        if len(row) > 1 or (row and area is None):
            zones += [ZoneOf("", "diagnosis", label.text.strip(" *:"), _shrunk(sheet.box(a))) for a in row]
            continue
        if area is None or any(area.overlaps(sheet.area(t.box)) for t in tables) or _is_taken(area, boxes, sheet):
            continue
        if slot is None:
            doubts.append(f"page {number}: {label.text.strip()!r} is understood, but not whose it is; name its zone")
            slot = NOTHING
        zones.append(ZoneOf("", slot, label.text.strip(" *:"), _shrunk(sheet.box(area))))
    widgets, more = _widget_zones(fields, zones, sheet, [t.box for t in tables])
    doubts.extend(f"page {number}: {text}" for text in more)
    zones = _apart(widgets + [z for z in zones if all(z.box.overlap(w.box) < 0.3 for w in widgets)])  # noqa: PLR2004  (the same place)
    return (
        FormPage(
            number,
            tuple(_named(zones)),
            tuple(CheckOf(c.group, c.value, c.label, c.box) for c in checks),
            tuple(t.table for t in tables),
        ),
        doubts,
    )


def _words(label: Label, sheet: Sheet) -> set[int]:
    return {t.word for t in sheet.lines[label.line].tokens[label.first : label.past]}


def _is_taken(area: Area, boxes: list[Area], sheet: Sheet) -> bool:
    """Check boxes or printed words stand where the value would: this is no place to write."""
    if any(area.left < b.centre < area.right and area.top < b.middle < area.bottom for b in boxes):
        return True
    return any(
        area.left < t.area.centre < area.right and area.top + 3 < t.area.middle < area.bottom - 3 and len(t.folded) > 3  # noqa: PLR2004  ("$", "lbs")
        for line in sheet.lines
        for t in line.tokens
    )


def _shrunk(box: Box) -> Box:
    return Box.clipped(*(round(v, 4) for v in box.to_json()))


def _slot(label: Label, role: str | None) -> str | None:
    """What a label's place fills; empty for what Inlet does not need, None where nobody can say."""
    concept = vocabulary().concepts["full_name"] if label.concept == PERSON else vocabulary().concepts[label.concept]
    if label.concept in _SIGN:
        return SIGNATURE
    if concept.ignore or role in {"other", "plan"}:
        return NOTHING
    name = "phone_fax" if set(label.concepts) == {"phone", "fax"} else concept.name
    if label.concepts[:2] == ("last_name", "first_name"):
        name = "name_last_first"
    if name == "name_first_last":
        name = "full_name"
    slot = slot_for(name, role)
    known = name in {s.concept for s in slots().values()}
    return slot if slot is not None else (None if known else NOTHING)


def _widget_zones(
    fields: tuple[FormValue, ...], zones: list[ZoneOf], sheet: Sheet, tables: list[Box]
) -> tuple[list[ZoneOf], list[str]]:
    """The text fields of a fillable form, each with the slot of the label whose place it fills."""
    made: list[ZoneOf] = []
    doubts: list[str] = []
    for field in fields:
        if field.kind not in {"text", "choice"} or any(field.box.overlap(t) > 0.5 for t in tables):  # noqa: PLR2004  (most of it)
            continue
        own = max(zones, key=lambda z: z.box.overlap(field.box), default=None)
        if own is not None and own.box.overlap(field.box) > 0.3:  # noqa: PLR2004  (the same place)
            made.append(replace(own, box=_roomy(field.box, sheet)))
            continue
        slot, label = _by_name(field.name)
        if slot is None:
            doubts.append(f"nothing is known of the form field {field.name!r}; name its zone")
        made.append(ZoneOf("", slot or NOTHING, label, _roomy(field.box, sheet)))
    return made, doubts


def _roomy(box: Box, sheet: Sheet) -> Box:
    """A form field's box with a little room: pens and typewriters do not keep to it."""
    across, down = 3 / sheet.width, 2 / sheet.height
    return Box.clipped(box.left - across, box.top - down, box.right + across, box.bottom + down)


def _by_name(name: str) -> tuple[str | None, str]:
    """What a form field's own name says ("member_dob", "Provider NPI")."""
    words = " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", re.sub(r"[_.\-]+", " ", name)))
    known = vocabulary()
    parts = words.lower().split()
    spans = [(first, past) for first in range(len(parts)) for past in range(len(parts), first, -1)]
    for first, past in sorted(spans, key=lambda s: s[0] - s[1]):
        concept = known.phrases.get(squeeze(" ".join(parts[first:past])))
        if concept is None or (past - first == 1 and len(parts[first]) < 2):  # noqa: PLR2004  ("p" of a page's number)
            continue
        if concept in _SIGN:
            return SIGNATURE, words
        if known.concepts[concept].ignore:
            return NOTHING, words
        role = next((known.roles[squeeze(p)][0] for p in parts[:first] if squeeze(p) in known.roles), None)
        slot = slot_for(concept, role or known.concepts[concept].role)
        if slot is not None:
            return slot, words
    return None, words


def _apart(zones: list[ZoneOf]) -> list[ZoneOf]:
    """Zones in reading order, without those that lie in another one."""
    kept: list[ZoneOf] = []
    for zone in sorted(zones, key=lambda z: (z.slot == NOTHING, z.box.width * z.box.height)):
        if all(zone.box.overlap(other.box) < 0.4 and other.box.overlap(zone.box) < 0.4 for other in kept):  # noqa: PLR2004  (the same place)
            kept.append(zone)
    return sorted(kept, key=lambda z: (round(z.box.top, 2), z.box.left))


def _named(zones: list[ZoneOf]) -> list[ZoneOf]:
    """Give every zone a name of its own."""
    used: set[str] = set()
    named: list[ZoneOf] = []
    for zone in zones:
        stem = zone.slot or re.sub(r"[^a-z0-9]+", "-", zone.label.lower()).strip("-")[:40] or "place"
        name, count = stem, 1
        while name in used:
            count += 1
            name = f"{stem}-{count}"
        used.add(name)
        named.append(replace(zone, name=name))
    return named
