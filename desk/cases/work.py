"""Asking the pipeline for work, in the transaction that makes the work necessary."""

from collections.abc import Mapping

from desk.records.models import Request, WorkItem
from terms.names import Priority

URGENT, NORMAL, BULK = 1, 10, 100


def ask_for(
    kind: str, key: str, payload: Mapping[str, object], *, priority: int = NORMAL, delay_seconds: float = 0.0
) -> bool:
    """Ask for one workflow; asking again under the same ``key`` changes nothing.

    ``payload`` holds ids only. Give whether the wish is new.
    """
    _item, made = WorkItem.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "payload": dict(payload),
            "priority": priority,
            "delay_seconds": delay_seconds,
        },
    )
    return made


def priority_of(request: Request) -> int:
    """Give the priority of work about a request: urgent requests go first."""
    return URGENT if request.priority == Priority.URGENT else NORMAL


def ask_to_send(notice_key: str, request: Request) -> bool:
    """Ask for a notice about a request that was just drafted; asking again changes nothing."""
    return ask_for("notice", f"notice:{notice_key}", {"notice": notice_key}, priority=priority_of(request))
