"""The admin's words of our own records: what models and their columns are called, in the language of whoever looks."""

from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext_lazy

from desk.records.models import AuditEvent, GridRow, Member, Processor, Provider, ReferenceVersion, Vendor

SHOWN: tuple[type[models.Model], ...] = (AuditEvent, GridRow, Member, Processor, Provider, ReferenceVersion, Vendor)
"""The records that the admin shows."""


def words() -> Iterator[str]:
    """Give every name of a record and of a column, as the admin writes it."""
    for model in SHOWN:
        names = model._meta  # noqa: SLF001  (Django's own name for what others may read)
        yield from (str(names.verbose_name), str(names.verbose_name_plural))
        for column in names.get_fields():
            if isinstance(column, models.Field):
                yield from (str(column.verbose_name), str(column.help_text))


def translate() -> None:
    """Have the names said in the language of whoever looks; the columns of the database stay as they are."""
    for model in SHOWN:
        names = model._meta  # noqa: SLF001  (as above)
        names.verbose_name = gettext_lazy(str(names.verbose_name))
        names.verbose_name_plural = gettext_lazy(str(names.verbose_name_plural))
        for column in names.get_fields():
            if isinstance(column, models.Field):
                column.verbose_name = gettext_lazy(str(column.verbose_name))
                if column.help_text:
                    column.help_text = gettext_lazy(str(column.help_text))
