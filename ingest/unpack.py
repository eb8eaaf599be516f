"""Unpacks one original into pages, each file's decoder in a short-lived process with hard limits.

A decoder that crashes, hangs or eats memory costs the page it was at: the pages before it are
kept, and another decoder is started after it, up to ``Limits.crashes`` times. A mail is taken
apart in one process and each of its attachments is decoded in another.
"""

import dataclasses
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest import sniff
from ingest.decoder import Decoder
from ingest.errors import problem
from ingest.limits import Limits
from ingest.pages import CallFacts, MailFacts, PageSource, Unpacked
from terms.errors import Problem
from terms.names import TextSource

_NO_DPI = 0.0


def unpack(path: Path, into: Path, *, limits: Limits | None = None) -> Unpacked:
    """Decode the original at ``path`` and write its page pictures as 8-bit grey PNGs under ``into``.

    The type is found by content. Pages are numbered from 1 in the original's order: a mail's body
    first, then its attachments. Never raises for what the file holds: a file that gives no page
    has ``problem`` set, a page or attachment that cannot be decoded is a page with a ``problem``.
    ``into`` is created; names in it are page numbers only. The same original gives the same names.
    Raises UnpackerError (retry) when decoders cannot be started at all.
    """
    limits = limits or Limits()
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            found = sniff.sniff(file.read(sniff.HEAD_BYTES))
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Unpacked(sniff.UNKNOWN, problem=problem("unreadable", what=os.strerror(error.errno or 0).lower()))
    refusal = _refusal(size, found, limits)
    if refusal:
        return Unpacked(found.media_type, problem=refusal)
    decoder = Decoder(limits)
    if found.media_type == sniff.MAIL:
        return _unpack_mail(path, into, decoder)
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


def _unpack_mail(path: Path, into: Path, decoder: Decoder) -> Unpacked:
    """Take a mail apart, then decode each attachment."""
    with tempfile.TemporaryDirectory(prefix="inlet-mail-") as parts_folder:
        limits = decoder.limits
        run = decoder.run(path, Path(parts_folder), sniff.MAIL)
        if run.stopped is not None:
            kind = problem("timeout", limit=int(limits.wall_seconds)) if run.stopped != "crash" else problem("damaged")
            return Unpacked(sniff.MAIL, problem=kind)
        facts = run.of("mail")
        ends = run.of("end")
        trouble = Problem.from_json(ends[-1]["problem"]) if ends and ends[-1]["problem"] else None
        pages: list[PageSource] = []
        for part in run.of("part"):
            room = limits.pages - len(pages)
            if room <= 0:
                trouble = problem("too_many_pages", limit=limits.pages)
                break
            for page in _part_pages(part, Path(parts_folder), into, decoder.with_pages(room)):
                pages.append(dataclasses.replace(page, number=len(pages) + 1))
    full = next((page.problem for page in pages if _is_storage(page.problem)), None)
    if full or _is_storage(trouble):
        return Unpacked(sniff.MAIL, problem=full or trouble)
    if not pages and trouble is None:
        trouble = problem("no_pages")
    return Unpacked(sniff.MAIL, tuple(pages), trouble, mail=MailFacts.from_record(facts[0]) if facts else None)


def _part_pages(part: dict[str, Any], folder: Path, into: Path, decoder: Decoder) -> Iterator[PageSource]:
    """The pages of one part of a mail: its text, its picture file, or the problem it has."""
    origin = part["origin"]
    notes = tuple(part.get("notes", ()))
    if part.get("text") is not None:
        yield PageSource(
            1, origin, None, _NO_DPI, _NO_DPI, text=part["text"], text_source=TextSource.MAIL_TEXT, notes=notes
        )
        return
    if part.get("problem"):
        yield PageSource(1, origin, None, _NO_DPI, _NO_DPI, problem=Problem.from_json(part["problem"]), notes=notes)
        return
    name = part["file"]
    with (folder / name).open("rb") as file:
        found = sniff.sniff(file.read(sniff.HEAD_BYTES))
    if found.media_type in {sniff.UNKNOWN, sniff.MAIL}:
        unknown = problem("attachment_unknown", what=found.words)
        yield PageSource(1, origin, None, _NO_DPI, _NO_DPI, problem=unknown, notes=notes)
        return
    pages, trouble, _ = _decode_file(decoder, folder / name, into, found.media_type, prefix=f"{name}-")
    if not pages or (trouble and all(page.image is None for page in pages)):
        lost = trouble or problem("attachment_damaged")
        yield PageSource(1, origin, None, _NO_DPI, _NO_DPI, problem=lost, notes=notes)
        return
    for number, page in enumerate(pages, start=1):
        last = trouble if number == len(pages) and page.problem is None else page.problem
        yield dataclasses.replace(page, origin=f"{origin} page {number}", problem=last)
