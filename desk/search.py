"""Finding requests by words: reference, member, provider, codes, phones, and everything read on their pages.

Indexes of words, kept by the database itself: on SQLite one of requests and one of pages (FTS5,
migration 0008), on PostgreSQL one of requests with everything on their pages (GIN, 0025). They hold
the same tokens, made here, so that a search finds the same on both: letters without accents and
case, each word whole and, where points, dashes or slashes part it, also its pieces. Each word of a
search must begin some token of the request or of one of its pages.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from desk import search_postgres
from desk.records.models import Request

REQUESTS, PAGES = "records_requestwords", "records_pagewords"
_MOST_TOKENS = 20_000
_FIRST_LOOK = 4000
_PAGES_EACH = 3
_LEAST_FREE = 3
"""Letters from which a word is looked for on pages too: fewer stand on nearly every page."""


def tokens(text: str) -> list[str]:
    """Give the tokens of a text, each once, in the order of their first place."""
    found: dict[str, None] = {}
    for word in plain(text).split():
        parts = re.findall(r"[a-z0-9]+", word)
        for token in (*parts, "".join(parts)) if len(parts) > 1 else parts:
            found.setdefault(token[:64])
    return list(found)[:_MOST_TOKENS]


def plain(text: str) -> str:
    """Give a text in small letters without accents."""
    parted = unicodedata.normalize("NFKD", text)
    return "".join(char for char in parted if not unicodedata.combining(char)).lower()


def starts(text: str) -> list[str]:
    """Give what each word of a search must begin with: its letters and digits, joined."""
    words = ("".join(re.findall(r"[a-z0-9]+", word)) for word in plain(text).split())
    return list(dict.fromkeys(word for word in words if word))


def matching(text: str) -> Q:
    """Say which requests a search means: each word must stand on the request or on one of its pages."""
    words = starts(text)
    if not words:
        return Q()
    if connection.vendor == "postgresql":
        return Q(pk__in=RawSQL(search_postgres.HOLDING, [search_postgres.query_of(words, _LEAST_FREE)]))  # noqa: S611  (what was typed is a parameter)
    found = Q()
    for word in words:
        found &= Q(pk__in=_everywhere(word))
    return found


def newest(text: str, most: int) -> list[int]:
    """Give the ids of the newest requests that a search means, the newest first, ``most`` at most.

    What many requests hold is looked for among the newest of them first, and everywhere only when
    that leaves fewer than asked for; so a list that is shorter than ``most`` is whole. In a list
    that is not, a request counts as old as its pages.
    """
    words = starts(text)
    if not words:
        return []
    if connection.vendor == "postgresql":
        return search_postgres.newest(search_postgres.query_of(words, _LEAST_FREE), most)
    whole: dict[str, set[int]] = {}
    for cap in (_FIRST_LOOK if len(words) > 1 else min(_FIRST_LOOK, most + most // 5), None):
        found: set[int] | None = None
        complete_from = 0
        for word in words:
            ids, first = (whole[word], 0) if word in whole else _ids(word, cap)
            if not first:
                whole[word] = ids
                if not ids:
                    return []
            found = ids if found is None else found & ids
            complete_from = max(complete_from, first)
        newest_first = sorted((pk for pk in found or () if pk >= complete_from), reverse=True)[:most]
        if len(newest_first) >= most or not complete_from:
            break
    return newest_first


def listed(ids: Iterable[int]) -> str:
    """Give many ids as the one parameter that :func:`in_list` takes apart again."""
    words = ",".join(map(str, ids))
    return f"{{{words}}}" if connection.vendor == "postgresql" else f"[{words}]"


def in_list(ids: str) -> RawSQL:
    """The ids of a list, for a query whose SQL is the same however many there are."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [ids])
    return RawSQL("SELECT value FROM json_each(%s)", [ids])


