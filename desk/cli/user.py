"""``inlet user``: the people who may sign in to the desk."""

import secrets
import sys
from typing import Annotated

import typer

app = typer.Typer(help="Add people who may sign in, change their roles and passwords.", no_args_is_help=True)

PASSWORD_BYTES = 12


def _roles(names: list[str]) -> list[str]:
    from desk.lifecycle import Role

    known = {role.value for role in Role if role is not Role.MACHINE}
    for name in names:
        if name not in known:
            raise typer.BadParameter(
                f"there is no role {name!r}; roles: {', '.join(sorted(known))}", param_hint="--role"
            )
    return names


def make_user(name: str, roles: list[str], password: str) -> None:
    """Make or change a person: sign-in name, groups of ``roles``, password. Needs open records."""
    from django.contrib.auth.models import Group, User

    from desk.lifecycle import Role

    user, _made = User.objects.get_or_create(username=name)
    user.set_password(password)
    user.is_active = True
    user.is_staff = any(role in roles for role in (Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR))
    user.save()
    user.groups.set(Group.objects.filter(name__in=roles))


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Sign-in name.")],
    *,
    role: Annotated[
        list[str] | None, typer.Option(help="clerk, senior clerk, supervisor, auditor, administrator.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Add a person, or give an existing one new roles and a new password.

    Without --password-stdin a password is made and printed once.
    """
    roles = _roles(role or ["clerk"])
    from desk.cli.records import open_records

    open_records(make=True)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(PASSWORD_BYTES)
    _check(password, name)
    make_user(name, roles, password)
    sys.stdout.write(f"{name} may sign in as {', '.join(roles)}")
    sys.stdout.write("\n" if password_stdin else f" with the password {password}\n")


@app.command("remove")
def remove(name: Annotated[str, typer.Argument(help="Sign-in name.")]) -> None:
    """Keep a person from signing in; what they did stays in the audit trail."""
    from desk.cli.records import open_records

    open_records()
    from django.contrib.auth.models import User

    from desk.errors import DeskError

    if not User.objects.filter(username=name).update(is_active=False):
        raise DeskError(f"there is nobody called {name!r}; inlet user list shows everybody")
    sys.stdout.write(f"{name} can no longer sign in\n")


@app.command("list")
def list_people() -> None:
    """List everybody with their roles."""
    from desk.cli.records import open_records

    open_records()
    from django.contrib.auth.models import User
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("name", "roles", "may sign in", "last seen")
    for user in User.objects.prefetch_related("groups").order_by("username"):
        seen = f"{user.last_login:%Y-%m-%d %H:%M}" if user.last_login else "never"
        roles = ", ".join(group.name for group in user.groups.all())
        table.add_row(escape(user.username), roles, "yes" if user.is_active else "no", seen)
    Console().print(table)


def _check(password: str, name: str) -> None:
    from django.contrib.auth.models import User
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from desk.errors import DeskError

    try:
        validate_password(password, User(username=name))
    except ValidationError as error:
        raise DeskError("this password cannot be used: " + " ".join(error.messages)) from error
