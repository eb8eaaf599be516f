"""What people decide about sending: numbers they vouch for or forbid, the switch; and what was handed over."""

from django.db import models

from desk.records.models.choices import choices_of
from desk.records.models.notices import Notice
from desk.records.models.requests import Request
from terms.names import Processor


class VerifiedNumber(models.Model):
    """A fax number that a person vouched for with one provider, remembered for the next notice."""

    npi = models.CharField(max_length=10, db_index=True)
    number = models.CharField(max_length=16, help_text="E.164.")
    verified_by = models.CharField(max_length=150)
    verified_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True, help_text="How it was verified.")

    class Meta:
        """Once for a provider and number."""

        ordering = ("npi", "-id")
        constraints = (models.UniqueConstraint(fields=["npi", "number"], name="one_word_per_number"),)

    def __str__(self) -> str:
        return f"verified number {self.pk}"


class ForbiddenNumber(models.Model):
    """A number that is never faxed."""

    number = models.CharField(max_length=16, unique=True, help_text="E.164.")
    reason = models.CharField(max_length=200)
    forbidden_by = models.CharField(max_length=150)
    forbidden_at = models.DateTimeField()

    class Meta:
        """By number."""

        ordering = ("number",)

    def __str__(self) -> str:
        return f"forbidden number {self.pk}"


class SendingSwitch(models.Model):
    """Whether anything goes out, or what goes by one way: the newest row of it counts; none means that it does."""

    is_stopped = models.BooleanField()
    way = models.CharField(max_length=8, blank=True, help_text="fax, email or sftp; empty: all ways.")
    reason = models.CharField(max_length=200, blank=True)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return "stopped" if self.is_stopped else "sending"


class HandOver(models.Model):
    """One processor's part of a request at one revision: how it goes there, and when it was handed over.

    ``done_at`` is empty until the processor has it: at once for a queue of this installation, when
    the packet is delivered (or taken by a mail or SFTP host) for the others.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="hand_overs")
    revision = models.PositiveIntegerField()
    processor = models.CharField(max_length=16, choices=choices_of(Processor))
    way = models.CharField(max_length=8, help_text="queue, fax, email or sftp")
    lines = models.JSONField(default=list, blank=True, help_text="0-based lines that this processor decides.")
    notice = models.OneToOneField(Notice, null=True, blank=True, on_delete=models.PROTECT, related_name="hand_over")
    fault = models.TextField(blank=True, help_text="Why it cannot be handed over.")
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Once for a processor and revision."""

        ordering = ("request_id", "revision", "id")
        constraints = (
            models.UniqueConstraint(fields=["request", "revision", "processor"], name="one_hand_over_per_revision"),
        )
        indexes = (models.Index(fields=["request"], condition=models.Q(done_at=None), name="hand_overs_not_done"),)

    def __str__(self) -> str:
        return f"hand-over of request {self.request_id} to {self.processor}"


class LineStatus(models.Model):
    """How a way out was last found: its lines, or what hinders it."""

    way = models.CharField(max_length=20, unique=True)
    lines = models.JSONField(default=list, blank=True, help_text="name and state of each")
    checked_at = models.DateTimeField()
    problem_kind = models.CharField(max_length=80, blank=True)
    problem_message = models.TextField(blank=True)

    class Meta:
        """By name."""

        ordering = ("way",)

    def __str__(self) -> str:
        return self.way
