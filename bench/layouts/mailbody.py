"""Mails that order equipment in plain words: no form, no fixed order, a signature with its own numbers."""

import random

from bench.layouts.parts import Slots

_GREETINGS = ("Hello,", "Hi team,", "Good morning,", "To whom it may concern,", "Dear CHME intake,", "")
_ASKS = (
    "Please process the following for our patient {name}.",
    "We are requesting authorization for {name}:",
    "Can you please deliver the items below to {name}?",
    "New order for {name}, details below.",
    "{name} needs the following equipment:",
)
_PEOPLE = (
    "{first} {last}\nDOB: {dob}\nMedi-Cal ID: {id}\nPhone: {phone}\nAddress: {address}",
    "Patient: {last}, {first}\nDate of birth: {dob}\nCIN: {id}\nTel: {phone}",
    "Pt: {first} {last}  DOB {dob}  ID# {id}\nPatient phone {phone}",
    "Her date of birth is {dob} and her member ID is {id}. She can be reached at {phone}.",
    "He was born {dob}, Medi-Cal {id}, home phone {phone}.",
    "Name: {first} {last}\nBirth date: {dob}\nMember #: {id}\nBest number to reach the patient: {phone}",
)
_ITEMS = (
    "- {code} {description} x{quantity}",
    "{description}, {code}, qty {quantity}",
    "{quantity} x {code} ({description})",
)
_REASONS = ("Dx: {codes}", "Diagnosis codes: {codes}", "ICD-10 {codes}", "This is for {codes}.")
_SIGNED = (
    "Thanks,\n{provider}\n{clinic}\nNPI {npi}\nPhone {phone} | Fax {fax}",
    "Regards,\n\nOrdering provider: {provider}\nNPI: {npi}\nT {phone}\nF {fax}",
    "Ordered by {provider} (NPI {npi}). Office phone {phone}, office fax {fax}.",
    "Thank you!\n--\n{provider}, NPI# {npi}\n{clinic}\noffice: {phone}  fax: {fax}",
)


def draw_mail(rng: random.Random, texts: Slots, count: int, codes: list[str]) -> tuple[str, dict[str, str]]:
    """Write a mail; gives its text and what it says by slot."""
    who = "ordering_provider"
    shown = {key: texts[key] for key in ("member.date_of_birth", "member.id", "member.phone", "member.full_name")}
    shown |= {f"{who}.{key}": texts[f"{who}.{key}"] for key in ("name", "npi", "phone", "fax")}
    person = rng.choice(_PEOPLE).format(
        first=texts["member.first_name"], last=texts["member.last_name"], dob=texts["member.date_of_birth"],
        id=texts["member.id"], phone=texts["member.phone"], address=texts["member.address"],
    )  # fmt: skip
    items = []
    wording = rng.choice(_ITEMS)
    for row in range(count):
        part = f"line[{row}]"
        items.append(wording.format(**{key: texts[f"{part}.{key}"] for key in ("code", "description", "quantity")}))
        shown[f"{part}.code"] = texts[f"{part}.code"]
    shown |= {f"diagnosis[{i}]": code for i, code in enumerate(codes)}
    signed = rng.choice(_SIGNED).format(
        provider=texts[f"{who}.name"], clinic=texts[f"{who}.clinic"], npi=texts[f"{who}.npi"],
        phone=texts[f"{who}.phone"], fax=texts[f"{who}.fax"],
    )  # fmt: skip
    name = f"{texts['member.first_name']} {texts['member.last_name']}"
    middle = [person, "\n".join(items), rng.choice(_REASONS).format(codes=", ".join(codes))]
    if rng.random() < 0.3:
        rng.shuffle(middle)
    told = texts.get("told.date", "")
    parts = [
        rng.choice(_GREETINGS),
        rng.choice(_ASKS).format(name=name),
        *middle,
        texts["clinical.summary"],
        told,
        signed,
    ]
    return "\n\n".join(part for part in parts if part), shown
