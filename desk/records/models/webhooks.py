"""Whom the desk tells of changes by itself, and each telling."""

from django.db import models

from desk.records.models.accounts import ServiceAccount


class Subscription(models.Model):
    """An address of an account that is told of events. ``secret`` signs what is sent there."""

    account = models.ForeignKey(ServiceAccount, on_delete=models.CASCADE, related_name="subscriptions")
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list, help_text="request.state, notice.state, arrival.state")
    secret = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Oldest first."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class Telling(models.Model):
    """One event for one subscription: what is sent, how often it was tried, and when it arrived."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="tellings")
    event = models.UUIDField(help_text="The same for every subscription that is told of it.")
    body = models.TextField(help_text="JSON as it is sent: ids and states only.")
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=120, blank=True)

    class Meta:
        """Newest first; once for an event and subscription."""

        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["subscription", "event"], name="one_telling_per_event"),)

    def __str__(self) -> str:
        return f"telling {self.pk}"
