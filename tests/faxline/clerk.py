"""A clerk for the end-to-end test: settles what is doubtful on a request and releases it, through the desk's own cases.

Run as ``python -m tests.faxline.clerk REFERENCE [FAX]`` with the service's settings in the
environment. With a fax number, the clerk remembers it as the provider's (and no other) and changes a
value first, so that another notice follows.
"""

import os
import sys


def main(reference: str, fax: str = "") -> None:
    """Settle and release."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.django_settings")
    import django  # noqa: PLC0415  (set up on the settings of this process)

    django.setup()
    from django.db import transaction  # noqa: PLC0415  (as above)

    from desk.cases.actor import Actor  # noqa: PLC0415
    from desk.cases.corrections import Change, correct  # noqa: PLC0415
    from desk.cases.number_book import remember  # noqa: PLC0415
    from desk.cases.release import release  # noqa: PLC0415
    from desk.cases.tables import current_reference  # noqa: PLC0415
    from desk.lifecycle import Role  # noqa: PLC0415
    from desk.records.models import Request, VerifiedNumber  # noqa: PLC0415
    from terms.contact import FaxNumber  # noqa: PLC0415

    clerk = Actor("clerk", frozenset({Role.SENIOR_CLERK, Role.CLERK}))
    request = Request.objects.get(reference=reference)
    tables = current_reference()
    changes = [_settled(request, gap.field) for gap in request.gaps.filter(audience="clerk")]
    if fax:
        number = FaxNumber.parse(fax)
        assert number is not None
        with transaction.atomic():
            VerifiedNumber.objects.all().delete()
            remember(request.provider_npi, number, actor=clerk)
        changes.append(Change("request.date", f"2026-01-{request.revision + 1:02}"))
    if changes:
        request = correct(reference, changes, revision=request.revision, actor=clerk, tables=tables)
    for _ in range(3):  # what was settled may bring up something else
        more = [_settled(request, gap.field) for gap in request.gaps.filter(audience="clerk")]
        if not more:
            break
        request = correct(reference, more, revision=request.revision, actor=clerk, tables=tables)
    release(reference, revision=request.revision, actor=clerk)


def _settled(request: object, target: str) -> object:
    """Let a doubtful value stand as it was read."""
    from desk.cases.corrections import Change  # noqa: PLC0415  (Django is set up by now)
    from desk.records.models import FieldRecord  # noqa: PLC0415

    row = FieldRecord.objects.filter(request=request, name=target).first()
    return Change(target, (row.value or row.raw or "") if row else "", reason="as on the paper")


if __name__ == "__main__":
    main(*sys.argv[1:])
