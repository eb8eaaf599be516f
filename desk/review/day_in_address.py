"""A day in an address: ``2026-11-20``."""

import datetime as dt


class Day:
    """Django's converter for days; anything that is no day is no address."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> dt.date:
        """Read the day; a ``ValueError`` makes it another address."""
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        """Write the day."""
        return value.isoformat()
