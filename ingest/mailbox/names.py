"""Names of mail folders as IMAP writes them: modified UTF-7 (RFC 3501, 5.1.3), quoted."""

import base64
import re

_RUN = re.compile(r"[^\x20-\x7e]+|&")


def wire_name(name: str, delimiter: str = "/") -> str:
    r"""Give a folder's name as a quoted IMAP string; ``/`` in it stands for the server's own ``delimiter``.

    >>> wire_name("Inlet/Geprüft", ".")
    '"Inlet.Gepr&APw-ft"'
    """
    text = _RUN.sub(_encode, name.replace("/", delimiter))
    return quoted(text)


def _encode(found: re.Match[str]) -> str:
    run = found.group()
    if run == "&":
        return "&-"
    coded = base64.b64encode(run.encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
    return f"&{coded.decode('ascii')}-"


def quoted(text: str) -> str:
    """Give a quoted IMAP string. Raises ValueError for line ends and other control signs."""
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):  # noqa: PLR2004  (the control signs of ASCII)
        raise ValueError("control signs cannot be part of a quoted string")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
