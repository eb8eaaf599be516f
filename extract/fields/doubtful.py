"""Values beside labels too damaged to be sure of, and numbers that say by their shape what they are.

Nothing here is ever accepted: it is shown to a person instead of being called missing.
"""

from extract.fields.born import may_be_birth
from extract.fields.collect import Collected, collect
from extract.fields.roles import assign_roles
from extract.fields.shapes import TYPED, find_all, fits
from extract.fields.values import Sight, joined, piece_of, room
from extract.fields.zones import Zone, find_zones
from extract.labels.label import Label, Labels, concept_of
from extract.labels.likely import likely_labels
from extract.layout import join
from terms.codes import Npi
from terms.names import CRITICAL_FIELDS, FieldKind
from terms.values import FieldStatus


def look_again(sight: Sight, out: Collected, found: Labels, labels: list[Label]) -> None:
    """Put doubtful values where a critical field was not found at all; a place found blank stays blank."""
    if "ordering_provider.npi" not in out.fields or out.fields["ordering_provider.npi"].status is FieldStatus.MISSING:
        _by_shape(sight, out)
    wanted = {name for name in CRITICAL_FIELDS if name not in out.fields} - {"request.type"}
    if not wanted and out.diagnoses:
        return
    likely = likely_labels(sight.sheet, found)
    if likely:
        everything = sorted([*labels, *likely], key=lambda x: (x.line, x.first))
        roles = assign_roles(sight.sheet, everything, found.headings)
        role_of = {id(x): r for x, r in zip(everything, roles, strict=True)}
        damaged = {id(x) for x in likely}
        zones = [
            z
            for z in find_zones(sight.sheet, everything, found.headings)
            if id(z.label) in damaged and not z.words & out.words and _looks_right(z) and not _is_other_date(z, sight)
        ]
        more = collect(sight, zones, {i: role_of[id(z.label)] for i, z in enumerate(zones)})
        for name in wanted & set(more.fields):
            value = more.fields[name]
            if value.status is not FieldStatus.MISSING:
                out.put(name, value.doubted())
                out.words |= more.words
        if not out.diagnoses and out.diagnosis_label is None:
            out.diagnoses.extend(value.doubted() for value in more.diagnoses)


def _is_other_date(zone: Zone, sight: Sight) -> bool:
    """Say whether a date is no birth date by its year or what leads to it: "Date of visit" is like "Date of birth"."""
    if zone.label.concept != "date_of_birth":
        return False
    number = zone.label.line
    lines = sight.sheet.lines[max(0, number - 1) : number]
    before = [*(join(line.tokens) for line in lines), join(sight.sheet.lines[number].tokens[: zone.label.past])]
    return not may_be_birth("\n".join(before), zone.text, sight.latest)


def _looks_right(zone: Zone) -> bool:
    """What stands there could be what the damaged label asks for."""
    kind = concept_of(zone.label).kind
    if kind in TYPED:
        return fits(kind, zone.text)
    words = zone.text.replace(",", " ").split()
    letters = sum(c.isalpha() for c in zone.text)
    return 0 < len(words) <= 5 and letters > 2 and not any(c.isdigit() for c in zone.text) and words[0][0].isupper()  # noqa: PLR2004


def _by_shape(sight: Sight, out: Collected) -> None:
    """The only number of a page whose check digit makes it an NPI and that no label claims."""
    hits: dict[str, tuple[int, int, int]] = {}
    for number, line in enumerate(sight.sheet.lines):
        text = joined(line.tokens)
        for match in find_all("npi", text):
            if Npi.parse(match.group()) and not piece_of(line.tokens, *match.span()).words & out.words:
                hits[match.group()] = (number, *match.span())
    if len(hits) != 1:
        return
    number, first, past = next(iter(hits.values()))
    row = sight.sheet.lines[number].tokens
    piece = piece_of(row, first, past)
    value = sight.read(room(piece, row, sight.sheet.size), FieldKind.NPI, piece.text)
    if value.status is not FieldStatus.MISSING:
        out.put("ordering_provider.npi", value.doubted())
