"""The sections of a form: people, kind of request, services, diagnoses, free text."""

import random
from collections.abc import Mapping, Sequence

from bench.layouts.arrange import draw_fields
from bench.layouts.canvas import WIDTH, width_of
from bench.layouts.grid import Item, Sheet
from bench.layouts.style import ARRANGEMENTS
from bench.layouts.wordings import PERSON, SECTIONS, wording
from samples import people

Slots = Mapping[str, str]


def heading(sheet: Sheet, text: str) -> None:
    """Print a section's heading in the form's way."""
    style, canvas = sheet.style, sheet.canvas
    if not text:
        return
    size = style.size + 1.5
    left, right = sheet.left, sheet.right
    sheet.y += 4
    base = sheet.y + size
    if style.heading in {"bar", "grey"}:
        canvas.rect(left, sheet.y, right, base + 3.5, style.rule, 215)
    if style.heading == "black":
        canvas.rect(left, sheet.y, right, base + 3.5, style.rule, 0)
        canvas.white_text(left + 4, base, text, style.family, size)
    else:
        canvas.text(left + 3, base, text, style.family, size, bold=style.heading != "none")
    if style.heading == "ruled":
        canvas.line(left, base + 3, right, base + 3, 1.0)
    sheet.y = base + 6


def _value(rng: random.Random, texts: Slots, key: str, blank: float = 0.07) -> str:
    return "" if rng.random() < blank else texts.get(key, "")


def _named(rng: random.Random, who: str, key: str, *, alone: bool) -> str:
    """A wording, with the person's word before it where the section does not say whose it is."""
    text = wording(rng, key)
    if alone and rng.random() < 0.85 and key not in {"date_of_birth", "id", "npi", "full_address"}:
        person = rng.choice(PERSON[who])
        return f"{person} {text}" if rng.random() < 0.85 or ":" in text else f"{text} of {person}"
    return text


def _address(rng: random.Random, who: str, texts: Slots, street: str, *, alone: bool) -> list[Item]:
    stem = f"{who}.address"
    if rng.random() < 0.3:
        return [Item(stem, _named(rng, who, "full_address", alone=alone), _value(rng, texts, stem), 2)]
    first = Item(f"{stem}.street", _named(rng, who, street, alone=alone), _value(rng, texts, f"{stem}.street"), 2)
    if rng.random() < 0.35:
        return [first, Item(f"{stem}.city_line", wording(rng, "city_line"), texts[f"{stem}.city_line"], 1.5)]
    return [
        first,
        Item(f"{stem}.city", wording(rng, "city"), texts[f"{stem}.city"], 1),
        Item(f"{stem}.state", wording(rng, "state"), texts[f"{stem}.state"], 0.5),
        Item(f"{stem}.zip", wording(rng, "zip"), texts[f"{stem}.zip"], 0.6),
    ]


def member_items(rng: random.Random, texts: Slots, *, alone: bool) -> list[Item]:
    """The member's fields; ``alone``: no heading says whose they are."""
    kind = rng.choice(("two", "two", "last_first", "full"))
    if kind == "two":
        names = [
            Item(
                "member.last_name",
                _named(rng, "member", "last_name", alone=alone),
                _value(rng, texts, "member.last_name", 0.04),
            ),
            Item(
                "member.first_name",
                _named(rng, "member", "first_name", alone=alone),
                _value(rng, texts, "member.first_name", 0.04),
            ),
        ]
    elif kind == "last_first":
        label = _named(rng, "member", "name_last_first", alone=True)
        names = [Item("member.name", label, _value(rng, texts, "member.name", 0.04), 2)]
    else:
        names = [
            Item(
                "member.full_name",
                _named(rng, "member", "name", alone=True),
                _value(rng, texts, "member.full_name", 0.04),
                1.5,
            )
        ]
    items = [
        Item(
            "member.date_of_birth",
            _named(rng, "member", "date_of_birth", alone=alone),
            _value(rng, texts, "member.date_of_birth", 0.04),
        ),
        Item("member.id", _named(rng, "member", "id", alone=alone), _value(rng, texts, "member.id")),
        Item("member.phone", _named(rng, "member", "phone", alone=alone), _value(rng, texts, "member.phone")),
    ]
    for key, value in (
        ("sex", rng.choice(("F", "M", ""))),
        ("mrn", rng.choice(("", f"{rng.randrange(10**5, 10**6)}"))),
        ("insurance", rng.choice(("", "None"))),
    ):
        if rng.random() < 0.25:
            items.append(Item(f"other.{key}", wording(rng, key), value, 0.6 if key == "sex" else 1))
    rng.shuffle(items)
    return names + _mixed(rng, items, _address(rng, "member", texts, "street", alone=alone))


def _mixed(rng: random.Random, items: list[Item], address: list[Item]) -> list[Item]:
    place = rng.choice((0, len(items), rng.randrange(len(items) + 1)))
    return items[:place] + address + items[place:]


