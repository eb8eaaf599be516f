"""Tables and lists of services as offices really print them: wrapped, grouped, shaded, with or without headings."""

# ruff: noqa: E501  (lists of wordings, one column a line)

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bench.layouts.canvas import WIDTH, width_of
from bench.layouts.grid import Sheet
from bench.layouts.parts import heading
from bench.layouts.wordings import SECTIONS
from samples.orders import Order, OrderLine

Slots = Mapping[str, str]
_PROCEDURES = (
    ("70551", "MRI brain without contrast"), ("73721", "MRI lower extremity joint, left knee"),
    ("95810", "Polysomnography, attended"), ("97110", "Therapeutic exercise, 15 min"), ("93306", "Echocardiogram, complete"),
    ("45378", "Colonoscopy, diagnostic"), ("29881", "Knee arthroscopy with meniscectomy"), ("92507", "Speech therapy session"),
    ("99204", "New patient office visit"), ("76700", "Ultrasound abdomen complete"), ("20610", "Joint injection, major"),
    ("64483", "Lumbar epidural injection"), ("77067", "Screening mammography"), ("97162", "Physical therapy evaluation"),
)  # fmt: skip
_HEADS: dict[str, tuple[str, ...]] = {
    "code": ("HCPCS / CPT Code", "CPT/HCPCS", "HCPCS Code", "Code", "Procedure Code", "Code(s)", "Service Code", "CPT Code", "HCPCS", "Proc/Item Code", "CPT or HCPCS Code"),
    "description": ("Description", "Service / Item Description", "Item", "Service Requested", "Description of Service or Item", "Equipment / Service", "Item(s) Requested", "Procedure / Service", "Equipment Description"),
    "quantity": ("Qty", "Units", "Quantity", "# of Units", "Qty / Units", "Visits / Units", "No.", "Amount", "Qty Requested", "Units/Visits"),
    "modifiers": ("Mod", "Modifier", "Modifiers", "Mod(s)", "Modifier (if any)"),
    "start": ("Start Date", "From", "DOS From", "Date of Service"),
    "end": ("End Date", "To", "DOS To"),
    "diagnosis": ("Dx", "ICD-10", "Diagnosis", "Dx Code"),
    "price": ("Charge", "Unit Price", "Est. Cost", "MSRP"),
    "length": ("Length of Need", "Duration", "Frequency", "LON (months)"),
    "row": ("#", "Line", "No", "Item #"),
    "both": ("Code / Description", "HCPCS Code and Description", "Service (code and description)", "Procedure Code / Description"),
}  # fmt: skip
_WIDTHS = {
    "code": 1.1, "description": 2.6, "quantity": 0.9, "modifiers": 0.9, "start": 1.1, "end": 1.1,
    "diagnosis": 0.9, "price": 0.8, "length": 1.0, "row": 0.5, "both": 3.2,
}  # fmt: skip


def with_procedures(sheet: Sheet, order: Order) -> Order:
    """Of some orders make one for procedures, whose codes are five digits."""
    rng = sheet.rng
    if rng.random() > 0.3:
        return order
    drawn = rng.sample(_PROCEDURES, min(len(order.lines), 4))
    lines = tuple(OrderLine(code, text, (), str(rng.choice((1, 1, 2, 6, 12)))) for code, text in drawn)
    return replace(order, lines=lines)


@dataclass(frozen=True, slots=True)
class _Cell:
    lines: tuple[str, ...]


def services(sheet: Sheet, texts: Slots, count: int, diagnoses: list[str]) -> None:
    """Draw the services in one of many ways, with everything drawn remembered as shown."""
    rng = sheet.rng
    if rng.random() < 0.85:
        heading(sheet, rng.choice(SECTIONS["services"]))
    how = rng.choices(("table", "grouped", "joined", "labels", "numbered", "comb"), (9, 2, 3, 2, 3, 2))[0]
    for row in range(count):
        sheet.shown[f"line[{row}].code"] = texts[f"line[{row}].code"]
    if how == "labels":
        _labels(sheet, texts, count)
    elif how == "numbered":
        _numbered(sheet, texts, count)
    elif how == "comb":
        _combs(sheet, texts, count)
    else:
        _table(sheet, texts, count, how, diagnoses)


