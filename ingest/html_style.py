"""What of an HTML page's looks decides whether a person sees its text: just enough of CSS for mails."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

Colour = tuple[int, int, int]
Rule = tuple[str, str, str, Mapping[str, str]]
"""Tag, class and id of a simple selector (empty where it names none), and its declarations."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}@;]{1,400})\{([^{}]*)\}")
_SIMPLE = re.compile(r"^([a-z][a-z0-9]*)?(?:\.([\w-]+)|#([\w-]+))?$", re.IGNORECASE)
_HEX = re.compile(r"^#([0-9a-f]{3}|[0-9a-f]{6})$", re.IGNORECASE)
_RGB = re.compile(r"^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*(?:[,/]\s*([\d.]+%?)\s*)?\)$", re.IGNORECASE)
_NAMED: Mapping[str, Colour] = {
    "white": (255, 255, 255), "black": (0, 0, 0), "snow": (255, 250, 250), "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255), "whitesmoke": (245, 245, 245), "floralwhite": (255, 250, 240),
    "azure": (240, 255, 255), "mintcream": (245, 255, 250), "red": (255, 0, 0), "blue": (0, 0, 255),
    "green": (0, 128, 0), "navy": (0, 0, 128), "gray": (128, 128, 128), "grey": (128, 128, 128),
    "silver": (192, 192, 192), "yellow": (255, 255, 0), "maroon": (128, 0, 0), "teal": (0, 128, 128),
}  # fmt: skip
_WHITE: Colour = (255, 255, 255)
_APART = 32
"""Steps of 255 that letters must differ from what is behind them to be seen."""
_RULES_KEPT = 2000
_FAR = -900.0
_TINY = 1.5
_LENGTH = re.compile(r"^\s*(-?[\d.]+)\s*(px|pt|em|rem|%|in|cm|mm)?")


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks at one place: colours (None: unknown), and whether it is gone altogether."""

    ink: Colour | None = (0, 0, 0)
    paper: Colour | None = _WHITE
    tiny: bool = False
    gone: bool = False

    @property
    def is_seen(self) -> bool:
        """Whether a person sees text of this look."""
        if self.gone or self.tiny:
            return False
        if self.ink is None or self.paper is None:
            return True
        return max(abs(a - b) for a, b in zip(self.ink, self.paper, strict=True)) >= _APART


def style_rules(sheet: str) -> list[Rule]:
    """The rules of a style sheet whose selectors are simple; those of ``@media`` and the like are left out."""
    found: list[Rule] = []
    for match in _RULE.finditer(_without_at_rules(_COMMENT.sub(" ", sheet))):
        declared = declarations(match.group(2))
        for selector in match.group(1).split(","):
            simple = _SIMPLE.match(selector.strip())
            if simple and simple.group() and len(found) < _RULES_KEPT:
                tag, of_class, of_id = simple.groups()
                found.append(((tag or "").lower(), of_class or "", of_id or "", declared))
    return found


def _without_at_rules(sheet: str) -> str:
    """A style sheet without its ``@media { … }`` blocks, which hold for other devices."""
    kept: list[str] = []
    depth = 0
    at_rule = False
    for piece in re.split(r"([{}@;])", sheet):
        if piece == "@" and depth == 0:
            at_rule = True
        elif piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(0, depth - 1)
            if depth == 0 and at_rule:
                at_rule = False
                continue
        elif piece == ";" and depth == 0:
            at_rule = False
            continue
        if not at_rule:
            kept.append(piece)
    return "".join(kept)


def declarations(style: str) -> dict[str, str]:
    """The declarations of a ``style`` attribute or a rule: names in lower case, values without ``!important``."""
    found: dict[str, str] = {}
    for item in style.split(";"):
        name, colon, value = item.partition(":")
        if colon:
            found[name.strip().lower()] = value.replace("!important", "").strip().lower()
    return found


def look_of(tag: str, attributes: Mapping[str, str | None], rules: Sequence[Rule], around: Look) -> Look:
    """The look inside an element, from its rules, attributes and style, and from the look ``around`` it."""
    declared: dict[str, str] = {}
    classes = (attributes.get("class") or "").split()
    for of_tag, of_class, of_id, style in rules:
        if (
            of_tag in {"", tag}
            and (not of_class or of_class in classes)
            and (not of_id or of_id == attributes.get("id"))
        ):
            declared |= style
    declared |= declarations(attributes.get("style") or "")
    if "hidden" in attributes or _is_gone(declared):
        return replace(around, gone=True)
    ink, paper = around.ink, around.paper
    for name in ("text", "color"):
        if attributes.get(name):
            ink = colour(attributes[name] or "")
    if attributes.get("bgcolor"):
        paper = colour(attributes["bgcolor"] or "")
    if declared.get("color") not in {None, "inherit"}:
        ink = colour(declared["color"])
    if "background-image" in declared or attributes.get("background"):
        paper = None
    behind = declared.get("background-color") or declared.get("background")
    if behind and behind not in {"transparent", "inherit", "none", "initial"}:
        paper = colour(behind)
    return Look(ink, paper, _is_tiny(declared, tiny=around.tiny), around.gone)


def colour(text: str) -> Colour | None:
    """A colour as CSS or old HTML writes it; None when it is not known (a gradient, a picture)."""
    text = text.strip().lower()
    if text in _NAMED:
        return _NAMED[text]
    if match := _HEX.match(text if text.startswith("#") else f"#{text}"):
        digits = match.group(1)
        digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits  # noqa: PLR2004  (#rgb)
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if match := _RGB.match(text):
        red, green, blue = (min(255, int(match.group(i)[:4])) for i in (1, 2, 3))
        return red, green, blue
    return None


def _is_gone(declared: Mapping[str, str]) -> bool:
    """Say whether an element takes no part in what is shown."""
    if declared.get("display") == "none" or declared.get("visibility") in {"hidden", "collapse"}:
        return True
    if declared.get("mso-hide") == "all" or _length(declared.get("opacity", "")) == 0:
        return True
    clipped = "hidden" in declared.get("overflow", "")
    if clipped and any(_length(declared.get(name, "")) == 0 for name in ("max-height", "height", "max-width", "width")):
        return True
    if (_length(declared.get("text-indent", "")) or 0) <= _FAR:
        return True
    moved = declared.get("position") in {"absolute", "fixed"}
    return moved and any((_length(declared.get(name, "")) or 0) <= _FAR for name in ("left", "top"))


def _is_tiny(declared: Mapping[str, str], *, tiny: bool) -> bool:
    size = declared.get("font-size")
    if size is None:
        return tiny
    match = _LENGTH.match(size)
    if not match:
        return False
    value, unit = _length(size), match.group(2) or "px"
    return value is not None and value <= {"px": _TINY, "pt": _TINY}.get(unit, 0.0)


def _length(text: str) -> float | None:
    match = _LENGTH.match(text)
    try:
        return float(match.group(1)) if match else None
    except ValueError:
        return None
