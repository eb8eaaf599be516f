"""Who acts: the machine, or a signed-in person with roles."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, User

from desk.lifecycle import Role
from desk.records.prepared import Prepared

_PERSONAL = frozenset(Role) - {Role.MACHINE}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: the name that the audit trail keeps, and the roles that say what they may do."""

    name: str
    roles: frozenset[Role]
    user_id: int | None = None


MACHINE = Actor("machine", frozenset({Role.MACHINE}))
"""The pipeline."""


_GROUPS = Prepared(lambda user: Group.objects.filter(user=user).order_by().values_list("name"), int)


def actor_of(user: AbstractBaseUser | AnonymousUser) -> Actor:
    """Give the actor for a signed-in user: roles are the groups of the same names; a superuser has all of them.

    Raises ``PermissionError`` for somebody who is not signed in.
    """
    if not isinstance(user, User) or not user.is_authenticated:
        msg = "nobody is signed in"
        raise PermissionError(msg)
    if user.is_superuser:
        return Actor(user.get_username(), _PERSONAL, user.pk)
    groups = {name for (name,) in _GROUPS.rows(user.pk)}
    return Actor(user.get_username(), frozenset(role for role in _PERSONAL if role.value in groups), user.pk)