def _table(sheet: Sheet, texts: Slots, count: int, how: str, diagnoses: list[str]) -> None:
    rng, style = sheet.rng, sheet.style
    columns = ["both", "quantity"] if how == "joined" else ["code", "description", "quantity"]
    if how != "grouped":
        columns += [c for c in ("modifiers", "start", "end", "length", "price", "diagnosis") if rng.random() < 0.25]
        rng.shuffle(columns)
    if rng.random() < 0.35 and how != "grouped":
        columns.insert(0, "row")
    left, right = style.margin, WIDTH - style.margin
    unit = (right - left) / sum(_WIDTHS[c] for c in columns)
    edges = [left]
    for column in columns:
        edges.append(edges[-1] + unit * _WIDTHS[column])
    size = min(style.value_size, 10.0)
    rows = [_row(sheet, texts, n, columns, edges, size, diagnoses) for n in range(count)]
    if how == "grouped" and count > 1:
        rows = [{c: _Cell(tuple(x for r in rows for x in (r[c].lines[:1] or ("",)))) for c in columns}]
        if rng.random() < 0.3:
            rows[0]["code"] = _commas(rows[0]["code"], edges, columns, style.value_family, size)
    for _ in range(rng.choice((0, 0, 1, 2, 4))):
        rows.insert(rng.choice((len(rows), len(rows), rng.randrange(len(rows) + 1))), {c: _Cell(()) for c in columns})
    _draw_table(sheet, columns, edges, rows, size)
    sheet.how["line"] = f"rich_{how}"


def _commas(cell: _Cell, edges: list[float], columns: list[str], family: str, size: float) -> _Cell:
    place = columns.index("code")
    joined = ", ".join(cell.lines)
    return _Cell((joined,)) if width_of(joined, family, size) < edges[place + 1] - edges[place] - 8 else cell


def _row(
    sheet: Sheet, texts: Slots, number: int, columns: list[str], edges: list[float], size: float, diagnoses: list[str]
) -> dict[str, _Cell]:
    rng, family = sheet.rng, sheet.style.value_family
    part = f"line[{number}]"
    wanted = {
        "code": texts[f"{part}.code"],
        "description": texts[f"{part}.description"],
        "quantity": texts[f"{part}.quantity"],
        "modifiers": texts[f"{part}.modifiers"],
        "start": texts["service.start_date"],
        "end": texts.get("service.end_date", ""),
        "diagnosis": diagnoses[0] if diagnoses else "",
        "price": rng.choice(("", "", "$120.00")),
        "length": rng.choice(("12 months", "99", "6 mo", "")),
        "row": str(number + 1),
        "both": f"{texts[f'{part}.code']} {rng.choice(('', '- ', ': '))}{texts[f'{part}.description']}",
    }
    cells = {}
    for place, column in enumerate(columns):
        wide = edges[place + 1] - edges[place] - 6
        lines = _wrapped(wanted[column], wide, family, size)
        if column in {"description", "both"}:
            lines = lines[: sheet.rng.choice((1, 2, 2, 3))]
        cells[column] = _Cell(tuple(lines))
    return cells


def _wrapped(text: str, wide: float, family: str, size: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}", family, size) <= wide:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _draw_table(  # noqa: C901  (shading, headings, rows, rules)
    sheet: Sheet, columns: list[str], edges: list[float], rows: list[dict[str, _Cell]], size: float
) -> None:
    rng, style, canvas = sheet.rng, sheet.style, sheet.canvas
    small = min(style.size, 9.0)
    heads = {
        c: _wrapped(_head(sheet, c), edges[i + 1] - edges[i] - 5, style.family, small) for i, c in enumerate(columns)
    }
    step = 1.2 * size
    look = rng.choice(("plain", "plain", "grey", "black"))
    ruled = rng.choice(("full", "full", "full", "rows", "none"))
    middle = rng.random() < 0.35
    head_high = max(len(lines) for lines in heads.values()) * 1.15 * small + 5
    if look != "plain":
        canvas.rect(edges[0], sheet.y, edges[-1], sheet.y + head_high, style.rule, 0 if look == "black" else 222)
    for place, column in enumerate(columns):
        for n, line in enumerate(heads[column]):
            y = sheet.y + (n + 1) * 1.15 * small
            if look == "black":
                canvas.white_text(edges[place] + 3, y, line, style.family, small)
            else:
                canvas.text(edges[place] + 3, y, line, style.family, small, bold=True)
    tops = [sheet.y, sheet.y + head_high]
    y = sheet.y + head_high
    for row in rows:
        deep = max([len(c.lines) for c in row.values()] or [1])
        high = max(style.row, max(1, deep) * step + 6)
        for place, column in enumerate(columns):
            lines = row[column].lines
            start = y + size + 2 + ((high - 6 - len(lines) * step) / 2 if middle else 0)
            for n, line in enumerate(lines):
                canvas.text(edges[place] + 3, start + n * step, line, style.value_family, size)
        y += high
        tops.append(y)
    if ruled != "none":
        for top in tops:
            canvas.line(edges[0], top, edges[-1], top, style.rule)
    if ruled == "full":
        for x in edges:
            canvas.line(x, sheet.y, x, y, style.rule)
    sheet.y = y + 8


