"""The Django app of the records."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class RecordsConfig(AppConfig):
    """Registers the models under the label ``records``."""

    name = "desk.records"
    label = "records"
    verbose_name = gettext_lazy("Records")
    default_auto_field = "django.db.models.BigAutoField"
