"""What comes out of an original: pages, form values, and the facts of the mail or call.

All of it is frozen and has ``to_record()``/``from_record()``, the storable form (plain JSON types).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from terms.document import Word
from terms.errors import Problem
from terms.geometry import Box
from terms.names import TextSource

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FormValue:
    """A filled form field of a PDF: what a person sees in it, and where.

    ``value`` of a check box or radio button is ``yes`` or ``no``, and ``option`` is then the name
    that the form gives to its "on" state (radio buttons of one group share ``name``). ``box`` is in
    fractions of the page's image. ``kind`` is ``text``, ``check``, ``radio`` or ``choice``.
    """

    name: str
    value: str
    box: Box
    kind: str = "text"
    option: str | None = None

    def to_record(self) -> dict[str, object]:
        """Give the storable form."""
        data: dict[str, object] = {"name": self.name, "value": self.value, "box": _exact(self.box), "kind": self.kind}
        return data | ({"option": self.option} if self.option is not None else {})

    @classmethod
    def from_record(cls, data: Record) -> "FormValue":
        """Rebuild a form value from :meth:`to_record`'s form."""
        return cls(data["name"], data["value"], Box(*data["box"]), data["kind"], data.get("option"))


@dataclass(frozen=True, slots=True)
class SetApart:
    """Part of a mail's text that is kept and shown but not read as the order.

    ``kind`` is ``signature``, ``disclaimer``, ``banner`` (a mail server's warning) or ``quoted``.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class PageSource:
    """One page as it came in, before anything is turned or read.

    ``number`` counts from 1 over the whole arrival; ``origin`` says where it stood in the original
    (``page 2``, ``body``, ``attachment 1 page 3``). ``image`` is an 8-bit grey PNG in native pixels
    (not square on most faxes: see ``dpi_x`` and ``dpi_y``, dots an inch), or None where there is no
    picture (a mail's body, a page that could not be decoded). ``words`` are those of a text layer
    that a person can see, boxes in fractions of the image; ``text`` is a mail's text.
    ``text_source`` says which of them there is. ``problem`` may stand beside an image: then part of
    the page is there and is read. ``notes`` are stable ids of what a reader should know:
    ``resolution_inferred``, ``hidden_text_dropped``, ``form_value_disputed``, ``bad_rows``,
    ``rows_missing``, ``inline_image_left_out``, ``scan_text_dropped``,
    ``written_over`` (somebody typed or drew over a PDF page, so its text layer is not given),
    ``quoted_text_read`` (the mail points to an order below it, which was read). ``apart`` is
    what was set apart of a mail's text, ``name`` the name that an attachment bears, made harmless.
    """

    number: int
    origin: str
    image: Path | None
    dpi_x: float
    dpi_y: float
    words: tuple[Word, ...] = ()
    form_values: tuple[FormValue, ...] = ()
    text: str | None = None
    text_source: TextSource = TextSource.NONE
    problem: Problem | None = None
    notes: tuple[str, ...] = ()
    apart: tuple[SetApart, ...] = ()
    name: str | None = None

    def to_record(self) -> dict[str, object]:
        """Give the storable form."""
        return {
            "number": self.number,
            "origin": self.origin,
            "image": None if self.image is None else str(self.image),
            "dpi_x": self.dpi_x,
            "dpi_y": self.dpi_y,
            "words": [[w.text, *_exact(w.box), w.confidence] for w in self.words],
            "form_values": [v.to_record() for v in self.form_values],
            "text": self.text,
            "text_source": self.text_source.value,
            "problem": self.problem.to_json() if self.problem else None,
            "notes": list(self.notes),
            "apart": [[part.kind, part.text] for part in self.apart],
            "name": self.name,
        }

    @classmethod
    def from_record(cls, data: Record) -> "PageSource":
        """Rebuild a page from :meth:`to_record`'s form."""
        return cls(
            number=data["number"],
            origin=data["origin"],
            image=None if data["image"] is None else Path(data["image"]),
            dpi_x=data["dpi_x"],
            dpi_y=data["dpi_y"],
            words=tuple(Word(w[0], Box(*w[1:5]), w[5]) for w in data["words"]),
            form_values=tuple(FormValue.from_record(v) for v in data["form_values"]),
            text=data["text"],
            text_source=TextSource(data["text_source"]),
            problem=Problem.from_json(data["problem"]) if data["problem"] else None,
            notes=tuple(data["notes"]),
            apart=tuple(SetApart(str(kind), str(text)) for kind, text in data.get("apart", ())),
            name=data.get("name"),
        )


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What a mail's headers say; addresses are bare and in lower case.

    ``date`` is the sender's claim, aware, or None; ``auto_submitted`` is true for auto-replies,
    bounces and bulk mail. ``references`` are Message-IDs in the order given. ``automatic`` says which
    of them it is (``bounce``, ``auto_reply``, ``generated``, ``bulk``, or empty); of a bounce, ``reported_ids`` are
    the Message-IDs of what could not be delivered and ``status`` its code (``5.1.1``).
    ``own_reference`` is set on a mail that Inlet itself sent.
    """

    message_id: str | None
    from_address: str | None
    to: tuple[str, ...]
    date: dt.datetime | None
    auto_submitted: bool
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    subject: str | None = None
    automatic: str = ""
    reported_ids: tuple[str, ...] = ()
    status: str = ""
    own_reference: str | None = None

    def to_record(self) -> dict[str, object]:
        """Give the storable form."""
        return {
            "message_id": self.message_id,
            "from_address": self.from_address,
            "to": list(self.to),
            "date": self.date.isoformat() if self.date else None,
            "auto_submitted": self.auto_submitted,
            "in_reply_to": self.in_reply_to,
            "references": list(self.references),
            "subject": self.subject,
            "automatic": self.automatic,
            "reported_ids": list(self.reported_ids),
            "status": self.status,
            "own_reference": self.own_reference,
        }

    @classmethod
    def from_record(cls, data: Record) -> "MailFacts":
        """Rebuild the facts from :meth:`to_record`'s form."""
        return cls(
            message_id=data["message_id"],
            from_address=data["from_address"],
            to=tuple(data["to"]),
            date=dt.datetime.fromisoformat(data["date"]) if data["date"] else None,
            auto_submitted=data["auto_submitted"],
            in_reply_to=data["in_reply_to"],
            references=tuple(data["references"]),
            subject=data["subject"],
            automatic=data.get("automatic", ""),
            reported_ids=tuple(data.get("reported_ids", ())),
            status=data.get("status", ""),
            own_reference=data.get("own_reference"),
        )


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What a fax server knows of a call; every part may be unknown.

    ``caller_id`` is the number the network gave, ``tsi`` the number the sending machine claims,
    ``called`` the line that was dialled, ``pages`` how many pages the receiver counted, ``error``
    the receiver's own words when the call ended badly.
    """

    caller_id: str | None = None
    tsi: str | None = None
    called: str | None = None
    received_at: dt.datetime | None = None
    pages: int | None = None
    error: str | None = None

    def to_record(self) -> dict[str, object]:
        """Give the storable form."""
        return {
            "caller_id": self.caller_id,
            "tsi": self.tsi,
            "called": self.called,
            "received_at": self.received_at.isoformat() if self.received_at else None,
            "pages": self.pages,
            "error": self.error,
        }

    @classmethod
    def from_record(cls, data: Record) -> "CallFacts":
        """Rebuild the facts from :meth:`to_record`'s form."""
        return cls(
            caller_id=data["caller_id"],
            tsi=data["tsi"],
            called=data["called"],
            received_at=dt.datetime.fromisoformat(data["received_at"]) if data["received_at"] else None,
            pages=data["pages"],
            error=data["error"],
        )

    def filled_from(self, other: "CallFacts") -> "CallFacts":
        """These facts, with what is unknown here taken from ``other``."""
        return CallFacts(
            caller_id=self.caller_id or other.caller_id,
            tsi=self.tsi or other.tsi,
            called=self.called or other.called,
            received_at=self.received_at or other.received_at,
            pages=other.pages if self.pages is None else self.pages,
            error=self.error or other.error,
        )


@dataclass(frozen=True, slots=True)
class Unpacked:
    """One original, unpacked: its pages in order, or the problem that kept it from having any.

    ``media_type`` is what the content is (``image/tiff``, ``application/pdf``, ``image/png``,
    ``image/jpeg``, ``image/heic``, ``message/rfc822``, ``application/vnd.ms-outlook``,
    ``application/ms-tnef``, ``application/zip``, the long name of DOCX, or
    ``application/octet-stream``). ``problem`` may stand
    beside pages: then the file as a whole is incomplete (cut off, too many pages).
    """

    media_type: str
    pages: tuple[PageSource, ...] = ()
    problem: Problem | None = None
    mail: MailFacts | None = None
    call: CallFacts | None = None

    def to_record(self) -> dict[str, object]:
        """Give the storable form."""
        return {
            "media_type": self.media_type,
            "pages": [page.to_record() for page in self.pages],
            "problem": self.problem.to_json() if self.problem else None,
            "mail": self.mail.to_record() if self.mail else None,
            "call": self.call.to_record() if self.call else None,
        }

    @classmethod
    def from_record(cls, data: Record) -> "Unpacked":
        """Rebuild an unpacked original from :meth:`to_record`'s form."""
        return cls(
            media_type=data["media_type"],
            pages=tuple(PageSource.from_record(page) for page in data["pages"]),
            problem=Problem.from_json(data["problem"]) if data["problem"] else None,
            mail=MailFacts.from_record(data["mail"]) if data["mail"] else None,
            call=CallFacts.from_record(data["call"]) if data["call"] else None,
        )


def _exact(box: Box) -> list[float]:
    return [round(v, 6) for v in (box.left, box.top, box.right, box.bottom)]