def provider_items(rng: random.Random, who: str, texts: Slots, *, alone: bool) -> list[Item]:
    """A provider's fields."""
    if rng.random() < 0.35:
        names = [
            Item(f"{who}.last_name", _named(rng, who, "last_name", alone=alone), texts[f"{who}.last_name"]),
            Item(f"{who}.first_name", _named(rng, who, "first_name", alone=alone), texts[f"{who}.first_name"]),
        ]
    elif rng.random() < 0.35:
        names = [Item(f"{who}.name", rng.choice(PERSON[who]).removesuffix("'s"), texts[f"{who}.name"], 1.5)]
    else:
        names = [Item(f"{who}.name", _named(rng, who, "name", alone=alone), texts[f"{who}.name"], 1.5)]
    small = 0.07 if who == "ordering_provider" else 0.2
    items = [
        Item(f"{who}.npi", _named(rng, who, "npi", alone=alone), _value(rng, texts, f"{who}.npi", small)),
        Item(f"{who}.phone", _named(rng, who, "office_phone", alone=alone), _value(rng, texts, f"{who}.phone", small)),
        Item(f"{who}.fax", _named(rng, who, "fax", alone=alone), _value(rng, texts, f"{who}.fax", small)),
    ]
    extra = (
        Item(f"other.{who}.clinic", wording(rng, "clinic"), texts[f"{who}.clinic"], 1.5),
        Item(f"other.{who}.tax_id", wording(rng, "tax_id"), texts[f"{who}.tax_id"]),
        Item(f"other.{who}.specialty", wording(rng, "specialty"), rng.choice(("Pulmonology", "Family Medicine", ""))),
    )
    items += [item for item in extra if rng.random() < 0.35]
    if who == "ordering_provider" and rng.random() < 0.3:
        items.append(
            Item("other.contact", wording(rng, "contact"), f"{rng.choice(('Wren', 'Odell', 'Petra'))} Deskworthy")
        )
    rng.shuffle(items)
    if rng.random() < 0.75:
        items = _mixed(rng, items, _address(rng, who, texts, "office_street", alone=alone))
    return names + items


def other_person_items(rng: random.Random) -> list[Item]:
    """Somebody who is neither: the primary care provider or an emergency contact, with a telephone."""
    who = rng.choice(("pcp", "emergency"))
    person = rng.choice(PERSON[who])
    first, last = rng.choice(("Hollis", "Ione", "Bram")), rng.choice(("Bystander", "Elsewhere", "Notthis"))
    phone = people.phone(rng)
    return [
        Item("other.person", f"{person} Name" if rng.random() < 0.6 else person, f"{first} {last}", 1.5),
        Item("other.person_phone", f"{person} Phone", f"({phone[:3]}) {phone[3:6]}-{phone[6:]}"),
    ]


def people_section(sheet: Sheet, who: str, texts: Slots, *, titled: bool | None = None) -> None:
    """Draw a person's section; ``titled`` says whether under a heading, None leaves it to chance."""
    rng = sheet.rng
    titled = rng.random() < 0.75 if titled is None else titled
    if titled:
        heading(sheet, rng.choice(SECTIONS[who]))
    if who == "member":
        items = member_items(rng, texts, alone=not titled)
    else:
        items = provider_items(rng, who, texts, alone=not titled)
    draw_fields(sheet, items, rng.choice(ARRANGEMENTS))
    if rng.random() < 0.2:
        draw_fields(sheet, other_person_items(rng), rng.choice(ARRANGEMENTS))


def request_dates(sheet: Sheet, texts: Slots) -> None:
    """Draw the dates and place of the request."""
    rng = sheet.rng
    choice = (
        ("request.date", "request_date"),
        ("service.start_date", "start"),
        ("service.end_date", "end"),
        ("service.place", "place"),
    )
    items = [Item(slot, wording(rng, key), _value(rng, texts, slot, 0.1)) for slot, key in choice if rng.random() < 0.6]
    if items:
        draw_fields(sheet, items, rng.choice(ARRANGEMENTS))


def diagnosis_section(sheet: Sheet, codes: Sequence[str]) -> None:
    """Draw the diagnoses: one list, or a numbered place for each."""
    rng, style = sheet.rng, sheet.style
    if rng.random() < 0.5:
        heading(sheet, rng.choice(SECTIONS["diagnosis"]))
    keys = [f"diagnosis[{i}]" for i in range(len(codes))]
    if rng.random() < 0.5:
        joiner = rng.choice((", ", "; ", "  ", " / "))
        draw_fields(
            sheet,
            [Item("diagnosis.list", wording(rng, "diagnosis"), joiner.join(codes), style.columns)],
            rng.choice(ARRANGEMENTS),
        )
        sheet.shown |= dict(zip(keys, codes, strict=True))
        return
    stem = rng.choice(("Dx {}", "Diagnosis {}", "ICD-10 #{}", "Diagnosis Code {}", "Dx{}", "{}"))
    named = ("Primary Diagnosis", "Secondary Diagnosis", "Other Diagnosis") if rng.random() < 0.3 else ()
    places = max(len(codes), rng.choice((2, 3)))
    items = []
    for i in range(places):
        label = named[i] if named else stem.format(i + 1)
        value = codes[i] if i < len(codes) else ""
        items.append(Item(f"diagnosis[{i}]", label if label.strip("0123456789") else f"ICD-10 {label}", value))
    draw_fields(sheet, items, rng.choice(ARRANGEMENTS))


