"""The one-file contract: what ``inlet read`` prints (``docs/read.schema.json``)."""

import datetime as dt
from dataclasses import dataclass

from terms.errors import Problem
from terms.geometry import Box
from terms.names import PageKind, TextSource
from terms.requests import Decision, RequestValues, request_json

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Word:
    """A word on an upright page: its text, place and the chance (0 to 1) that the text is right."""

    text: str
    box: Box
    confidence: float

    def to_json(self) -> dict[str, object]:
        """Give the contract's form."""
        return {"text": self.text, "box": self.box.to_json(), "confidence": round(self.confidence, 3)}


@dataclass(frozen=True, slots=True)
class PageSummary:
    """What the contract says of a page."""

    number: int
    kind: PageKind
    form: str | None
    rotation: int
    text_source: TextSource
    legibility: float | None
    problem: Problem | None
    words: tuple[Word, ...] = ()

    def to_json(self, *, words: bool) -> dict[str, object]:
        """Give the contract's form, with every word if ``words``."""
        data: dict[str, object] = {
            "number": self.number,
            "kind": self.kind.value,
            "form": self.form,
            "rotation": self.rotation,
            "text_source": self.text_source.value,
            "legibility": None if self.legibility is None else round(self.legibility, 3),
            "problem": self.problem.to_json() if self.problem else None,
        }
        if words:
            data["words"] = [w.to_json() for w in self.words]
        return data


@dataclass(frozen=True, slots=True)
class Document:
    """Everything Inlet understood of one file."""

    file: str
    sha256: str
    received_at: dt.datetime
    pages: tuple[PageSummary, ...]
    requests: tuple[tuple[RequestValues, Decision], ...]
    problem: Problem | None

    def to_json(self, *, words: bool = False) -> dict[str, object]:
        """Give the contract's form; ``words`` adds everything read on each page."""
        return {
            "schema_version": SCHEMA_VERSION,
            "file": self.file,
            "sha256": self.sha256,
            "received_at": self.received_at.isoformat(),
            "pages": [page.to_json(words=words) for page in self.pages],
            "requests": [request_json(values, decision) for values, decision in self.requests],
            "problem": self.problem.to_json() if self.problem else None,
        }
