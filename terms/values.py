"""A field's value with what was read, how sure we are, and where it stood."""

from dataclasses import dataclass, replace
from enum import StrEnum

from terms.geometry import Box


class FieldStatus(StrEnum):
    """What may be done with a value.

    ``accepted``: used as it stands. ``review``: a person must look. ``missing``: the field is
    empty on the page, or no such field was found. ``invalid``: read with certainty, and it cannot
    be right (an NPI whose check digit fails), so only the provider can mend it.
    """

    ACCEPTED = "accepted"
    REVIEW = "review"
    MISSING = "missing"
    INVALID = "invalid"


class Source(StrEnum):
    """Where a value came from."""

    OCR = "ocr"
    TEXT_LAYER = "text_layer"
    FORM_VALUES = "form_values"
    MAIL_TEXT = "mail_text"
    TICKET = "ticket"
    LOOKUP = "lookup"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another value that the picture could hold, in normal form, and why it is offered."""

    value: str
    confidence: float
    why: str = ""

    def to_json(self) -> dict[str, object]:
        """Give the contract's form."""
        data: dict[str, object] = {"value": self.value, "confidence": round(self.confidence, 4)}
        if self.why:
            data["why"] = self.why
        return data

    @classmethod
    def from_json(cls, data: dict[str, object]) -> "Candidate":
        """Rebuild a candidate from :meth:`to_json`'s form."""
        return cls(str(data["value"]), float(str(data["confidence"])), str(data.get("why", "")))


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value of a request and its evidence.

    ``value`` is in normal form (None when missing or when what was read has none); ``raw`` is what
    was read; ``confidence`` is the calibrated probability that ``value`` is right, 0 to 1;
    ``page`` is the 1-based page of the arrival and ``box`` the place on the upright page.
    ``label`` is the label as the form prints it, for gaps and notices (not part of the contract).
    """

    value: str | None
    raw: str | None
    confidence: float
    status: FieldStatus
    page: int | None = None
    box: Box | None = None
    source: Source = Source.NONE
    candidates: tuple[Candidate, ...] = ()
    label: str | None = None

    @classmethod
    def missing(cls, *, page: int | None = None, box: Box | None = None, label: str | None = None) -> "FieldValue":
        """An empty field; with ``page`` and ``box`` when the form has the field and it was left blank."""
        return cls(None, None, 0.0, FieldStatus.MISSING, page, box, Source.NONE, (), label)

    @property
    def is_accepted(self) -> bool:
        """Say whether the value is used without a person."""
        return self.status is FieldStatus.ACCEPTED

    @property
    def best(self) -> str | None:
        """The value to show first: the value itself, else the likeliest candidate."""
        if self.value is not None:
            return self.value
        return max(self.candidates, key=lambda c: c.confidence).value if self.candidates else None

    def doubted(self) -> "FieldValue":
        """The same value, for a person to look at if it was accepted."""
        return replace(self, status=FieldStatus.REVIEW) if self.is_accepted else self

    def on_page(self, number: int) -> "FieldValue":
        """The same value, standing on page ``number``."""
        return replace(self, page=number)

    def to_json(self) -> dict[str, object]:
        """Give the contract's form (``label`` is left out)."""
        return {
            "value": self.value,
            "raw": self.raw,
            "confidence": round(self.confidence, 4),
            "status": self.status.value,
            "page": self.page,
            "box": self.box.to_json() if self.box else None,
            "source": self.source.value,
            "candidates": [c.to_json() for c in self.candidates],
        }

    def to_record(self) -> dict[str, object]:
        """Give the storable form: the contract's plus ``label``."""
        return self.to_json() | ({"label": self.label} if self.label else {})

    @classmethod
    def from_json(cls, data: dict[str, object]) -> "FieldValue":
        """Rebuild a value from :meth:`to_json`'s or :meth:`to_record`'s form."""
        box, page, candidates = data["box"], data["page"], data["candidates"]
        assert box is None or isinstance(box, list)
        assert page is None or isinstance(page, int)
        assert isinstance(candidates, list)
        return cls(
            value=_text(data["value"]),
            raw=_text(data["raw"]),
            confidence=float(str(data["confidence"])),
            status=FieldStatus(str(data["status"])),
            page=page,
            box=Box.from_json(box) if box else None,
            source=Source(str(data["source"])),
            candidates=tuple(Candidate.from_json(c) for c in candidates),
            label=_text(data.get("label")),
        )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
