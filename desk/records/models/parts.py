"""Parts of a request that go their own ways, and papers that came later and were joined to a request."""

from django.conf import settings
from django.db import models

from desk.records.models.choices import choices_of
from desk.records.models.pages import Rearrangement
from desk.records.models.requests import Request
from terms.names import Processor
from terms.requests import Outcome


class RequestPart(models.Model):
    """The lines of a request that one processor looks after; a request of one processor has one part.

    Parts are linked by their request: they share member, provider, pages and clock. ``number`` stays
    with the processor for as long as any line goes there, so that :attr:`reference` can be written on
    what is handed over. ``lines`` are 0-based positions of lines at the request's revision.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField(help_text="1-based.")
    processor = models.CharField(max_length=16, choices=choices_of(Processor))
    outcome = models.CharField(max_length=16, choices=choices_of(Outcome))
    lines = models.JSONField(default=list, blank=True)

    class Meta:
        """In the order in which the processors stand in the request."""

        ordering = ("request_id", "number")
        constraints = (
            models.UniqueConstraint(fields=["request", "number"], name="one_part_per_number"),
            models.UniqueConstraint(fields=["request", "processor", "outcome"], name="one_part_per_processor"),
        )

    def __str__(self) -> str:
        return f"part {self.number} of request {self.request_id}"

    @property
    def reference(self) -> str:
        """The part's own reference: its request's, with its number where there is more than one part."""
        return f"{self.request.reference}-{self.number}"


class JoinedPaper(models.Model):
    """What came in about a request we have (or may have): the verdict, who made it, and the way back.

    ``paper`` is the row that was made of what came; once joined it is ``merged`` into ``target``.
    Without a target a person is asked, and ``candidates`` are the references that come into question.
    ``act`` is the way back (:mod:`desk.cases.undo`); once that is undone the paper is joined no more.
    """

    paper = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="joinings")
    target = models.ForeignKey(Request, null=True, blank=True, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=16, help_text="answer, amendment, repeat, records, unsure, unmatched")
    because = models.JSONField(default=list, blank=True)
    candidates = models.JSONField(default=list, blank=True)
    differences = models.JSONField(default=list, blank=True, help_text="What the paper says otherwise, by field.")
    act = models.ForeignKey(Rearrangement, null=True, blank=True, on_delete=models.SET_NULL, related_name="joinings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"joining {self.pk}"
