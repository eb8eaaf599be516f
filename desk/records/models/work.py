"""Work asked for inside a transaction, to be handed to the durable engine."""

from django.db import models


class WorkItem(models.Model):
    """A wish for one workflow, written in the transaction that makes it necessary.

    This is an outbox, not a queue: the worker passes each item to the engine under the id ``key``
    (which the engine knows only once) and then marks it as passed on.
    """

    key = models.CharField(max_length=200, unique=True, help_text="The workflow's id.")
    kind = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    priority = models.PositiveSmallIntegerField(default=10, help_text="1 urgent, 10 normal, 100 bulk.")
    delay_seconds = models.FloatField(default=0.0)
    asked_at = models.DateTimeField(auto_now_add=True)
    passed_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        """Urgent first, then oldest."""

        ordering = ("priority", "id")

    def __str__(self) -> str:
        return f"work {self.key}"
