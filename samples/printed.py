"""How a person types the values of an order: date and phone formats, capitals, names in one box or two.

``slots(order, hand)`` gives the text for every slot a form may have. Slot names are canonical
field names where one exists, with parts after it (``member.address.city``); ``provider`` stands for
the ordering provider. The truth in normal form is made beside it by :mod:`samples.truth`.
"""

import datetime as dt
import random
from dataclasses import dataclass

from samples.orders import Order, OrderLine
from samples.people import Address, Provider, chance

DATE_FORMATS = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "plain", "%b %d, %Y", "%Y-%m-%d", "%m%d%Y")
PHONE_FORMATS = ("{a}-{b}-{c}", "({a}) {b}-{c}", "{a}.{b}.{c}", "1-{a}-{b}-{c}", "({a}){b}-{c}", "{a} {b} {c}")


@dataclass(frozen=True, slots=True)
class Hand:
    """The habits of whoever typed the form."""

    font: str = "sans"
    size: float = 10.0
    bold: bool = False
    upper: bool = False
    date_format: str = "%m/%d/%Y"
    phone_format: str = "({a}) {b}-{c}"
    icd_point: bool = True
    mark: str = "cross"
    drift: float = 0.0
    """How far, in points, values wander from where they belong (they then touch the lines)."""


def draw_hand(rng: random.Random) -> Hand:
    """Draw a typist: font, size, formats and carelessness."""
    return Hand(
        font=rng.choice(
            ("sans", "sans", "serif", "mono", "mono", "narrow", "dejavu", "dejavu_serif", "dejavu_mono", "condensed")
        ),
        size=rng.choice((9.0, 9.5, 10.0, 10.5, 11.0, 12.0)),
        bold=chance(rng, 0.15),
        upper=chance(rng, 0.3),
        date_format=rng.choices(DATE_FORMATS, (6, 2, 3, 3, 1, 1, 1))[0],
        phone_format=rng.choices(PHONE_FORMATS, (4, 5, 2, 1, 1, 1))[0],
        icd_point=chance(rng, 0.85),
        mark=rng.choice(("cross", "cross", "tick", "fill")),
        drift=rng.choice((0.0, 0.5, 1.0, 2.0)),
    )


def date_text(value: dt.date, hand: Hand) -> str:
    """A date as this hand types it."""
    if hand.date_format == "plain":
        return f"{value.month}/{value.day}/{value.year}"
    return value.strftime(hand.date_format)


def phone_text(digits: str, hand: Hand, extension: str = "") -> str:
    """A phone number as this hand types it."""
    text = hand.phone_format.format(a=digits[:3], b=digits[3:6], c=digits[6:])
    return f"{text} ext. {extension}" if extension else text


def icd_text(code: str, hand: Hand) -> str:
    """A diagnosis code as this hand types it, with or without its point."""
    return code if hand.icd_point else code.replace(".", "")


def cased(text: str, hand: Hand) -> str:
    """Text in this hand's case."""
    return text.upper() if hand.upper else text


def slots(order: Order, hand: Hand) -> dict[str, str]:
    """Give the printed text of every slot; blank ones are empty strings."""
    member, provider = order.member, order.provider
    texts = {
        "member.last_name": cased(member.last_name, hand),
        "member.first_name": cased(member.first_name, hand),
        "member.name": cased(f"{member.last_name}, {member.first_name}", hand),
        "member.full_name": cased(f"{member.first_name} {member.last_name}", hand),
        "member.date_of_birth": date_text(member.date_of_birth, hand),
        "member.id": member.cin,
        "member.phone": phone_text(member.phone, hand),
        "request.date": date_text(order.request_date, hand),
        "service.start_date": date_text(order.start_date, hand),
        "service.end_date": date_text(order.end_date, hand) if order.end_date else "",
        "service.place": order.place,
        "authorization.number": order.authorization_number,
        "clinical.summary": order.summary,
        "diagnosis.list": ", ".join(icd_text(d, hand) for d in order.diagnoses),
    }
    texts |= _address("member.address", member.address, hand)
    texts |= _provider("ordering_provider", provider, hand)
    if order.servicing:
        texts |= _provider("servicing_provider", order.servicing, hand)
    for index, code in enumerate(order.diagnoses):
        texts[f"diagnosis[{index}]"] = icd_text(code, hand)
    for index, item in enumerate(order.lines):
        texts |= _line(f"line[{index}]", item, hand)
    texts |= dict(order.typed)
    return {key: "" if is_blank(key, order.blank) else text for key, text in texts.items()}


def is_blank(key: str, blank: frozenset[str]) -> bool:
    """Say whether a slot, or what it is a part of, was left empty (``line`` empties all lines)."""
    stem = key.partition("[")[0]
    whole_name = {"member.name", "member.full_name"}
    if key in whole_name and {"member.last_name", "member.first_name"} <= blank:
        return True
    return key in blank or stem in blank or any(key.startswith(f"{b}.") for b in blank) or (
        key == "diagnosis.list" and "diagnosis" in blank
    )  # fmt: skip


def _address(stem: str, address: Address, hand: Hand) -> dict[str, str]:
    return {
        stem: cased(address.line, hand),
        f"{stem}.street": cased(address.street, hand),
        f"{stem}.city": cased(address.city, hand),
        f"{stem}.state": address.state,
        f"{stem}.zip": address.zip_code,
        f"{stem}.city_line": cased(f"{address.city}, {address.state} {address.zip_code}", hand),
    }


def _provider(stem: str, provider: Provider, hand: Hand) -> dict[str, str]:
    texts = {
        f"{stem}.name": cased(provider.name, hand),
        f"{stem}.last_name": cased(provider.last_name, hand),
        f"{stem}.first_name": cased(provider.first_name, hand),
        f"{stem}.npi": provider.npi,
        f"{stem}.phone": phone_text(provider.phone, hand, provider.extension),
        f"{stem}.fax": phone_text(provider.fax, hand),
        f"{stem}.clinic": cased(provider.clinic, hand),
        f"{stem}.tax_id": provider.tax_id,
        f"{stem}.credentials": provider.credentials,
    }
    return texts | _address(f"{stem}.address", provider.address, hand)


def _line(stem: str, item: OrderLine, hand: Hand) -> dict[str, str]:
    modifiers = "-".join(item.modifiers)
    return {
        f"{stem}.code": item.code,
        f"{stem}.code_with_modifiers": f"{item.code}-{modifiers}" if modifiers else item.code,
        f"{stem}.description": cased(item.description, hand),
        f"{stem}.modifiers": " ".join(item.modifiers),
        f"{stem}.quantity": f"{item.quantity}{item.unit}",
    }
