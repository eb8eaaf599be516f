"""Reference data: processors, grid, roster, directory, vendors; and which version is in force.

Columns are those of the tables that are imported (samples/README.md describes them).
"""

from django.db import models


class ReferenceVersion(models.Model):
    """One import or edit of one table, or the way back to an earlier one; the newest row is in force.

    ``kept`` names the version's rows in the storage of originals (gzipped CSV), so that a decision can be
    replayed and an earlier version taken up again; it is empty for versions of before rows were kept.
    ``facts`` say what the file itself cannot: whether the table is complete, and for which dates.
    """

    table = models.CharField(max_length=20, db_index=True)
    version = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64, blank=True)
    rows = models.PositiveIntegerField(default=0)
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=150, blank=True)
    way = models.CharField(max_length=8, default="import", help_text="import, edit or back")
    kept = models.CharField(max_length=200, blank=True, help_text="Its rows, in the storage of originals.")
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.table} {self.version}"


class Processor(models.Model):
    """Who decides requests, and how they are reached."""

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    phones = models.CharField(max_length=200, blank=True, help_text="E.164, separated by ;")
    faxes = models.CharField(max_length=200, blank=True, help_text="E.164, separated by ;")
    email = models.CharField(max_length=200, blank=True)
    questions_email = models.CharField(max_length=200, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    handover = models.CharField(max_length=16, blank=True, help_text="queue (worked here), fax, email or sftp")
    handover_target = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        """By code."""

        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class Vendor(models.Model):
    """A supplier that requests of certain categories go to."""

    vendor_id = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    categories = models.CharField(max_length=400, blank=True, help_text="Grid categories, separated by ;")
    address = models.CharField(max_length=240, blank=True)
    phone = models.CharField(max_length=24, blank=True)
    fax = models.CharField(max_length=24, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        """By id."""

        ordering = ("vendor_id",)

    def __str__(self) -> str:
        return self.vendor_id


class GridRow(models.Model):
    """Who decides a code or code range, and whether it needs authorization, from when to when."""

    code = models.CharField(max_length=12, db_index=True)
    code_to = models.CharField(max_length=12, blank=True)
    description = models.TextField(blank=True)
    category = models.CharField(max_length=80, blank=True)
    service = models.CharField(max_length=16, help_text="dme or medical")
    pa_required = models.CharField(max_length=8, help_text="yes, no or unknown")
    processor = models.CharField(max_length=16)
    vendor = models.CharField(max_length=40, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=40, blank=True)

    class Meta:
        """By code and date."""

        ordering = ("code", "effective_from")

    def __str__(self) -> str:
        return f"{self.code}-{self.code_to}" if self.code_to else self.code


class ProcedureCode(models.Model):
    """A HCPCS or CPT code and the dates in which it is valid."""

    code = models.CharField(max_length=12, unique=True)
    description = models.TextField(blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)

    class Meta:
        """By code."""

        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class Member(models.Model):
    """One span of a member's coverage, from the roster."""

    cin = models.CharField(max_length=14, db_index=True)
    last_name = models.CharField(max_length=120, db_index=True)
    first_name = models.CharField(max_length=120)
    date_of_birth = models.DateField()
    address = models.CharField(max_length=240, blank=True)
    phone = models.CharField(max_length=24, blank=True)
    line_of_business = models.CharField(max_length=16)
    medical_group = models.CharField(max_length=16)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)

    class Meta:
        """By id and date."""

        ordering = ("cin", "effective_from")
        constraints = (models.UniqueConstraint(fields=["cin", "effective_from"], name="one_span_per_start"),)

    def __str__(self) -> str:
        return f"member {self.pk}"


class Provider(models.Model):
    """A provider of the directory; a fax number is used only when somebody verified it."""

    npi = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=200)
    credentials = models.CharField(max_length=60, blank=True)
    clinic = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=240, blank=True)
    phone = models.CharField(max_length=24, blank=True)
    fax = models.CharField(max_length=24, blank=True)
    fax_verified = models.BooleanField(default=False)
    fax_verified_on = models.DateField(null=True, blank=True)

    class Meta:
        """By NPI."""

        ordering = ("npi",)

    def __str__(self) -> str:
        return self.npi
