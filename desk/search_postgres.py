"""The newest requests of a search on PostgreSQL: a walk through the newest of all, or the index of words.

Words that stand on every fourth request are found soonest by looking at one request after the
other, from the newest on; all others by the index, which knows nothing of what is newer.
"""

from collections.abc import Sequence

from django.db import connection

HOLDING = "SELECT id FROM records_requests_holding(%s::tsquery) AS id"
"""All requests that hold what a query of :func:`query_of` says, by the index (migration 0025)."""

_WALK = """
    SELECT rowid FROM (SELECT rowid, everything FROM records_requestwords ORDER BY rowid DESC LIMIT %s) AS newest
    WHERE everything @@ %s::tsquery ORDER BY rowid DESC
"""
_TRIED = 50
_MOST_WALKED = 3000
_SPARE = 1.3


def query_of(starts: Sequence[str], least_free: int) -> str:
    """Give the query for all of these beginnings; one of fewer letters than ``least_free`` is not looked for on pages.

    They hold nothing but letters and digits, so quoting them is safe.
    """
    return " & ".join(f"'{'' if len(start) >= least_free else '='}{start}':*" for start in starts)


def newest(query: str, most: int) -> list[int]:
    """Give the ids of the newest requests that hold what a query says, the newest first, ``most`` at most."""
    share = len(_ids(_WALK, [_TRIED, query])) / _TRIED
    wanted = int(_SPARE * most / share) if share else _MOST_WALKED
    if wanted < _MOST_WALKED:
        found = _ids(_WALK, [wanted, query])[:most]
        if len(found) == most:
            return found
    return _ids(f"{HOLDING} ORDER BY id DESC LIMIT %s", [query, most])


def _ids(sql: str, params: list[str | int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]
