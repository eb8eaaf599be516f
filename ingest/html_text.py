"""The text of an HTML mail as a person sees it: a line for each block, table cells side by side."""

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe"})
_BLOCKS = frozenset({
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section",
    "article", "header", "footer", "blockquote", "pre", "address", "dt", "dd", "center", "fieldset", "form",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
})  # fmt: skip
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0(?![.\d]*[1-9])|"
    r"font-size\s*:\s*[01](?:\.\d+)?(?:px|pt|%)?\s*(?:;|$|!)|(?<![-\w])color\s*:\s*(?:#fff(?:fff)?\b|white\b)",
    re.IGNORECASE,
)


def html_to_text(html: str) -> str:
    """Give the visible text of ``html``; never raises, however broken it is.

    Left out: scripts, styles, and elements hidden by ``hidden``, ``display:none``, ``visibility:
    hidden``, no size or white letters. A cell ends with a tab, a block with a new line.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (re.sub(r"[ \xa0\u200b\u200c\u200d\ufeff]+", " ", line).strip() for line in reader.text().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


class _Reader(HTMLParser):
    """Collects text outside of elements that nobody sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._hidden: list[str] = []
        """The open elements from the one that hides, inwards; empty when text is seen."""

    def text(self) -> str:
        return "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            if tag not in _VOID:
                self._hidden.append(tag)
            return
        named = dict(attrs)
        if tag not in _VOID and (tag in _SILENT or "hidden" in named or _UNSEEN.search(named.get("style") or "")):
            self._hidden.append(tag)
            return
        if tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._hidden and tag in _BLOCKS:
            self._pieces.append("\n")
        del attrs

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag in self._hidden:
                place = len(self._hidden) - 1 - self._hidden[::-1].index(tag)
                del self._hidden[place:]
            return
        if tag in _CELLS:
            self._pieces.append("\t")
        elif tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._pieces.append(re.sub(r"[\r\n\t ]+", " ", data))