def _ids(start: str, cap: int | None) -> tuple[set[int], int]:
    """Requests with a word, looking at the newest ``cap`` of them; and from which id on none is missing (0: none)."""
    own = f"SELECT rowid FROM {REQUESTS} WHERE {REQUESTS} MATCH %s{_newest(cap)}"  # noqa: S608  (our own table names)
    page_cap = cap and cap * _PAGES_EACH
    inner = f"SELECT rowid AS page FROM {PAGES} WHERE {PAGES} MATCH %s{_newest(page_cap)}"  # noqa: S608  (as above)
    of_pages = (
        f"SELECT page, request_id FROM ({inner}) AS found "  # noqa: S608  (as above)
        "LEFT JOIN records_request_pages ON page_id = page"
    )
    with connection.cursor() as cursor:
        cursor.execute(own, [_query(start)])
        ids = [row[0] for row in cursor.fetchall()]
        first = ids[-1] if cap and len(ids) >= cap else 0
        if len(start) >= _LEAST_FREE:
            cursor.execute(of_pages, [_query(start)])
            found = cursor.fetchall()
            linked = [(page, request) for page, request in found if request is not None]
            if page_cap and len(found) >= page_cap:
                first = max(first, min(linked)[1] if linked else sys.maxsize)
            ids += [request for _page, request in linked]
    return set(ids), first


def _newest(cap: int | None) -> str:
    return f" ORDER BY rowid DESC LIMIT {cap}" if cap else ""


def _everywhere(start: str) -> RawSQL:
    """The ids of all requests with a word."""
    own = f"SELECT rowid FROM {REQUESTS} WHERE {REQUESTS} MATCH %s"  # noqa: S608  (our own table names)
    if len(start) < _LEAST_FREE:
        return RawSQL(own, [_query(start)])  # noqa: S611  (what was typed is a parameter)
    inner = f"SELECT rowid FROM {PAGES} WHERE {PAGES} MATCH %s"  # noqa: S608  (as above)
    of_pages = f"SELECT request_id FROM records_request_pages WHERE page_id IN ({inner})"  # noqa: S608  (as above)
    return RawSQL(f"{own} UNION {of_pages}", [_query(start)] * 2)  # noqa: S611  (as above)


def _query(start: str) -> str:
    """One token's beginning; it holds nothing but letters and digits, so quoting it is safe."""
    return f'"{start}"*'


def index_request(request: Request) -> None:
    """Write the words of a request's own columns; call it where they change, in the same transaction."""
    phones = [re.sub(r"\D", "", phone.partition(";")[0]).removeprefix("1") for phone in request.phones.split()]
    tails = [phone[-7:] for phone in phones] + [phone[-4:] for phone in phones]
    born = request.member_date_of_birth
    parts = (
        request.reference, request.member_last_name, request.member_first_name, request.member_id,
        born, f"{born[5:7]}/{born[8:10]}/{born[:4]}" if len(born) == 10 else "",  # noqa: PLR2004  (ISO 8601)
        request.provider_name, request.provider_npi, request.codes, " ".join((*phones, *tails)),
    )  # fmt: skip
    _write(REQUESTS, request.pk, tokens(" ".join(parts)))


def index_page(page_id: int, text: str) -> None:
    """Write the words read on a page; call it where the reading is stored, in the same transaction."""
    _write(PAGES, page_id, tokens(text))


def _write(table: str, row: int, words: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DELETE FROM {table} WHERE rowid = %s", [row])  # noqa: S608  (our own table names)
            cursor.execute(f"INSERT INTO {table} (rowid, words) VALUES (%s, %s)", [row, " ".join(words)])  # noqa: S608  (as above)
        else:
            cursor.execute(
                f"INSERT INTO {table} AS held (rowid, words) VALUES (%s, array_to_tsvector(%s)) "  # noqa: S608  (as above)
                "ON CONFLICT (rowid) DO UPDATE SET words = EXCLUDED.words WHERE held.words <> EXCLUDED.words",
                [row, list(words)],
            )
