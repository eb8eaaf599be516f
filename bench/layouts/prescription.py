"""A prescription pad's slip: who prescribes, for whom, what, and a line to sign on."""

from bench.layouts.canvas import WIDTH, width_of
from bench.layouts.grid import Item, Sheet
from bench.layouts.letter import phone_and_fax
from bench.layouts.parts import Slots

_DISPENSE = (
    "Disp: {code} {description}",
    "{description} ({code})",
    "{code} - {description}",
    "Rx: {description} {code}",
)
_HOW_MANY = ("Qty: {quantity}", "#{quantity}", "Quantity {quantity}", "Dispense {quantity}")


def draw_prescription(sheet: Sheet, texts: Slots, count: int, codes: list[str]) -> None:
    """Draw the slip."""
    rng, style, canvas = sheet.rng, sheet.style, sheet.canvas
    who = "ordering_provider"
    lines = [
        (texts[f"{who}.clinic"], 13.0, True, ()),
        (texts[f"{who}.name"], 11.0, False, ("name",)),
        (texts[f"{who}.address"], 9.0, False, ("address",)),
    ]
    phone, fax, npi = (texts[f"{who}.{key}"] for key in ("phone", "fax", "npi"))
    numbers = rng.choice(
        (
            ("Tel: {}", "   ", "Fax: {}"),
            ("Phone {}", " / ", "Fax {}"),
            ("Ph: {}", "  ", "Fx: {}"),
            ("T: {}", "  ", "F: {}"),
        )
    )
    lines.append((phone_and_fax(numbers, phone, fax), 9.0, False, ("phone", "fax")))
    lines.append((rng.choice(("NPI {n}", "NPI: {n}", "NPI# {n}   Lic. A12345")).format(n=npi), 9.0, False, ("npi",)))
    for text, size, bold, keys in lines:
        sheet.y += 1.35 * size
        wide = width_of(text, style.family, size, bold=bold)
        canvas.text((WIDTH - wide) / 2, sheet.y, text, style.family, size, bold=bold)
        for key in keys:
            _told(sheet, f"{who}.{key}", texts)
    sheet.y += 8
    canvas.line(style.margin, sheet.y, WIDTH - style.margin, sheet.y, 1.0)
    _patient(sheet, texts)
    sheet.y += 22
    canvas.text(style.margin, sheet.y, "Rx", "serif", 20, bold=True)
    for row in range(count):
        part = f"line[{row}]"
        sheet.y += 1.6 * style.value_size
        short = texts[f"{part}.description"][:40].rpartition(" ")[0] or texts[f"{part}.description"]
        text = rng.choice(_DISPENSE).format(code=texts[f"{part}.code"], description=short)
        end = canvas.text(style.margin + 40, sheet.y, text, style.value_family, style.value_size)
        many = rng.choice(_HOW_MANY).format(quantity=texts[f"{part}.quantity"])
        canvas.text(end + 14, sheet.y, many, style.value_family, style.value_size)
        sheet.shown[f"{part}.code"] = texts[f"{part}.code"]
    sheet.how["line"] = "prescription"
    sheet.y += 2.2 * style.value_size
    text = rng.choice(("Dx: {}", "Diagnosis: {}", "ICD-10: {}", "Indication (ICD-10) {}")).format(", ".join(codes))
    canvas.text(style.margin + 40, sheet.y, text, style.value_family, style.value_size)
    sheet.shown |= {f"diagnosis[{i}]": code for i, code in enumerate(codes)}
    sheet.y += 60
    canvas.line(style.margin + 200, sheet.y, WIDTH - style.margin, sheet.y, 0.7)
    canvas.text(
        style.margin + 202, sheet.y + 9, rng.choice(("Signature", "Prescriber signature", "M.D.")), style.family, 7
    )
    canvas.text(style.margin, sheet.y, f"Date: {texts['request.date']}", style.family, style.size)
    sheet.y += 14


def _patient(sheet: Sheet, texts: Slots) -> None:
    rng, style, canvas = sheet.rng, sheet.style, sheet.canvas
    rows = [
        (
            Item("member.full_name", rng.choice(("Name", "Patient", "Patient Name", "For", "Name of Patient")), ""),
            Item("member.date_of_birth", rng.choice(("DOB", "Date of Birth", "D.O.B.", "Birthdate")), ""),
        ),
        (
            Item("member.address", "Address", ""),
            Item("member.phone", rng.choice(("Phone", "Tel", "Pt phone", "Home phone")), ""),
        ),
        (Item("member.id", rng.choice(("ID", "Medi-Cal ID", "Ins. ID", "Member ID", "CIN")), ""),),
    ]
    for row in rows:
        sheet.y += style.row + 4
        x = style.margin
        for item in row:
            wide = (WIDTH - 2 * style.margin) * (0.62 if item is row[0] and len(row) > 1 else 0.38)
            start = (
                canvas.text(x, sheet.y, f"{item.label}:" if style.colon else item.label, style.family, style.size) + 3
            )
            canvas.line(start, sheet.y + 2, x + wide - 8, sheet.y + 2, style.rule)
            value = texts[item.key]
            size = style.value_size
            while start + 6 + width_of(value, style.value_family, size) > x + wide - 8 and size > 6:
                size -= 0.5
            canvas.text(start + 4, sheet.y - style.lift, value, style.value_family, size)
            _told(sheet, item.key, texts)
            x += wide


def _told(sheet: Sheet, key: str, texts: Slots) -> None:
    sheet.shown[key] = texts[key]
    sheet.how[key] = "prescription"
