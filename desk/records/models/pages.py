"""How people arranged the pages of requests: order, numbers, pages set aside, and what was before."""

from django.conf import settings
from django.db import models

from desk.records.models.arrivals import Page
from desk.records.models.requests import Request


class PagePlace(models.Model):
    """Where a page stands in a request: its place in the order, and the number by which values speak of it.

    A request whose pages nobody moved has none; then order and numbers are those of the arrival. A
    page that is ``set_aside`` is not the request's (it is in no ``Request.pages``), but shown
    there, so that it can be taken back.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="places")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="places")
    position = models.PositiveIntegerField(help_text="0-based.")
    number = models.PositiveIntegerField(help_text="Unique in the request; the arrival's own number where it can be.")
    set_aside = models.BooleanField(default=False)

    class Meta:
        """In the order that somebody gave the pages."""

        ordering = ("request_id", "position")
        constraints = (
            models.UniqueConstraint(fields=["request", "page"], name="one_place_per_page"),
            models.UniqueConstraint(fields=["request", "number"], name="one_page_per_place_number"),
        )

    def __str__(self) -> str:
        return f"place {self.position} of request {self.request_id}"


class Rearrangement(models.Model):
    """One thing that somebody did to the pages of requests, or to requests as wholes, and the way back.

    ``before`` holds each touched request as it stood (desk/cases/snapshot.py), ``after`` the
    revision at which each was left. Undone once; what follows it is then no longer the last.
    """

    kind = models.CharField(max_length=24, help_text="split, merge, order, turn, set_aside, not_ours, withdrawn …")
    requests = models.ManyToManyField(Request, related_name="rearrangements")
    before = models.JSONField()
    after = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=150, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"rearrangement {self.pk}"
