"""Quality sampling: what people key again without seeing what was read, and thresholds they raise."""

from django.conf import settings
from django.db import models

from desk.records.models.arrivals import Page
from desk.records.models.choices import choices_of
from desk.records.models.requests import Request
from terms.names import FieldKind


class QualityCheck(models.Model):
    """A request that was drawn: its accepted values are keyed again by somebody who does not see them."""

    request = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="quality_check")
    drawn_at = models.DateTimeField()
    keyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    keyed_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        """Oldest first."""

        ordering = ("drawn_at", "id")

    def __str__(self) -> str:
        return f"quality check {self.pk}"


class QualityValue(models.Model):
    """One accepted value of a drawn request: what was read, what was keyed, and who was right."""

    check_of = models.ForeignKey(QualityCheck, on_delete=models.CASCADE, related_name="values")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60, help_text="member.id, line[0].code, diagnosis[1]")
    kind = models.CharField(max_length=16, choices=choices_of(FieldKind))
    form = models.CharField(max_length=80, blank=True)
    page = models.ForeignKey(Page, null=True, on_delete=models.CASCADE, related_name="+")
    box = models.JSONField(null=True, blank=True)
    read = models.TextField()
    confidence = models.FloatField()
    keyed = models.TextField(blank=True)
    truth = models.TextField(blank=True, help_text="Settled: by agreement, or by a third person.")
    right = models.BooleanField(null=True, blank=True)

    class Meta:
        """In reading order."""

        ordering = ("check_of_id", "position")
        constraints = (models.UniqueConstraint(fields=["check_of", "position"], name="one_quality_value_per_place"),)

    def __str__(self) -> str:
        return f"{self.name} of quality check {self.check_of_id}"


class ThresholdChange(models.Model):
    """From when on a value of a kind needs at least this confidence to be used without a person. Never changed."""

    kind = models.CharField(max_length=16, choices=choices_of(FieldKind), db_index=True)
    threshold = models.FloatField(help_text="0: whatever the reader's own thresholds accept.")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    by_name = models.CharField(max_length=150)
    why = models.TextField()

    class Meta:
        """Newest first; the newest of a kind is in force."""

        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"threshold of {self.kind} from {self.at:%Y-%m-%d %H:%M}"
