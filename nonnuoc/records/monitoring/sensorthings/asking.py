"""What can be asked of the entities, as a tree: who speaks a language (OData in an address) builds it, and the
selectors of this package answer it.

`at` of a node is the character of the query where it began, so that a fault names its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from shapely.geometry.base import BaseGeometry


class AskingError(ValueError):
    """Something in a query is not understood or not allowed; `at` is the character, -1 where no one place is at fault.

    `parameter` is filled in by who knows it ("$filter", "$orderby", "$expand", "path" …).
    """

    def __init__(self, detail: str, at: int = -1, *, near: str = "", parameter: str = "", code: str = "query") -> None:
        super().__init__(detail)
        self.detail, self.at, self.near, self.parameter, self.code = detail, at, near, parameter, code


class Operator(StrEnum):
    """Between two expressions, as OData writes them."""

    OR = "or"
    AND = "and"
    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GE = "ge"
    LT = "lt"
    LE = "le"
    ADD = "add"
    SUB = "sub"
    MUL = "mul"
    DIV = "div"
    MOD = "mod"


@dataclass(frozen=True, slots=True)
class Interval:
    """A span of time, [since, until)."""

    since: datetime
    until: datetime


#: What a literal can be; geometry in WGS 84, longitude first; None is `null`.
Value: TypeAlias = "str | int | float | bool | datetime | timedelta | Interval | BaseGeometry | None"


@dataclass(frozen=True, slots=True)
class Literal:
    """`text` is the literal as it was written: a quoted number compares with numbers too (OGC test suite)."""

    value: Value
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Path:
    """A property, through navigations: ("Datastream", "Thing", "properties", "kind"), ("@iot.id",)."""

    names: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Not:
    of: Expression
    at: int


@dataclass(frozen=True, slots=True)
class Negative:
    """Arithmetic minus."""

    of: Expression
    at: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The same operator between two expressions, or `and` / `or` between any number: a long one is flat, not deep."""

    operator: Operator
    of: tuple[Expression, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its OData or OGC name: substringof, year, geo.distance, st_within, during …"""

    name: str
    of: tuple[Expression, ...]
    at: int


Expression: TypeAlias = "Literal | Path | Not | Negative | Chain | Call"


@dataclass(frozen=True, slots=True)
class Order:
    by: Expression
    descending: bool


@dataclass(frozen=True, slots=True)
class Options:
    """Everything asked of one collection or entity. Evaluated in the order filter, count, orderby, skip, top."""

    filter: Expression | None = None
    order: tuple[Order, ...] = ()
    select: tuple[str, ...] = ()  # names of properties; empty: all
    expand: Mapping[str, Options] = field(default_factory=dict)  # navigation → what is asked of it
    top: int | None = None
    skip: int = 0
    count: bool = False
    after: str = ""  # where a page goes on: the opaque key of a nextLink ($skiptoken)
    as_of: datetime | None = None  # as the data stood then


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: an entity set or a navigation, and of a set perhaps one entity."""

    name: str  # "Things", "Datastreams", "Thing", "Locations" …
    id: int | None = None
