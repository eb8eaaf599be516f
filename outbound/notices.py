"""The kinds of notice that Inlet sends."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice says; more kinds follow, none of which a machine sends by itself."""

    RECEIPT = "receipt"
    INFORMATION_REQUEST = "information_request"
