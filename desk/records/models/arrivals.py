"""Arrivals, their pages, and how the sources they come from are doing."""

from django.db import models
from django.db.models import Q

from desk.records.models.choices import choices_of
from terms.errors import Problem
from terms.names import ArrivalState, PageKind, TextSource


class Arrival(models.Model):
    """One thing that came in: its original bytes, when, from whom, to which line or mailbox.

    ``pickup_key`` identifies the very file that was picked up, so that a crash between storing and
    removing it makes no second arrival. Of all arrivals with the same bytes one is the first; the
    others are duplicates that point to it.
    """

    source = models.CharField(max_length=64)
    channel = models.CharField(max_length=8, default="fax")
    label = models.CharField(max_length=120, blank=True, help_text="Fax line or mailbox it came to.")
    pickup_key = models.CharField(max_length=200, unique=True)
    file_name = models.CharField(max_length=255, blank=True, help_text="Name of the file as it lay in the inbox.")
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    original = models.CharField(max_length=200, help_text="Name of the original in the storage of originals.")
    media_type = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField(db_index=True)
    registered_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=16, choices=choices_of(ArrivalState), default=ArrivalState.IN_PROGRESS.value, db_index=True
    )
    duplicate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates")
    page_count = models.PositiveIntegerField(null=True, blank=True)
    reading_round = models.PositiveIntegerField(default=1, help_text="Goes up when a person asks for another reading.")
    facts = models.JSONField(default=dict, blank=True, help_text="What ticket, call or mail say: caller, subject …")
    problem_kind = models.CharField(max_length=80, blank=True)
    problem_message = models.TextField(blank=True)
    problem_retry = models.BooleanField(default=False)
    note = models.TextField(blank=True, help_text="What a person did about it.")
    dismissed_at = models.DateTimeField(
        null=True, blank=True, help_text="When a person took it out of quarantine without reading it."
    )
    replaces = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replacements",
        help_text="The quarantined arrival of which a person brought a better file.",
    )

    class Meta:
        """Newest first; one first arrival for each content."""

        ordering = ("-received_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(duplicate_of__isnull=True), name="one_first_arrival_per_content"
            ),
        )
        indexes = (
            models.Index(fields=["state", "-received_at"]),
            models.Index(
                fields=["duplicate_of", "-received_at"],
                condition=Q(duplicate_of__isnull=False),
                name="duplicates_of_one",
            ),
        )

    def __str__(self) -> str:
        return f"arrival {self.pk}"

    @property
    def problem(self) -> Problem | None:
        """The trouble that ended or hinders it, as a value."""
        if not self.problem_kind:
            return None
        return Problem(self.problem_kind, self.problem_message, self.problem_retry)


class Page(models.Model):
    """One page of an arrival: its image, its upright image, and everything read on it."""

    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField(help_text="1-based.")
    source = models.JSONField(default=dict, help_text="What unpacking said of it (ingest.pages.PageSource record).")
    image = models.CharField(max_length=200, blank=True, help_text="Page in native pixels, in the derived storage.")
    upright = models.CharField(max_length=200, blank=True, help_text="Page for display; boxes are fractions of it.")
    kind = models.CharField(max_length=24, choices=choices_of(PageKind), default=PageKind.UNKNOWN.value)
    form = models.CharField(max_length=80, blank=True)
    rotation = models.PositiveSmallIntegerField(default=0)
    turned = models.PositiveSmallIntegerField(
        default=0, help_text="Degrees clockwise by which a person turned the upright page to read it."
    )
    text_source = models.CharField(max_length=16, choices=choices_of(TextSource), default=TextSource.NONE.value)
    legibility = models.FloatField(null=True, blank=True)
    reading = models.JSONField(null=True, blank=True, help_text="Everything read (extract.reading.PageReading record).")
    tries = models.PositiveSmallIntegerField(default=0, help_text="Readers that were lost on it.")
    problem_kind = models.CharField(max_length=80, blank=True)
    problem_message = models.TextField(blank=True)
    problem_retry = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """In page order."""

        ordering = ("arrival_id", "number")
        constraints = (models.UniqueConstraint(fields=["arrival", "number"], name="one_page_per_number"),)

    def __str__(self) -> str:
        return f"page {self.number} of arrival {self.arrival_id}"

    @property
    def problem(self) -> Problem | None:
        """The trouble with this page, as a value."""
        if not self.problem_kind:
            return None
        return Problem(self.problem_kind, self.problem_message, self.problem_retry)


class SourceStatus(models.Model):
    """How a watched source is doing: when it was last looked at, and what hinders it."""

    name = models.CharField(max_length=64, unique=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    waiting = models.PositiveIntegerField(default=0, help_text="Files that lie there unsettled or could not be taken.")
    faults = models.PositiveIntegerField(default=0, help_text="Entries that something is wrong with.")
    faulty = models.JSONField(
        default=list, blank=True, help_text="The first such entries: name below the folder, and what is wrong."
    )
    silent = models.CharField(
        max_length=200, blank=True, help_text="Why a folder is looked at by the clock: it tells no events."
    )
    problem_kind = models.CharField(max_length=80, blank=True)
    problem_message = models.TextField(blank=True)
    problem_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        """By name."""

        ordering = ("name",)
        verbose_name_plural = "source statuses"

    def __str__(self) -> str:
        return f"source {self.name}"
