"""What can go wrong on the way out.

::

    terms.errors.InletError
    └── OutboundError            outbound.error             base of this package
        ├── FontsMissingError    outbound.fonts_missing     the notices' fonts are not installed
        ├── NoticeTextError      outbound.notice_text       a notice's text lacks something, or names something unknown
        ├── CareDecisionError    outbound.care_decision     a decision lacks what its notice must carry
        ├── RenderError          outbound.render_failed     a notice could not be set as a page
        ├── FaxImageError        outbound.fax_image         a page could not be turned into a fax image (retry)
        └── TransportError       outbound.transport         a line out cannot be used (retry)
            ├── OutboxError      outbound.outbox            the outbox cannot be written (retry)
            ├── LineDownError    outbound.line_down         the fax server or mail host does not answer (retry)
            ├── LineRefusedError outbound.line_refused      it answers and refuses: account, setting or job
            └── UnsafeTextError  outbound.unsafe_text       a value would change the protocol's meaning
"""

from terms.errors import InletError


class OutboundError(InletError):
    """Base of the errors of the way out."""

    kind = "outbound.error"


class FontsMissingError(OutboundError):
    """The fonts that notices are set in are not on this machine."""

    kind = "outbound.fonts_missing"


class NoticeTextError(OutboundError):
    """A notice's text cannot be used; the message names the file and every fault."""

    kind = "outbound.notice_text"


class CareDecisionError(OutboundError):
    """A care decision does not say what its notice must carry."""

    kind = "outbound.care_decision"


class RenderError(OutboundError):
    """A notice's template and data do not make a document."""

    kind = "outbound.render_failed"


class FaxImageError(OutboundError):
    """A notice's PDF did not become a fax image."""

    kind = "outbound.fax_image"
    retry = True


class TransportError(OutboundError):
    """A way out could not be used."""

    kind = "outbound.transport"
    retry = True


class OutboxError(TransportError):
    """The folder that notices leave by cannot be used."""

    kind = "outbound.outbox"


class LineDownError(TransportError):
    """Nobody answers at the other end of a transport, or the connection was lost."""

    kind = "outbound.line_down"


class LineRefusedError(TransportError):
    """The other end answers and does not take what it is given; trying the same again does not help."""

    kind = "outbound.line_refused"
    retry = False


class UnsafeTextError(TransportError):
    """A value holds a control character, which would become a command of the protocol."""

    kind = "outbound.unsafe_text"
    retry = False
