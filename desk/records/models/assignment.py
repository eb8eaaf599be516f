"""Who shall work on a request: given by a supervisor, kept until it is taken back or the request is done."""

from django.conf import settings
from django.db import models

from desk.records.models.requests import Request


class Assignment(models.Model):
    """A request given to a person."""

    request = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="assignment")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        """Oldest first."""

        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"assignment of request {self.request_id}"
