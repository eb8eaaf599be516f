"""Nights that were proven, differences that people cleared, and what processors acknowledged."""

from django.conf import settings
from django.db import models

from desk.records.models.choices import choices_of
from terms.names import Processor


class Night(models.Model):
    """The report of one business day: what it said, and what it was made from, so that it can be made again."""

    day = models.DateField(unique=True)
    made_at = models.DateTimeField()
    proven = models.BooleanField()
    headline = models.CharField(max_length=200)
    open_count = models.PositiveIntegerField(default=0)
    open_items = models.JSONField(default=list, help_text="The differences left open (reconcile.night.Night record).")
    gathered = models.CharField(max_length=200, help_text="Name, in the derived storage, of what it was made from.")
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_problem = models.TextField(blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-day",)

    def __str__(self) -> str:
        return f"night of {self.day}"


class ClearedDifference(models.Model):
    """A person's word that a difference is dealt with, and why; taken back, it stands again."""

    difference = models.CharField(max_length=300, db_index=True, help_text="kind:item, the same every night.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    why = models.TextField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.CharField(max_length=150, blank=True)

    class Meta:
        """Newest first; at most one in force for each difference."""

        ordering = ("-at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["difference"], condition=models.Q(taken_back_at=None), name="one_clearing_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"clearing {self.pk}"


class KeptDay(models.Model):
    """What a day that is over came to, for the board: counts only (desk.board_days), so that it is counted once."""

    starts_at = models.DateTimeField(unique=True, help_text="The first moment of the day.")
    data = models.JSONField()

    class Meta:
        """Newest first."""

        ordering = ("-starts_at",)

    def __str__(self) -> str:
        return f"day of {self.starts_at.isoformat()}"


class Acknowledgement(models.Model):
    """A processor's word that a request arrived there; the first one counts."""

    reference = models.CharField(max_length=20, db_index=True, help_text="Of the request or of its part.")
    processor = models.CharField(max_length=16, choices=choices_of(Processor))
    at = models.DateTimeField()
    number = models.CharField(max_length=60, blank=True, help_text="The processor's own number for it.")
    file_name = models.CharField(max_length=255, help_text="Where it was read.")

    class Meta:
        """By reference."""

        ordering = ("reference", "at")
        constraints = (
            models.UniqueConstraint(fields=["reference", "processor"], name="one_acknowledgement_per_processor"),
        )

    def __str__(self) -> str:
        return f"acknowledgement {self.pk}"
