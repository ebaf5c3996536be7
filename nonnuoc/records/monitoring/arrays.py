"""numpy arrays in and out of PostgreSQL in its own binary formats, without one Python object a row.

In: COPY BINARY of columns, or whole arrays as bind parameters. Out: `array_agg` of columns, one message a query: a
year of 5-minute values is in arrays after 0.6 to 1.0 of the time COPY TO, a message a row, needs to deliver its bytes
(bench/store.py). All of it runs on Django's own connection, inside whatever transaction is open there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from weakref import WeakSet

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

EPOCH = 946_684_800_000_000  # µs from 1970, where ours begin, to 2000, where PostgreSQL's do
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TRAILER = b"\xff\xff"
ARRAY_HEADER = 20  # bytes: dimensions, has nulls, type of an element, length, lower bound


@dataclass(frozen=True, eq=False)
class Column:
    """Values of one PostgreSQL type, shape (n,). A subclass names the type by its OID and that of its array."""

    values: NDArray[Any]
    element: ClassVar[int]
    array: ClassVar[int]
    wire: ClassVar[str]

    def sent(self) -> NDArray[Any]:
        """The values as they go over the wire."""
        return self.values

    @classmethod
    def received(cls, raw: NDArray[Any]) -> NDArray[Any]:
        """Values in this machine's byte order from those that came over the wire."""
        return raw.astype(raw.dtype.newbyteorder("="))


class Int2(Column):
    """int2[]: int16."""

    element, array, wire = 21, 1005, ">i2"


class Int4(Column):
    """int4[]: int32."""

    element, array, wire = 23, 1007, ">i4"


class Float8(Column):
    """float8[]: float64, every bit of it."""

    element, array, wire = 701, 1022, ">f8"


class Time(Column):
    """timestamptz[]: int64, µs since 1970-01-01 UTC."""

    element, array, wire = 1184, 1185, ">i8"

    def sent(self) -> NDArray[np.int64]:
        return np.asarray(self.values, np.int64) - EPOCH

    @classmethod
    def received(cls, raw: NDArray[Any]) -> NDArray[np.int64]:
        return super().received(raw) + EPOCH


def execute(sql: str, parameters: Sequence[object] = ()) -> psycopg.Cursor[Any]:
    """Run a statement whose parameters (`%s`) may be columns. Raises Django's database errors."""
    cursor = _cursor()
    with connection.wrap_database_errors:
        return cursor.execute(sql, parameters, binary=True, prepare=False)


def fetch(sql: str, parameters: Sequence[object], kinds: Sequence[type[Column]]) -> list[NDArray[Any]]:
    """The arrays in the one row a query gives: each `array_agg(…)` of the kind named; NULL is an empty array."""
    result = execute(sql, parameters).pgresult
    assert result is not None  # noqa: S101 - psycopg sets it, or has raised
    return [_decoded(result.get_value(0, place), kind) for place, kind in enumerate(kinds)]


def copy_in(table: str, columns: Mapping[str, Column]) -> None:
    """Append rows to a table: column name → its values, all of one length. Raises Django's database errors."""
    body = b"".join([COPY_HEADER, _rows(list(columns.values())), COPY_TRAILER])
    with connection.wrap_database_errors, _cursor().copy(_copy_statement(table, columns)) as copy:
        copy.write(body)


def _cursor() -> psycopg.Cursor[Any]:
    # Not Django's own cursor: that one binds on the client, and cannot ask for binary results.
    connection.ensure_connection()
    wire = connection.connection
    if wire not in _prepared:
        for kind, dumper in _DUMPERS.items():
            wire.adapters.register_dumper(kind, dumper)
        _prepared.add(wire)
    return psycopg.Cursor(wire)


def _copy_statement(table: str, columns: Mapping[str, Column]) -> psycopg.sql.Composed:
    names = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns))
    statement = psycopg.sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)")
    return statement.format(psycopg.sql.Identifier(table), names)


def _rows(columns: Sequence[Column]) -> bytes:
    """Rows as COPY BINARY wants them: the number of fields, then each with its length before it."""
    fields = [("fields", ">i2")]
    for place, column in enumerate(columns):
        fields += [(f"length{place}", ">i4"), (f"value{place}", column.wire)]
    out = np.empty(len(columns[0].values), np.dtype(fields))
    out["fields"] = len(columns)
    for place, column in enumerate(columns):
        out[f"length{place}"] = np.dtype(column.wire).itemsize
        out[f"value{place}"] = column.sent()
    return out.tobytes()


def _elements(kind: type[Column]) -> np.dtype[np.void]:
    return np.dtype([("length", ">i4"), ("value", kind.wire)])


def _encoded(column: Column) -> bytes:
    n = len(column.values)
    out = np.empty(n, _elements(type(column)))
    out["length"], out["value"] = np.dtype(column.wire).itemsize, column.sent()
    header = [1, 0, column.element, n, 1] if n else [0, 0, column.element]
    return np.array(header, ">i4").tobytes() + out.tobytes()


def _decoded(raw: bytes | None, kind: type[Column]) -> NDArray[Any]:
    body = np.frombuffer(b"" if raw is None else raw[ARRAY_HEADER:], _elements(kind))
    return kind.received(body["value"])


class _ColumnDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Column) -> Buffer:
        return _encoded(obj)


def _dumper(kind: type[Column]) -> type[Dumper]:
    return type(f"{kind.__name__}Dumper", (_ColumnDumper,), {"oid": kind.array})


_DUMPERS = {kind: _dumper(kind) for kind in (Int2, Int4, Float8, Time)}
_prepared: WeakSet[psycopg.Connection[Any]] = WeakSet()  # connections that know our columns
