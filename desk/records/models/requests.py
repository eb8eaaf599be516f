"""Requests: their fields, lines and diagnoses, and what classify concluded from them."""

from django.db import models

from desk.lifecycle import RequestState
from desk.records.models.arrivals import Arrival, Page
from desk.records.models.choices import choices_of
from terms.names import Priority, Processor
from terms.requests import Audience, GapReason, Outcome
from terms.values import FieldStatus, Source


class Request(models.Model):
    """One PA request for one member.

    The rows of :class:`FieldRecord`, :class:`LineRecord` and :class:`Diagnosis` are its values;
    ``read_values`` keeps what the machine read before anybody changed anything. The columns for
    member, provider and codes repeat values so that the queue can sort and search. ``revision``
    goes up with every change of a value; ``released_revision`` is the last one that a clerk (or
    the machine, when nothing was doubtful) let go out.
    """

    reference = models.CharField(max_length=12, unique=True)
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="requests")
    position = models.PositiveIntegerField(help_text="0-based place among the requests of its arrival.")
    pages = models.ManyToManyField(Page, related_name="requests", blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    revision = models.PositiveIntegerField(default=1)
    released_revision = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=16, choices=choices_of(RequestState), default=RequestState.READING.value, db_index=True
    )
    priority = models.CharField(max_length=8, choices=choices_of(Priority), default=Priority.ROUTINE.value)
    received_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    clock_started_at = models.DateTimeField(null=True, blank=True)
    due_rule = models.CharField(max_length=80, blank=True)
    other_due = models.JSONField(default=list, blank=True, help_text="The other yardsticks: due and rule.")
    processor = models.CharField(max_length=16, choices=choices_of(Processor), blank=True)
    outcome = models.CharField(max_length=16, choices=choices_of(Outcome), blank=True)
    route_rule = models.CharField(max_length=80, blank=True)
    route_reason = models.TextField(blank=True)
    clerk_gap_count = models.PositiveIntegerField(default=0)
    provider_gap_count = models.PositiveIntegerField(default=0)
    member_last_name = models.CharField(max_length=120, blank=True, db_index=True)
    member_first_name = models.CharField(max_length=120, blank=True)
    member_id = models.CharField(max_length=20, blank=True, db_index=True)
    member_date_of_birth = models.CharField(max_length=10, blank=True)
    provider_name = models.CharField(max_length=200, blank=True)
    provider_npi = models.CharField(max_length=10, blank=True, db_index=True)
    phones = models.CharField(max_length=200, blank=True, help_text="Phone and fax numbers for search, E.164.")
    codes = models.CharField(max_length=400, blank=True, help_text="Line codes, separated by spaces.")
    facts = models.JSONField(default=dict, blank=True)
    read_values = models.JSONField(default=dict, blank=True, help_text="As read (terms.requests.RequestValues record).")
    tables = models.JSONField(default=dict, blank=True, help_text="Version of every table that had a say.")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    routed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Most pressing first."""

        ordering = ("due_at", "id")
        constraints = (models.UniqueConstraint(fields=["arrival", "position"], name="one_request_per_position"),)
        indexes = (
            # the queue in its order, and all that board and queue count, without a look at the rows themselves
            models.Index(fields=["state", "priority", "due_at", "processor", "received_at"], name="requests_by_press"),
            # the most pressing of all open requests, and those due within a day
            models.Index(fields=["due_at"], name="open_by_due", condition=models.Q(closed_at=None)),
            # what waits for a person, in the order of the queue
            models.Index(
                fields=["-priority", "due_at", "id"],
                name="waiting_by_press",
                condition=models.Q(state__in=("needs_review", "unmatched")),
            ),
        )

    def __str__(self) -> str:
        return f"request {self.reference}"


class FieldRecord(models.Model):
    """A named value of a request with its evidence. ``human`` values outrank any later reading."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="fields")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in which people read a request.")
    value = models.TextField(null=True, blank=True)  # noqa: DJ001 -- missing (None) is not the same as empty
    raw = models.TextField(null=True, blank=True)  # noqa: DJ001 -- as above
    confidence = models.FloatField(default=0.0)
    status = models.CharField(max_length=10, choices=choices_of(FieldStatus))
    page_number = models.PositiveIntegerField(null=True, blank=True)
    box = models.JSONField(null=True, blank=True, help_text="Left, top, right, bottom; fractions of the upright page.")
    source = models.CharField(max_length=12, choices=choices_of(Source), default=Source.NONE.value)
    candidates = models.JSONField(default=list, blank=True)
    label = models.CharField(max_length=200, blank=True, help_text="Label as the form prints it.")
    human = models.BooleanField(default=False)
    changed_by = models.CharField(max_length=150, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """In reading order; one of each name."""

        ordering = ("request_id", "position")
        constraints = (models.UniqueConstraint(fields=["request", "name"], name="one_field_per_name"),)

    def __str__(self) -> str:
        return f"{self.name} of request {self.request_id}"


class LineRecord(models.Model):
    """One requested service. ``parts`` is its whole value (terms.requests.Line record).

    ``human`` names the parts that a person set or confirmed (``["code"]``), which outrank any
    later reading; the columns repeat the values of ``parts`` for search and lists.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(help_text="0-based.")
    code = models.CharField(max_length=12, blank=True, db_index=True)
    description = models.TextField(blank=True)
    quantity = models.CharField(max_length=12, blank=True)
    modifiers = models.CharField(max_length=40, blank=True, help_text="Separated by spaces.")
    parts = models.JSONField()
    human = models.JSONField(default=list, blank=True)

    class Meta:
        """In the order of the form."""

        ordering = ("request_id", "position")
        constraints = (models.UniqueConstraint(fields=["request", "position"], name="one_line_per_position"),)

    def __str__(self) -> str:
        return f"line {self.position} of request {self.request_id}"


class Diagnosis(models.Model):
    """One diagnosis code of a request. ``value`` is its whole value (terms.values.FieldValue record)."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="diagnoses")
    position = models.PositiveIntegerField(help_text="0-based.")
    code = models.CharField(max_length=12, blank=True, db_index=True)
    value = models.JSONField()
    human = models.BooleanField(default=False)

    class Meta:
        """In the order of the form."""

        ordering = ("request_id", "position")
        verbose_name_plural = "diagnoses"
        constraints = (models.UniqueConstraint(fields=["request", "position"], name="one_diagnosis_per_position"),)

    def __str__(self) -> str:
        return f"diagnosis {self.position} of request {self.request_id}"


class GapRecord(models.Model):
    """Something required that is open at the request's current revision, and who can close it."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="gaps")
    position = models.PositiveIntegerField()
    field = models.CharField(max_length=60)
    reason = models.CharField(max_length=10, choices=choices_of(GapReason))
    audience = models.CharField(max_length=10, choices=choices_of(Audience))
    message = models.TextField()
    label = models.CharField(max_length=200, blank=True)

    class Meta:
        """In the order in which they were found."""

        ordering = ("request_id", "position")
        constraints = (models.UniqueConstraint(fields=["request", "position"], name="one_gap_per_position"),)

    def __str__(self) -> str:
        return f"gap {self.field} of request {self.request_id}"


class RouteRecord(models.Model):
    """The processor chosen for a line, with rule, grid row, reason and trace; ``line`` empty: the whole request."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="routes")
    line = models.OneToOneField(LineRecord, null=True, blank=True, on_delete=models.CASCADE, related_name="route")
    processor = models.CharField(max_length=16, choices=choices_of(Processor))
    outcome = models.CharField(max_length=16, choices=choices_of(Outcome))
    rule = models.CharField(max_length=80)
    reason = models.TextField()
    vendor = models.CharField(max_length=120, blank=True)
    row = models.CharField(max_length=200, blank=True)
    trace = models.JSONField(default=list, blank=True)

    class Meta:
        """The request's own route first, then by line."""

        ordering = ("request_id", "id")

    def __str__(self) -> str:
        return f"route of request {self.request_id}"


class DecisionRecord(models.Model):
    """What classify concluded at one revision: never changed afterwards, so that the story can be told."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="decisions")
    revision = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    cause = models.CharField(max_length=40, help_text="reading, correction, reference data …")
    received_at = models.DateTimeField(null=True, blank=True, help_text="The receipt that the clock was run from.")
    values = models.JSONField(help_text="The values it was made from.")
    gaps = models.JSONField(default=list)
    route = models.JSONField(default=dict)
    line_routes = models.JSONField(default=list)
    priority = models.CharField(max_length=8)
    clock = models.JSONField(null=True, blank=True)
    tables = models.JSONField(default=dict)

    class Meta:
        """Oldest first; one for each revision."""

        ordering = ("request_id", "revision")
        constraints = (models.UniqueConstraint(fields=["request", "revision"], name="one_decision_per_revision"),)

    def __str__(self) -> str:
        return f"decision {self.revision} of request {self.request_id}"
