"""What the pages themselves remember: duties that can be given to people, sign-in tries, claims."""

from django.conf import settings
from django.db import models

from desk.records.models import Request


class Duty(models.Model):  # noqa: DJ008  (there are no rows to name)
    """Holds the permissions of the desk; there is no table behind it."""

    class Meta:
        """Permissions only."""

        managed = False
        default_permissions = ()
        permissions = (
            ("view_desk", "See queue, requests, pages, arrivals and notices"),
            ("correct", "Correct values of a request and release it"),
            ("handle_arrivals", "Act on quarantined arrivals"),
            ("see_audit", "See who looked at what"),
            ("see_sums", "See the sums of a day"),
            ("set_quality", "Set thresholds of accepted values"),
        )


class SignInTry(models.Model):
    """One failed try to sign in; the name that was typed is kept only as a keyed hash."""

    name_hash = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    tried_at = models.DateTimeField(db_index=True)

    class Meta:
        """Looked up by name or address within the last minutes."""

        default_permissions = ()
        indexes = (
            models.Index(fields=["name_hash", "tried_at"], name="signin_by_name"),
            models.Index(fields=["address", "tried_at"], name="signin_by_address"),
        )

    def __str__(self) -> str:
        """Say when; a try has no name."""
        return f"sign-in try at {self.tried_at:%Y-%m-%d %H:%M:%S}"


class Claim(models.Model):
    """Somebody is working on a request, until ``until`` unless their page keeps it alive."""

    request = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="claim")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    until = models.DateTimeField()

    class Meta:
        """Nobody is given permissions on claims; working on requests is enough."""

        default_permissions = ()

    def __str__(self) -> str:
        """Name the request."""
        return f"claim on request {self.request_id}"


class Preference(models.Model):
    """What somebody chose for themselves: the language of their pages."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference")
    language = models.CharField(max_length=12, blank=True)

    class Meta:
        """Nobody is given permissions on what others chose."""

        default_permissions = ()

    def __str__(self) -> str:
        """Name the person by number."""
        return f"preference of person {self.user_id}"


class SettingChange(models.Model):
    """One change of a setting in the admin; the newest of a name counts, without a value the file's word does."""

    name = models.CharField(max_length=60, db_index=True)
    value = models.JSONField(null=True, blank=True)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        """Newest first; changed through one page only."""

        ordering = ("-id",)
        default_permissions = ()

    def __str__(self) -> str:
        """Name the setting."""
        return f"change of {self.name}"
