"""One decoded page inside the decoder's process, before its picture is written."""

from dataclasses import dataclass, field

from PIL import Image

from ingest.pages import CallFacts, FormValue
from terms.document import Word
from terms.errors import Problem


@dataclass(slots=True)
class DecodedPage:
    """A page's picture (grey of 1 or 8 bits, None when lost), its resolution, and what stands on it."""

    image: Image.Image | None
    dpi_x: float = 204.0
    dpi_y: float = 196.0
    words: tuple[Word, ...] = ()
    form_values: tuple[FormValue, ...] = ()
    problem: Problem | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class FileFacts:
    """What is known of the whole file once its pages are done; filled while they are decoded."""

    call: CallFacts | None = None
    problem: Problem | None = None
