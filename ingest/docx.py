"""Reads a Word document as a person sees it: paragraphs, tables as columns, boxes ticked, pictures in their place.

Only what is shown: no deleted or hidden text, no placeholders, no white letters on white paper.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

from ingest.columns import align
from ingest.errors import RefusedError, problem
from ingest.limits import Limits
from ingest.message.icons import is_icon

Record = dict[str, object]
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_V_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DOCUMENT = "word/document.xml"
_UNSHOWN = ("del", "moveFrom", "instrText", "delText", "pPrChange", "rPrChange", "footnoteReference")
_DROPPED = frozenset({f"{_W}{name}" for name in _UNSHOWN} | {_FALLBACK})
_PART_BYTES = 40_000_000
_TICKED = str.maketrans({"\u2610": "[ ] ", "\u2611": "[X] ", "\u2612": "[X] ", "\u2713": "[X] ", "\u2714": "[X] "})
_NEW_PAGE = "\f"
_PICTURE = "\x1c{}\x1c"
_PICTURES = re.compile("\x1c([^\x1c]+)\x1c")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1b\x1d-\x1f]")


def take_apart(path: Path, into: Path, limits: Limits) -> Iterator[Record]:
    """Yield a ``part`` for each page of text and each picture of a document, in order, then the ``end``.

    Letterheads (headers) stand before the text, footers after it. Raises RefusedError when the
    document is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _Document(archive, into, limits).parts()
    except (zipfile.BadZipFile, zlib.error, ValueError, KeyError, NotImplementedError, EOFError, RuntimeError) as error:
        raise RefusedError(problem("damaged")) from error


class _Document:
    def __init__(self, archive: zipfile.ZipFile, into: Path, limits: Limits) -> None:
        self._archive = archive
        self._into = into
        self._limits = limits
        self._room = limits.unpacked_bytes

    def parts(self) -> Iterator[Record]:
        """The document's parts and the end."""
        names = set(self._archive.namelist())
        body = self._text(_DOCUMENT)
        heads = [self._text(name) for name in sorted(names) if re.fullmatch(r"word/header\d*\.xml", name)]
        feet = [self._text(name) for name in sorted(names) if re.fullmatch(r"word/footer\d*\.xml", name)]
        whole = "\n".join(piece for piece in (*_distinct(heads), body, *_distinct(feet)) if piece.strip("\n"))
        texts = pictures = 0
        for is_picture, piece in _pieces(whole):
            if texts + pictures >= self._limits.parts:
                yield {"end": {"problem": problem("too_many_parts", limit=self._limits.parts).to_json(), "call": None}}
                return
            if not is_picture:
                texts += 1
                yield {"part": {"origin": f"text {texts}", "text": align(piece)}}
                continue
            data = self._read(piece)
            if not is_icon(data):
                pictures += 1
                name = f"picture-{pictures}"
                (self._into / name).write_bytes(data)
                yield {"part": {"origin": f"picture {pictures}", "file": name}}
        for number, _ in enumerate((x for x in sorted(names) if x.startswith("word/embeddings/")), start=1):
            inside = problem("attachment_unknown", what="an object inside a document").to_json()
            yield {"part": {"origin": f"object {number}", "problem": inside}}
        yield {"end": {"problem": None, "call": None}}

    def _read(self, name: str) -> bytes:
        """One file of the document, within what may be unpacked in all."""
        with self._archive.open(name) as packed:
            data = packed.read(min(self._room, _PART_BYTES) + 1)
        if len(data) > min(self._room, _PART_BYTES):
            raise RefusedError(problem("archive_bomb"))
        self._room -= len(data)
        return data

    def _text(self, name: str) -> str:
        walk = _Walk(self._relations(name))
        try:
            return _CONTROL.sub("", walk.read(self._xml(name)))
        except RecursionError as error:
            raise RefusedError(problem("damaged")) from error

    def _xml(self, name: str) -> ET.Element:
        data = self._read(name).replace(_STRICT_W.encode(), _W[1:-1].encode())
        if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
            raise RefusedError(problem("damaged"))
        try:
            return ET.fromstring(data)  # noqa: S314  (no document type is let through; runs confined)
        except ET.ParseError as error:
            raise RefusedError(problem("damaged")) from error

    def _relations(self, name: str) -> dict[str, str]:
        """The files that ``name`` refers to inside the document, by id; what lies outside is never followed."""
        path = PurePosixPath(name)
        table = f"{path.parent}/_rels/{path.name}.rels"
        found: dict[str, str] = {}
        if table not in self._archive.namelist():
            return found
        for relation in self._xml(table):
            target = relation.get("Target", "")
            if relation.get("TargetMode") != "External" and target:
                inside = target.lstrip("/") if target.startswith("/") else f"{path.parent}/{target}"
                if inside in self._archive.namelist():
                    found[relation.get("Id", "")] = inside
        return found


