"""Finding requests by words: reference, member, provider, codes, phones, and everything read on their pages.

Two indexes of words, one of requests and one of pages, kept by the database itself (FTS5 on SQLite,
GIN on PostgreSQL; migration 0008). Both hold the same tokens, made here, so that a search finds
the same on both: letters without accents and case, each word whole and, where points, dashes or
slashes part it, also its pieces. Each word of a search must begin some token of the request or of
one of its pages.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

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
    found = Q()
    for start in starts(text):
        one = Q(pk__in=_rows(REQUESTS, start))
        if len(start) >= _LEAST_FREE:
            one |= Q(pk__in=_requests_of_pages(start))
        found &= one
    return found


def newest(text: str, most: int) -> list[int]:
    """Give the ids of the newest requests that a search means, the newest first, ``most`` at most.

    What many requests hold is looked for among the newest of them first, and everywhere only when
    that leaves fewer than asked for; so a list that is shorter than ``most`` is whole. In a list
    that is not, a request counts as old as its pages.
    """
    whole: dict[str, set[int]] = {}
    for cap in (_FIRST_LOOK, None):
        found: set[int] | None = None
        complete_from = 0
        for word in starts(text):
            ids, first = (whole[word], 0) if word in whole else _ids(word, cap)
            if not first:
                whole[word] = ids
            found = ids if found is None else found & ids
            complete_from = max(complete_from, first)
        newest_first = sorted((pk for pk in found or () if pk >= complete_from), reverse=True)[:most]
        if len(newest_first) >= most or not complete_from:
            break
    return newest_first


def _ids(start: str, cap: int | None) -> tuple[set[int], int]:
    """Requests with a word, looking at the newest ``cap`` of them; and from which id on none is missing (0: none)."""
    own = f"SELECT rowid FROM {REQUESTS} WHERE {_condition(REQUESTS)}{_newest(cap)}"  # noqa: S608  (our own table names)
    page_cap = cap and cap * _PAGES_EACH
    inner = f"SELECT rowid AS page FROM {PAGES} WHERE {_condition(PAGES)}{_newest(page_cap)}"  # noqa: S608  (as above)
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


def _rows(table: str, start: str) -> RawSQL:
    sql = f"SELECT rowid FROM {table} WHERE {_condition(table)}"  # noqa: S608  (our own table names)
    return RawSQL(sql, [_query(start)])  # noqa: S611  (what was typed is a parameter)


def _requests_of_pages(start: str) -> RawSQL:
    inner = f"SELECT rowid FROM {PAGES} WHERE {_condition(PAGES)}"  # noqa: S608  (as above)
    sql = f"SELECT request_id FROM records_request_pages WHERE page_id IN ({inner})"  # noqa: S608  (as above)
    return RawSQL(sql, [_query(start)])  # noqa: S611  (as above)


def _condition(table: str) -> str:
    return f"{table} MATCH %s" if connection.vendor == "sqlite" else f"{table}.words @@ to_tsquery('simple', %s)"


def _query(start: str) -> str:
    """One token's beginning; it holds nothing but letters and digits, so quoting it is safe."""
    return f'"{start}"*' if connection.vendor == "sqlite" else f"'{start}':*"


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
                f"INSERT INTO {table} (rowid, words) VALUES (%s, array_to_tsvector(%s)) "  # noqa: S608  (as above)
                "ON CONFLICT (rowid) DO UPDATE SET words = EXCLUDED.words",
                [row, list(words)],
            )
