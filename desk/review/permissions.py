"""Who asks and what they may do: two short queries for each page."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db.models import Model, QuerySet

from desk.records.prepared import Prepared

_KEY = "inlet_permissions"


def _permitted(user: int) -> QuerySet[Permission, tuple[str, str]]:
    named = Permission.objects.order_by().values_list("content_type__app_label", "codename")
    return named.filter(user=user).union(named.filter(group__user=user))


_PERMITTED = Prepared(_permitted, int)
_USER = Prepared(lambda user: User.objects.filter(pk=user), int)


class OneLook(ModelBackend):
    """Django's own way to sign in and to give permissions, in one query."""

    def get_all_permissions(self, user_obj: User | AnonymousUser, obj: Model | None = None) -> set[str]:
        """Give what somebody may do as ``app.codename``, by themselves or by a group."""
        if obj is not None or not isinstance(user_obj, User) or not user_obj.is_active or user_obj.is_superuser:
            return super().get_all_permissions(user_obj, obj)
        found: set[str] | None = getattr(user_obj, _KEY, None)
        if found is None:
            found = {f"{app}.{codename}" for app, codename in _PERMITTED.rows(user_obj.pk)}
            setattr(user_obj, _KEY, found)
        return found

    def get_user(self, user_id: int) -> User | None:
        """Give the signed-in person; nobody where they are gone or may not sign in any more."""
        found = _USER.models(user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None
