"""Settings that an administrator may change while the service runs; everything else is the file's word.

A change is kept in the records, so that every process takes it up within seconds: the web desk
before it answers, the worker each minute. The file stays as it is and counts again when the change
is taken back.
"""

import time
from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.config import Settings, current_settings
from desk.errors import MoveRefusedError, SettingsError
from desk.lifecycle import Role
from desk.review.models import SettingChange
from terms.contact import FaxNumber, Phone


def _name(text: str) -> str | None:
    return " ".join(text.split())[:120] or None


def _phone(text: str) -> str | None:
    found = Phone.parse(text)
    return found.value if found else None


def _fax(text: str) -> str | None:
    found = FaxNumber.parse(text)
    return found.value if found else None


def _resolution(text: str) -> str | None:
    return text if text in {"fine", "standard"} else None


CHANGEABLE: Mapping[str, Callable[[str], str | None]] = {
    "organisation": _name,
    "answer_phone": _phone,
    "answer_fax": _fax,
    "fax_resolution": _resolution,
}
"""What may be changed, and how what was typed becomes a value (``None``: it is none)."""

_LOOK_SECONDS = 5.0


class _Seen:
    """When this process last looked."""

    at = 0.0


def changes() -> dict[str, str | None]:
    """Give the changes in force by name; ``None`` where a change was taken back."""
    found: dict[str, str | None] = {}
    for row in SettingChange.objects.order_by("id"):
        found[row.name] = row.value
    return {name: value for name, value in found.items() if name in CHANGEABLE}


def change(name: str, text: str, *, actor: Actor) -> None:
    """Change a setting from now on; an empty ``text`` takes the change back. In the audit trail, values included.

    Raises :class:`desk.errors.MoveRefusedError` for somebody else than an administrator,
    :class:`desk.errors.SettingsError` for what cannot be changed here or is no value of it.
    """
    if Role.ADMINISTRATOR not in actor.roles:
        raise MoveRefusedError("only an administrator changes settings")
    parse = CHANGEABLE.get(name)
    if parse is None:
        raise SettingsError(f"{name[:60]} is changed in inlet.toml only")
    value = parse(text) if text.strip() else None
    if text.strip() and value is None:
        raise SettingsError(f"this is no value of {name}")
    with transaction.atomic():
        before = getattr(settings.INLET, name)
        SettingChange.objects.create(name=name, value=value, by_name=actor.name, at=timezone.now())
        note(actor, "setting.changed", detail={"setting": name, "from": before, "to": value})
    take_up(at_once=True)


def take_up(*, at_once: bool = False) -> None:
    """Have this process go by the changes in force; looks at most every few seconds unless ``at_once``."""
    now = time.monotonic()
    if not at_once and now - _Seen.at < _LOOK_SECONDS:
        return
    _Seen.at = now
    found = changes()
    if not found:
        return
    file: Settings = current_settings()
    wanted = {name: getattr(file, name) if value is None else value for name, value in found.items()}
    if any(getattr(settings.INLET, name) != value for name, value in wanted.items()):
        settings.INLET = settings.INLET.model_copy(update=wanted)


class ChosenMiddleware:
    """Goes by the settings in force before it answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        take_up()
        return self.get_response(request)
