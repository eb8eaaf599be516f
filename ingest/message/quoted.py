"""Parts a mail's text: what its writer says now, and what only hangs below it.

A forwarded message is what is being sent, so it stays; the history under a reply, a signature, a
lawyer's notice and a server's warning are set apart: kept and shown, not read as the order.
"""

import re
from dataclasses import dataclass

from ingest.pages import SetApart

_ON_WROTE = re.compile(
    r"^(?:on\b.{4,300}\bwrote|le\b.{4,300}\ba [ée]crit|el\b.{4,300}\bescribi[óo]|am\b.{4,300}\bschrieb.{0,80})\s*:\s*$",
    re.IGNORECASE | re.DOTALL,
)
_FORWARDED = re.compile(
    r"^\W{0,6}-{2,}\s*forwarded message\s*(?:-{2,}|\s*follows.*)$|^begin forwarded message:?$|"
    r"^-{2,}\s*forwarded by\b.*$|^-{3,}\s*mensaje reenviado\s*-{3,}$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(r"^-{3,}\s*(?:original (?:message|appointment)|mensaje original)\s*-{3,}\s*$", re.IGNORECASE)
_HEAD = re.compile(
    r"^\*{0,2}(from|sent|date|to|cc|subject|importance|attachments|de|para|asunto|enviado)\s*:\*{0,2}\s*(.*)$",
    re.IGNORECASE,
)
_HEAD_NEEDED = (frozenset({"from", "de"}), frozenset({"sent", "date", "enviado"}), frozenset({"subject", "asunto"}))
_HEAD_LINES = 9
_RULE = re.compile(r"^[_\-=*]{8,}$")
_IS_FORWARD = re.compile(r"^\s*(?:\[[^\]]*\]\s*)*(?:fwd?|wg|rv|tr)\s*:", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?$")
_SENT_FROM = re.compile(
    r"^(?:sent from (?:my|outlook|mail|yahoo|proton)\b.{0,60}|get outlook for \w+.{0,60}|enviado desde mi\b.{0,60})$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"confidentiality (?:notice|note|statement|disclaimer)|if you are not the intended recipient|"
    r"intended (?:only|solely) for the (?:use of|person|individual|addressee|named)|"
    r"(?:privileged|confidential)[^.]{0,80}intended (?:recipient|only|solely)|if you (?:have )?received this "
    r"(?:e-?mail|message|communication|transmission|fax) in error|hipaa (?:notice|disclaimer|confidentiality)|"
    r"please consider the environment|scanned (?:for viruses )?by|virus[- ]free",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"^\W*(?:external(?: e-?mail| sender| message)?\W*$|\[?external\]?\s*:|caution\s*:?\s*(?:this (?:e-?mail|message)|"
    r"external)|warning\s*:\s*(?:this (?:e-?mail|message)|external)|this (?:e-?mail|message) (?:originated|came) from "
    r"(?:outside|an external))",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b[A-V]\d{4}\b|\bNPI\b|(?<![\w-])9\d{7}[A-Z]\b|\bDOB\b|date of birth|"
    r"\bpatient(?: name)?\s*:|\bmember(?: name| id)?\s*:",
    re.IGNORECASE,
)
"""Signs that a paragraph holds part of an order; such a one is never set apart as a notice or a signature."""
_CODE = re.compile(r"(?<![\w-])[A-V]\d{4}(?![\w])")
_REFERS = re.compile(
    r"\b(?:see|per|as|process|review|find|following|order|request|referral|information|info)\b[^.\n]{0,40}\bbelow\b|"
    r"\bbelow (?:is|are|order|request|referral|e-?mail|message|patient|info)|"
    r"\b(?:re-?send(?:ing)?|sending (?:this )?again|original (?:order|request|message|e-?mail)|forwarding)\b",
    re.IGNORECASE,
)
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Parted:
    """What is read of a mail's text, what was set apart, and whether a quoted order is read with it."""

    text: str
    apart: tuple[SetApart, ...] = ()
    quoted_read: bool = False


def part_text(text: str, subject: str | None, *, alone: bool) -> Parted:
    """Part the text of a mail body.

    ``subject`` tells a forward from a reply where the text does not; ``alone`` says that nothing
    readable is attached: then, if the writer says nothing of their own or points to what is below
    and gives no code, a quoted order is read as theirs.
    """
    apart: list[SetApart] = []
    new, quoted = _split_history(text.split("\n"), is_forward=bool(_IS_FORWARD.match(subject or "")), depth=0)
    said = _without_notices(new, apart)
    below = "\n".join(_unquoted(quoted)).strip("\n")
    points_down = not said.strip() or (_REFERS.search(said) is not None and not _CODE.search(said))
    if alone and below and _CODE.search(below) and points_down:
        rest = _without_notices(below.split("\n"), apart)
        return Parted("\n\n".join(t for t in (said.strip("\n"), rest) if t.strip()), tuple(apart), quoted_read=True)
    if below:
        apart.append(SetApart("quoted", below))
    return Parted(said, tuple(apart))


def _split_history(lines: list[str], *, is_forward: bool, depth: int) -> tuple[list[str], list[str]]:
    """The lines that are sent now, and those of the history below them."""
    new: list[str] = []
    quoted: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if line.startswith(">"):
            quoted.append(lines[at])
            at += 1
            continue
        wrote = _on_wrote(lines, at)
        if wrote:
            rest = lines[at + wrote :]
            quoted.extend(lines[at : at + wrote])
            if any(x.lstrip().startswith(">") for x in rest):
                # answers between or below the quoted lines are the writer's own
                at += wrote
                continue
            return new, [*quoted, *rest]
        if _FORWARDED.match(line):
            return _forwarded(new, quoted, lines[at:], depth)
        if _ORIGINAL.match(line) or _is_head(lines, at):
            if is_forward and depth < _DEPTH:
                return _forwarded(new, quoted, lines[at:], depth)
            while new and (_RULE.match(new[-1].strip()) or not new[-1].strip()):
                quoted.insert(0, new.pop())
            return new, [*quoted, *lines[at:]]
        new.append(lines[at])
        at += 1
    return new, quoted


def _forwarded(new: list[str], quoted: list[str], rest: list[str], depth: int) -> tuple[list[str], list[str]]:
    """A forwarded message stays with what is sent; only the history inside it is history."""
    head = 1 if _FORWARDED.match(rest[0].strip()) or _ORIGINAL.match(rest[0].strip()) else 0
    inner = rest[head:]
    written = [x for x in inner if x.strip()]
    if written and all(x.lstrip().startswith(">") for x in written):
        inner = _unquoted(inner)
    start = 0
    while start < len(inner) and (not inner[start].strip() or _HEAD.match(inner[start].strip())):
        start += 1
    kept, below = _split_history(inner[start:], is_forward=depth + 1 < _DEPTH, depth=depth + 1)
    return [*new, *rest[:head], *inner[:start], *kept], [*quoted, *below]


def _on_wrote(lines: list[str], at: int) -> int:
    """How many lines from ``at`` are "On … wrote:"; it may be wrapped."""
    for count in (1, 2, 3):
        piece = " ".join(x.strip() for x in lines[at : at + count])
        if _ON_WROTE.match(piece):
            return count
        if not lines[at : at + count][-1:] or not lines[at : at + count][-1].strip():
            return 0
    return 0


def _is_head(lines: list[str], at: int) -> bool:
    """Say whether the header lines of an earlier mail, as Outlook prints them, begin at ``at``."""
    first = _HEAD.match(lines[at].strip())
    if first is None or first.group(1).lower() not in _HEAD_NEEDED[0]:
        return False
    names = {m.group(1).lower() for x in lines[at : at + _HEAD_LINES] if (m := _HEAD.match(x.strip()))}
    return all(names & needed for needed in _HEAD_NEEDED)


def _unquoted(lines: list[str]) -> list[str]:
    return [re.sub(r"^\s*(?:> ?)+", "", line) for line in lines]


def _without_notices(lines: list[str], apart: list[SetApart]) -> str:
    """Set signature, disclaimers and banners apart; the text that is left."""
    mark = next((i for i, line in enumerate(lines) if _SIGNATURE.match(line.rstrip("\r")) and i), None)
    if mark is not None and not _ORDER.search("\n".join(lines[mark + 1 :])):
        signature = "\n".join(lines[mark + 1 :]).strip()
        lines = lines[:mark]
        if signature:
            apart.append(SetApart("signature", signature))
    kept: list[str] = []
    for paragraph in _paragraphs(lines):
        text = "\n".join(paragraph)
        kind = _notice(text)
        if kind:
            apart.append(SetApart(kind, text.strip()))
        else:
            kept.extend(line for line in paragraph if not _is_footer(line, apart))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _is_footer(line: str, apart: list[SetApart]) -> bool:
    if not _SENT_FROM.match(line.strip()):
        return False
    apart.append(SetApart("signature", line.strip()))
    return True


def _notice(paragraph: str) -> str:
    if _ORDER.search(paragraph):
        return ""
    if _BANNER.match(paragraph.strip()):
        return "banner"
    return "disclaimer" if _DISCLAIMER.search(paragraph) else ""


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """Lines up to and with the blank lines after them."""
    found: list[list[str]] = [[]]
    for line in lines:
        if found[-1] and not found[-1][-1].strip() and line.strip():
            found.append([])
        found[-1].append(line)
    return found
