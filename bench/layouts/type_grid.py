"""The kind of request asked for in a ruled row, with words of explanation, or with marks that run over."""

from bench.layouts.canvas import WIDTH, width_of
from bench.layouts.grid import Sheet
from bench.layouts.parts import heading
from bench.layouts.wordings import SECTIONS, wording

_OPTIONS = {
    "routine": ("Routine", "Standard", "Non-Urgent", "Routine Request", "Standard Request", "Elective/Routine"),
    "urgent": ("Urgent", "Expedited", "STAT", "Urgent Request", "Urgent/Expedited", "Expedited Request"),
    "retro": ("Retro", "Retrospective", "Retroactive", "Retro Request"),
    "standing_referral": ("Standing Referral",),
    "change": ("Change Request", "Authorization Change", "Modification"),
}
_MORE = {
    "routine": ("(5 business days)", "(decision within 7 days)", "- normal processing", ""),
    "urgent": (
        "(72 hours)",
        "- delay could endanger the member's life or health",
        "(24-72 hrs)",
        "(call to confirm)",
        "",
    ),
    "retro": ("(service already provided)", "- within 30 days of service", "(DOS before today)", ""),
    "standing_referral": ("",),
    "change": ("(existing auth #)", ""),
}


def type_grid(sheet: Sheet, kind: str) -> None:
    """Draw the group in one of the ways; ``kind`` is marked ("" for none)."""
    rng = sheet.rng
    if rng.random() < 0.5:
        heading(sheet, rng.choice(SECTIONS["request"]))
    kinds = ["routine", "urgent"] + [
        k for k in ("retro", "standing_referral", "change") if rng.random() < 0.4 or k == kind
    ]
    if rng.random() < 0.5:
        kinds[:2] = kinds[1::-1]
    how = rng.choice(("cells", "row", "lines", "lines_after", "row_after", "column"))
    sheet.how["request.type"] = f"grid_{how}"
    if kind:
        sheet.shown["request.type"] = kind
    texts = [f"{rng.choice(_OPTIONS[k])} {rng.choice(_MORE[k]) if rng.random() < 0.5 else ''}".strip() for k in kinds]
    if sheet.style.upper:
        texts = [t.upper() for t in texts]
    {"cells": _cells, "row": _row, "row_after": _row}.get(how, _lines)(sheet, kinds, texts, kind, how)
    sheet.y += 6


def _asked(sheet: Sheet) -> str:
    style = sheet.style
    text = wording(sheet.rng, "type")
    text = text.upper() if style.upper else text
    return f"{text}:" if style.colon and not text.endswith(")") else text


def _cells(sheet: Sheet, kinds: list[str], texts: list[str], kind: str, how: str) -> None:  # noqa: ARG001  (drawn like the others)
    """A ruled row: the question in the first cell, an option in each of the others."""
    style, canvas = sheet.style, sheet.canvas
    left, right = style.margin, WIDTH - style.margin
    high, size = style.row + 2, min(style.size, 8.5)
    asked = _asked(sheet)
    first = width_of(asked, style.family, size, bold=True) + 8
    share = (right - left - first) / len(kinds)
    while size > 6 and any(width_of(t, style.family, size) > share - size - 12 for t in texts):
        size -= 0.5
    texts = [
        t if width_of(t, style.family, size) <= share - size - 12 else t.split(" (")[0].split(" - ")[0] for t in texts
    ]
    base = sheet.y + high - 5
    canvas.rect(left, sheet.y, right, sheet.y + high, style.rule)
    canvas.text(left + 3, base, asked, style.family, size, bold=True)
    for n, (k, text) in enumerate(zip(kinds, texts, strict=True)):
        x = left + first + n * share
        canvas.line(x, sheet.y, x, sheet.y + high, style.rule)
        _box(sheet, x + 4, base, size, ticked=k == kind)
        canvas.text(x + size + 8, base, text, style.family, size)
    sheet.y += high


def _row(sheet: Sheet, kinds: list[str], texts: list[str], kind: str, how: str) -> None:
    """Options one after another behind the question, going on in a new row where there is no room."""
    style, canvas = sheet.style, sheet.canvas
    size = style.size
    base = sheet.y + style.row - 3
    x = canvas.text(sheet.left, base, _asked(sheet), style.family, size, bold=True) + 10
    for k, text in zip(kinds, texts, strict=True):
        if x + width_of(text, style.family, size) + size + 16 > WIDTH - style.margin:
            x, base = sheet.left + 8, base + style.row
        x = _option(sheet, x, base, text, after=how == "row_after", ticked=k == kind) + 16
    sheet.y = base + 4


def _lines(sheet: Sheet, kinds: list[str], texts: list[str], kind: str, how: str) -> None:
    """One option under the other; in a ``column`` to the right of other print."""
    style, canvas = sheet.style, sheet.canvas
    base = sheet.y + style.row - 3
    if sheet.rng.random() < 0.6:
        canvas.text(sheet.left, base, _asked(sheet), style.family, style.size, bold=True)
        base += style.row
    x = sheet.left + 8
    if how == "column":
        x = WIDTH / 2
        for n, text in enumerate(
            ("Fax with clinical notes.", "Illegible forms are returned.", "Questions? 510-555-0123")
        ):
            canvas.text(sheet.left, base + n * style.row, text, style.family, 8.0)
    for k, text in zip(kinds, texts, strict=True):
        _option(sheet, x, base, text, after=how == "lines_after", ticked=k == kind)
        base += style.row
    sheet.y = base - style.row + 5 if how != "column" else max(base - style.row, sheet.y + 3 * style.row) + 5


def _option(sheet: Sheet, x: float, base: float, text: str, *, after: bool, ticked: bool) -> float:
    style, canvas = sheet.style, sheet.canvas
    if after:
        x = canvas.text(x, base, text, style.family, style.size) + 5
        _box(sheet, x, base, style.size, ticked=ticked)
        return x + style.size
    _box(sheet, x, base, style.size, ticked=ticked)
    return canvas.text(x + style.size + 4, base, text, style.family, style.size)


def _box(sheet: Sheet, x: float, base: float, size: float, *, ticked: bool) -> None:
    canvas = sheet.canvas
    side, rng = size * 0.95, sheet.rng
    top = base - size * 0.85
    canvas.rect(x, top, x + side, top + side, sheet.style.rule)
    if not ticked:
        return
    kind = sheet.how.setdefault("mark", rng.choice(("cross", "over", "tick", "fill", "letter", "slash")))
    out = 2.5 if kind == "over" else -1.2
    if kind in {"cross", "over"}:
        canvas.line(x - out, top - out, x + side + out, top + side + out, 1.1)
        canvas.line(x - out, top + side + out, x + side + out, top - out, 1.1)
    elif kind == "tick":
        canvas.line(x + 1, top + side * 0.5, x + side * 0.4, top + side - 1, 1.3)
        canvas.line(x + side * 0.4, top + side - 1, x + side + 2, top - 2, 1.3)
    elif kind == "fill":
        canvas.rect(x + 1.4, top + 1.4, x + side - 1.4, top + side - 1.4, 0.5, 0)
    elif kind == "slash":
        canvas.line(x + 1, top + side - 1, x + side - 1, top + 1, 1.5)
    else:
        wide = width_of("X", sheet.style.value_family, size, bold=True)
        canvas.text(x + (side - wide) / 2, top + side * 0.9, "X", sheet.style.value_family, size, bold=True)
