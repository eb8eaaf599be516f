"""Who looked and who changed what. Rows are added, never changed."""

from django.conf import settings
from django.db import models

from desk.records.models.arrivals import Arrival
from desk.records.models.requests import Request


class AuditEvent(models.Model):
    """One thing that somebody (or the machine) did or looked at."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    actor_name = models.CharField(max_length=150, help_text="Sign-in name, or machine.")
    action = models.CharField(max_length=60, db_index=True, help_text="Stable id such as request.corrected.")
    request = models.ForeignKey(Request, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    arrival = models.ForeignKey(Arrival, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-at", "-id")
        indexes = (
            # hardly any event is of an arrival alone: an index of all makes SQLite take the one by time and read on
            models.Index(
                fields=["arrival", "-at"], condition=models.Q(arrival__isnull=False), name="events_of_arrivals"
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} ({self.actor_name})"


class Correction(models.Model):
    """What a clerk changed, from what to what, when. The request was at ``revision`` afterwards."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="corrections")
    revision = models.PositiveIntegerField()
    target = models.CharField(max_length=60, help_text="member.id, line[0].code, diagnosis[1], line[2] …")
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField(db_index=True)

    class Meta:
        """Oldest first."""

        ordering = ("request_id", "revision", "id")

    def __str__(self) -> str:
        return f"correction of {self.target} of request {self.request_id}"
