"""What can go wrong on the way out.

::

    terms.errors.InletError
    └── OutboundError          outbound.error            base of this package
        ├── FontsMissingError  outbound.fonts_missing    the notices' fonts are not installed
        ├── RenderError        outbound.render_failed    a notice could not be set as a page
        ├── FaxImageError      outbound.fax_image        a notice's page could not be turned into a fax image (retry)
        └── OutboxError        outbound.outbox           the outbox cannot be written (retry)
"""

from terms.errors import InletError


class OutboundError(InletError):
    """Base of the errors of the way out."""

    kind = "outbound.error"


class FontsMissingError(OutboundError):
    """The fonts that notices are set in are not on this machine."""

    kind = "outbound.fonts_missing"


class RenderError(OutboundError):
    """A notice's template and data do not make a document."""

    kind = "outbound.render_failed"


class FaxImageError(OutboundError):
    """A notice's PDF did not become a fax image."""

    kind = "outbound.fax_image"
    retry = True


class OutboxError(OutboundError):
    """The folder that notices leave by cannot be used."""

    kind = "outbound.outbox"
    retry = True