def _pieces(whole: str) -> Iterator[tuple[bool, str]]:
    """The texts between new pages and pictures, and the file names of the pictures, in order."""
    for page in whole.split(_NEW_PAGE):
        for place, piece in enumerate(_PICTURES.split(page)):
            if place % 2:
                yield True, piece
            elif piece.strip():
                yield False, re.sub(r"\n{3,}", "\n\n", piece).strip("\n")


def _distinct(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text.strip()))


class _Walk:
    """Turns one XML part into text; pictures are marked by their file's name, new pages by a form feed."""

    def __init__(self, relations: Mapping[str, str]) -> None:
        self._relations = relations

    def read(self, root: ET.Element) -> str:
        """The text of a document, header or footer."""
        body = root.find(f"{_W}body")
        return self._blocks(root if body is None else body, shaded=False)

    def _blocks(self, parent: ET.Element, *, shaded: bool) -> str:
        """Paragraphs and tables, each on lines of its own."""
        out: list[str] = []
        for child in parent:
            if child.tag in _DROPPED:
                continue
            if child.tag == f"{_W}p":
                out.append(self._paragraph(child, shaded=shaded) + "\n")
            elif child.tag == f"{_W}tbl":
                out.append(self._table(child, shaded=shaded))
            elif child.tag == f"{_W}sdt":
                if not _is_placeholder(child):
                    content = child.find(f"{_W}sdtContent")
                    out.append("" if content is None else self._blocks(content, shaded=shaded))
            elif len(child):
                out.append(self._blocks(child, shaded=shaded))
        return "".join(out)

    def _paragraph(self, paragraph: ET.Element, *, shaded: bool) -> str:
        shade = shaded or paragraph.find(f"{_W}pPr/{_W}shd") is not None
        mark = "- " if paragraph.find(f"{_W}pPr/{_W}numPr") is not None else ""
        text = self._inline(paragraph, shaded=shade)
        return f"{mark}{text}" if text.strip() else text

    def _table(self, table: ET.Element, *, shaded: bool) -> str:
        lines: list[str] = []
        for row in _own(table, "tr"):
            if row.find(f"{_W}trPr/{_W}del") is not None or row.find(f"{_W}trPr/{_W}hidden") is not None:
                continue
            cells: list[list[str]] = []
            for cell in _own(row, "tc"):
                shade = shaded or cell.find(f"{_W}tcPr/{_W}shd") is not None
                cells.append(align(self._blocks(cell, shaded=shade)).strip("\n").split("\n"))
            # what stands side by side in cells of several lines stays side by side
            lines.extend("\t".join(line) for line in zip_longest(*cells, fillvalue=""))
        return "\n" + "\n".join(lines) + "\n\n"

    def _inline(self, parent: ET.Element, *, shaded: bool) -> str:
        out: list[str] = []
        for child in parent:
            if child.tag in _DROPPED:
                continue
            if child.tag == f"{_W}r":
                out.append(self._run(child, shaded=shaded))
            elif child.tag == f"{_W}sdt":
                if not _is_placeholder(child):
                    content = child.find(f"{_W}sdtContent")
                    out.append("" if content is None else self._inline(content, shaded=shaded))
            elif child.tag not in {f"{_W}pPr", f"{_W}rPr", f"{_W}sdtPr"} and len(child):
                out.append(self._inline(child, shaded=shaded))
        return "".join(out)

    def _run(self, run: ET.Element, *, shaded: bool) -> str:
        look = run.find(f"{_W}rPr")
        if look is not None and _is_hidden(look, shaded=shaded):
            return ""
        return "".join(self._piece(child, shaded=shaded) for child in run)

    def _piece(self, child: ET.Element, *, shaded: bool) -> str:  # noqa: PLR0911  (one answer for each kind)
        name = child.tag.removeprefix(_W)
        if child.tag in _DROPPED:
            return ""
        if name == "t":
            return (child.text or "").translate(_TICKED)
        if name == "br":
            return _NEW_PAGE if child.get(f"{_W}type") == "page" else "\n"
        if name in {"tab", "ptab", "cr", "noBreakHyphen"}:
            return {"cr": "\n", "noBreakHyphen": "-"}.get(name, "\t")
        if name == "sym":
            return _symbol(child)
        if name == "fldChar":
            return _form_box(child)
        found = [x for x in child.iter() if x.tag in {_A_BLIP, _V_IMAGE}]
        names = [self._relations.get(x.get(f"{_R}embed") or x.get(f"{_R}id") or "", "") for x in found]
        pictures = "".join(_PICTURE.format(x) for x in dict.fromkeys(names) if x)
        boxes = [x for x in _outside_fallback(child) if x.tag == f"{_W}txbxContent"]
        return pictures + "".join("\n" + self._blocks(box, shaded=shaded) for box in boxes)


