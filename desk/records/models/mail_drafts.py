"""Mails that ask a sender for their papers again: drafted by the machine, sent by a person."""

from enum import StrEnum

from django.db import models

from desk.records.models.arrivals import Arrival
from desk.records.models.choices import choices_of


class DraftState(StrEnum):
    """Where a drafted mail stands; a machine never sends one."""

    DRAFTED = "drafted"
    SENT = "sent"
    DISMISSED = "dismissed"
    BOUNCED = "bounced"


class MailDraft(models.Model):
    """One drafted answer to one mail. ``message_id`` is ours, so that what comes back is known to answer it."""

    arrival = models.OneToOneField(Arrival, on_delete=models.PROTECT, related_name="mail_draft")
    message_id = models.CharField(max_length=200, unique=True)
    to_address = models.CharField(max_length=320)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    in_reply_to = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=12, choices=choices_of(DraftState), default=DraftState.DRAFTED.value)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=150, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"mail draft {self.pk}"
