"""Notices of a care decision, made only from the record of a named person's decision.

Pure. :func:`compose_care` is what the provider's office gets, :func:`compose_letter` what the
member gets by mail.
"""

import datetime as dt
from dataclasses import replace

from outbound.care import LETTER_OF, NOTICE_OF, CareDecision, DecidedLine
from outbound.compose import moment, number_words, patient, printed_contact
from outbound.errors import CareDecisionError
from outbound.notices import CareFacts, CareLine, Contact, Language, NoticeData, Recipient
from terms.contact import FaxNumber
from terms.dates import PACIFIC
from terms.requests import RequestValues


def compose_care(
    care: CareDecision,
    values: RequestValues,
    *,
    reference: str,
    revision: int,
    received_at: dt.datetime,
    issued_at: dt.datetime,
    sender: Contact,
    destination: FaxNumber | None,
    supersedes: str = "",
) -> NoticeData:
    """Give the data of the notice that tells the provider's office a decision; moments are aware."""
    return NoticeData(
        kind=NOTICE_OF[care.kind],
        reference=reference,
        revision=revision,
        issued=issued_at.astimezone(PACIFIC).date().isoformat(),
        issued_text=moment(issued_at),
        received_text=moment(received_at, seconds=True),
        pages_received=len(values.pages),
        sender=printed_contact(sender),
        to_name=values.value("ordering_provider.name") or "Ordering provider's office",
        to_fax=destination.display if destination else "",
        priority="",
        request_type="",
        patient=patient(values),
        lines=(),
        diagnoses=(),
        deciders=(),
        due=(),
        clock_started="",
        supersedes=supersedes,
        care=_facts(care),
    )


def compose_letter(
    care: CareDecision,
    values: RequestValues,
    language: Language,
    *,
    reference: str,
    revision: int,
    received_at: dt.datetime,
    issued_at: dt.datetime,
    sender: Contact,
) -> NoticeData:
    """Give the data of the member's letter in ``language``; dates are printed as MM/DD/YYYY.

    Raises CareDecisionError when no letter is owed for the decision, when it lacks the reasons in
    this language (a person writes or translates them; nothing is translated by machine), or when
    the member's name or address is not known.
    """
    kind = LETTER_OF.get(care.kind)
    if kind is None:
        raise CareDecisionError(f"No letter to the member follows a decision to {care.kind.value.replace('_', ' ')}.")
    reasons = care.member_reasons.get(language, "").strip()
    if not reasons:
        raise CareDecisionError(f"The decision has no reasons for the member in {language.name.lower()}; add them.")
    names = [values.value("member.first_name"), values.value("member.last_name")]
    address = values.value("member.address")
    if not all(names) or not address:
        raise CareDecisionError("The member's name or address is not known; a letter needs both.")
    notice = compose_care(
        care, values, reference=reference, revision=revision, received_at=received_at, issued_at=issued_at,
        sender=sender, destination=None,
    )  # fmt: skip
    facts = _facts(care)
    return replace(
        notice,
        kind=kind,
        issued_text=_date(issued_at.astimezone(PACIFIC).date()),
        care=replace(facts, reasons=reasons, expected=_date(care.expected_on) if care.expected_on else ""),
        recipient=Recipient(
            name=" ".join(name for name in names if name),
            address=_address_lines(address),
            member_id=values.value("member.id") or "",
            provider=values.value("ordering_provider.name") or "",
            language=language,
        ),
    )


def _address_lines(address: str) -> str:
    """An address as an envelope shows it: street, then city with state and ZIP code."""
    *street, city, state = address.rsplit(", ", 2) if address.count(", ") > 1 else (address, "", "")
    return "\n".join(filter(None, (*street, f"{city}, {state}" if city else "")))


def _facts(care: CareDecision) -> CareFacts:
    return CareFacts(
        decided_by=care.decided_by,
        decided_by_phone=number_words(care.phone),
        decided_text=moment(care.decided_at),
        lines=tuple(_line(line) for line in care.lines),
        authorization_number=care.authorization_number,
        reasons=care.reasons,
        criteria=care.criteria,
        unmet=care.unmet,
        awaited=care.awaited,
        expected=f"{care.expected_on:%a, %b} {care.expected_on.day}, {care.expected_on.year}"
        if care.expected_on
        else "",
        vendor=care.vendor,
    )


def _line(line: DecidedLine) -> CareLine:
    dates = "\u2013".join(_date(day) for day in (line.starts, line.ends) if day)
    return CareLine(line.code, line.description, line.requested, line.granted, dates)


def _date(day: dt.date) -> str:
    return f"{day:%m/%d/%Y}"
