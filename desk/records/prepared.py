"""Queries whose SQL is written once.

Django writes the SQL of a query anew each time it is asked, and that takes several times as long as the database
needs to answer. A prepared query is built once, with a stand-in for each value that changes; to ask it is the
database's work and the making of rows. What does not change stands in the SQL itself, so that the database sees
which of its indexes over a part of the rows will do. On PostgreSQL the server keeps its plan too.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)
Value = int | str | dt.datetime
_populators: Callable[..., list[Any]] = get_related_populators  # its arguments differ between releases of the stubs


@dataclass(frozen=True, slots=True)
class _Written:
    """A query as one kind of database is asked it; a parameter that changes is the number of its value."""

    sql: str
    params: tuple[Any, ...]
    slots: tuple[tuple[int, int], ...]
    """Which parameter takes which value."""
    converters: tuple[tuple[int, tuple[Any, ...], Any], ...]
    """How the database's values become Python's: which column, by what, and what the column is."""
    model: Any
    columns: tuple[str, ...]
    """Of models: the attributes that stand in a row from ``start`` on."""
    start: int
    populators: tuple[Any, ...]
    annotations: tuple[tuple[str, int], ...]


class Prepared(Generic[M]):
    """A query that ``build`` makes of values of ``kinds``, none of them ``None``; its SQL must not depend on them."""

    def __init__(self, build: Callable[..., QuerySet[M, Any]], *kinds: type[Value]) -> None:
        self._build, self._kinds = build, kinds
        self._by_vendor: dict[str, _Written] = {}

    def models(self, *values: Value) -> list[M]:
        """Give the models that the query finds with these values."""
        written = self._written()
        rows = self._rows(written, values)
        model: type[M] = written.model
        columns, start = written.columns, written.start
        end = start + len(columns)
        found = []
        for row in rows:
            made = model.from_db("default", columns, row[start:end])
            for populator in written.populators:
                populator.populate(row, made)
            for name, place in written.annotations:
                setattr(made, name, row[place])
            found.append(made)
        return found

    def rows(self, *values: Value) -> list[tuple[Any, ...]]:
        """Give the rows that a query of ``values_list`` finds with these values."""
        return [tuple(row) for row in self._rows(self._written(), values)]

    def _rows(self, written: _Written, values: tuple[Value, ...]) -> list[Any]:
        assert len(values) == len(self._kinds), f"takes {len(self._kinds)} values"
        params = list(written.params)
        for place, number in written.slots:
            params[place] = _adapted(values[number])
        with _cursor() as cursor:
            cursor.execute(written.sql, params)
            rows = cursor.fetchall()
        return [_converted(row, written.converters) for row in rows] if written.converters else rows

    def _written(self) -> _Written:
        known = self._by_vendor.get(connection.vendor)
        if known is None:
            known = self._by_vendor[connection.vendor] = self._write()
        return known

    def _write(self) -> _Written:
        stand_ins = [_stand_in(kind, number) for number, kind in enumerate(self._kinds)]
        compiler = self._build(*stand_ins).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        numbers = {_adapted(stand_in): number for number, stand_in in enumerate(stand_ins)}
        sql, params = _with_constants(sql, params, numbers)
        slots = tuple((place, numbers[param]) for place, param in enumerate(params) if param in numbers)
        assert {number for _, number in slots} == set(numbers.values()), f"a value is not in the query: {sql}"
        converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
        info = compiler.klass_info
        places = info["select_fields"] if info else [0]
        start, end = places[0], places[-1] + 1
        return _Written(
            sql,
            params,
            slots,
            tuple((place, tuple(calls), column) for place, (calls, column) in converters.items()),
            info["model"] if info else None,
            tuple(column[0].target.attname for column in compiler.select[start:end]) if info else (),
            start,
            tuple(_populators(info, compiler.select, "default")) if info else (),
            tuple(compiler.annotation_col_map.items()) if info else (),
        )


def _with_constants(sql: str, params: Sequence[Any], changing: Collection[Any]) -> tuple[str, tuple[Any, ...]]:
    """Give the SQL with plain words and numbers of its own in it, and the parameters that are left."""
    first, *others = sql.split("%s")
    assert len(others) == len(params), f"parameters cannot be told apart: {sql}"
    written, left = [first], []
    for param, after in zip(params, others, strict=True):
        if param not in changing and type(param) is int:
            written.append(str(param))
        elif param not in changing and isinstance(param, str) and re.fullmatch(r"[a-z_.]+", param):
            written.append(f"'{param}'")
        else:
            written.append("%s")
            left.append(param)
        written.append(after)
    return "".join(written), tuple(left)


def _stand_in(kind: type[Value], number: int) -> Value:
    """A value that no query has, to be found again among the parameters."""
    if kind is int:
        return -2_000_000_001 - number
    if kind is str:
        return f"\x01{number}"
    return dt.datetime(1, 1, 2 + number, tzinfo=dt.UTC)


def _adapted(value: Value) -> Any:  # noqa: ANN401  (as the database's module takes it)
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value


def _converted(row: tuple[Any, ...], converters: tuple[tuple[int, tuple[Any, ...], Any], ...]) -> list[Any]:
    values = list(row)
    for place, calls, column in converters:
        for call in calls:
            values[place] = call(values[place], column, connection)
    return values


def _cursor() -> CursorWrapper:
    """A cursor that has PostgreSQL keep what it prepared; Django's own sends each query as a new one."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    from django.db.backends.postgresql import base  # noqa: PLC0415  (PostgreSQL's module may be missing)

    asked: Any = connection
    made: Any = base.ServerBindingCursor
    asked.close_if_health_check_failed()
    asked.ensure_connection()
    cursor: CursorWrapper = asked._prepare_cursor(made(asked.connection))  # noqa: SLF001  (as Django's own is made)
    return cursor
