"""Opening the records from a command: Django is loaded here, and only when a command needs it."""

import os

from desk.errors import DeskError


def open_records(*, make: bool = False) -> None:
    """Load Django on the current settings; with ``make`` bring the database up to date first.

    Raises :class:`DeskError` with the remedy when there are no records yet, or old ones.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.django_settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    if make:
        call_command("migrate", interactive=False, verbosity=0)
        return
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise DeskError(f"the database cannot be opened ({type(error).__name__}); run: inlet doctor") from error
    if behind:
        raise DeskError("there are no records here yet, or old ones; start the service once: inlet serve")
