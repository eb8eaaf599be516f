"""The HTML result: the tables, and a picture of every accepted value that is wrong."""

import base64
import html
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from bench.reading.score import Item

_STYLE = "body{font:15px/1.5 sans-serif;max-width:70rem;margin:2rem auto}table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.2rem .6rem;text-align:right}td:first-child{text-align:left}img{max-width:100%;border:1px solid #888}figure{margin:1rem 0}"  # noqa: E501
_ROOM = 0.02


def write_report(path: Path, tables: Sequence[str], results: Sequence[dict[str, Any]], pages: Path) -> int:
    """Write the report; give the number of accepted wrong values shown in it."""
    parts = [
        "<!doctype html><meta charset=utf-8><title>Reading bench</title>",
        f"<style>{_STYLE}</style><h1>Reading bench</h1>",
    ]
    parts += [_table(table) for table in tables if table]
    wrong = [(r["page"], Item.from_json(i)) for r in results for i in r["items"] if Item.from_json(i).accepted_wrong]
    parts.append(f"<h2>Accepted and wrong: {len(wrong)}</h2>")
    parts += [_figure(page, item, pages) for page, item in wrong]
    path.write_text("\n".join(parts), encoding="utf-8")
    return len(wrong)


def _table(markdown: str) -> str:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in markdown.splitlines()]
    head = "".join(f"<th>{html.escape(c)}</th>" for c in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>" for row in rows[2:])
    return f"<table><tr>{head}</tr>{body}</table><p></p>"


def _figure(page: str, item: Item, pages: Path) -> str:
    caption = f"{page}: {item.field}: read {item.read!r}, printed {item.truth!r}, confidence {item.confidence:.3f}"
    return f"<figure><figcaption>{html.escape(caption)}</figcaption>{_picture(page, item, pages)}</figure>"


def _picture(page: str, item: Item, pages: Path) -> str:
    """The place the value was read from, else the place it was printed at, cut from the fax turned upright."""
    truth = json.loads((pages / f"{page}.json").read_text(encoding="utf-8"))
    box = item.box or truth["boxes"].get(item.field)
    if not box:
        return "<p>no place is known</p>"
    with Image.open(pages / f"{page}.tif") as fax:
        across, down = (float(v) for v in fax.info["dpi"])
        image = fax.convert("L").resize((fax.width, round(fax.height * across / down)))
    image = image.rotate(truth["turned"])
    left, top, right, bottom = box
    edges = (max(0.0, left - 2 * _ROOM), max(0.0, top - _ROOM), min(1.0, right + 2 * _ROOM), min(1.0, bottom + _ROOM))
    across_, down_ = image.size
    cut = image.crop((int(edges[0] * across_), int(edges[1] * down_), int(edges[2] * across_), int(edges[3] * down_)))
    out = io.BytesIO()
    cut.save(out, "PNG")
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}">'
