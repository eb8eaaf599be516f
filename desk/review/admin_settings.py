"""The settings in the admin: each with its value and where that comes from; some can be changed there."""

import os
from dataclasses import dataclass

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from pydantic import BaseModel

from desk.config import PREFIX, Settings, current_settings, setting_names
from desk.errors import DeskError
from desk.review.chosen import CHANGEABLE, change, changes
from desk.review.people import actor
from desk.review.presenting import sentence

MAY_CHANGE = "auth.change_user"
"""What only an administrator holds."""

_SECRET = ("password", "secret", "token")


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as the page shows it."""

    name: str
    value: str
    origin: str
    meaning: str
    may_change: bool


def rows() -> list[Row]:
    """Give every setting: its value now, where it comes from, what it means; nothing secret."""
    inlet: Settings = settings.INLET
    file, changed = current_settings(), changes()
    found = []
    for name in setting_names():
        info = Settings.model_fields[name]
        if changed.get(name) is not None:
            origin = _("changed here")
        elif f"{PREFIX}{name.upper()}" in os.environ:
            origin = _("environment")
        elif getattr(file, name) != info.default:
            origin = "inlet.toml"
        else:
            origin = _("as shipped")
        found.append(Row(name, _shown(getattr(inlet, name)), origin, info.description or "", name in CHANGEABLE))
    return found


def _shown(value: object) -> str:
    """Give a value as text; of an address with a password in it, only that there is one."""
    if isinstance(value, BaseModel):
        parts = value.model_dump(mode="json", exclude_defaults=True)
        return ", ".join(f"{k} = {'…' if any(s in k for s in _SECRET) else v}" for k, v in parts.items())
    if isinstance(value, tuple):
        return "; ".join(_shown(part) for part in value)
    text = "" if value is None else str(value)
    return "postgresql://…" if text.startswith("postgres") else text


def settings_page(request: HttpRequest, site: admin.AdminSite) -> HttpResponse:
    """Show the settings, and change one (``name``, ``value``; an empty value is the file's again)."""
    may_change = request.user.has_perm(MAY_CHANGE)
    if request.method == "POST" and may_change:
        try:
            change(request.POST.get("name", ""), request.POST.get("value", "")[:200], actor=actor(request))
        except DeskError as error:
            messages.error(request, sentence(error))
        else:
            messages.success(request, _("Changed; it counts from now on."))
        return redirect("admin:inlet-settings")
    context = site.each_context(request) | {"title": _("Settings"), "rows": rows(), "may_change": may_change}
    return render(request, "admin/inlet_settings.html", context)
