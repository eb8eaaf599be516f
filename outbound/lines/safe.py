"""What may be said in a line protocol: one line of plain text, and nothing that ends it."""

import hashlib
import re

from outbound.errors import UnsafeTextError

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLAIN = re.compile(r"[^A-Za-z0-9-]+")


def one_line(text: str) -> str:
    """Give a text that is safe on a line of a protocol.

    Raises UnsafeTextError for a carriage return, a line feed or another control character, which
    would end the line and begin a command of a stranger's making.
    """
    if _CONTROL.search(text):
        raise UnsafeTextError("A value holds a control character and is not sent; correct it on the request.")
    return text


def plain_name(key: str) -> str:
    """A file name for a key: its letters and digits, and a mark that keeps like keys apart."""
    mark = hashlib.sha256(key.encode()).hexdigest()[:8]
    return f"{_PLAIN.sub('-', key).strip('-')[:80]}-{mark}"
