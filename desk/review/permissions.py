"""What somebody may do, asked of the database once for each page, not once for them and once for their groups."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db.models import Model

_KEY = "inlet_permissions"


class OneLook(ModelBackend):
    """Django's own way to sign in and to give permissions, in one query."""

    def get_all_permissions(self, user_obj: User | AnonymousUser, obj: Model | None = None) -> set[str]:
        """Give what somebody may do as ``app.codename``, by themselves or by a group."""
        if obj is not None or not isinstance(user_obj, User) or not user_obj.is_active or user_obj.is_superuser:
            return super().get_all_permissions(user_obj, obj)
        found: set[str] | None = getattr(user_obj, _KEY, None)
        if found is None:
            named = Permission.objects.order_by().values_list("content_type__app_label", "codename")
            rows = named.filter(user=user_obj).union(named.filter(group__user=user_obj))
            found = {f"{app}.{codename}" for app, codename in rows}
            setattr(user_obj, _KEY, found)
        return found
