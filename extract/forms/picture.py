"""Show a definition to a person: the blank with every zone coloured and named, and the same as a table."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from extract.forms.definition import FormDefinition, FormPage
from extract.forms.slots import NOTHING, SIGNATURE
from terms.geometry import Box

_MEMBER, _PROVIDER, _OTHER, _CHECK, _TABLE, _NONE = (
    (34, 113, 177), (0, 124, 89), (138, 43, 170), (200, 85, 0), (176, 32, 60), (120, 120, 120),
)  # fmt: skip
_TINT = 46


def draw_page(page: FormPage) -> Image.Image:
    """The blank page with its zones: members' blue, providers' green, check boxes orange, tables red, unused grey."""
    ink = Image.fromarray(255 - 255 * page.blank.ink).convert("RGBA")
    over = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(over)
    font = ImageFont.load_default(17)
    for box, name, colour in _marks(page):
        left, top, right, bottom = (
            box.left * ink.width, box.top * ink.height, box.right * ink.width, box.bottom * ink.height,
        )  # fmt: skip
        draw.rectangle((left, top, right, bottom), fill=(*colour, _TINT), outline=(*colour, 255), width=2)
        draw.text((right - 3, top - 1), name, fill=(*colour, 255), font=font, anchor="ra")
    return Image.alpha_composite(ink, over).convert("RGB")


def _marks(page: FormPage) -> Iterator[tuple[Box, str, tuple[int, int, int]]]:
    for zone in page.zones:
        yield zone.box, zone.slot or f"({zone.name})", _colour(zone.slot)
    for check in page.checks:
        yield check.box, "", _CHECK
        below = Box.clipped(check.box.left, check.box.bottom, check.box.left + 0.1, check.box.bottom + 0.002)
        yield below, check.value[:14], _CHECK
    for table in page.tables:
        for top, bottom in table.rows:
            for column in table.columns:
                yield Box(column.left, top, column.right, bottom), column.part, _TABLE


def _colour(slot: str) -> tuple[int, int, int]:
    if slot in {NOTHING, SIGNATURE}:
        return _NONE
    return _MEMBER if slot.startswith("member.") else _PROVIDER if "provider" in slot else _OTHER


def write_pictures(form: FormDefinition, folder: Path) -> list[Path]:
    """Write ``<id>-<edition>-page-N.png`` for every page; gives their paths."""
    paths = []
    for page in form.pages:
        path = folder / f"{form.id}-{form.edition}-page-{page.number}.png"
        draw_page(page).save(path, optimize=True)
        paths.append(path)
    return paths


def rows(form: FormDefinition) -> list[tuple[str, str, str, str]]:
    """The definition as rows of a table: page, what, label, box."""
    found: list[tuple[str, str, str, str]] = []
    for page in form.pages:
        found += [(str(page.number), z.slot or "-", z.label, _text(z.box)) for z in page.zones]
        found += [(str(page.number), f"{c.group} = {c.value}", c.label, _text(c.box)) for c in page.checks]
        for table in page.tables:
            parts = ", ".join(c.part for c in table.columns)
            found.append(
                (
                    str(page.number),
                    f"table: {parts}",
                    " | ".join(c.label for c in table.columns),
                    f"{len(table.rows)} rows",
                )
            )
    return found


def _text(box: Box) -> str:
    return " ".join(f"{v:.3f}" for v in box.to_json())
