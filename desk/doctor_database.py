"""The database's part of ``inlet doctor``: it opens, keeps its log safely, and is up to date."""

from desk.cli.records import open_records
from desk.config import Settings
from desk.doctor import Check, Health


def check_database(settings: Settings) -> tuple[Check, ...]:
    """Open the database, look at its journal and at its migrations; changes nothing."""
    where = "SQLite" if settings.uses_sqlite else "PostgreSQL"
    if settings.uses_sqlite and not settings.database_url and not (settings.data_dir / "inlet.sqlite3").exists():
        return (Check("Database", Health.OK, f"{where}, will be made at first start"),)
    from django.db import DatabaseError, connection

    from desk.errors import DeskError

    try:
        open_records()
        with connection.cursor() as cursor:
            if not settings.uses_sqlite:
                return (Check("Database", Health.OK, f"{where}, up to date"),)
            cursor.execute("PRAGMA journal_mode")
            journal = cursor.fetchone()[0]
            cursor.execute("PRAGMA quick_check")
            sound = cursor.fetchone()[0]
    except DeskError as error:
        return (Check("Database", Health.FAULT, str(error), "Start the service once: inlet serve"),)
    except DatabaseError as error:
        remedy = "Check database_url, that the server runs, and the rights on the file."
        return (Check("Database", Health.FAULT, f"{where}: {type(error).__name__}", remedy),)
    return (_judge(journal, sound),)


def _judge(journal: str, sound: str) -> Check:
    if sound != "ok":
        remedy = "Stop the service and restore the latest backup of inlet.sqlite3; the originals are untouched."
        return Check("Database", Health.FAULT, "SQLite: damaged", remedy)
    if journal != "wal":
        return Check("Database", Health.FAULT, f"SQLite with journal {journal}", "Put data_dir on a local disk.")
    return Check("Database", Health.OK, "SQLite, WAL, sound, up to date")
