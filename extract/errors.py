"""What can go wrong while reading.

::

    terms.errors.InletError
    └── ExtractError             extract.error             anything below
        ├── ImageUnreadableError extract.image_unreadable  a page image is not there or not a picture
        ├── ReaderMissingError   extract.reader_missing    a reader's model or program is not installed
        └── FormError            extract.form              a form's definition cannot be used or made
"""

from terms.errors import InletError


class ExtractError(InletError):
    """Base of what reading raises on purpose."""

    kind = "extract.error"


class ImageUnreadableError(ExtractError):
    """A page's image file is missing or cannot be decoded: unpack the arrival again."""

    kind = "extract.image_unreadable"


class ReaderMissingError(ExtractError):
    """A reader's model file or program is missing: run ``inlet doctor``."""

    kind = "extract.reader_missing"


class FormError(ExtractError):
    """A form's definition is missing, damaged or cannot be made from what was given; the sentence says which."""

    kind = "extract.form"
