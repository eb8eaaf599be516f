"""Who may do what at the desk, as one table.

A role is a Django group; its permissions are written anew at each migration, so that the table
here is what holds. People may have several roles. Nobody may do what no role of theirs names.
"""

from django.apps.registry import Apps
from django.apps.registry import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from desk.lifecycle import Role

__all__ = ["ADMIN_DUTIES", "DUTIES", "Role", "permissions_of", "write_roles"]

VIEW = "review.view_desk"
CORRECT = "review.correct"
HANDLE_ARRIVALS = "review.handle_arrivals"
SEE_AUDIT = "review.see_audit"
SEE_SUMS = "review.see_sums"
SET_QUALITY = "review.set_quality"

REFERENCE_MODELS = ("processor", "gridrow", "member", "provider", "vendor")
"""Models of :mod:`desk.records` that an administrator keeps in the admin."""

DUTIES: dict[Role, tuple[str, ...]] = {
    Role.CLERK: (VIEW, CORRECT),
    Role.SENIOR_CLERK: (VIEW, CORRECT, HANDLE_ARRIVALS, SEE_SUMS),
    Role.SUPERVISOR: (VIEW, CORRECT, HANDLE_ARRIVALS, SEE_SUMS, SEE_AUDIT, SET_QUALITY),
    Role.AUDITOR: (VIEW, SEE_SUMS, SEE_AUDIT),
    Role.ADMINISTRATOR: (VIEW, SEE_SUMS),
}
"""The desk's own permissions of each role."""

_SEE_REFERENCE = tuple(f"records.view_{name}" for name in REFERENCE_MODELS)
_KEEP_REFERENCE = tuple(f"records.{verb}_{name}" for name in REFERENCE_MODELS for verb in ("view", "add", "change"))
_KEEP_PEOPLE = ("auth.view_user", "auth.add_user", "auth.change_user", "auth.view_group")

ADMIN_DUTIES: dict[Role, tuple[str, ...]] = {
    Role.CLERK: (),
    Role.SENIOR_CLERK: (),
    Role.SUPERVISOR: _SEE_REFERENCE,
    Role.AUDITOR: (*_SEE_REFERENCE, "auth.view_user", "auth.view_group"),
    Role.ADMINISTRATOR: (*_KEEP_REFERENCE, *_KEEP_PEOPLE),
}
"""What each role may do in the admin (they also need to be marked as staff to open it)."""


def permissions_of(role: Role) -> tuple[str, ...]:
    """Give every permission of a role as ``app.codename``."""
    return DUTIES[role] + ADMIN_DUTIES[role]


def write_roles(*, using: str = "default", apps: Apps = live_apps, **_: object) -> None:
    """Make every group, with exactly the permissions of the tables; called after each migration."""
    for label in ("review", "records", "auth"):
        create_permissions(live_apps.get_app_config(label), verbosity=0, using=using, apps=live_apps)
    del apps
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for role in DUTIES:
        group, _made = Group.objects.using(using).get_or_create(name=role.value)
        group.permissions.set(known[name] for name in permissions_of(role))
