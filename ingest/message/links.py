"""Mails that bring no papers but the address of a page where they wait."""

import re
from collections.abc import Sequence

_PORTAL = re.compile(
    r"(?:secure|encrypted|protected|confidential|private)(?: and (?:secure|encrypted))? "
    r"(?:e-?mail|message|document|file|fax)|"
    r"(?:message|e-?mail|document|file)s? (?:is|are|was|has been) (?:encrypted|secured|protected)|"
    r"secure message (?:center|portal)|(?:shared|sent) (?:a |some |you )?"
    r"(?:file|folder|document|message)s?(?: with you| securely)?|"
    r"(?:new|waiting) (?:fax|voicemail|document|message) (?:is )?(?:waiting|available|ready)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:click|tap|press|follow|use) (?:on )?(?:the |this |here|below|here to)|\b(?:read|open|view|retrieve|access|"
    r"download|decrypt|unlock|get) (?:the |this |your |my )?(?:secure |encrypted |protected |new )?(?:message|e-?mail|"
    r"document|file|fax|attachment)s?|\bsign in\b|\bregister\b|one[- ]time pass(?:code|word)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]{4,}", re.IGNORECASE)
_ENVELOPES = re.compile(
    r"^(?:securedoc[\w-]*|securemessage\w*|message_zdm|message_v\d|encrypted_?message|read_?message|smime)\.html?$",
    re.IGNORECASE,
)
_ORDER = re.compile(r"(?<![\w-])(?:[A-V]\d{4}|9\d{7}[A-Z]|[12]\d{9})(?!\w)")


def is_envelope(name: str) -> bool:
    """Say whether an attached web page is a secure-mail portal's envelope, by the names that they use."""
    return _ENVELOPES.match(name) is not None


def is_link_only(text: str, links: Sequence[str]) -> bool:
    """Say whether a mail without attachments only asks its reader to fetch something elsewhere.

    It must name a secured message or a shared file, ask to open it, hold an address to go to, and
    hold nothing of an order itself.
    """
    where = bool(_ADDRESS.search(text)) or any(_ADDRESS.match(link) for link in links)
    return where and bool(_PORTAL.search(text) and _ASKS.search(text)) and not _ORDER.search(_ADDRESS.sub(" ", text))
