"""Orders, and where a page goes on: the values of its last row (keyset), so that what is inserted moves nothing.

A missing value counts as less than every other (OData 4.01 part 2, 5.1.6). The order ends with the row's own key, so
that it is total. A key is opaque to callers and holds nothing but what the row they were given was ordered by; what
comes back is read as carefully as anything from outside.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from nonnuoc.records.monitoring.rows import micros, moment
from nonnuoc.records.monitoring.sensorthings import conditions, seeing
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Order, Path
from nonnuoc.records.monitoring.sensorthings.schema import EntitySet, Kind
from nonnuoc.records.monitoring.sensorthings.scope import Scope, paths
from nonnuoc.records.monitoring.sensorthings.sql import Sql, either, join, put, value
from nonnuoc.records.monitoring.sensorthings.typed import wrong

LONGEST = 4000  # characters of a key


@dataclass(frozen=True, slots=True)
class Key:
    """One of the values that rows are ordered by."""

    sql: Sql
    type: str
    descending: bool
    nullable: bool
    of_group: bool = False  # the same for all rows that are ordered together, those of one datastream

    @property
    def order(self) -> Sql:
        """Its part of ORDER BY. Where nothing is missing, as an index has it."""
        return put(f"{{}} {self.direction}", self.sql)

    @property
    def direction(self) -> str:
        nulls = (" NULLS LAST" if self.descending else " NULLS FIRST") if self.nullable else ""
        return ("DESC" if self.descending else "ASC") + nulls

    @property
    def shown(self) -> Sql:
        """What to select for a page's key."""
        return put("({})::text", self.sql) if self.type == "jsonb" else self.sql


def keys(order: Sequence[Order], scope: Scope, own: Sequence[Key], group: str = "") -> list[Key]:
    """What was asked for, then the row's own key, with nothing twice. Raises AskingError for what has no order.

    `group` is the navigation to what rows are ordered within.
    """
    found: list[Key] = []
    for one in order:
        by = conditions.of(one.by, scope)
        told = list(paths(one.by))
        of_group = bool(group and told) and all(path.names[0] == group for path in told)
        if by.kind is Kind.NULL:
            raise wrong(by, "something that has an order")
        if by.kind is Kind.SHAPE and by.of is not None:
            found.append(Key(_place(by.of, by.sql), "text", one.descending, True, of_group))
        elif isinstance(one.by, Path) and one.by.names == ("@iot.id",):
            found += [replace(key, descending=one.descending) for key in own]
        elif told:  # else it is the same for every row
            found.append(Key(by.sql, by.type, one.descending, by.nullable, of_group))
    return _once([*found, *own])


def _place(of: EntitySet, number: Sql) -> Sql:
    """What a geometry is ordered by: its description, or longitude and latitude, as a text (OGC test suite)."""
    shape = next(one for one in of.fields.values() if one.kind is Kind.SHAPE)
    columns = ", ".join(seeing.own(column, "w").text for column in shape.shown)
    return put(f"(SELECT concat_ws(' ', {columns}) FROM {of.table} w WHERE w.id = {{}})", number)  # noqa: S608


def _once(found: list[Key]) -> list[Key]:
    """Without what is ordered by already."""
    return [key for place, key in enumerate(found) if all(key.sql != before.sql for before in found[:place])]


def ordering(found: Sequence[Key]) -> Sql:
    """ORDER BY of these keys."""
    return put("ORDER BY {}", join(", ", [key.order for key in found]))


def within(found: Sequence[Key]) -> Sql:
    """ORDER BY of rows of one group."""
    return ordering([key for key in found if not key.of_group])


def pack(values: Sequence[Any]) -> str:
    """The opaque key of a row from the values of its keys."""
    told = orjson.dumps([_told(one) for one in values])
    return base64.urlsafe_b64encode(told).rstrip(b"=").decode()


def _told(one: Any) -> Any:
    if isinstance(one, datetime):
        return micros(one)
    if isinstance(one, timedelta):
        return one // timedelta(microseconds=1)
    if isinstance(one, float):
        return repr(one)
    return str(one) if isinstance(one, Decimal) else one


def unpack(after: str, found: Sequence[Key]) -> list[Any]:
    """The values of a key for these orders. Raises AskingError for what is no such key."""
    try:
        told = orjson.loads(base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise _strange() from error
    if len(after) > LONGEST or not isinstance(told, list) or len(told) != len(found):
        raise _strange()
    return [_read(one, key) for one, key in zip(told, found, strict=True)]


def _read(told: Any, key: Key) -> Any:
    if told is None:
        if not key.nullable:
            raise _strange()
        return None
    try:
        return READ[key.type](told)
    except (ValueError, TypeError, OverflowError, InvalidOperation) as error:
        raise _strange() from error


def _strange() -> AskingError:
    return AskingError("This is no place where a page of this order goes on.", parameter="$skiptoken")


def _integer(told: Any) -> int:
    if not isinstance(told, int) or isinstance(told, bool) or abs(told) >= 2**63:
        raise ValueError
    return told


def _float(told: Any) -> float:
    if not isinstance(told, str) or math.isnan(found := float(told)):
        raise ValueError
    return found


def _decimal(told: Any) -> Decimal:
    if not isinstance(told, str) or not (found := Decimal(told)).is_finite() or abs(found.adjusted()) > 20_000:
        raise ValueError
    return found


def _text(told: Any) -> str:
    if not isinstance(told, str) or "\0" in told:
        raise ValueError
    return told


def _json(told: Any) -> str:
    orjson.loads(told)
    return _text(told)


def _boolean(told: Any) -> bool:
    if not isinstance(told, bool):
        raise ValueError
    return told


READ: Mapping[str, Callable[[Any], Any]] = {
    "int8": _integer,
    "int4": _integer,
    "float8": _float,
    "numeric": _decimal,
    "text": _text,
    "jsonb": _json,
    "boolean": _boolean,
    "timestamptz": lambda told: moment(_integer(told)),
    "interval": lambda told: timedelta(microseconds=_integer(told)),
}


def beyond(found: Sequence[Key], values: Sequence[Any]) -> Sql:
    """The condition of the rows that come after the row with these values."""
    key, last = found[0], values[0]
    rest = beyond(found[1:], values[1:]) if len(found) > 1 else None
    if last is None:
        same = put("{} IS NULL", key.sql)
        within = put("({} AND {})", same, rest) if rest else Sql("FALSE")
        return within if key.descending else either([put("{} IS NOT NULL", key.sql), within])
    here = value(last, key.type)
    sign = "<" if key.descending else ">"
    further = [put(f"{{}} {sign} {{}}", key.sql, here)]
    if rest:
        further.append(put("({} = {} AND {})", key.sql, here, rest))
    if key.nullable and key.descending:
        return either([*further, put("{} IS NULL", key.sql)])
    # said once more without `or`, which is what an index can begin at
    return put(f"({{}} {sign}= {{}} AND {{}})", key.sql, here, either(further)) if rest else further[0]
