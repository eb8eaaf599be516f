"""Mails that carry their order in the body, and mails that carry none."""

import dataclasses
import datetime as dt
import random
from dataclasses import dataclass

from samples import mail
from samples.catalogue import QUARANTINED, TODAY
from samples.make_fax import RECEIVED_AT
from samples.orders import Order, draw_order, line
from samples.paper import Part, PartPages
from samples.printed import Hand, slots
from samples.sheet import Placed
from samples.truth import Outcome, RequestTruth, request_json
from terms.geometry import Box

_BODY = """\
Hello,

new order for an Alliance member, please process.

Patient: {member.full_name}
DOB: {member.date_of_birth}
Medi-Cal ID: {member.id}
Address: {member.address}
Phone: {member.phone}

Ordering provider: {ordering_provider.name}
NPI: {ordering_provider.npi}
Clinic: {ordering_provider.clinic}, {ordering_provider.address}
Office phone: {ordering_provider.phone}
Fax: {ordering_provider.fax}

Request: {line[0].code} {line[0].description}, qty {line[0].quantity}
Diagnosis: {diagnosis.list}
Clinical notes: {clinical.summary}

Thanks,
Front desk
"""
_NOWHERE = Box(0, 0, 1, 1)


@dataclass(frozen=True, slots=True)
class OrderMail:
    """A mail with its expected pages and requests; ``orders`` are those of the plan's members in it."""

    file: str
    purpose: str
    data: bytes
    outcome: Outcome
    pages: list[dict[str, object]]
    requests: list[dict[str, object]]
    orders: tuple[Order, ...]


def mail_orders(seed: int) -> tuple[OrderMail, ...]:
    """Make them all."""
    return _order_in_body(random.Random(f"{seed}:mail body")), _automatic_reply()


def _order_in_body(rng: random.Random) -> OrderMail:
    drawn = draw_order(rng, today=TODAY)
    member = dataclasses.replace(drawn.member, medical_group="DIRECT", line_of_business="MEDI_CAL")
    order = dataclasses.replace(
        drawn, member=member, lines=(line("E0165"),), diagnoses=("M16.12", "R54"), types=("routine",)
    )
    hand = Hand()
    texts = slots(order, hand)
    body, placed = _BODY, []
    for key, text in texts.items():
        place = f"{{{key}}}"
        if place in body:
            body = body.replace(place, text)
            placed.append(Placed(key, text, 1, _NOWHERE))
    part = PartPages(Part("mail", order, hand), (1,), "mail_body", None, frozenset(texts), tuple(placed))
    data = mail.mail_bytes(
        sender="Front desk <frontdesk@clinic.example>", to="aaorders@inlet.example", subject="DME order", body=body,
        sent_at=RECEIVED_AT - dt.timedelta(minutes=20), number=9001,
    )  # fmt: skip
    request = request_json(RequestTruth(order, (part,)), received_on=RECEIVED_AT.date())
    pages: list[dict[str, object]] = [{"number": 1, "kind": "mail_body", "rotation": 0}]
    purpose = "Order written in the mail itself"
    return OrderMail("mails/order_in_body.eml", purpose, data, Outcome(), pages, [request], (order,))


def _automatic_reply() -> OrderMail:
    data = mail.mail_bytes(
        sender="Invented Office <office@clinic.example>",
        to="aaorders@inlet.example",
        subject="Automatic reply: Receipt of your request",
        body="I am out of the office until Monday and will answer then.\n\nFor urgent matters call 510-555-0177.\n",
        sent_at=RECEIVED_AT - dt.timedelta(minutes=3),
        number=9002,
        automatic=True,
    )
    pages: list[dict[str, object]] = [{"number": 1, "kind": "auto_reply", "rotation": 0}]
    return OrderMail("mails/auto_reply.eml", "Automatic reply: no request", data, QUARANTINED, pages, [], ())
