"""The group of a form that says routine, urgent or retro, asked for in many ways."""

from bench.layouts.canvas import WIDTH, width_of
from bench.layouts.grid import Item, Sheet
from bench.layouts.parts import heading
from bench.layouts.style import dressed
from bench.layouts.wordings import SECTIONS, TYPES, wording

_WAYS = (
    "boxes",
    "boxes",
    "stacked",
    "brackets",
    "parens",
    "radio",
    "blanks",
    "text",
    "after",
    "yes_no",
    "yes_no_brackets",
    "yes_no_text",
    "yes_no_after",
)
_URGENT = (
    "Urgent?",
    "Is this request urgent?",
    "Expedited request?",
    "URGENT REQUEST:",
    "Is this an urgent request?",
    "Urgent:",
    "Expedited review?",
    "STAT?",
    "Expedite (72 hours)?",
)


def type_section(sheet: Sheet, kind: str) -> None:
    """Draw the group; ``kind`` is ticked ("" for none)."""
    rng, style = sheet.rng, sheet.style
    how = rng.choice(_WAYS)
    titled = rng.random() < 0.4
    if titled:
        heading(sheet, rng.choice(SECTIONS["request"]))
    sheet.how["request.type"] = f"type_{how}"
    if how.startswith("yes_no"):
        _yes_no(sheet, how, kind)
    elif how == "text":
        _written(sheet, kind)
    else:
        _options(sheet, how, kind, asked=not titled or rng.random() < 0.5)
        if kind:
            sheet.shown["request.type"] = kind
        sheet.y += 2
    sheet.y += style.row


def _yes_no(sheet: Sheet, how: str, kind: str) -> None:
    """Ask whether it is urgent, with two answers; a "no" need not be called routine."""
    rng, style, canvas = sheet.rng, sheet.style, sheet.canvas
    size, base = style.size, sheet.y + style.row - 4
    x = canvas.text(sheet.left, base, rng.choice(_URGENT), style.family, size, bold=style.bold) + 8
    marked = {"urgent": "Yes", "routine": "No"}.get(kind, "")
    if kind == "urgent":
        sheet.shown["request.type"] = kind
    else:
        sheet.how["request.type"] = "unsaid"
    if how == "yes_no_text":
        if marked:
            canvas.text(x, base, marked, style.value_family, style.value_size)
        return
    for word in rng.choice((("Yes", "No"), ("YES", "NO"), ("Y", "N"))):
        ticked = bool(marked) and word[0].upper() == marked[0]
        if how == "yes_no_brackets":
            mark = "X" if ticked else " " * rng.choice((1, 2))
            x = canvas.text(x, base, f"[{mark}] {word}", style.family, size) + 14
        elif how == "yes_no_after":
            x = canvas.text(x, base, word, style.family, size) + 4
            _tick(sheet, x, base, ticked=ticked)
            x += size + 14
        else:
            _tick(sheet, x, base, ticked=ticked)
            x = canvas.text(x + size + 4, base, word, style.family, size) + 14


def _written(sheet: Sheet, kind: str) -> None:
    rng, style = sheet.rng, sheet.style
    base = sheet.y + style.row - 4
    label = dressed(style, rng, rng.choice(("Priority", "Request Type", "Urgency", "Review Type")))
    text = label if label.endswith(":") else f"{label}:"
    x = sheet.canvas.text(sheet.left, base, text, style.family, style.size, bold=style.bold) + 5
    if kind:
        sheet.value(x, base, Item("request.type", "", rng.choice(TYPES[kind])), "type_text")
        sheet.shown["request.type"] = kind


def _options(sheet: Sheet, how: str, kind: str, *, asked: bool) -> None:
    rng, style, canvas = sheet.rng, sheet.style, sheet.canvas
    kinds = ["routine", "urgent"] + [k for k in ("retro", "standing_referral") if rng.random() < 0.4 or k == kind]
    rng.shuffle(kinds)
    size, x = style.size, sheet.left
    if asked:
        label = dressed(style, rng, wording(rng, "type"))
        x = canvas.text(x, sheet.y + style.row - 4, label, style.family, size, bold=style.bold) + 10
    if how == "stacked":
        x = sheet.left + 8
        sheet.y += style.row
    for k in kinds:
        word = rng.choice(TYPES[k])
        if x + width_of(word, style.family, size) + 40 > min(sheet.right, WIDTH - style.margin):
            x = sheet.left + 8
            sheet.y += style.row
        x = _option(sheet, how, x, word, ticked=k == kind)
        if how == "stacked":
            x = sheet.left + 8
            sheet.y += style.row


def _option(sheet: Sheet, how: str, x: float, word: str, *, ticked: bool) -> float:
    """Draw one option with its place for a mark; gives where the next may begin."""
    rng, style, canvas = sheet.rng, sheet.style, sheet.canvas
    size, base = style.size, sheet.y + style.row - 4
    if how in {"boxes", "stacked"}:
        _tick(sheet, x, base, ticked=ticked)
        return canvas.text(x + size + 4, base, word, style.family, size) + 16
    if how == "after":
        x = canvas.text(x, base, word, style.family, size) + 4
        _tick(sheet, x, base, ticked=ticked)
        return x + size + 18
    if how in {"brackets", "parens"}:
        mark = rng.choice(("X", "x")) if ticked else " " * rng.choice((1, 2))
        left, right = "[]" if how == "brackets" else "()"
        return canvas.text(x, base, f"{left}{mark}{right} {word}", style.family, size) + 14
    if how == "radio":
        canvas.circle(x + size / 2, base - size * 0.38, size * 0.45)
        if ticked:
            canvas.circle(x + size / 2, base - size * 0.38, size * 0.26, filled=True)
        return canvas.text(x + size + 4, base, word, style.family, size) + 16
    x = canvas.text(x, base, word, style.family, size) + 3
    canvas.line(x, base + 1.5, x + 22, base + 1.5, style.rule)
    if ticked:
        canvas.text(x + 7, base, "X", style.value_family, style.value_size)
    return x + 34


def _tick(sheet: Sheet, x: float, base: float, *, ticked: bool) -> None:
    canvas, size = sheet.canvas, sheet.style.size
    top = base - size * 0.85
    canvas.rect(x, top, x + size, top + size, 0.8)
    if not ticked:
        return
    kind = sheet.how.setdefault("mark", sheet.rng.choice(("cross", "cross", "tick", "fill", "letter")))
    if kind == "cross":
        canvas.line(x + 1.5, top + 1.5, x + size - 1.5, top + size - 1.5, 1.1)
        canvas.line(x + 1.5, top + size - 1.5, x + size - 1.5, top + 1.5, 1.1)
    elif kind == "tick":
        canvas.line(x + 1, top + size * 0.55, x + size * 0.4, top + size - 1.5, 1.2)
        canvas.line(x + size * 0.4, top + size - 1.5, x + size + 1, top - 0.5, 1.2)
    elif kind == "fill":
        canvas.rect(x + 1.6, top + 1.6, x + size - 1.6, top + size - 1.6, 0.5, 0)
    else:
        canvas.text(x + size * 0.17, top + size * 0.86, "X", "sans", size, bold=True)
