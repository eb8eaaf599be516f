"""The text of an HTML mail as a person sees it: a line for each block, table cells side by side."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from ingest.html_style import Look, Rule, look_of, style_rules

_SILENT = frozenset({
    "script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "iframe", "audio", "video",
    "select", "textarea", "canvas", "-comment", "_comment", "!doctype",
})  # fmt: skip
_BLOCKS = frozenset({
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section",
    "article", "header", "footer", "blockquote", "pre", "address", "dt", "dd", "center", "fieldset", "form",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_MOST = 4_000_000
"""Letters of HTML beyond which a mail's body is cut: an order is a thousandth of it."""
_DEEPEST = 3000
"""Elements inside elements beyond which a mail is not taken for a person's."""
_SPACES = re.compile(r"[ \xa0\u200b\u200c\u200d\ufeff\u00ad\u034f]+")


@dataclass(frozen=True, slots=True)
class Shown:
    """Visible text, the words that are in the HTML but nobody sees, and the addresses that links go to."""

    text: str
    hidden: str
    links: tuple[str, ...]


def html_to_text(html: str) -> str:
    """Give the visible text of ``html``; never raises, however broken it is."""
    return read_html(html).text


def read_html(html: str) -> Shown:
    """Read ``html`` as a mail program shows it, by the HTML standard's own parsing rules.

    Left out: scripts, styles, and text hidden by ``hidden``, ``display:none``, ``visibility:hidden``,
    no size, no height, a place off the page, or letters in the colour of what is behind them
    (inline styles and simple rules of the style sheet). A cell ends with a tab, a block with a new
    line; lines of a quoted reply (``blockquote`` of a mail program) begin with ``> ``; a check box is
    ``[X]`` or ``[ ]``.
    """
    tree = LexborHTMLParser(html[:_MOST])
    rules = [rule for style in tree.css("style") for rule in style_rules(style.text(deep=True) or "")]
    walk = _Walk(rules)
    if tree.root is not None:
        walk.go(tree.root)
    return Shown(_tidy("".join(walk.pieces)), " ".join("".join(walk.hidden).split()), tuple(walk.links))


def _tidy(text: str) -> str:
    lines = [_SPACES.sub(" ", line).strip() for line in _quoted(text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


_OPEN, _CLOSE = "\x0e", "\x0f"


def _quoted(text: str) -> str:
    """Put ``> `` before every line between the marks of a quoted reply."""
    if _OPEN not in text:
        return text
    depth = 0
    lines: list[str] = []
    for line in text.split("\n"):
        opened, closed = line.count(_OPEN), line.count(_CLOSE)
        depth += opened
        bare = line.replace(_OPEN, "").replace(_CLOSE, "")
        lines.append("> " * min(depth, 5) + bare if depth else bare)
        depth = max(0, depth - closed)
    return "\n".join(lines)


class _Walk:
    """Goes through the tree without recursion, however deep it is."""

    def __init__(self, rules: list[Rule]) -> None:
        self.pieces: list[str] = []
        self.hidden: list[str] = []
        self.links: list[str] = []
        self._rules = rules

    def go(self, root: Any) -> None:  # noqa: ANN401  (a node of the parser)
        """Collect what stands in ``root``."""
        open_elements: list[tuple[Any, str, bool]] = []
        looks = [Look()]
        node = root
        while node is not None:
            tag = (node.tag or "").lower()
            inside = None
            if tag == "-text":
                self._text(node.text_content or "", looks[-1])
            elif tag not in _SILENT and len(open_elements) < _DEEPEST:
                attributes: Mapping[str, str | None] = node.attributes or {}
                look = look_of(tag, attributes, self._rules, looks[-1])
                quotes = self._enter(tag, attributes, look)
                inside = node.child
                if inside is not None:
                    open_elements.append((node, tag, quotes))
                    looks.append(look)
                    node = inside
                    continue
                self._leave(tag, quotes=quotes)
            while node.next is None and open_elements:
                node, closing, quotes = open_elements.pop()
                looks.pop()
                self._leave(closing, quotes=quotes)
            node = node.next if node is not root else None

    def _text(self, text: str, look: Look) -> None:
        spaced = re.sub(r"[\r\n\t \x0e\x0f]+", " ", text)
        (self.pieces if look.is_seen else self.hidden).append(spaced)

    def _enter(self, tag: str, attributes: Mapping[str, str | None], look: Look) -> bool:
        """Note an element's beginning; give whether it opens a quoted reply."""
        if tag in _BLOCKS:
            self.pieces.append("\n")
        if look.gone:
            return False
        if tag in {"a", "area"} and attributes.get("href"):
            self.links.append(attributes["href"] or "")
        if tag == "input" and (attributes.get("type") or "").lower() in {"checkbox", "radio"}:
            self.pieces.append("[X] " if "checked" in attributes else "[ ] ")
        elif tag == "input" and (attributes.get("type") or "text").lower() in {"text", "tel", "email", "date"}:
            self.pieces.append(attributes.get("value") or "")
        quotes = tag == "blockquote" and (
            (attributes.get("type") or "").lower() == "cite" or "quote" in (attributes.get("class") or "").lower()
        )
        if quotes:
            self.pieces.append(_OPEN)
        return quotes

    def _leave(self, tag: str, *, quotes: bool) -> None:
        if quotes:
            self.pieces.append(_CLOSE)
        if tag in _CELLS:
            self.pieces.append("\t")
        elif tag in _BLOCKS:
            self.pieces.append("\n")
