"""Members, clinicians, numbers and codes in running text, each with its role.

A letter says whose a number is by the words before it and by where it stands: the letterhead's
telephone is the clinic's, the one after "can be reached at" the member's. What a label already
gave is left alone.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.fields.collect import Collected
from extract.fields.people import halves, has_name_shape, is_credential, part, provider_name
from extract.fields.values import Sight, piece_of
from extract.labels.label import Labels
from extract.layout import Token, join
from extract.letters.running import Prose, is_taken, prose_of, put, read_span, row_text
from extract.letters.suggest import doubt_roles, suggest
from terms.names import FieldKind

_D = r"[0-9OolISB]"
_PHONE = r"(?:\+?1[-. ])?\(?\d{3}\)?[-. ]{0,2}\d{3}[-. ]{1,2}\d{4}(?:\s*,?\s*(?:ext|x)\.?\s*\d{1,6})?"
_DATE = r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}-\d\d-\d\d|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? ?\d{1,2}(?:st|nd|rd|th)?,? ?\d{4}"  # noqa: E501  (a pattern or a list, read as one line)
_NAME_WORD = r"(?:[A-Z][\w'\u2019.-]*|de|la|del|van|von|der|los|da|di)"
_NAME = rf"{_NAME_WORD}(?: {_NAME_WORD}){{1,4}}"
_BORN = re.compile(rf"(?:\bDOB|\bD\.O\.B\.?|date of birth|birth ?date|\bborn(?: on)?)\W{{0,4}}({_DATE})", re.IGNORECASE)
_CIN = re.compile(r"(?<![\w-])(9\d{7}[A-Z])(?:\s?\d(?:\s?\d{4})?)?(?![\w-])")
_PERSON = re.compile(
    rf"(?:\b(?:RE|Re|Regarding|REGARDING|Patient|PATIENT|Member|Patient [Nn]ame|Member [Nn]ame)\s*:\s*|\b(?:[Mm]y|[Oo]ur|[Tt]he|this|This|above) patient,? (?:is )?|\bon behalf of (?:my patient,? |our patient,? )?|\b(?:order(?:ed|ing)?|request(?:ed|ing)?|prescrib(?:ed|ing)|authorization|equipment|needed|care|pump|chair|walker|supplies) for (?:my patient,? |our patient,? |the patient,? )?)(?:Mr\.?|Mrs\.?|Ms\.?|Miss)?\s*({_NAME_WORD}(?: {_NAME_WORD}){{0,3}}, {_NAME_WORD}(?: [A-Z]\.?)?(?=[ ,;(]|$)|{_NAME})"  # noqa: E501  (a pattern or a list, read as one line)
)
_STOP_NAMES = re.compile(
    r"\b(?:DOB|DME|MRN|CIN|ID|Member|Medi|HCPCS|Who|She|He|Her|His|Authorization|Request|Order|Prior|Date|Durable|Medical|Equipment|Letter|Necessity|Urgent|Alameda|Alliance|NPI|Medical Necessity|Home|Oxygen|Wheelchair)\b"  # noqa: E501  (a pattern or a list, read as one line)
)
_TORN_NAME = re.compile(r" ?(?!(?:dob|born|mrn|id|and|aka)\b)[a-z]{2,}")
"""What follows a labelled name where a fax tore its last word apart: small letters, and no word that goes with it."""
_WHO = re.compile(r"(?:Our |My )?(?:Patient|Member|Beneficiary|PATIENT|MEMBER|Pt)(?: Name)?:? ")
_NPI = re.compile(rf"NPI\W{{0,4}}(?:number|no\.?|#)?\W{{0,3}}([12]{_D}{{9}})(?!\d)", re.IGNORECASE)
_ICD = re.compile(r"(?<![A-Za-z0-9.])([A-TV-Z]\d[0-9AB]\.[0-9A-Z]{1,4})(?![A-Za-z0-9])")
_ICD_BARE = re.compile(r"(?<![A-Za-z0-9.])([A-TV-Z]\d[0-9AB](?:\.?[0-9A-Z]{1,4})?)(?![A-Za-z0-9]|\.[A-Za-z0-9])")
_ICD_LEAD = re.compile(r"\b(?:dx|icd(?:-?10)?(?:-cm)?|diagnos[ei]s)\b[^\n]*", re.IGNORECASE)
"""The rest of a line that speaks of diagnoses, where codes may stand without their point."""
_ADDRESS = re.compile(
    r"\b(\d{1,6} [A-Z0-9][\w.'#-]*(?:,? [\w.'#-]+){0,7}(?:, ?| )[A-Z][A-Za-z.' -]{2,25}(?:, ?| )(?:CA|California|[A-Z]{2}),? ?\d{5}(?:-\d{4})?)"  # noqa: E501  (a pattern or a list, read as one line)
)
_MEMBER_BEFORE = re.compile(
    r"(?:reach(?:ed|able)?|patient'?s?|member'?s?|home|cell|mobile|call(?:ed)? (?:her|him|them)|her|his|their|contact (?:her|him|them|the patient))\b[^.\n]{0,30}$",  # noqa: E501  (a pattern or a list, read as one line)
    re.IGNORECASE,
)
_LIVES = re.compile(r"(?:lives|living|resid\w+|address|home|deliver\w*)\b[^.]{0,25}$", re.IGNORECASE)
_FAX_BEFORE = re.compile(r"\b(?:[ft]ax|facsimile|fx|f)\b\W{0,6}(?:number|no\.?|#|is|at|to)?\W{0,4}$", re.IGNORECASE)
_PHONE_BEFORE = re.compile(
    r"\b(?:phone|telephone|tel|ph|office|p|t|call (?:me|us|our office)|contact (?:me|us|our office)|questions)\b\W{0,6}(?:number|no\.?|#|is|at)?\W{0,4}$",  # noqa: E501  (a pattern or a list, read as one line)
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\W*(?:sincerely|respectfully|regards|best regards|kind regards|thank you|thanks|warm regards|cordially|yours truly|very truly yours|signed|electronically signed by)\b",  # noqa: E501  (a pattern or a list, read as one line)
    re.IGNORECASE,
)
_PROVIDERS_LINE = re.compile(r"\bNPI\b|^\W*(?:phone|telephone|tel|ph|office|fax)\b", re.IGNORECASE)
_LETTER_LABELS = 10
"""Most labels on a letter or mail; a page with more, or with headings, is a form, and says by labels what it says."""
_LETTERHEAD, _LETTER_FOOT = 0.17, 0.85


def read_prose(sight: Sight, out: Collected, found: Labels) -> None:
    """Fill what the labels of a page did not give from its running text."""
    prose = prose_of(sight)
    if not prose.text:
        return
    known = frozenset(out.fields)
    _member(sight, prose, out)
    _numbers(sight, prose, out, found)
    _clinician(sight, prose, out)
    _addresses(sight, prose, out)
    _codes(sight, prose, out)
    _letter_date(sight, prose, out)
    doubt_roles(prose, out, known)
    if not found.headings and len(found.labels) <= _LETTER_LABELS:
        suggest(sight, prose, out)


def _member(sight: Sight, prose: Prose, out: Collected) -> None:
    born = _BORN.search(prose.text)
    if born and "member.date_of_birth" not in out.fields:
        put(out, "member.date_of_birth", read_span(sight, prose, born.span(1), FieldKind.DATE, birth=True))
    card = _CIN.search(prose.text)
    if card and "member.id" not in out.fields:
        put(out, "member.id", read_span(sight, prose, card.span(1), FieldKind.MEMBER_ID))
    if "member.last_name" in out.fields:
        return
    for match in _PERSON.finditer(prose.text.replace("\n", " ")):
        name = match.group(1)
        end = prose.text.find("\n", match.start(1), match.end(1))
        is_labelled = ":" in match.group()[: match.start(1) - match.start()]
        if end >= 0 and is_labelled and " " in name[: end - match.start(1)]:
            # what a label names stands on its own line
            name = name[: end - match.start(1)]
        lead = _WHO.match(name)
        if lead:
            name = name[lead.end() :]
        begin = match.start(1) + (lead.end() if lead else 0)
        stop = _STOP_NAMES.search(name)
        name = name[: stop.start()].strip(" ,") if stop else name.strip(" ,")
        if len(name.replace(",", " ").split()) < 2 or is_credential(name.split()[-1]):  # noqa: PLR2004  (first and last)
            continue
        value = read_span(sight, prose, (begin, begin + len(name)), FieldKind.NAME)
        if value is None or value.value is None:
            continue
        value = replace(value, value=value.value.strip(" ,.;:"))
        if is_labelled and _TORN_NAME.match(prose.text, begin + len(name)):
            value = value.doubted()
        last, first = halves(value, last_first=False)
        put(out, "member.last_name", last)
        put(out, "member.first_name", first)
        return


def _numbers(sight: Sight, prose: Prose, out: Collected, found: Labels) -> None:
    del found
    for match in re.finditer(_PHONE, prose.text):
        before = prose.text[max(0, match.start() - 60) : match.start()]
        line = before.rpartition("\n")[2]
        row = next((r for r, _, _ in prose.pieces(*match.span())), None)
        if row is None or is_taken(prose, match.span(), out):
            continue
        high = row[0].area.top / sight.sheet.height
        if _FAX_BEFORE.search(line):
            name = "ordering_provider.fax"
        elif _MEMBER_BEFORE.search(before.replace("\n", " ")):
            name = "member.phone"
        elif _PHONE_BEFORE.search(line) or high < _LETTERHEAD:
            name = "ordering_provider.phone"
        else:
            continue
        if name not in out.fields:
            put(out, name, read_span(sight, prose, match.span(), FieldKind.PHONE))
        called = _FAX_BEFORE.search(line) or _PHONE_BEFORE.search(line)
        if called and high < _LETTERHEAD and _is_over_member(sight, row, out):
            out.words |= _words_at(prose, match.span())
    npi = _NPI.search(prose.text)
    if npi and "ordering_provider.npi" not in out.fields and not is_taken(prose, npi.span(1), out):
        put(out, "ordering_provider.npi", read_span(sight, prose, npi.span(1), FieldKind.NPI))


def _is_over_member(sight: Sight, row: Sequence[Token], out: Collected) -> bool:
    """A row of a letter's head: everything that is said of the member stands below it."""
    tops = [
        value.box.top * sight.sheet.height
        for name, value in out.fields.items()
        if name.startswith("member.") and value.box is not None and value.value is not None
    ]
    return bool(tops) and max(t.area.bottom for t in row) < min(tops)


