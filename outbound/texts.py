"""The words of notices: kept apart from code and data, by kind, language and edition.

Each file ``<kind>.<language>.<edition>.toml`` (``outbound/texts/`` and, outranking it, a folder of
the plan's own) holds one edition with its effective dates: a title and parts. A part has an optional
``heading``, a ``text`` and a block to ``show``; ``when`` leaves it out while that placeholder or
block is empty. Text is plain: paragraphs apart by an empty line, lines that begin with ``- `` are
points, ``**so**`` is bold, ``{reference}`` is a placeholder of :data:`outbound.notices.PLACEHOLDERS`.
Values are never read as markup.

Every file is checked as a whole when it is loaded: names known, and everything there that a notice
of its kind must carry (:data:`REQUIRED`, from docs/domain.md, section 4).
"""

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from outbound.errors import NoticeTextError
from outbound.notices import PLACEHOLDERS, Language, NoticeKind

SHIPPED = Path(__file__).parent / "texts"
COVER, AVAILABILITY = "cover", "availability"
BLOCKS = frozenset(
    {
        "received",
        "deciders",
        "gaps",
        "troubles",
        "values",
        "office",
        "split",
        "care_lines",
        "member",
        "languages",
        "texts",
    }
)
"""What a part may show: a table or list drawn from the notice's data (outbound/templates/blocks.typ)."""

_CARE = frozenset({"block:care_lines", "decided_by", "decided_by_phone", "decided_at", "reference", "our_fax"})
_PEER = frozenset({"reasons", "criteria", "peer_phone", "peer_hours"})
_LETTER = frozenset(
    {"block:member", "block:care_lines", "block:languages", "member_phone", "member_tty", "decided_by", "reasons"}
)
REQUIRED: Mapping[str, frozenset[str]] = {
    COVER: frozenset({"our_phone"}),
    AVAILABILITY: frozenset({"member_phone", "member_tty"}),
    NoticeKind.RECEIPT: frozenset({"block:received", "block:deciders", "reference", "our_fax", "our_phone"}),
    NoticeKind.RECEIVED_AGAIN: frozenset(
        {"block:received", "block:deciders", "again", "again_of", "reference", "our_fax", "our_phone"}
    ),
    NoticeKind.INFORMATION_REQUEST: frozenset(
        {"block:gaps", "block:received", "block:deciders", "reference", "our_fax", "our_phone", "answer_by",
         "clock_started"}
    ),
    NoticeKind.RESEND: frozenset({"block:troubles", "received", "reference", "our_fax", "our_phone"}),
    NoticeKind.MISDIRECTED: frozenset({"block:office", "block:received", "reference", "our_phone", "received"}),
    NoticeKind.FORWARD: frozenset({"block:values", "received", "reference", "original_pages", "our_phone"}),
    NoticeKind.TRANSFER: frozenset({"block:split", "received", "reference", "our_phone"}),
    NoticeKind.APPROVAL: _CARE | {"authorization_number"},
    NoticeKind.MODIFICATION: _CARE | _PEER | {"authorization_number"},
    NoticeKind.DEFERRAL: _CARE | {"reasons", "awaited", "expected", "peer_phone", "peer_hours"},
    NoticeKind.DENIAL: _CARE | _PEER | {"unmet"},
    NoticeKind.RETRO_DENIAL: _CARE | _PEER,
    NoticeKind.LETTER_MODIFICATION: _LETTER | {"criteria"},
    NoticeKind.LETTER_DEFERRAL: _LETTER | {"awaited", "expected"},
    NoticeKind.LETTER_DENIAL: _LETTER | {"criteria", "unmet"},
}  # fmt: skip
"""What a text of each kind must hold: placeholders, and ``block:`` names that some part shows."""

BLOCK_LABELS: Mapping[str, tuple[str, ...]] = {
    "care_lines": ("code", "item", "requested", "granted", "dates"),
    "member": ("date", "member", "member_id", "request", "provider"),
}
"""Labels that a block of a letter prints, to be given in the letter's language under ``[labels]``."""

