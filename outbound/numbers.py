"""Where an answer may go: only to a number that somebody verified for this very provider.

A wrong fax number is a privacy breach. A number that stands on a form is what a stranger wrote: it
is never dialled until the directory, or a person, vouches for it.
"""

import re
from dataclasses import dataclass

from classify.directory import Provider
from classify.reference import Reference
from terms.contact import FaxNumber
from terms.requests import RequestValues

_LEAST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Destination:
    """A number (None when there is none), whether it may be dialled without a person, and why, in a sentence."""

    number: FaxNumber | None
    verified: bool
    reason: str


def fax_destination(values: RequestValues, reference: Reference) -> Destination:
    """Say where the answer to a request goes.

    Verified is only the directory's verified number of the provider whose NPI was accepted, when
    the provider's name does not contradict it. Everything else is held for a clerk. A number that
    is one of the processors' own lines is no destination at all: the answer would come back as work.
    """
    stated = _number(values.value("ordering_provider.fax"))
    own = {fax for office in reference.processors.offices() for fax in office.faxes}
    if stated is not None and stated.number in own:
        stated = None
    provider = _provider(values, reference)
    known = _number(provider.fax) if provider else None
    if provider is None or known is None or known.number in own:
        if stated is None:
            return Destination(None, verified=False, reason="No fax number is known for the provider.")
        return Destination(stated, verified=False, reason="The number stands only on the form.")
    reason = _doubt(values, provider, stated, known)
    if reason:
        return Destination(known, verified=False, reason=reason)
    if stated is not None and stated.number != known.number:
        return Destination(known, verified=True, reason="The directory's verified number; the form names another one.")
    return Destination(known, verified=True, reason="The directory's verified number.")


def _provider(values: RequestValues, reference: Reference) -> Provider | None:
    npi = values.value("ordering_provider.npi")
    return reference.directory.by_npi(npi) if npi and reference.directory else None


def _doubt(values: RequestValues, provider: Provider, stated: FaxNumber | None, known: FaxNumber) -> str:
    """Why the directory's number may still not be this sender's; empty when there is no reason."""
    if not values.fields["ordering_provider.npi"].is_accepted:
        return "The provider's NPI is not certain."
    name = values.value("ordering_provider.name")
    if name and not _words(name) & _words(provider.name):
        return "The NPI belongs to a provider of another name."
    if not provider.fax_verified:
        differs = stated is not None and stated.number != known.number
        return "The directory's number is not verified" + ("; the form names another one." if differs else ".")
    return ""


def _number(text: str | None) -> FaxNumber | None:
    found = FaxNumber.parse(text) if text else None
    return FaxNumber(found.value) if found else None


def _words(name: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]+", name.casefold()) if len(word) >= _LEAST_LETTERS}
