"""Asking the pipeline for work, in the transaction that makes the work necessary."""

from collections.abc import Mapping

from desk.records.models import WorkItem

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
