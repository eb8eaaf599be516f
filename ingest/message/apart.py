"""Makes the reports of a mail: its facts, a part for each text and attachment, and the end.

Runs in the decoder's process; the attachments it writes are decoded in processes of their own.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ingest import sniff
from ingest.columns import align
from ingest.errors import RefusedError, problem
from ingest.limits import Limits
from ingest.message import tnef
from ingest.message.content import Attached, Content
from ingest.message.icons import is_icon
from ingest.message.links import is_envelope, is_link_only
from ingest.message.mime import read_mime
from ingest.message.outlook import read_msg
from ingest.message.quoted import Parted, part_text
from ingest.message.text import Body, choose_body, decode, html_charset
from ingest.rtf import read_rtf

Record = dict[str, object]
_NAME_LETTERS = 120
_LOOSE_TEXT = frozenset({"text/plain", "text/html", "text/csv", "text/richtext", "text/enriched"})
_BINARY = (b"%PDF-", b"II*\0", b"MM\0*", b"\x89PNG\r", b"PK\x03\x04", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0", b"GIF8")


def take_apart(path: Path, media_type: str, into: Path, limits: Limits) -> Iterator[Record]:
    """Yield the reports of a mail of ``media_type``.

    A ``part`` has ``origin`` and one of ``text``, ``problem`` or ``file`` (a name under ``into``), and
    may have ``name``, ``notes`` and ``apart``. Raises RefusedError for a file that is no mail at all.
    """
    content = _read(path.read_bytes(), media_type, limits)
    yield {"mail": content.facts.to_record()}
    taker = _Taker(into, limits)
    for count, part in enumerate(taker.parts(content, ""), start=1):
        if count > limits.parts:
            yield {"end": {"problem": problem("too_many_parts", limit=limits.parts).to_json(), "call": None}}
            return
        yield {"part": part}
    trouble = problem(taker.problem).to_json() if taker.problem else None
    yield {"end": {"problem": trouble, "call": None}}


def _read(data: bytes, media_type: str, limits: Limits) -> Content:
    content: Content | None
    if media_type == sniff.OUTLOOK:
        content = read_msg(data, depth=limits.depth, parts=limits.parts + 1)
    elif media_type == sniff.TNEF:
        content = tnef.read_tnef(data, depth=limits.depth)
    else:
        content = read_mime(data, depth=limits.depth)
    if content is None:
        raise RefusedError(problem("damaged"))
    return content


def harmless(name: str) -> str:
    """A file name that may be shown: its last part, without controls and marks that turn it round."""
    bare = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(letter for letter in bare if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    kept = " ".join(kept.split())
    if len(kept) > _NAME_LETTERS:
        stem, dot, ending = kept.rpartition(".")
        ending = f"{dot}{ending}" if dot and len(ending) <= 8 else ""  # noqa: PLR2004  (an ordinary file ending)
        kept = (stem if ending else kept)[: _NAME_LETTERS - len(ending) - 1] + "\u2026" + ending
    return kept


class _Taker:
    """Gives the parts of a message and of those inside it; ``problem`` names what keeps it from being whole."""

    def __init__(self, into: Path, limits: Limits) -> None:
        self.problem = ""
        self._into = into
        self._limits = limits

    def parts(self, content: Content, prefix: str) -> Iterator[Record]:
        """The body and attachments of ``content``, in order; ``prefix`` names the message they stand in."""
        content = _without_tnef(content, self._limits.depth)
        body = choose_body(content.plain, content.html)
        attached, icons = _without_icons(content)
        envelope = any(is_envelope(found.name) for found in attached)
        parted = part_text(body.text, content.facts.subject, alone=not attached)
        empty_handed = envelope or (not attached and is_link_only(parted.text, body.links))
        trouble = content.problem or ("mail_link_only" if empty_handed else "")
        if trouble and not prefix:
            self.problem = trouble
        yield from _body_record(prefix, body, parted, icons=icons)
        if trouble and prefix:
            yield {"origin": f"{prefix}body", "problem": problem(trouble).to_json()}
        for number, found in enumerate(attached, start=1):
            if is_envelope(found.name):
                continue
            origin = f"{prefix}attachment {number}"
            if found.message is not None:
                yield from self.parts(found.message, f"{origin} ")
            else:
                yield self._attachment(found, origin)

    def _attachment(self, found: Attached, origin: str) -> Record:
        """Write an attachment's bytes for its own decoder, or give its text if it is text."""
        record: Record = {"origin": origin}
        if harmless(found.name):
            record["name"] = harmless(found.name)
        if found.problem or not found.data:
            return record | {"problem": problem(found.problem or "attachment_damaged").to_json()}
        text = _loose_text(found)
        if text is not None:
            empty = problem("attachment_damaged").to_json()
            return record | ({"text": align(text)} if text.strip() else {"problem": empty})
        name = re.sub(r"\W+", "-", origin)
        (self._into / name).write_bytes(found.data)
        return record | {"file": name}


def _body_record(prefix: str, body: Body, parted: Parted, *, icons: int) -> Iterator[Record]:
    notes = ["inline_image_left_out"] if icons else []
    if re.search(r"\w{2}", body.hidden):
        notes.append("hidden_text_dropped")
    if parted.quoted_read:
        notes.append("quoted_text_read")
    if not parted.text.strip() and not parted.apart:
        return
    record: Record = {"origin": f"{prefix}body", "text": align(parted.text), "notes": notes}
    if parted.apart:
        record["apart"] = [[part.kind, part.text] for part in parted.apart]
    yield record


def _without_tnef(content: Content, depth: int) -> Content:
    """The message with what an Exchange server packed into winmail.dat in its place."""
    attached: list[Attached] = []
    for found in content.attached:
        inner = tnef.read_tnef(found.data, depth=depth) if found.data.startswith(tnef.MAGIC) else None
        if inner is None:
            attached.append(found)
            continue
        attached.extend(inner.attached)
        if not content.plain.strip() and not content.html.strip():
            content = dataclasses.replace(content, plain=inner.plain, html=inner.html)
    return dataclasses.replace(content, attached=tuple(attached))


def _without_icons(content: Content) -> tuple[list[Attached], int]:
    """What is attached but for logos and portraits that belong to the letter's looks; and how many those were."""
    kept: list[Attached] = []
    for found in content.attached:
        shown = found.inline or bool(found.content_id)
        if shown and found.media_type.startswith("image/") and is_icon(found.data):
            continue
        kept.append(found)
    return kept, len(content.attached) - len(kept)


def _loose_text(found: Attached) -> str | None:
    """The text of an attachment that is text; None when it is a file of another kind, whatever it is called."""
    if found.data.lstrip()[:5] == b"{\\rtf":
        rich = read_rtf(found.data.lstrip())
        return choose_body(rich.text, rich.html).text
    if found.media_type not in _LOOSE_TEXT or found.data.startswith(_BINARY) or b"%PDF-" in found.data[:1024]:
        return None
    if found.media_type == "text/html":
        return choose_body("", decode(found.data, html_charset(found.data, None))).text
    return decode(found.data, None).replace("\r\n", "\n")
