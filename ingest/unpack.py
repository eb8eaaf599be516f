"""Unpacks one original into pages, each file's decoder in a short-lived process with hard limits.

A decoder that crashes, hangs or eats memory costs the page it was at: the pages before it are
kept, and another decoder is started after it, up to ``Limits.crashes`` times. A mail, an archive
or a Word document is taken apart in one process and each of its parts is decoded in another.
"""

import dataclasses
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest import sniff
from ingest.decoder import Decoder
from ingest.errors import problem
from ingest.limits import Limits
from ingest.pages import CallFacts, MailFacts, PageSource, SetApart, Unpacked
from terms.errors import Problem
from terms.names import TextSource

_NO_DPI = 0.0


def unpack(path: Path, into: Path, *, limits: Limits | None = None) -> Unpacked:
    """Decode the original at ``path`` and write its page pictures as 8-bit grey PNGs under ``into``.

    The type is found by content. Pages are numbered from 1 in the original's order: a mail's body
    first, then its attachments; what is in an archive by name. Never raises for what the file holds: a
    file that gives no page has ``problem`` set, a page or attachment that cannot be decoded is a page
    with a ``problem``.
    ``into`` is created; names in it are page numbers only. The same original gives the same names.
    Raises UnpackerError (retry) when decoders cannot be started at all.
    """
    limits = limits or Limits()
    try:
        size = path.stat().st_size
        found = sniff.sniff_file(path)
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Unpacked(sniff.UNKNOWN, problem=problem("unreadable", what=os.strerror(error.errno or 0).lower()))
    refusal = _refusal(size, found, limits)
    if refusal:
        return Unpacked(found.media_type, problem=refusal)
    decoder = Decoder(limits)
    if found.media_type in sniff.CONTAINERS:
        return _unpack_container(path, found.media_type, into, decoder)
    pages, trouble, call = _decode_file(decoder, path, into, found.media_type)
    if _is_storage(trouble):
        # nothing of it counts: the whole file is tried again
        return Unpacked(found.media_type, problem=trouble)
    numbered = tuple(
        dataclasses.replace(page, number=number, origin=f"page {number}") for number, page in enumerate(pages, start=1)
    )
    return Unpacked(found.media_type, numbered, trouble, call=call)


