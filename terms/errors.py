"""The root of every package's error tree, and trouble as a value.

::

    InletError                 terms       kind, sentence, remedy inside the sentence, retry
    ├── InvalidTermError       terms       a value type was asked to hold what it cannot
    ├── ingest.errors.IngestError
    ├── extract.errors.ExtractError
    ├── classify.errors.ClassifyError
    ├── outbound.errors.OutboundError
    ├── reconcile.errors.ReconcileError
    └── desk.errors.DeskError

Expected trouble (a damaged file, a busy line) is a :class:`Problem`, a value that is stored beside
what it concerns. A broken promise is an exception.
"""

import re
from dataclasses import dataclass

_KIND = re.compile(r"[a-z]+\.[a-z_]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with one thing, in words a person can act on.

    ``kind`` is stable and reads ``package.what`` (for example ``ingest.password_protected``);
    ``message`` is a sentence that ends with the remedy and never carries text read from a page;
    ``retry`` says whether doing the same thing again can help.
    """

    kind: str
    message: str
    retry: bool = False

    def __post_init__(self) -> None:
        """Refuse a kind that programs could not rely on, and an empty sentence."""
        if not _KIND.fullmatch(self.kind):
            msg = f"problem kind {self.kind!r} does not read package.what"
            raise ValueError(msg)
        if not self.message:
            msg = "a problem needs a sentence for a person"
            raise ValueError(msg)

    def to_json(self) -> dict[str, object]:
        """Give the contract's form of a problem."""
        return {"kind": self.kind, "message": self.message, "retry": self.retry}

    @classmethod
    def from_json(cls, data: dict[str, object]) -> "Problem":
        """Rebuild a problem from :meth:`to_json`'s form."""
        return cls(str(data["kind"]), str(data["message"]), bool(data["retry"]))


class InletError(Exception):
    """Base of every error the project raises on purpose.

    Subclasses set ``kind`` (stable, ``package.what``) and ``retry``; the message is a sentence for
    an operator with the remedy in it and carries ids only, never text read from a page.
    """

    kind: str = "terms.error"
    retry: bool = False

    def __init__(self, message: str, *, kind: str | None = None, retry: bool | None = None) -> None:
        """Keep the sentence; ``kind`` and ``retry`` override the class's own."""
        super().__init__(message)
        if kind is not None:
            self.kind = kind
        if retry is not None:
            self.retry = retry

    def as_problem(self) -> Problem:
        """Turn the error into the value that is stored on an arrival, page or notice."""
        return Problem(self.kind, str(self), self.retry)


class InvalidTermError(InletError, ValueError):
    """A value type was given something that it cannot hold; the text is not repeated in the message."""

    kind = "terms.invalid"