_PLACE = re.compile(r"\{([a-z_]*)\}")
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_KNOWN_KEYS = frozenset({"edition", "effective_from", "effective_to", "title", "labels", "part"})
_PART_KEYS = frozenset({"heading", "text", "show", "when"})
_NAME_PARTS = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a notice: heading, text, block to show, and the value without which it is left out."""

    heading: str = ""
    text: str = ""
    show: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class NoticeText:
    """One edition of a kind's words in one language; ``digest`` identifies exactly these words."""

    kind: str
    language: Language
    edition: str
    effective_from: dt.date
    effective_to: dt.date | None
    title: str
    labels: Mapping[str, str]
    parts: tuple[Part, ...]
    digest: str

    def in_force(self, day: dt.date) -> bool:
        """Say whether a notice issued on ``day`` uses this edition."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    @property
    def name(self) -> str:
        """What records call it: ``letter_denial.es.2026-1``."""
        return f"{self.kind}.{self.language.value}.{self.edition}"


class Texts:
    """All editions of all kinds; the newest in force is used."""

    def __init__(self, texts: Mapping[tuple[str, Language], tuple[NoticeText, ...]]) -> None:
        self._texts = texts

    def of(self, kind: str, language: Language, day: dt.date) -> NoticeText:
        """The edition of ``kind`` in ``language`` for a notice issued on ``day``.

        Raises NoticeTextError when none is in force then.
        """
        fitting = [text for text in self._texts.get((kind, language), ()) if text.in_force(day)]
        if not fitting:
            raise NoticeTextError(f"No text of {kind} ({language.value}) is in force on {day}; add an edition.")
        return max(fitting, key=lambda text: (text.effective_from, text.edition))

    def __iter__(self) -> Iterator[NoticeText]:
        """Every edition, by kind, language and date."""
        for key in sorted(self._texts):
            yield from self._texts[key]


@cache
def load_texts(own: Path | None = None) -> Texts:
    """Load the shipped texts and those of the folder ``own``, whose editions outrank shipped ones of the same name.

    Raises NoticeTextError naming every fault of every file.
    """
    files = {path.name: path for path in sorted(SHIPPED.glob("*.toml"))}
    if own is not None:
        if not own.is_dir():
            raise NoticeTextError(f"The folder of notice texts {own} does not exist; make it or change the setting.")
        files |= {path.name: path for path in sorted(own.glob("*.toml"))}
    found: dict[tuple[str, Language], list[NoticeText]] = {}
    faults: list[str] = []
    for name, path in files.items():
        try:
            text = read_text(name, path.read_text("utf-8"))
        except (NoticeTextError, OSError, UnicodeDecodeError) as error:
            faults.append(str(error) if isinstance(error, NoticeTextError) else f"{name}: cannot be read")
        else:
            found.setdefault((text.kind, text.language), []).append(text)
    if faults:
        raise NoticeTextError("; ".join(faults))
    return Texts({key: tuple(sorted(texts, key=lambda t: t.effective_from)) for key, texts in found.items()})


def read_text(name: str, content: str) -> NoticeText:
    """Read and check one file. Raises NoticeTextError naming every fault."""
    words = name.split(".")
    kinds = {COVER, AVAILABILITY, *(kind.value for kind in NoticeKind)}
    languages = {language.value for language in Language}
    if len(words) != _NAME_PARTS or words[0] not in kinds or words[1] not in languages:
        raise NoticeTextError(f"{name}: is not named <kind>.<language>.<edition>.toml with a known kind and language")
    kind, language = words[0], Language(words[1])
    try:
        data = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise NoticeTextError(f"{name}: is not valid TOML ({error})") from error
    faults = list(_faults_of_form(data, words[2]))
    if not faults:
        faults = list(_faults_of_content(data, kind))
    if faults:
        raise NoticeTextError(f"{name}: " + ", ".join(faults))
    return NoticeText(
        kind=kind,
        language=language,
        edition=words[2],
        effective_from=data["effective_from"],
        effective_to=data.get("effective_to"),
        title=data["title"],
        labels=data.get("labels", {}),
        parts=tuple(Part(**part) for part in data["part"]),
        digest=hashlib.sha256(content.encode()).hexdigest(),
    )


def _faults_of_form(data: Mapping[str, object], edition: str) -> Iterator[str]:
    """What is wrong with keys and types."""
    for key in sorted(set(data) - _KNOWN_KEYS):
        yield f"has an unknown key {key!r}"
    if data.get("edition") != edition:
        yield "names another edition than its file name"
    if not isinstance(data.get("effective_from"), dt.date):
        yield "has no date effective_from"
    if not isinstance(data.get("effective_to", dt.date.max), dt.date):
        yield "has an effective_to that is no date"
    if not isinstance(data.get("title"), str) or not data["title"]:
        yield "has no title"
    labels = data.get("labels", {})
    if not isinstance(labels, dict) or not all(isinstance(label, str) for label in labels.values()):
        yield "has labels that are no texts"
    yield from _faults_of_parts(data.get("part"))


def _faults_of_parts(parts: object) -> Iterator[str]:
    if not isinstance(parts, list) or not parts:
        yield "has no part"
        return
    for number, part in enumerate(parts, start=1):
        for key in sorted(set(part) - _PART_KEYS):
            yield f"part {number} has an unknown key {key!r}"
        if not all(isinstance(value, str) for value in part.values()):
            yield f"part {number} holds something that is no text"


def _faults_of_content(data: dict[str, object], kind: str) -> Iterator[str]:
    """What is unknown, and what is missing of what the kind must carry."""
    parts = data["part"]
    assert isinstance(parts, list)
    used: set[str] = set()
    for part in parts:
        used |= set(_PLACE.findall(part.get("heading", "") + part.get("text", "")))
        if "show" in part:
            used.add(f"block:{part['show']}")
        if "when" in part and part["when"] not in PLACEHOLDERS | BLOCKS:
            yield f"leaves a part out by an unknown name {part['when']!r}"
    known = PLACEHOLDERS | {f"block:{block}" for block in BLOCKS}
    for name in sorted(used - known):
        yield f"uses an unknown name {name.removeprefix('block:')!r}"
    for name in sorted(REQUIRED[kind] - used):
        yield f"lacks {name.replace('block:', 'the block ')!r}, which a notice of its kind must carry"
    labels = data.get("labels", {})
    assert isinstance(labels, dict)
    for block in BLOCK_LABELS if kind.startswith("letter") else ():
        for label in BLOCK_LABELS[block]:
            if f"block:{block}" in used and label not in labels:
                yield f"lacks the label {label!r} of the block {block!r}"


def set_parts(text: NoticeText, words: Mapping[str, str], filled: frozenset[str]) -> list[dict[str, object]]:
    """Put the values in their places: the parts as the template draws them.

    ``words`` are the placeholders' values, ``filled`` the blocks that have something to show.
    Each part is ``{heading, paragraphs, show}``; a paragraph is ``{point, runs}``; a run
    ``{text, bold, whole}``, where ``whole`` is not to be broken at the end of a line.
    """
    made: list[dict[str, object]] = []
    for part in text.parts:
        if part.when and not words.get(part.when) and part.when not in filled:
            continue
        paragraphs = [
            {"point": line.startswith("- "), "runs": _runs(line.removeprefix("- "), words)}
            for block in re.split(r"\n\s*\n", part.text.strip())
            for line in _lines(block)
        ]
        made.append({"heading": _runs(part.heading, words), "paragraphs": paragraphs, "show": part.show})
    return made


def _lines(block: str) -> list[str]:
    """A paragraph as one line, or one line for each point in it."""
    lines: list[str] = []
    for line in filter(None, (line.strip() for line in block.splitlines())):
        if lines and not line.startswith("- "):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    return lines


def _runs(line: str, words: Mapping[str, str]) -> list[dict[str, object]]:
    """A line's runs: bold or not, with the values filled in as they are."""
    runs: list[dict[str, object]] = []
    for number, stretch in enumerate(_BOLD.split(line)):
        bold = number % 2 == 1
        for place, piece in enumerate(_PLACE.split(stretch)):
            is_value = place % 2 == 1
            text = words.get(piece, "") if is_value else piece
            if text:
                whole = is_value and len(text) <= _WHOLE_LETTERS
                runs.append({"text": text, "bold": bold, "whole": whole})
    return runs


_WHOLE_LETTERS = 24
"""A value up to this long (a number, a reference) stays on one line; a longer one may be broken."""