def _words_at(prose: Prose, span: tuple[int, int]) -> frozenset[int]:
    return frozenset(word for row, a, b in prose.pieces(*span) for word in piece_of(row, a, b).words)


def _clinician(sight: Sight, prose: Prose, out: Collected) -> None:
    """The clinician who signs: under the closing words, else the only line that is a name with a degree."""
    if "ordering_provider.name" in out.fields:
        return
    rows = prose.rows
    closings = [i for i, row in enumerate(rows) if _CLOSING.match(row_text(row))]
    order = [j for i in closings for j in range(i, min(len(rows), i + 6))]
    order += [i for i in range(len(rows)) if i not in order]
    for place in order:
        text = row_text(rows[place])
        signed = place in order[: 6 * len(closings)] and bool(closings)
        match = re.search(rf"(?:Dr\.? )?{_NAME}(?:, ?| )(?:[A-Z][A-Za-z.-]*,? ?){{1,3}}$", text.strip())
        candidate = text.strip() if signed else (match.group() if match else "")
        candidate = re.sub(
            r"^\W*(?:electronically )?signed(?: by)?\W+|^\W*(?:sincerely|regards),?\s*",
            "",
            candidate,
            flags=re.IGNORECASE,
        )
        if not candidate or not has_name_shape(candidate):
            continue
        titled = any(
            is_credential(w.strip(",.")) for w in candidate.replace(",", " ").split()[1:]
        ) or candidate.startswith("Dr")
        if not titled:
            continue
        start = prose.starts[place] + text.index(candidate)
        value = read_span(sight, prose, (start, start + len(candidate)), FieldKind.NAME)
        if value is not None and value.value:
            put(out, "ordering_provider.name", part(value, provider_name(value.value)))
            return