def _refusal(size: int, found: sniff.Sniffed, limits: Limits) -> Problem | None:
    """Why a file is not even handed to a decoder, or None."""
    if not size:
        return problem("empty_file")
    if size > limits.file_bytes:
        return problem("too_large", limit=limits.file_bytes // 1024**2)
    if found == sniff.PROTECTED:
        return problem("password_protected")
    if found.media_type == sniff.UNKNOWN:
        return problem("unknown_type", what=found.words)
    return None


def _decode_file(
    decoder: Decoder, path: Path, into: Path, media_type: str, *, prefix: str = ""
) -> tuple[list[PageSource], Problem | None, CallFacts | None]:
    """Decode one picture file, starting again after a page that ends its decoder."""
    pages: list[PageSource] = []
    for _ in range(decoder.limits.crashes + 1):
        run = decoder.run(path, into, media_type, prefix=prefix, first=len(pages) + 1)
        pages.extend(_believable(record, into) for record in run.of("page"))
        ends = run.of("end")
        if ends:
            end = ends[-1]
            trouble = Problem.from_json(end["problem"]) if end["problem"] else None
            if trouble and run.of("lost"):
                pages.append(_lost_page(trouble))
            call = CallFacts.from_record(end["call"]) if end["call"] else None
            return pages, _of_whole(trouble, pages), call
        if run.stopped == "timeout":
            trouble = problem("timeout", limit=int(decoder.limits.wall_seconds))
            return pages, trouble, None
        pages.append(_lost_page(problem("page_timeout" if run.stopped == "cpu" else "page_unreadable")))
    if all(page.image is None for page in pages):
        return [], problem("damaged"), None
    return pages, problem("pages_lost"), None


def _believable(record: Any, into: Path) -> PageSource:  # noqa: ANN401  (what a decoder reports)
    """A reported page, if it is one: a decoder taken over by its file may report anything.

    Its picture must be a plain file that lies where it was told to write.
    """
    try:
        page = PageSource.from_record(record)
        image = page.image
        inside = image is None or (image.parent == into.resolve() and image.is_file() and not image.is_symlink())
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        inside = False
    return page if inside else _lost_page(problem("page_unreadable"))


def _of_whole(trouble: Problem | None, pages: list[PageSource]) -> Problem | None:
    """The problem of the whole file: one that no page of it could be read, when that is so."""
    if trouble is None and pages and all(page.image is None for page in pages):
        return problem("damaged")
    return trouble


def _is_storage(trouble: Problem | None) -> bool:
    return trouble is not None and trouble.kind == "ingest.storage"


def _lost_page(trouble: Problem) -> PageSource:
    return PageSource(1, "page", None, _NO_DPI, _NO_DPI, problem=trouble)


def _unpack_container(path: Path, media_type: str, into: Path, decoder: Decoder) -> Unpacked:
    """Take a mail, an archive or a document apart, then decode each part."""
    opened = _Container(into, decoder)
    pages: list[PageSource] = []
    for page in opened.pages(path, media_type, _Place("", decoder.limits.depth, media_type == sniff.ZIP)):
        if len(pages) >= decoder.limits.pages:
            opened.trouble = problem("too_many_pages", limit=decoder.limits.pages)
            break
        pages.append(dataclasses.replace(page, number=len(pages) + 1))
    trouble = opened.trouble
    full = next((page.problem for page in pages if _is_storage(page.problem)), None)
    if full or _is_storage(trouble):
        return Unpacked(media_type, problem=full or trouble)
    if trouble is None and (not pages or all(page.image is None and page.text is None for page in pages)):
        trouble = next((page.problem for page in pages if page.problem), None) or problem("no_pages")
    if trouble is None:
        # a part that only its sender can open is the trouble of the whole
        trouble = next((p.problem for p in pages if p.problem and p.problem.kind in _LOCKED), None)
    return Unpacked(media_type, tuple(pages), trouble, mail=opened.mail)


_LOCKED = frozenset({"ingest.attachment_encrypted", "ingest.password_protected", "ingest.mail_encrypted"})


@dataclasses.dataclass(frozen=True, slots=True)
class _Place:
    """Where parts stand: what comes before their origin, and how many messages may still be opened there."""

    prefix: str
    depth: int
    in_archive: bool = False


class _Container:
    """Gives the pages of everything in a container; ``mail`` and ``trouble`` are those of the outermost."""

    def __init__(self, into: Path, decoder: Decoder) -> None:
        self.mail: MailFacts | None = None
        self.trouble: Problem | None = None
        self._into = into
        self._decoder = decoder
        self._parts = 0
        self._pages = 0

    def pages(self, path: Path, media_type: str, place: _Place) -> Iterator[PageSource]:
        """The pages of what is in ``path``, in order; numbers are set by the caller."""
        with tempfile.TemporaryDirectory(prefix="inlet-parts-") as folder:
            run = self._decoder.with_limits(depth=place.depth).run(path, Path(folder), media_type)
            facts = run.of("mail")
            if facts and not place.prefix:
                self.mail = MailFacts.from_record(facts[0])
            for part in run.of("part"):
                self._parts += 1
                if self._parts > self._decoder.limits.parts:
                    self.trouble = problem("too_many_parts", limit=self._decoder.limits.parts)
                    return
                for page in self._part_pages(part, Path(folder), place):
                    self._pages += 1
                    yield page
            ends = run.of("end")
        trouble = self._ending(run.stopped, ends)
        if trouble is None:
            return
        if not place.prefix:
            self.trouble = self.trouble or trouble
        else:
            yield _textless(place.prefix.strip(), trouble)

    def _ending(self, stopped: str | None, ends: list[Any]) -> Problem | None:
        if stopped is not None:
            late = stopped != "crash"
            return problem("timeout", limit=int(self._decoder.limits.wall_seconds)) if late else problem("damaged")
        return Problem.from_json(ends[-1]["problem"]) if ends and ends[-1]["problem"] else None

    def _part_pages(self, part: dict[str, Any], folder: Path, place: _Place) -> Iterator[PageSource]:
        """The pages of one part: its text, what its file holds, or the problem it has."""
        origin = f"{place.prefix}{part['origin']}"
        name = part.get("name")
        if part.get("text") is not None:
            yield PageSource(
                1,
                origin,
                None,
                _NO_DPI,
                _NO_DPI,
                text=part["text"],
                text_source=TextSource.MAIL_TEXT,
                notes=tuple(part.get("notes", ())),
                apart=tuple(SetApart(kind, text) for kind, text in part.get("apart", ())),
                name=name,
            )
        elif part.get("problem"):
            yield dataclasses.replace(_textless(origin, Problem.from_json(part["problem"])), name=name)
        else:
            for page in self._file_pages(folder / Path(part["file"]).name, origin, place):
                yield dataclasses.replace(page, name=page.name or name)

    def _file_pages(self, path: Path, origin: str, place: _Place) -> Iterator[PageSource]:
        found = sniff.sniff_file(path)
        if found == sniff.PROTECTED:
            yield _textless(origin, problem("attachment_encrypted"))
        elif found.media_type in sniff.CONTAINERS:
            yield from self._inner(path, found.media_type, origin, place)
        elif found.media_type == sniff.UNKNOWN:
            yield _textless(origin, problem("attachment_unknown", what=found.words))
        else:
            yield from self._picture_pages(path, found.media_type, origin)

    def _inner(self, path: Path, media_type: str, origin: str, place: _Place) -> Iterator[PageSource]:
        """What is in a container inside: messages to a depth, archives once."""
        is_mail = media_type in sniff.MAILS
        if media_type == sniff.ZIP and place.in_archive:
            yield _textless(origin, problem("archive_nested"))
        elif is_mail and place.depth <= 0:
            yield _textless(origin, problem("nested_too_deep"))
        else:
            archived = place.in_archive or media_type == sniff.ZIP
            yield from self.pages(path, media_type, _Place(f"{origin} ", place.depth - is_mail, archived))

    def _picture_pages(self, path: Path, media_type: str, origin: str) -> Iterator[PageSource]:
        room = max(1, self._decoder.limits.pages - self._pages)
        prefix = re.sub(r"\W+", "-", origin) + "-"
        decoder = self._decoder.with_limits(pages=room)
        pages, trouble, _ = _decode_file(decoder, path, self._into, media_type, prefix=prefix)
        if not pages or (trouble and all(page.image is None for page in pages)):
            yield _textless(origin, trouble or problem("attachment_damaged"))
            return
        for number, page in enumerate(pages, start=1):
            last = trouble if number == len(pages) and page.problem is None else page.problem
            yield dataclasses.replace(page, origin=f"{origin} page {number}", problem=last)


def _textless(origin: str, trouble: Problem) -> PageSource:
    return PageSource(1, origin, None, _NO_DPI, _NO_DPI, problem=trouble)