def _head(sheet: Sheet, column: str) -> str:
    text = sheet.rng.choice(_HEADS[column])
    return text.upper() if sheet.style.upper else text


def _labels(sheet: Sheet, texts: Slots, count: int) -> None:
    """Each service in a block of its own, its code behind a label."""
    rng, style, canvas = sheet.rng, sheet.style, sheet.canvas
    code = rng.choice(("HCPCS/CPT", "Code", "CPT/HCPCS Code", "Procedure Code", "HCPCS"))
    quantity, what = (
        rng.choice(("Qty", "Units", "Quantity")),
        rng.choice(("Description", "Item", "Service", "Equipment")),
    )
    colon = ":" if style.colon else ""
    for row in range(count):
        part = f"line[{row}]"
        lead = rng.choice((f"{row + 1}. ", f"Item {row + 1} ", f"#{row + 1} ", ""))
        sheet.y += style.row
        x = sheet.left
        for label, key, wide in ((lead + code, "code", 60), (quantity, "quantity", 40), (what, "description", 200)):
            x = canvas.text(x, sheet.y, label + colon, style.family, style.size, bold=style.bold) + 4
            text = texts[f"{part}.{key}"]
            if key == "description":
                text = " ".join(
                    _wrapped(text, min(wide, WIDTH - style.margin - x), style.value_family, style.value_size)[:1]
                )
            end = max(canvas.text(x + 2, sheet.y, text, style.value_family, style.value_size), x + wide)
            canvas.line(x, sheet.y + 2, end, sheet.y + 2, style.rule)
            x = end + 8
    sheet.y += 10
    sheet.how["line"] = "rich_labels"


def _numbered(sheet: Sheet, texts: Slots, count: int) -> None:
    """A list without headings, one service a row."""
    rng, style, canvas = sheet.rng, sheet.style, sheet.canvas
    shape = rng.choice(
        (
            "{n}. {code}  {description}  x {quantity}",
            "{n}) {description} - {code} - qty {quantity}",
            "{code} {description} (qty {quantity})",
            "{quantity} x {code} {description}",
            "- {description} ({code}), {quantity} each",
            "{n}. {code}: {description}, quantity {quantity}",
            "{code}-{description}-#{quantity}",
        )
    )
    for row in range(count):
        part = f"line[{row}]"
        sheet.y += 0.8 * style.row
        short = " ".join(_wrapped(texts[f"{part}.description"], 220, style.value_family, style.value_size)[:1])
        text = shape.format(
            n=row + 1, code=texts[f"{part}.code"], description=short, quantity=texts[f"{part}.quantity"]
        )
        canvas.text(sheet.left + 4, sheet.y, text, style.value_family, style.value_size)
    sheet.y += 10
    sheet.how["line"] = "rich_numbered"


def _combs(sheet: Sheet, texts: Slots, count: int) -> None:
    """Codes spelled into five cells, the rest of the row on lines."""
    rng, style, canvas = sheet.rng, sheet.style, sheet.canvas
    cell = rng.uniform(11, 14)
    names = (
        ("code", sheet.left),
        ("quantity", sheet.left + 5 * cell + 30),
        ("description", sheet.left + 5 * cell + 100),
    )
    sheet.y += style.size
    for key, x in names:
        canvas.text(x, sheet.y, _head(sheet, key), style.family, min(style.size, 9.0), bold=True)
    for row in range(count):
        sheet.y += max(style.row, style.value_size + 9)
        for n, char in enumerate(texts[f"line[{row}].code"]):
            wide = width_of(char, style.value_family, style.value_size)
            canvas.text(sheet.left + (n + 0.5) * cell - wide / 2, sheet.y, char, style.value_family, style.value_size)
        top, foot = sheet.y - style.value_size - 1, sheet.y + 3
        for n in range(6):
            canvas.line(sheet.left + n * cell, top, sheet.left + n * cell, foot, style.rule)
        for y in (top, foot):
            canvas.line(sheet.left, y, sheet.left + 5 * cell, y, style.rule)
        for key, x in names[1:]:
            end = x + (45 if key == "quantity" else 220)
            text = " ".join(_wrapped(texts[f"line[{row}].{key}"], end - x, style.value_family, style.value_size)[:1])
            canvas.text(x + 2, sheet.y, text, style.value_family, style.value_size)
            canvas.line(x, sheet.y + 2, end, sheet.y + 2, style.rule)
    sheet.y += 12
    sheet.how["line"] = "rich_comb"