def _addresses(sight: Sight, prose: Prose, out: Collected) -> None:
    flat = prose.text.replace("\n", " ")
    for match in _ADDRESS.finditer(flat):
        row = next((r for r, _, _ in prose.pieces(*match.span())), None)
        if row is None or is_taken(prose, match.span(1), out):
            continue
        lives = _LIVES.search(flat[max(0, match.start() - 60) : match.start()])
        high = row[0].area.top / sight.sheet.height
        clinics = high < _LETTERHEAD or high > _LETTER_FOOT or _near_provider(prose, row)
        name = "member.address" if lives else "ordering_provider.address" if clinics else None
        if name and name not in out.fields:
            put(out, name, read_span(sight, prose, match.span(1), FieldKind.ADDRESS))


def _near_provider(prose: Prose, row: Sequence[Token]) -> bool:
    """The clinic's NPI or telephone stands within a few lines."""
    place = next(i for i, other in enumerate(prose.rows) if other is row)
    return any(_PROVIDERS_LINE.search(row_text(r)) for r in prose.rows[max(0, place - 4) : place + 5])


def _codes(sight: Sight, prose: Prose, out: Collected) -> None:
    known = {v.value for v in out.diagnoses if v.value}
    seen: set[str] = {"".join(c for c in (v.raw or "") if c.isalnum()) for v in out.diagnoses}
    spans = [m.span(1) for m in _ICD.finditer(prose.text)] + [
        m.span(1) for lead in _ICD_LEAD.finditer(prose.text) for m in _ICD_BARE.finditer(prose.text, *lead.span())
    ]
    for first, past in sorted(set(spans)):
        row = next((r for r, _, _ in prose.pieces(first, past)), None)
        text = "".join(c for c in prose.text[first:past] if c.isalnum())
        hit = next(iter(prose.pieces(first, past)), None)
        if row is None or hit is None or text in seen:
            continue
        if piece_of(hit[0], hit[1], hit[2]).words & out.words or re.fullmatch(
            r"[ABEGJKLQSTV]\d{4}", prose.text[first:past]
        ):
            continue
        value = read_span(sight, prose, (first, past), FieldKind.DIAGNOSIS)
        if value is not None and value.value not in known:
            seen.add(text)
            if value.value:
                known.add(value.value)
            out.diagnoses.append(value)


def _letter_date(sight: Sight, prose: Prose, out: Collected) -> None:
    if "request.date" in out.fields:
        return
    for start, row in zip(prose.starts, prose.rows, strict=True):
        if row[0].area.top > 0.4 * sight.sheet.height:
            return
        text = join(row)
        match = re.fullmatch(rf"(?:Date:?\s*)?({_DATE})\.?", text, re.IGNORECASE)
        if match:
            span = start + match.start(1), start + match.end(1)
            put(out, "request.date", read_span(sight, prose, span, FieldKind.DATE))
            if _is_over_member(sight, row, out):
                out.words |= _words_at(prose, span)
            return
