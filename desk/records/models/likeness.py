"""What pages look like, and which arrival turned out to be an earlier one sent again."""

from django.db import models

from desk.records.models.arrivals import Arrival, Page


class PageSignature(models.Model):
    """A page's ink, block by block, to find pages that look like it (:mod:`classify.similar`)."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="signature")
    blocks = models.BinaryField()

    def __str__(self) -> str:
        return f"signature of page {self.page_id}"


class Likeness(models.Model):
    """An arrival that shows the same sheets as an earlier one: sent again, with or without changes.

    ``pages`` holds, for each page that has a counterpart, its number, the counterpart's, how alike they
    are (0 to 1) and the areas that differ, as boxes in fractions of the page. ``differences`` names the
    fields that the newer one says otherwise. ``same`` when nothing differs: the arrival is a duplicate.
    """

    arrival = models.OneToOneField(Arrival, on_delete=models.CASCADE, related_name="likeness")
    earlier = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="likenesses")
    same = models.BooleanField()
    pages = models.JSONField(default=list, blank=True)
    differences = models.JSONField(default=list, blank=True)
    because = models.JSONField(default=list, blank=True)
    at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True, blank=True, help_text="When a person said that it is not the same.")
    refused_by = models.CharField(max_length=150, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-id",)
        verbose_name_plural = "likenesses"

    def __str__(self) -> str:
        return f"likeness of arrival {self.arrival_id}"
