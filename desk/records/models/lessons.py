"""What the desk learned from people's corrections: proposals, who approved them, and refitted confidence."""

from enum import StrEnum

from django.conf import settings
from django.db import models

from desk.records.models.choices import choices_of


class LessonKind(StrEnum):
    """What is proposed: a label wording, a provider's number, or a provider that the directory lacks."""

    WORDING = "wording"
    NUMBER = "number"
    PROVIDER = "provider"


class LessonState(StrEnum):
    """Where a proposal stands; only an approved one has an effect."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class Lesson(models.Model):
    """Something that clerks keep correcting, as reference data to be approved by a named person.

    ``key`` names it within its kind (a folded wording, an NPI with a field and number); ``data`` is what
    would be taken over, ``way_back`` what stood there before.
    """

    kind = models.CharField(max_length=10, choices=choices_of(LessonKind))
    key = models.CharField(max_length=200)
    data = models.JSONField()
    requests = models.PositiveIntegerField(help_text="Different requests in which a person corrected it so.")
    examples = models.JSONField(default=list, help_text="References of some of them.")
    last_seen = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=choices_of(LessonState), default=LessonState.PROPOSED.value, db_index=True
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.TextField(blank=True)
    way_back = models.JSONField(default=dict, blank=True)

    class Meta:
        """What is seen most first; once for each thing."""

        ordering = ("-requests", "kind", "key")
        constraints = (models.UniqueConstraint(fields=["kind", "key"], name="one_lesson_per_thing"),)

    def __str__(self) -> str:
        return f"lesson {self.pk}"


class ConfidenceRefit(models.Model):
    """A confidence table refitted from quality samples; the newest row is in force, never changed.

    ``table`` gives for each kind of field ``a`` and ``b`` (log-odds of the new confidence = a + b times
    those of the reader's own) and ``least``, the reader's own confidence under which a value goes to a
    person; an empty table is the reader's own again. ``report`` holds before and after.
    """

    table = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True)
    values = models.PositiveIntegerField(default=0, help_text="Sampled values that it was fitted on.")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    by_name = models.CharField(max_length=150)
    why = models.TextField()

    class Meta:
        """Newest first; the newest is in force."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"confidence table {self.pk}"
