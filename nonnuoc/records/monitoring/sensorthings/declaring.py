"""How the entity sets are declared (schema.py): kinds of values, properties, navigations, sets.

SQL in a declaration names its own row as {t}; a navigation names the row it starts from {p} and the one it leads to
{c}; {readable} is the set of things that may be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

import orjson

from nonnuoc.records.monitoring.sensorthings import words


class Kind(Enum):
    """What can be done with a value; in words a person reads."""

    NUMBER = "a number"
    STRING = "a text"
    BOOLEAN = "true or false"
    TIME = "a time"
    SPAN = "a time or a span of time"  # two times; the second is what it is compared and ordered by
    DURATION = "a duration"
    SHAPE = "a geometry"
    JSON = "a JSON value"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Property:
    """One property. `sql` gives what it is compared and ordered by (of a geometry the id of the entity that has one),
    `columns` what it is shown from.

    `exact` is to be taken for `sql` once any observation has a time of its result of its own, which is rare: without
    it, an index can be used.
    """

    kind: Kind
    sql: str
    type: str = ""  # of `sql` in PostgreSQL; told by the kind where that leaves no choice
    start: str = ""  # of a SPAN
    exact: str = ""
    nullable: bool = False
    columns: tuple[str, ...] = ()  # () : `sql` alone
    make: Callable[..., Any] | None = None  # from the columns; None: the first as it is
    within: Mapping[str, Property] = field(default_factory=dict)  # members that are columns of ours
    open: bool = False  # a JSON object that may have other members

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns to select."""
        return self.columns or (self.sql,)

    def json(self, given: Sequence[Any]) -> Any:
        """The value as JSON has it, from its columns."""
        return given[0] if self.make is None else self.make(*given)


@dataclass(frozen=True, slots=True)
class Navigation:
    """From an entity to others. `key`, where it leads to one: the id of that one. `streams`, to Observations: the join
    with their Datastream as {c}, which `join` then only narrows."""

    target: str  # name of the set
    many: bool
    join: str
    key: str = ""
    streams: str = ""


@dataclass(frozen=True, slots=True)
class EntitySet:
    """One of the eight. `sees` is the condition under which a row may be seen; see seeing.py for its {readable}."""

    name: str
    entity: str
    table: str
    sees: str
    sees_unattached: str  # the same for who may register stations
    fields: Mapping[str, Property]
    navigations: Mapping[str, Navigation]

    @property
    def properties(self) -> tuple[str, ...]:
        """The names of its properties, in the order of the standard's JSON."""
        return tuple(name for name in self.fields if name != "@iot.id")


def moment(when: datetime | None) -> str | None:
    """A time in UTC as the API writes it: 2026-11-26T01:00:00Z."""
    return None if when is None else f"{when.astimezone(UTC).isoformat()[:-6]}Z"


def span(since: datetime | None, until: datetime | None) -> str | None:
    """start/end."""
    return None if since is None or until is None else f"{moment(since)}/{moment(until)}"


def windowed(first: datetime | None, until: datetime | None, procedure: str) -> str | None:
    """From where the window of the first value begins."""
    return None if first is None else span(first - timedelta(seconds=words.WINDOWS_S.get(procedure, 0)), until)


def loaded(text: str | None) -> Any:
    """JSON from the database."""
    return None if text is None else orjson.loads(text)


def point(lon: float | None, lat: float | None) -> dict[str, Any] | None:
    """A GeoJSON point."""
    return None if lon is None or lat is None else {"type": "Point", "coordinates": [lon, lat]}


def placed(at: Sequence[float] | None) -> dict[str, Any] | None:
    """A GeoJSON point at longitude and latitude."""
    return None if at is None else point(*at)


def text(sql: str, *, nullable: bool = False) -> Property:
    return Property(Kind.STRING, sql, "text", nullable=nullable)


def number(sql: str, type_: str = "int8", *, nullable: bool = False) -> Property:
    return Property(Kind.NUMBER, sql, type_, nullable=nullable)


def truth(sql: str) -> Property:
    return Property(Kind.BOOLEAN, sql, "boolean")


def document(sql: str, within: Mapping[str, Property], *, open: bool = True) -> Property:
    return Property(Kind.JSON, sql, "jsonb", nullable=True, make=loaded, within=within, open=open)


def members(within: Mapping[str, Property], own: str = "") -> str:
    """The JSON object of these members, before them those the row keeps itself."""
    pairs = ", ".join(f"'{name}', {one.sql}" for name, one in within.items())
    made = f"jsonb_strip_nulls(jsonb_build_object({pairs}))"
    return f"({own} || {made})" if own else made
