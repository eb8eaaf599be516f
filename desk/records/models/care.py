"""Decisions that named persons made about care, and the letters' words that named persons approved."""

from django.conf import settings
from django.db import models

from desk.records.models.requests import Request


class CareRecord(models.Model):
    """One decision of a named person about a request: never changed, a later one takes its place.

    ``data`` is its whole value (outbound.care.CareDecision record). ``entered_by`` is who typed it
    in; the machine cannot make one (California SB 1120).
    """

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="care")
    revision = models.PositiveIntegerField(help_text="The request's, when it was decided.")
    kind = models.CharField(max_length=16)
    decided_by = models.CharField(max_length=200)
    decided_at = models.DateTimeField()
    data = models.JSONField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_by_name = models.CharField(max_length=150)
    entered_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"care decision {self.pk} of request {self.request_id}"


class TextApproval(models.Model):
    """A named person stands by exactly these words (``digest``) of a member's letter in one language."""

    name = models.CharField(max_length=80, help_text="kind.language.edition")
    digest = models.CharField(max_length=64)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by_name = models.CharField(max_length=150)
    approved_at = models.DateTimeField()

    class Meta:
        """By name; once for the same words."""

        ordering = ("name", "-id")
        constraints = (models.UniqueConstraint(fields=["name", "digest"], name="one_approval_per_text"),)

    def __str__(self) -> str:
        return f"approval of {self.name}"
