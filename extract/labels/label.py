"""What is found on a page that says what to write where: labels and section headings."""

from dataclasses import dataclass

from extract.labels.vocabulary import Concept, vocabulary
from extract.layout import Area

PERSON = "person"
"""The concept of a label that only says who ("Ordering physician:")."""


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label.

    ``concepts`` is what it asks for, usually one name (``phone``), several for a box that holds
    several values (``phone`` and ``fax``); ``person`` for a label that only says who ("Ordering
    physician:"). ``role`` is whose value, as far as the label itself says so, and ``weak`` that it
    says so only by a common word. ``line``, ``first`` and ``past`` place it among the sheet's
    tokens. ``sure`` (0 to 1) falls with damaged wordings and doubtful places.
    """

    concepts: tuple[str, ...]
    role: str | None
    weak: bool
    text: str
    area: Area
    line: int
    first: int
    past: int
    colon: bool
    sure: float

    @property
    def concept(self) -> str:
        """The first concept."""
        return self.concepts[0]


@dataclass(frozen=True, slots=True)
class Heading:
    """A section heading: whose section it is (a role, ``request`` or ``plan``)."""

    role: str
    text: str
    area: Area
    line: int


@dataclass(frozen=True, slots=True)
class Labels:
    """What :func:`find_labels` found, in reading order."""

    labels: tuple[Label, ...]
    headings: tuple[Heading, ...]


def concept_of(label: Label) -> Concept:
    """The first concept of a label; a bare person's label asks for a full name."""
    concepts = vocabulary().concepts
    return concepts["full_name"] if label.concept == PERSON else concepts[label.concept]
