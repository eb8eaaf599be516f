"""What forms print inside a place to show how to fill it: no value, however much ink it is."""

import re

_DATE = r"(?:m{1,2}|month)\W*(?:d{1,2}|day)\W*(?:y{2,4}|year|ccyy)"
_WORDS = (
    r"optional|required|number|n/?a|last|m\.?i\.?",
    r"if (?:known|any|applicable|different)",
    r"last,? first(?:,? m\.?i\.?)?|first(?:,? (?:m\.?i\.?|last|middle))?",
    r"(?:please )?(?:print|type)(?: or (?:print|type))?(?: clearly)?",
    r"see (?:card|above|below|back)|as (?:it appears )?on card",
    r"(?:\d{1,2}|ten)[- ]?digits?(?: \+ letter| number)?",
    r"(?:include )?area code(?: first)?",
    r"street,? city,? state,? zip(?: code)?",
)
_HINT = re.compile(rf"\W*(?:{'|'.join((_DATE, *_WORDS))})\W*|[\W_]*", re.IGNORECASE)


def is_hint(text: str) -> bool:
    """Say whether a text is a form's own hint ("mm/dd/yyyy", "(   )    -", "Last, First") or holds nothing at all."""
    return bool(_HINT.fullmatch(text))
