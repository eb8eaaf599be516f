"""A notice on paper: composed from the revision it belongs to, rendered, its destination found.

Everything comes from what is stored (the revision's values and decision, the notice's own time),
so that making it again makes the same bytes under the same names.
"""

import io

from django.conf import settings
from PIL import Image

from classify.reference import Reference
from desk.cases.decisions import decision_at
from desk.cases.notices import Intent, Rendered
from desk.config import Settings
from desk.lifecycle import NoticeState
from desk.records.models import Notice
from desk.storage import DERIVED, read_stored, store_derived
from outbound.compose import compose
from outbound.faxtiff import fax_tiff
from outbound.folder import FolderTransport
from outbound.notices import Contact, NoticeKind
from outbound.numbers import Destination, fax_destination
from outbound.render import render_pdf
from outbound.transport import Submission
from terms.contact import FaxNumber
from terms.requests import RequestValues


def make_paper(key: str, reference: Reference) -> Rendered | None:
    """Compose and render a drafted notice and store its PDF and fax TIFF; ``None`` if it is no longer to go out.

    Raises :class:`outbound.errors.OutboundError`, :class:`desk.errors.StorageError`.
    """
    notice = Notice.objects.select_related("request", "supersedes").get(key=key)
    if notice.state != NoticeState.DRAFTED or notice.request is None:
        return None
    request = notice.request
    values, decision = decision_at(request, notice.revision)
    destination = _destination(notice, values, reference)
    inlet: Settings = settings.INLET
    data = compose(
        NoticeKind(notice.kind),
        values,
        decision,
        reference=request.reference,
        revision=notice.revision,
        received_at=request.received_at,
        issued_at=notice.created_at,
        sender=Contact(inlet.organisation, inlet.answer_phone, inlet.answer_fax),
        tables=reference,
        destination=destination.number,
        supersedes=_superseded(notice),
    )
    pdf = render_pdf(data)
    tiff = fax_tiff(pdf, resolution=inlet.fax_resolution)
    return Rendered(
        pdf=store_derived(pdf, ".pdf").name,
        tiff=store_derived(tiff, ".tif").name,
        pages=_frames(tiff),
        destination=destination.number.value if destination.number else "",
        verified=destination.verified,
        reason=destination.reason,
        data=data.to_json(),
    )


def _destination(notice: Notice, values: RequestValues, reference: Reference) -> Destination:
    """The number that a person vouched for, else what directory and form say."""
    number = FaxNumber.parse(notice.destination) if notice.vouched_by else None
    if number is not None:
        return Destination(FaxNumber(number.value), verified=True, reason=notice.destination_reason)
    return fax_destination(values, reference)


def transport() -> FolderTransport:
    """Give the way out that the settings name."""
    inlet: Settings = settings.INLET
    return FolderTransport(inlet.outbox, inlet.held)


def submission(intent: Intent) -> Submission:
    """Give a transport what it needs for one attempt."""
    return Submission(
        key=intent.transmission,
        number=intent.destination,
        verified=intent.verified,
        reason=intent.reason,
        reference=intent.reference,
        kind=intent.kind,
        pages=intent.pages,
        urgent=intent.urgent,
        pdf=read_stored(DERIVED, intent.pdf),
        tiff=read_stored(DERIVED, intent.tiff),
    )


def _superseded(notice: Notice) -> str:
    """Say in words which notice this one takes the place of."""
    earlier = notice.supersedes
    if earlier is None:
        return ""
    sent = (earlier.sent_at or earlier.created_at).astimezone(settings.INLET.zone)
    kind = earlier.kind.replace("_", " ")
    return f"the {kind} of {sent:%b} {sent.day}, {sent.year}"


def _frames(tiff: bytes) -> int:
    with Image.open(io.BytesIO(tiff)) as image:
        return int(getattr(image, "n_frames", 1))
