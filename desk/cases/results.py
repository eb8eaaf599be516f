"""What a mail-to-fax gateway wrote back, and bounces of our own mails: taken to the transmission that they are about.

Only mails from the gateway's own domain, or from senders that the settings name, are believed; of these only
such as name a transmission of ours. Everything else is somebody's mail and goes the ordinary way.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from desk.cases.actor import MACHINE
from desk.cases.arrivals import finish, lock_arrival, quarantine
from desk.cases.audit import note
from desk.cases.sending import record_standing
from desk.config import Settings
from desk.lifecycle import NoticeState, TransmissionState
from desk.records.models import Arrival, Transmission
from outbound.lines.mail import GATEWAY_NAME, OUR_NAME
from outbound.lines.results import WORDS, load_gateway_words, read_result
from outbound.transport import Failure, Stage, Standing
from terms.errors import Problem
from terms.names import ArrivalState
from terms.reference import CaseReference

UNCLEAR = Problem(
    "desk.result_unclear",
    "The fax gateway wrote about one of our faxes and what it says is not understood. Read it; if such mails come "
    "often, teach Inlet their words (gateway_words under [sending]).",
)
_SIGN = re.compile(r"\[([0-9a-f]{10})\]")
_REFERENCE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{4}-[A-Za-z0-9]{4}(?![A-Za-z0-9])")
_DIGITS = re.compile(r"\D")
_PERMANENT = "5"


@dataclass(frozen=True, slots=True)
class Told:
    """A transmission of ours and what a mail says of it; ``standing`` is ``None`` where that is not understood."""

    transmission: str
    standing: Standing | None


def told_by(mail: Mapping[str, Any], text: str) -> Told | None:
    """Find what a gateway's mail says of a fax of ours; ``None`` for every other mail.

    The transmission is found by our Message-ID, else by the sign in our subject, else by reference and fax
    number where only one transmission fits. Raises NoticeTextError when the plan's own words cannot be used.
    """
    inlet: Settings = settings.INLET
    if not is_from_gateway(str(mail.get("from_address") or ""), inlet):
        return None
    subject = str(mail.get("subject") or "")
    found = _by_name(mail) or _by_sign(f"{subject}\n{text}") or _by_reference(f"{subject}\n{text}")
    if found is None:
        return None
    return Told(found.key, read_result(subject, text, load_gateway_words(inlet.sending.gateway_words or WORDS)))


def is_from_gateway(address: str, inlet: Settings) -> bool:
    """Say whether an address is one that the fax gateway writes back from: its domain, one below that, or one set."""
    domain = address.lower().rpartition("@")[2]
    known = {
        name.lower().rpartition("@")[2] if "@" not in name else name.lower() for name in inlet.sending.gateway_senders
    }
    own = inlet.sending.mail_gateway.lower()
    known |= {own} if own else set()
    return address.lower() in known or any(domain == name or domain.endswith(f".{name}") for name in known if name)


def take_result(arrival_id: int, reading_round: int, told: Told, *, facts: Mapping[str, object], pages: int) -> bool:
    """Store what a mail told of a transmission and end its arrival; give whether this was done now.

    What is not understood is quarantined for a person. Twice changes nothing.
    """
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        if arrival.state != ArrivalState.IN_PROGRESS or arrival.reading_round != reading_round:
            return False
        arrival.facts = arrival.facts | dict(facts) | {"answers": {"how": "gateway", "transmission": told.transmission}}
        arrival.page_count = pages
        arrival.save(update_fields=["facts", "page_count"])
        if told.standing is None:
            quarantine(arrival_id, UNCLEAR)
            return True
        _record(arrival, told.transmission, told.standing)
        finish(arrival, note_text=_WORDS[told.standing.stage])
        return True


_WORDS: Mapping[Stage, str] = {
    Stage.DELIVERED: "The fax gateway says that a fax of ours arrived.",
    Stage.FAILED: "The fax gateway says that a fax of ours did not arrive; see Sending.",
    Stage.SENDING: "The fax gateway says that a fax of ours is on its way; nothing is to be done.",
}


def bounced(arrival: Arrival, notice_key: str) -> bool:
    """End the transmission whose mail came back for good; give whether there was one. Call in a transaction.

    A bounce that only says that delivery takes longer changes nothing.
    """
    status = str((arrival.facts.get("mail") or {}).get("status") or "")
    sent = _open(notice__key=notice_key).exclude(transport="hylafax").order_by("-attempt").first()
    if sent is None or (status and not status.startswith(_PERMANENT)):
        return False
    _record(arrival, sent.key, Standing(Stage.FAILED, Failure.REFUSED, detail=status[:20]))
    return True


def _record(arrival: Arrival, key: str, standing: Standing) -> None:
    state = record_standing(key, standing, later=True)
    sent = Transmission.objects.select_related("notice__request").get(key=key)
    detail = {"transmission": key, "said": standing.stage.value, "state": state.value}
    note(MACHINE, "notice.told_by_mail", request=sent.notice.request, arrival=arrival, detail=detail)


def _open(**which: object) -> QuerySet[Transmission]:
    """What was handed over, went out by its notice, and has neither arrived nor failed as far as we know."""
    rows = Transmission.objects.filter(state=TransmissionState.SUBMITTED, notice__state=NoticeState.SENT)
    return rows.filter(**which).select_related("notice")


def _by_name(mail: Mapping[str, Any]) -> Transmission | None:
    names: Sequence[object] = [
        mail.get("in_reply_to") or "",
        *mail.get("references", ()),
        *mail.get("reported_ids", ()),
    ]
    for name in dict.fromkeys(str(each) for each in names):
        if OUR_NAME.match(name):
            found = _open(receipt__job=name).first()
            if found:
                return found
    return None


def _by_sign(text: str) -> Transmission | None:
    for sign in dict.fromkeys(_SIGN.findall(text)):
        found = list(_open(receipt__job__startswith=f"<inlet.{sign}")[:2])
        if len(found) == 1:
            return found[0]
    return None


def _by_reference(text: str) -> Transmission | None:
    digits = _DIGITS.sub("", text)
    for shown in dict.fromkeys(_REFERENCE.findall(text)):
        reference = CaseReference.parse(shown)
        if reference is None:
            continue
        sent = _open(transport=GATEWAY_NAME, notice__request__reference=reference.value)
        # the number may stand there in any form: its ten digits in a row once everything else is taken out
        fitting = [each for each in sent if each.destination and each.destination[-10:] in digits]
        if len(fitting) == 1:
            return fitting[0]
    return None