def service_table(sheet: Sheet, texts: Slots, count: int) -> None:  # noqa: C901, PLR0912  (headings, rows, rules)
    """Draw the table of services with its columns in any order."""
    rng, style, canvas = sheet.rng, sheet.style, sheet.canvas
    heading(sheet, rng.choice(SECTIONS["services"]))
    columns = [("code", 1.1), ("description", 2.6), ("quantity", 0.9)]
    if rng.random() < 0.5:
        columns.append(("modifiers", 0.9))
    rng.shuffle(columns)
    if rng.random() < 0.25:
        columns.insert(0, ("row", 0.35))
    if rng.random() < 0.25:
        columns.append(("price", 0.8))
    left, right = style.margin, WIDTH - style.margin
    unit = (right - left) / sum(w for _, w in columns)
    labels = {key: ("#" if key == "row" else "Charge" if key == "price" else wording(rng, key)) for key, _ in columns}
    high = style.row
    ruled = rng.choice(("full", "full", "rows", "none"))
    rows = max(count, rng.choice((2, 3, 4)))
    small = min(style.size, 9.0)
    x = left
    for key, share in columns:
        size = small
        while width_of(labels[key], style.family, size, bold=True) > share * unit - 4 and size > 5.5:
            size -= 0.5
        text = labels[key].upper() if style.upper else labels[key]
        canvas.text(x + 3, sheet.y + high - 5, text, style.family, size, bold=True)
        x += share * unit
    for row in range(rows):
        x = left
        base = sheet.y + (row + 2) * high - 0.3 * high
        for key, share in columns:
            if key == "row":
                canvas.text(x + 3, base, str(row + 1), style.family, small)
            elif row < count and key != "price":
                value = texts.get(f"line[{row}].{key}", "")
                if key == "description":
                    while value and width_of(value, style.value_family, min(style.value_size, 10)) > share * unit - 6:
                        value = value.rpartition(" ")[0]
                size = min(style.value_size, 10.0)
                canvas.text(x + 3, base - style.lift, value, style.value_family, size)
                sheet.shown[f"line[{row}].{key}"] = value
            x += share * unit
    top, bottom = sheet.y, sheet.y + (rows + 1) * high
    if ruled != "none":
        for row in range(rows + 2):
            canvas.line(left, top + row * high, right, top + row * high, style.rule)
    if ruled == "full":
        x = left
        for _, share in (*columns, ("", 0.0)):
            canvas.line(x, top, x, bottom, style.rule)
            x += share * unit
    sheet.how["line"] = f"table_{ruled}"
    sheet.y = bottom + 8


def service_list(sheet: Sheet, texts: Slots, count: int) -> None:
    """Draw the services as labelled fields, one line after another."""
    rng, style = sheet.rng, sheet.style
    heading(sheet, rng.choice(SECTIONS["services"]))
    words = {key: wording(rng, key) for key in ("code", "quantity", "description")}
    order = ["code", "quantity", "description"]
    rng.shuffle(order)
    how = rng.choice(("underline", "plain", "inside", "table", "right_box"))
    for row in range(count):
        shares = {"code": 1.0, "quantity": 0.8, "description": 2.0}
        items = [Item(f"line[{row}].{key}", words[key], texts[f"line[{row}].{key}"], shares[key]) for key in order]
        draw_fields(sheet, items, how)
    sheet.how["line"] = f"list_{how}"
    sheet.y += 0.3 * style.row


def summary_section(sheet: Sheet, texts: Slots) -> None:
    """Draw the free text that argues the need."""
    rng, style, canvas = sheet.rng, sheet.style, sheet.canvas
    heading(sheet, rng.choice(SECTIONS["clinical"]))
    words, line = texts["clinical.summary"].split(), ""
    base = sheet.y + style.row
    for word in [*words, ""]:
        if not word or width_of(f"{line} {word}", style.value_family, style.value_size) > WIDTH - 2 * style.margin - 10:
            canvas.text(style.margin + 4, base, line, style.value_family, style.value_size)
            base += 1.4 * style.value_size
            line = word
        else:
            line = f"{line} {word}".strip()
    sheet.y = base + 6
