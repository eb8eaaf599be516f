"""Notices and the attempts to deliver them."""

from django.db import models

from desk.lifecycle import NoticeState, TransmissionState
from desk.records.models.arrivals import Arrival
from desk.records.models.choices import choices_of
from desk.records.models.requests import Request


class Notice(models.Model):
    """What we send out about a request at one revision.

    ``key`` is ``reference:revision:kind`` and unique, so nothing is sent twice; a change after
    sending makes a superseding notice, never an edited one.
    """

    key = models.CharField(max_length=120, unique=True)
    request = models.ForeignKey(Request, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    arrival = models.ForeignKey(Arrival, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=2, default="en", help_text="Of a member's letter.")
    processor = models.CharField(max_length=16, blank=True, help_text="Whom a packet is for; empty: the provider.")
    way = models.CharField(max_length=8, default="fax", help_text="fax, email, sftp, or post (printed and mailed).")
    address = models.CharField(max_length=200, blank=True, help_text="Where to, when it is no fax number.")
    care = models.ForeignKey("CareRecord", null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    texts = models.JSONField(default=list, blank=True, help_text="Editions of the words it is printed with.")
    wait_reason = models.CharField(max_length=40, blank=True, help_text="Why it does not go out just now.")
    wait_until = models.DateTimeField(null=True, blank=True)
    revived_at = models.DateTimeField(null=True, blank=True, help_text="When a person had it sent again.")
    revision = models.PositiveIntegerField()
    state = models.CharField(
        max_length=12, choices=choices_of(NoticeState), default=NoticeState.DRAFTED.value, db_index=True
    )
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    destination = models.CharField(max_length=30, blank=True, help_text="Fax number, E.164.")
    verified = models.BooleanField(default=False, help_text="The number is the provider's verified one.")
    destination_reason = models.TextField(blank=True)
    vouched_by = models.CharField(max_length=150, blank=True, help_text="Who vouched for the number by hand.")
    pdf = models.CharField(max_length=200, blank=True, help_text="Name in the derived storage.")
    tiff = models.CharField(max_length=200, blank=True, help_text="Name in the derived storage.")
    pages = models.PositiveIntegerField(null=True, blank=True)
    approved_pdf = models.CharField(max_length=200, blank=True, help_text="The very paper that a person approved.")
    approved_by = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True, help_text="What the text was made from.")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    problem_kind = models.CharField(max_length=80, blank=True)
    problem_message = models.TextField(blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"notice {self.key}"


class Transmission(models.Model):
    """One attempt to deliver a notice, with its outcome.

    ``key`` is the notice's key with the attempt's number: the far side is asked for it before
    anything is submitted again.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="transmissions")
    attempt = models.PositiveIntegerField()
    key = models.CharField(max_length=140, unique=True)
    transport = models.CharField(max_length=40)
    destination = models.CharField(max_length=30, blank=True)
    state = models.CharField(
        max_length=12, choices=choices_of(TransmissionState), default=TransmissionState.INTENDED.value, db_index=True
    )
    intended_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True, help_text="Pages that the far side confirmed.")
    failure = models.CharField(max_length=16, blank=True)
    detail = models.CharField(max_length=200, blank=True, help_text="The fax server's own words.")
    checked_at = models.DateTimeField(null=True, blank=True)
    receipt = models.JSONField(default=dict, blank=True, help_text="What the transport answered.")
    problem_kind = models.CharField(max_length=80, blank=True)
    problem_message = models.TextField(blank=True)

    class Meta:
        """By notice and attempt."""

        ordering = ("notice_id", "attempt")
        constraints = (models.UniqueConstraint(fields=["notice", "attempt"], name="one_transmission_per_attempt"),)

    def __str__(self) -> str:
        return f"transmission {self.key}"