def _own(parent: ET.Element, name: str) -> list[ET.Element]:
    """The rows of a table or the cells of a row, not those of a table inside it."""
    found: list[ET.Element] = []
    for child in parent:
        if child.tag == f"{_W}{name}":
            found.append(child)
        elif child.tag == f"{_W}sdt":
            found.extend(child.findall(f"{_W}sdtContent/{_W}{name}"))
    return found


def _outside_fallback(element: ET.Element) -> Iterator[ET.Element]:
    if element.tag == _FALLBACK:
        return
    yield element
    for child in element:
        yield from _outside_fallback(child)


def _is_on(element: ET.Element | None) -> bool:
    return element is not None and element.get(f"{_W}val", "true") not in {"0", "false", "off"}


def _is_hidden(look: ET.Element, *, shaded: bool) -> bool:
    if _is_on(look.find(f"{_W}vanish")) or _is_on(look.find(f"{_W}webHidden")):
        return True
    colour = look.find(f"{_W}color")
    backed = shaded or look.find(f"{_W}shd") is not None or look.find(f"{_W}highlight") is not None
    return colour is not None and colour.get(f"{_W}val", "").upper() == "FFFFFF" and not backed


def _is_placeholder(control: ET.Element) -> bool:
    return control.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None


def _symbol(symbol: ET.Element) -> str:
    """A letter of the Wingdings fonts as the check box that it draws."""
    code = symbol.get(f"{_W}char", "").upper()[-2:]
    return {"FE": "[X] ", "FD": "[X] ", "FC": "[X] ", "A8": "[ ] ", "6F": "[ ] ", "71": "[ ] "}.get(code, "")


def _form_box(field: ET.Element) -> str:
    box = field.find(f"{_W}ffData/{_W}checkBox")
    if box is None:
        return ""
    state = box.find(f"{_W}checked")
    return "[X] " if _is_on(box.find(f"{_W}default") if state is None else state) else "[ ] "
