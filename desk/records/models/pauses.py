"""Sources that people paused."""

from django.db import models


class SourcePause(models.Model):
    """A person paused a source, or let it go on: the newest row of a source counts."""

    source = models.CharField(max_length=64, db_index=True)
    is_paused = models.BooleanField()
    reason = models.CharField(max_length=200, blank=True)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{'pause' if self.is_paused else 'resumption'} of source {self.source}"
