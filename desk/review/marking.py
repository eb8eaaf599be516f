"""Makes every word of our templates translatable: text and spoken attributes are marked as they are loaded.

A page is written in plain English; whatever a person reads in it (text between tags, and the
attributes that browsers show or read aloud) becomes a message of Django's translations, with the
values in it as ``%(v0)s``, ``%(v1)s`` … So no string can be forgotten, and a language is one file
(``desk/locale``, kept by :mod:`desk.review.catalogue`).
"""

import re
from collections.abc import Callable

SPOKEN = ("title", "placeholder", "aria-label", "alt")
"""Attributes that a person sees or hears."""

_PIECES = re.compile(
    r"(?P<comment>{#.*?#}|<!--.*?-->|{%\s*block\s+body_class\s*%}.*?{%\s*endblock\s*%})"
    r"|(?P<raw><(?P<name>script|style|kbd|svg|code)\b[^>]*>.*?</(?P=name)>)"
    r"|(?P<marked>{%\s*blocktrans(?:late)?\b.*?%}.*?{%\s*endblocktrans(?:late)?\s*%})"
    r"|(?P<block>{%.*?%})"
    r"|(?P<value>{{.*?}})"
    r"|(?P<tag><[^>]*>)",
    re.DOTALL,
)
_SPOKEN = re.compile(rf"(?P<head>\s(?:{'|'.join(SPOKEN)})=)(?P<quote>[\"'])(?P<text>.*?)(?P=quote)", re.DOTALL)
_DEFAULT = re.compile(r"(\|(?:default|default_if_none|yesno):)(\"[^\"]*[A-Za-z]{2,}[^\"]*\")")
"""The word that a filter shows in the place of nothing."""
_NAMED = re.compile(r"[:=,]_\(\"([^\"]*)\"\)")
"""A message in the argument of a filter or tag."""
_LETTERS = re.compile(r"[A-Za-z]{2,}|\b[aI]\b")
_ENTITY = re.compile(r"&[a-z]+;|&#\d+;")

_BLOCKS = re.compile(r"{%\s*blocktrans(?:late)?\b[^%]*%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)

Run = list[tuple[bool, str]]
"""Text and values that follow one another: (whether it is a value, its source)."""


def mark(source: str) -> str:
    """Give a template with every text that a person reads marked for translation, and the tag library loaded."""
    marked = _walk(_DEFAULT.sub(r"\1_(\2)", source), _marked)
    if marked == source:
        return source
    head = re.match(r"\s*{%\s*extends\b.*?%}", marked)
    at = head.end() if head else 0
    return f"{marked[:at]}{{% load i18n said %}}{marked[at:]}"


def messages_of(source: str) -> list[str]:
    """Give the messages of a template as translations know them, each once, in their order."""
    found: dict[str, None] = {}

    def keep(run: Run) -> str:
        found.setdefault(message(run))
        return "".join(text for _, text in run)

    for _, word in _DEFAULT.findall(source):
        found.setdefault(word[1:-1])
    _walk(source, keep)
    for text in _NAMED.findall(source):
        found.setdefault(text)
    for text in re.findall(r"{%\s*trans(?:late)?\s+(\"[^\"]*\"|'[^']*')", source):
        found.setdefault(text[1:-1])
    for inner in re.findall(
        r"{%\s*blocktrans(?:late)?\b[^%]*%}(.*?){%\s*endblocktrans(?:late)?\s*%}", source, re.DOTALL
    ):
        found.setdefault(re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", inner.replace("%", "%%")))
    return list(found)


def message(run: Run) -> str:
    """Give the message that stands in the translations for a run."""
    texts, number = [], 0
    for is_value, text in run:
        if is_value:
            texts.append(f"%(v{number})s")
            number += 1
        else:
            texts.append(text.replace("%", "%%"))
    return _one_line("".join(texts))


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _marked(run: Run) -> str:
    """The run as a block that Django translates; its values are named in their order."""
    values = [text.strip("{} ") for is_value, text in run if is_value]
    named = "".join(f" v{number}={value}" for number, value in enumerate(values))
    texts, number = [], 0
    for is_value, text in run:
        texts.append(f"{{{{ v{number} }}}}" if is_value else _one_line(text))
        number += is_value
    return f"{{% said{named} %}}{''.join(texts)}{{% endsaid %}}"


def _walk(source: str, turn: Callable[[Run], str]) -> str:
    """Give the template with each run of words replaced by what ``turn`` gives for it."""
    out: list[str] = []
    run: Run = []
    at = 0
    for found in _PIECES.finditer(source):
        if found.start() > at:
            run.append((False, source[at : found.start()]))
        at = found.end()
        if found["value"]:
            run.append((True, found["value"]))
            continue
        out.append(_turned(run, turn))
        run = []
        out.append(_attributes(found["tag"], turn) if found["tag"] else found[0])
    run.append((False, source[at:]))
    out.append(_turned(run, turn))
    return "".join(out)


def _attributes(tag: str, turn: Callable[[Run], str]) -> str:
    def spoken(found: re.Match[str]) -> str:
        text = _walk(found["text"], turn) if "<" not in found["text"] else found["text"]
        return f"{found['head']}{found['quote']}{text}{found['quote']}"

    return _SPOKEN.sub(spoken, tag)


def _turned(run: Run, turn: Callable[[Run], str]) -> str:
    """Turn the words of a run; values and space around them stay as they are."""
    if not any(not is_value and _LETTERS.search(_ENTITY.sub("", text)) for is_value, text in run):
        return "".join(text for _, text in run)
    before, inner = _parted(run)
    inner_back, after = _parted(inner[::-1], back=True)[::-1]
    return "".join(text for _, text in before) + turn(inner_back[::-1]) + "".join(text for _, text in after[::-1])


def _parted(run: Run, *, back: bool = False) -> tuple[Run, Run]:
    """Part the values and the space at one end of a run from the words."""
    outer: Run = []
    inner = list(run)
    while inner:
        is_value, text = inner[0]
        if not is_value:
            kept = text.rstrip() if back else text.lstrip()
            space = text[len(kept) :] if back else text[: len(text) - len(kept)]
            if space:
                outer.append((False, space))
            if kept:
                inner[0] = (False, kept)
                break
            inner.pop(0)
            continue
        break
    return outer, inner
