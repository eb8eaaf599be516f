"""What can go wrong on the way in.

::

    terms.errors.InletError
    └── IngestError            ingest.error              base of this package
        ├── UnpackerError      ingest.unpacker_failed    the decoder's own process cannot be started (retry)
        ├── SourceError        ingest.source_unusable    a watched folder cannot be used at all
        │   └── FolderTakenError  ingest.folder_taken    another service watches it (retry)
        └── RefusedError       the problem's own kind    inside the package: this original cannot be decoded

Bad input raises none of these: a damaged file is a :class:`terms.errors.Problem` made here by
:func:`problem`, so that each kind has exactly one sentence with its remedy.
"""

from collections.abc import Mapping

from terms.errors import InletError, Problem


class IngestError(InletError):
    """Base of the errors of the way in."""

    kind = "ingest.error"


class UnpackerError(IngestError):
    """The process that decodes files could not be started or left nothing behind."""

    kind = "ingest.unpacker_failed"
    retry = True


class SourceError(IngestError):
    """A folder that files should come from cannot be used."""

    kind = "ingest.source_unusable"
    retry = True


class FolderTakenError(SourceError):
    """Another service watches the same folder."""

    kind = "ingest.folder_taken"


class RefusedError(IngestError):
    """An original cannot be decoded, and why; never leaves the package, which turns it into its problem."""

    def __init__(self, found: Problem) -> None:
        """Keep the problem."""
        super().__init__(found.message, kind=found.kind, retry=found.retry)
        self.problem = found


_SENTENCES: dict[str, str] = {
    "empty_file": "The file is empty. Ask the sender to send it again.",
    "unknown_type": "The file is {what}, which Inlet does not read. Ask for a fax, a PDF, a TIFF, a picture "
    "or a Word document.",
    "damaged": "The file is damaged and no page of it could be read. Ask the sender to send it again.",
    "password_protected": "The file is protected with a password. Ask the sender for a copy without one.",
    "no_pages": "The file holds no pages. Ask the sender to send it again.",
    "too_many_pages": "The file has more than {limit} pages; the pages after that were not read. "
    "Split it and put the parts in, or raise the limit.",
    "too_large": "The file is larger than {limit} MB. Ask for a smaller copy, or raise the limit.",
    "timeout": "Reading the file took longer than {limit} seconds and was stopped. "
    "Open the original by hand, and ask for another copy if it does not open.",
    "out_of_memory": "Reading the file needed more than {limit} MB of memory and was stopped. "
    "Open the original by hand, and ask for another copy if it does not open.",
    "unreadable": "The file cannot be opened: {what}. Check its rights and put it in again.",
    "storage": "There was no room to write the pages. Free disk space; the file is tried again.",
    "page_damaged": "Part of this page was lost: {what}. Look at the picture, and ask for the page again if needed.",
    "page_unreadable": "This page is damaged and could not be read. Ask the sender for the page again.",
    "page_too_large": "This page has more than {limit} million points and was not read. Ask for a smaller copy.",
    "page_timeout": "Reading this page took too long and was stopped. Open the original by hand.",
    "pages_lost": "The file breaks off or is damaged after this page, so further pages may be missing. "
    "Ask the sender how many pages were sent.",
    "attachment_unknown": "An attachment is {what}, which Inlet does not read. "
    "Ask for a PDF, a TIFF, a picture or a Word document.",
    "attachment_damaged": "An attachment is damaged and could not be read. Ask the sender to send it again.",
    "too_many_parts": "The mail has more than {limit} parts; those after that were not opened. "
    "Open the original by hand.",
    "nested_too_deep": "A message inside a forwarded message was not opened. Open the original by hand.",
    "attachment_encrypted": "An attachment is encrypted or protected with a password. "
    "Ask the sender for a copy without one, or by fax.",
    "archive_nested": "An archive inside an archive was not opened. Open the original by hand, or ask for the papers.",
    "archive_bomb": "An archive holds more than Inlet unpacks; the rest of it was not opened. "
    "Ask the sender for the papers themselves.",
    "mail_encrypted": "The mail is encrypted and nobody here holds its key. "
    "Ask the sender to send the papers by fax or in a mail that is not encrypted.",
    "mail_link_only": "The mail brings no papers, only a link to a page where they wait; Inlet follows no links. "
    "Ask the sender for the papers by fax or as an attachment.",
    "not_a_plain_file": "The entry is {what}, not a plain file, and is never followed. Remove it from the folder.",
    "ticket_damaged": "The ticket beside the file cannot be used: {what}. The file was taken without it.",
    "ticket_alone": "A ticket has had no file beside it for {limit} seconds. Look for the file at the fax server.",
    "not_removable": "A file that is safely stored cannot be removed from the folder: {what}. Check its rights; "
    "for a folder that may only be read, set leave_files.",
    "folder_too_deep": "A folder lies more than {limit} folders deep and is not looked into. Move it further up.",
    "clock_skew": "The folder's clock is {seconds} seconds ahead of ours (behind, if less than none); receipt times "
    "are corrected by that. Set both clocks by the same time server.",
    "index_damaged": "The index of the folder cannot be used: {what}. Files are taken without what it tells.",
    "call_ended_badly": "The fax server says that the call ended badly, so pages may be missing. Ask the sender how "
    "many pages were sent.",
    "pages_short": "The fax server counted {told} pages and {came} can be read. Ask the sender for the missing ones.",
    "folder_unreadable": "The folder cannot be read: {what}. Check that it exists and its rights.",
}
_RETRY = frozenset({
    "timeout", "unreadable", "storage", "page_timeout", "folder_unreadable", "not_removable", "ticket_alone",
    "clock_skew", "index_damaged",
})  # fmt: skip


def problem(name: str, **facts: object) -> Problem:
    """Make the problem ``ingest.<name>`` with its one sentence; ``facts`` fill the sentence's places.

    Facts are counts, limits and names of file types, never text read from a page or a file's name.
    """
    return Problem(f"ingest.{name}", _SENTENCES[name].format(**facts), name in _RETRY)


def sentences() -> Mapping[str, str]:
    """Every sentence that :func:`problem` can make, by kind, with its facts as ``{name}``."""
    return {f"ingest.{name}": sentence for name, sentence in _SENTENCES.items()}


def problem_kinds() -> tuple[str, ...]:
    """Every kind that :func:`problem` can make, for the documentation and its test."""
    return tuple(f"ingest.{name}" for name in _SENTENCES)
