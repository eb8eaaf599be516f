"""The Django app of the clerk's pages."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReviewConfig(AppConfig):
    """Pages, sign-in and roles; the roles are written whenever the database is migrated."""

    name = "desk.review"
    label = "review"
    verbose_name = "Desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep groups and their permissions as :mod:`desk.review.roles` says."""
        from desk.review.admin_words import translate  # noqa: PLC0415  (models are only importable once apps are ready)
        from desk.review.roles import write_roles  # noqa: PLC0415  (as above)

        translate()
        post_migrate.connect(write_roles, dispatch_uid="desk.review.roles")
