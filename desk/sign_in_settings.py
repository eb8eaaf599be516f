"""The settings of signing in: who needs a second factor, and a provider of identities (OpenID Connect)."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from desk.lifecycle import Role

_ROLES = tuple(role.value for role in Role if role is not Role.MACHINE)


class SignInSettings(BaseModel):
    """How people sign in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    second_factor_roles: tuple[str, ...] = Field(
        default=(),
        description="Roles that need a second factor (an authenticator app) beside their password: they set it up at "
        "their next sign-in and open nothing before. Others may set one up.",
    )
    oidc_server: str = Field(
        default="",
        description="OpenID Connect: address of the provider of identities, such as `https://login.example.org/plan`. "
        "Empty: people sign in with passwords only.",
    )
    oidc_name: str = Field(default="Single sign-on", description="OpenID Connect: what the sign-in button says.")
    oidc_client_id: str = Field(default="", description="OpenID Connect: the client id that the provider gave Inlet.")
    oidc_secret_file: Path | None = Field(
        default=None, description="OpenID Connect: file with the client secret, readable by its owner only."
    )
    oidc_name_claim: str = Field(
        default="preferred_username", description="OpenID Connect: the claim that holds the sign-in name used here."
    )
    oidc_roles_claim: str = Field(default="groups", description="OpenID Connect: the claim that lists groups.")
    oidc_roles: dict[str, str] = Field(
        default={},
        description="OpenID Connect: the role of each group. When set, people get exactly these roles at each sign-in "
        "and are made at their first; when empty, only people that exist here get in, with the roles they have here.",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        for role in (*self.second_factor_roles, *self.oidc_roles.values()):
            if role not in _ROLES:
                msg = f"{role!r} is no role; use one of {', '.join(_ROLES)}"
                raise ValueError(msg)
        if self.oidc_server and not (self.oidc_client_id and self.oidc_secret_file):
            msg = "oidc_server needs oidc_client_id and oidc_secret_file"
            raise ValueError(msg)
        if self.oidc_server and not self.oidc_server.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            msg = "oidc_server must begin with https://"
            raise ValueError(msg)
        return self
