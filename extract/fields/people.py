"""Names and addresses put together from how a form takes them apart, and the other way round."""

import re
from collections.abc import Sequence
from dataclasses import replace

from terms.values import Candidate, FieldStatus, FieldValue

_CREDENTIALS = frozenset(
    [
        "MD",
        "DO",
        "NP",
        "PA",
        "PAC",
        "FNP",
        "FNPC",
        "FNPBC",
        "DNP",
        "CNP",
        "CNM",
        "RN",
        "BSN",
        "MSN",
        "APRN",
        "AGNP",
        "ANP",
        "PNP",
        "CNS",
        "PHD",
        "PSYD",
        "PT",
        "DPT",
        "OT",
        "OTR",
        "OTRL",
        "SLP",
        "DPM",
        "DDS",
        "OD",
        "DC",
        "LCSW",
        "MBBS",
        "MPH",
        "MS",
        "MA",
        "RD",
        "RDN",
        "RT",
        "RRT",
        "ARNP",
        "WHNP",
        "PHARMD",
        "FACP",
        "FAAP",
        "FACS",
        "CCRN",
        "NPC",
    ]
)
_SUFFIXES = frozenset({"JR", "SR", "II", "III", "IV"})
_PARTICLES = frozenset(
    [
        "DE",
        "LA",
        "LAS",
        "LOS",
        "DEL",
        "DELA",
        "DI",
        "DA",
        "DOS",
        "DU",
        "VAN",
        "VON",
        "DER",
        "DEN",
        "ST",
        "SAN",
        "SANTA",
        "MC",
        "MAC",
        "AL",
        "EL",
        "BIN",
        "BEN",
        "LE",
        "TER",
        "O'",
    ]
)
_RANK = {FieldStatus.MISSING: 0, FieldStatus.ACCEPTED: 1, FieldStatus.INVALID: 2, FieldStatus.REVIEW: 3}


def is_credential(text: str) -> bool:
    """Say whether a word is a degree or licence ("MD", "FNP-C")."""
    return re.sub(r"[^A-Z]", "", text.upper()) in _CREDENTIALS


def has_name_shape(text: str) -> bool:
    """Say whether a text could be a person's name with degrees: two to seven words, capitals, no digits."""
    words = text.replace(",", " ").split()
    return len(words) in range(2, 8) and not any(c.isdigit() for c in text) and all(is_name_word(w) for w in words)


def is_name_word(word: str) -> bool:
    """Say whether a word could stand in a name: it begins with a capital or is a particle ("de", "van")."""
    return word[0].isupper() or word.upper() in _PARTICLES


def split_name(text: str, *, last_first: bool = False) -> tuple[str, str] | None:
    """Last and first name of a whole name; None if it has only one part.

    ``last_first`` says that the label asks for the last name first; a comma says so by itself.
    Middle names stay with the first name, particles ("de la") with the last.
    """
    text = " ".join(text.split()).strip(" ,;")
    head, comma, tail = text.partition(",")
    tail = tail.strip(" ,")
    if comma and tail and tail.upper().strip(".") not in _SUFFIXES and not is_credential(tail):
        return head.strip(), tail
    words = [w for w in head.split() if w.upper().strip(".,") not in _SUFFIXES and not is_credential(w.strip(","))]
    if len(words) < 2:  # noqa: PLR2004  (first and last)
        return None
    if last_first:
        cut = 1
        while cut < len(words) - 1 and words[cut - 1].upper().strip(".") in _PARTICLES:
            cut += 1
        return " ".join(words[:cut]), " ".join(words[cut:])
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].upper().strip(".") in _PARTICLES:
        cut -= 1
    return " ".join(words[cut:]), " ".join(words[:cut])


def provider_name(text: str, *, last_first: bool = False) -> str:
    """A provider's name as "First Last, Credentials"; kept as written unless the last name stands first."""
    text = " ".join(text.split()).strip(" ,;")
    parts = [p.strip() for p in text.split(",") if p.strip()]
    if len(parts) >= 2 and not is_credential(parts[1].split()[-1].strip("()")) and len(parts[1].split()) <= 3:  # noqa: PLR2004
        name = f"{parts[1]} {parts[0]}"
        return ", ".join([name, *parts[2:]])
    if len(parts) >= 2 and is_credential(parts[1].split()[-1]) and not is_credential(parts[1].split()[0]):  # noqa: PLR2004
        # "Doe, Jane MD"
        words = parts[1].split()
        given = [w for w in words if not is_credential(w)]
        titles = [w for w in words if is_credential(w)]
        return ", ".join([f"{' '.join(given)} {parts[0]}", *titles, *parts[2:]])
    if last_first and len(parts) == 1:
        both = split_name(text, last_first=True)
        return f"{both[1]} {both[0]}" if both else text
    return text


def joined_provider(first: str | None, last: str | None, credentials: str | None = None) -> str:
    """Put "First Last, Credentials" together from separate boxes, wherever the credentials were typed."""
    titles: list[str] = []

    def bare(text: str | None) -> str:
        words = (text or "").replace(",", " ").split()
        titles.extend(w for w in words if is_credential(w))
        return " ".join(w for w in words if not is_credential(w))

    name = f"{bare(first)} {bare(last)}".strip()
    titles.extend((credentials or "").replace(",", " ").split())
    return ", ".join([name, *dict.fromkeys(titles)]) if titles else name


def part(value: FieldValue, text: str | None) -> FieldValue:
    """A part of what was read, as sure as the whole."""
    candidates = tuple(c for c in value.candidates if c.value == text)
    return replace(value, value=text, candidates=candidates)


def halves(value: FieldValue, *, last_first: bool) -> tuple[FieldValue, FieldValue]:
    """Last and first name from a whole name that was read."""
    both = split_name(value.value, last_first=last_first) if value.value else None
    if both is None:
        status = FieldStatus.MISSING if value.status is FieldStatus.MISSING else FieldStatus.REVIEW
        whole = replace(value, status=status)
        return whole, replace(whole, value=None, candidates=())
    others = [(split_name(c.value, last_first=last_first), c) for c in value.candidates]

    def half(place: int) -> FieldValue:
        candidates = {
            names[place]: Candidate(names[place], c.confidence, c.why) for names, c in others if names is not None
        }
        return replace(value, value=both[place], candidates=tuple(candidates.values()))

    return half(0), half(1)


def together(values: Sequence[FieldValue], text: str) -> FieldValue:
    """One value made of several: as sure as the least sure, a gap in it makes it doubtful."""
    filled = [v for v in values if v.status is not FieldStatus.MISSING]
    if not filled:
        return values[0]
    status = max((v.status for v in filled), key=_RANK.__getitem__)
    if len(filled) < len(values) and status is FieldStatus.ACCEPTED:
        status = FieldStatus.REVIEW
    box = next((v.box for v in filled if v.box), None)
    for value in filled:
        box = box.union(value.box) if box and value.box else box
    raw = " | ".join(v.raw for v in filled if v.raw) or None
    first = filled[0]
    return FieldValue(
        text or None, raw, min(v.confidence for v in filled), status, first.page, box, first.source, (), first.label
    )
