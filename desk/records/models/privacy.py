"""What went to the wrong place: the log of incidents with their assessment."""

from django.conf import settings
from django.db import models

from desk.records.models.arrivals import Arrival


class Incident(models.Model):
    """Something that reached somebody it was not for. The four factors are those of 45 CFR 164.402(2)."""

    arrival = models.ForeignKey(Arrival, null=True, blank=True, on_delete=models.PROTECT, related_name="incidents")
    what = models.TextField(help_text="What happened, without naming the member.")
    told = models.TextField(help_text="Who was told, when.")
    secured = models.TextField(help_text="What was done with the papers.")
    found_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=150)
    nature = models.TextField(blank=True, help_text="Nature and extent of the information.")
    recipient = models.TextField(blank=True, help_text="Who used it or to whom it was disclosed.")
    acquired = models.TextField(blank=True, help_text="Whether it was actually acquired or viewed.")
    mitigated = models.TextField(blank=True, help_text="How far the risk was mitigated.")
    is_low = models.BooleanField(null=True, help_text="Whether the probability of compromise is low; empty: not yet.")
    assessed_at = models.DateTimeField(null=True, blank=True)
    assessed_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-found_at", "-id")

    def __str__(self) -> str:
        return f"incident {self.pk}"
