"""The Django app of the records."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Registers the models under the label ``records``."""

    name = "desk.records"
    label = "records"
    verbose_name = "Records"
    default_auto_field = "django.db.models.BigAutoField"
