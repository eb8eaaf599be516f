"""Letters and memos without a form: letterhead, RE block, reasons, signature block."""

from bench.layouts.canvas import WIDTH, width_of
from bench.layouts.grid import Item, Sheet
from bench.layouts.parts import Slots

_OPENINGS = (
    "I am writing to request authorization of the equipment below for my patient {name}.",
    "Please authorize the following items for {name}, whom I follow in my clinic.",
    "{name} is under my care and requires the equipment listed in this letter.",
    "This letter documents the medical necessity of equipment for {name}.",
)
_CLOSINGS = ("Sincerely,", "Respectfully,", "Thank you for your prompt attention,", "Best regards,", "Signed,")


def draw_letter(sheet: Sheet, texts: Slots, kind: str, count: int, codes: list[str]) -> None:
    """Write a letter of need; ``kind`` is the request's type, said in words or not at all."""
    rng = sheet.rng
    _letterhead(sheet, texts)
    _put(sheet, "request.date", texts["request.date"], "")
    sheet.y += 10
    for line in ("Alameda Alliance for Health", "Utilization Management Department"):
        _line(sheet, line)
    sheet.y += 10
    _about(sheet, texts, kind)
    if told := texts.get("told.date", ""):
        _line(sheet, told)
    sheet.y += 10
    _line(sheet, rng.choice(("To whom it may concern:", "Dear Medical Director:", "Dear Reviewer,")))
    sheet.y += 4
    opening = rng.choice(_OPENINGS).format(name=texts["member.full_name"])
    _paragraph(sheet, f"{opening} {texts['clinical.summary']}")
    sheet.y += 6
    for row in range(count):
        part = f"line[{row}]"
        text = rng.choice(
            (
                "{code} {description}, quantity {quantity}",
                "{description} ({code}) x {quantity}",
                "{code} - {description} - Qty {quantity}",
            )
        )
        short = texts[f"{part}.description"][:44].rpartition(" ")[0] or texts[f"{part}.description"]
        _line(sheet, text.format(code=texts[f"{part}.code"], description=short, quantity=texts[f"{part}.quantity"]), 14)
        sheet.shown[f"{part}.code"] = texts[f"{part}.code"]
    sheet.how["line"] = "letter"
    sheet.y += 6
    _line(
        sheet,
        rng.choice(("Diagnoses: {}", "ICD-10: {}", "Dx: {}", "Her diagnosis codes are {}.")).format(", ".join(codes)),
    )
    sheet.shown |= {f"diagnosis[{i}]": code for i, code in enumerate(codes)}
    sheet.y += 14
    _signature(sheet, texts)


def _line(sheet: Sheet, text: str, indent: float = 0.0) -> None:
    style = sheet.style
    sheet.y += 1.35 * style.value_size
    sheet.canvas.text(style.margin + 20 + indent, sheet.y, text, style.value_family, style.value_size)


def _put(sheet: Sheet, key: str, value: str, label: str, indent: float = 0.0) -> None:
    if value:
        sheet.shown[key] = value
        sheet.how[key] = "letter"
        _line(sheet, f"{label}{value}", indent)


def _paragraph(sheet: Sheet, text: str) -> None:
    style, line = sheet.style, ""
    for word in [*text.split(), ""]:
        wide = width_of(f"{line} {word}", style.value_family, style.value_size)
        if not word or wide > WIDTH - 2 * style.margin - 40:
            _line(sheet, line)
            line = word
        else:
            line = f"{line} {word}".strip()


def _letterhead(sheet: Sheet, texts: Slots) -> None:
    rng, style = sheet.rng, sheet.style
    middle = rng.random() < 0.6
    who = "ordering_provider"
    phone, fax = texts[f"{who}.phone"], texts[f"{who}.fax"]
    numbers = rng.choice(
        (
            ("Phone {}", "   ", "Fax {}"),
            ("Tel: {}", " | ", "Fax: {}"),
            ("T {}", "  ", "F {}"),
            ("P: {}", "  ", "F: {}"),
            ("Telephone {}", " - ", "Facsimile {}"),
        )
    )
    for text, size, bold in (
        (texts[f"{who}.clinic"], 15.0, True),
        (texts[f"{who}.address"], 9.5, False),
        (phone_and_fax(numbers, phone, fax), 9.5, False),
    ):
        wide = width_of(text, style.family, size, bold=bold)
        sheet.y += size * 1.3
        sheet.canvas.text((WIDTH - wide) / 2 if middle else style.margin, sheet.y, text, style.family, size, bold=bold)
    for key in ("phone", "fax", "address"):
        sheet.shown[f"{who}.{key}"] = texts[f"{who}.{key}"]
        sheet.how[f"{who}.{key}"] = "letterhead"
    if rng.random() < 0.6:
        sheet.canvas.line(style.margin, sheet.y + 6, WIDTH - style.margin, sheet.y + 6, 1)
    sheet.y += 24


def phone_and_fax(wording: tuple[str, str, str], phone: str, fax: str) -> str:
    """An office's two numbers on one line, each as ``wording`` calls it; one that is not given is not spoken of."""
    first, between, second = wording
    return between.join(part.format(number) for part, number in ((first, phone), (second, fax)) if number)


def _about(sheet: Sheet, texts: Slots, kind: str) -> None:
    rng = sheet.rng
    word = {"routine": "Routine", "urgent": "URGENT"}.get(kind, "")
    name = rng.choice(("member.full_name", "member.name"))
    first = rng.choice(("RE: ", "Re: ", "Patient: ", "RE: Patient ", "Regarding: ", "Member: "))
    rest = [
        ("member.date_of_birth", rng.choice(("DOB: ", "Date of Birth: ", "D.O.B. ", "DOB "))),
        ("member.id", rng.choice(("Medi-Cal ID: ", "Member ID: ", "CIN: ", "ID# ", "CIN "))),
        ("member.phone", rng.choice(("Phone: ", "Patient phone: ", "Tel: ", "Home phone: "))),
        ("member.address", "Address: "),
    ]
    rng.shuffle(rest)
    indent = rng.choice((0.0, 20.0))
    if rng.random() < 0.35 and "member.address" not in {key for key, _ in rest[:2]}:
        parts = [f"{first}{texts[name]}", *(f"{label}{texts[key]}" for key, label in rest[:2])]
        for key in (name, rest[0][0], rest[1][0]):
            sheet.shown[key] = texts[key]
            sheet.how[key] = "letter_row"
        _line(sheet, rng.choice(("   ", ", ", " | ", "; ")).join(parts))
        rest = rest[2:]
    else:
        _put(sheet, name, texts[name], first)
    for key, label in rest:
        _put(sheet, key, texts[key], label, indent)
    if word and rng.random() < 0.5:
        sheet.value(0, -50, Item("request.type", "", kind), "letter")
        _line(sheet, f"{rng.choice(('Priority', 'Type of request', 'Request type'))}: {word}", indent)
        sheet.shown["request.type"] = kind


def _signature(sheet: Sheet, texts: Slots) -> None:
    rng, style = sheet.rng, sheet.style
    who = "ordering_provider"
    _line(sheet, rng.choice(_CLOSINGS))
    sheet.y += 26
    if rng.random() < 0.5:
        sheet.canvas.line(style.margin + 20, sheet.y, style.margin + 190, sheet.y, 0.7)
    _put(sheet, f"{who}.name", texts[f"{who}.name"], "")
    _put(
        sheet,
        f"{who}.npi",
        texts[f"{who}.npi"],
        rng.choice(("NPI: ", "NPI ", "NPI# ", "National Provider Identifier: ")),
    )
