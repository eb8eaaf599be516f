"""Where an answer may go: only to a number that somebody verified for this very provider.

A wrong fax number is a privacy breach. A number that stands on a form is what a stranger wrote: it
is never dialled until the directory, or a person, vouches for it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class NumberBook:
    """What people have said about numbers, all E.164.

    ``verified`` gives, by NPI, the numbers that somebody vouched for and who did; ``forbidden`` the
    numbers that are never faxed, and why.
    """

    verified: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    forbidden: Mapping[str, str] = field(default_factory=dict)


_NOTHING_SAID = NumberBook()


def fax_destination(values: RequestValues, reference: Reference, book: NumberBook = _NOTHING_SAID) -> Destination:
    """Say where the answer to a request goes.

    Verified is only the directory's verified number of the provider whose NPI was accepted, or a
    number that a person vouched for with this provider (``book``), when the provider's name does
    not contradict it. Everything else is held for a clerk: a number that stands only on the form,
    differs from the directory, is the member's own or another provider's. A number that is one of
    the processors' own lines is no destination at all: the answer would come back as work. A number
    that must not be faxed is never verified.
    """
    found = _destination(values, reference, book)
    if found.number is None:
        return found
    if found.number.number in book.forbidden:
        why = book.forbidden[found.number.number]
        return Destination(found.number, verified=False, reason=f"This number must not be faxed: {why}")
    party = "" if found.verified else _other_party(found.number, values, reference)
    return Destination(found.number, verified=False, reason=party) if party else found


def known_office(caller: FaxNumber | None, reference: Reference, book: NumberBook = _NOTHING_SAID) -> Destination:
    """Say whether the office that a fax came from may be answered at the number that it called from.

    Only when that is a provider's verified number in the directory; whoever else it may be, a person looks.
    """
    if caller is None:
        return Destination(None, verified=False, reason="It is not known where the fax came from.")
    own = {fax for office in reference.processors.offices() for fax in office.faxes}
    if caller.number in own:
        return Destination(None, verified=False, reason="The fax came from a processor's own line.")
    if caller.number in book.forbidden:
        why = book.forbidden[caller.number]
        return Destination(caller, verified=False, reason=f"This number must not be faxed: {why}")
    for provider in reference.directory.providers() if reference.directory else ():
        known = _number(provider.fax)
        if provider.fax_verified and known is not None and known.number == caller.number:
            return Destination(
                caller, verified=True, reason="The directory's verified number of the office that called."
            )
    return Destination(caller, verified=False, reason="The number that called is nobody's verified one.")


def _other_party(number: FaxNumber, values: RequestValues, reference: Reference) -> str:
    """Whose number it is if not the provider's: the member's, or another provider's of the directory."""
    member = _number(values.value("member.phone"))
    if member is not None and member.number == number.number:
        return "The number is the member's own phone."
    npi = values.value("ordering_provider.npi")
    for provider in reference.directory.providers() if reference.directory else ():
        known = _number(provider.fax)
        if known is not None and known.number == number.number and provider.npi != npi:
            return "The number belongs to another provider of the directory."
    return ""


def _destination(values: RequestValues, reference: Reference, book: NumberBook) -> Destination:
    stated = _number(values.value("ordering_provider.fax"))
    own = {fax for office in reference.processors.offices() for fax in office.faxes}
    if stated is not None and stated.number in own:
        stated = None
    vouched = _vouched(values, stated, book)
    if vouched is not None:
        return vouched
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


def _vouched(values: RequestValues, stated: FaxNumber | None, book: NumberBook) -> Destination | None:
    """The number that a person remembered for this provider: the form's own if it is one of them, else the only one."""
    npi = values.value("ordering_provider.npi")
    if not npi or not values.fields["ordering_provider.npi"].is_accepted:
        return None
    known = book.verified.get(npi, {})
    chosen = stated.number if stated and stated.number in known else next(iter(known)) if len(known) == 1 else None
    if chosen is None:
        return None
    return Destination(FaxNumber(chosen), verified=True, reason=f"Verified by {known[chosen]}.")


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
        if stated is not None and stated.number != known.number:
            return "The directory's number is not verified; the form names another one."
        return "The directory's number is not verified."
    return ""


def _number(text: str | None) -> FaxNumber | None:
    found = FaxNumber.parse(text) if text else None
    return FaxNumber(found.value) if found else None


def _words(name: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]+", name.casefold()) if len(word) >= _LEAST_LETTERS}
