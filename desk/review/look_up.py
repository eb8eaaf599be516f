"""Looking up while typing: codes in the code tables, providers in the directory, members in the roster."""

from collections.abc import Callable

from django.db.models import Q
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from classify.diagnosis_titles import search
from desk.cases.tables import current_reference
from desk.records.models import Member, Provider
from desk.review.access import needs
from desk.review.roles import VIEW
from terms.codes import HcpcsCode

MOST = 12
"""Offers given at most; who types on gets fewer."""
_LEAST = 2

Offer = tuple[str, str]


def codes(text: str) -> list[Offer]:
    """Give codes that begin with ``text``, then codes whose description has it, with descriptions."""
    start, words = HcpcsCode.clean(text), text.lower()
    found: list[Offer] = []
    described: list[Offer] = []
    for code, entry in current_reference().procedures.items():
        if code.startswith(start):
            found.append((code, entry.description))
        elif words in entry.description.lower():
            described.append((code, entry.description))
    return [*sorted(found), *sorted(described)][:MOST]


def providers(text: str) -> list[Offer]:
    """Give NPIs of directory providers by NPI, name or clinic, with name and clinic."""
    rows = Provider.objects.filter(
        Q(npi__startswith=text) | Q(name__icontains=text) | Q(clinic__icontains=text)
    ).order_by("name")[:MOST]
    return [(row.npi, ", ".join(filter(None, (row.name, row.credentials, row.clinic)))) for row in rows]


def members(text: str) -> list[Offer]:
    """Give member ids of the roster by id or last name, with name and date of birth."""
    rows = (
        Member.objects.filter(Q(cin__istartswith=text) | Q(last_name__istartswith=text))
        .order_by("last_name", "first_name", "cin")
        .values_list("cin", "last_name", "first_name", "date_of_birth")
        .distinct()[:MOST]
    )
    return [(cin, f"{last}, {first}, born {born:%m/%d/%Y}") for cin, last, first, born in rows]


def diagnoses(text: str) -> list[Offer]:
    """Give ICD-10-CM codes that begin with ``text``, then those called so, with their titles."""
    longer = _("a longer code is needed")
    return [
        (found.code, found.title if found.billable else f"{found.title} ({longer})") for found in search(text, MOST)
    ]


def provider_names(text: str) -> list[Offer]:
    """Give names of directory providers by name or clinic, as forms write them, with NPI and clinic."""
    rows = Provider.objects.filter(Q(name__icontains=text) | Q(clinic__icontains=text)).order_by("name")[:MOST]
    return [
        (", ".join(filter(None, (row.name, row.credentials))), ", ".join(filter(None, (f"NPI {row.npi}", row.clinic))))
        for row in rows
    ]


def member_names(text: str) -> list[Offer]:
    """Give last names of the roster that begin with ``text``, with first name, date of birth and id."""
    rows = (
        Member.objects.filter(last_name__istartswith=text)
        .order_by("last_name", "first_name", "cin")
        .values_list("last_name", "first_name", "date_of_birth", "cin")
        .distinct()[:MOST]
    )
    return [(last, f"{first}, {born:%m/%d/%Y}, {cin}") for last, first, born, cin in rows]


TABLES: dict[str, Callable[[str], list[Offer]]] = {
    "code": codes,
    "diagnosis": diagnoses,
    "npi": providers,
    "member_id": members,
    "provider_name": provider_names,
    "member_name": member_names,
}
"""What can be looked up, by the table that a field names (:attr:`desk.review.sheet.FieldView.table`)."""


@needs(VIEW)
def look_up(request: HttpRequest, kind: str) -> JsonResponse:
    """Offers for what was typed so far (``q``), best first: ``[[value, words], …]``."""
    table = TABLES.get(kind)
    if table is None:
        raise Http404
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:60]
    return JsonResponse({"offers": table(text) if len(text) >= _LEAST else []})
