"""Pages of observations: first the datastreams they can be of, then their rows, from the index of each.

The table has one index, of datastream and time. So what a filter says of the datastream alone is asked of the few
datastreams first; then every one of them gives the first rows of the page from its own index, and the first of those
are the page, whatever the order: the first n of all are among the first n of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from nonnuoc.records.monitoring import observation_ids
from nonnuoc.records.monitoring.sensorthings import (
    conditions,
    expanding,
    newest,
    observing,
    ordering,
    paging,
    standing,
    stepping,
)
from nonnuoc.records.monitoring.sensorthings.asking import Chain, Expression, Literal, Operator, Options, Path, Step
from nonnuoc.records.monitoring.sensorthings.ordering import RAW, STREAM
from nonnuoc.records.monitoring.sensorthings.pages import Page, size, skipped
from nonnuoc.records.monitoring.sensorthings.paging import Key
from nonnuoc.records.monitoring.sensorthings.reader import Reader
from nonnuoc.records.monitoring.sensorthings.schema import DATASTREAMS, OBSERVATIONS
from nonnuoc.records.monitoring.sensorthings.scope import Row, Scope, paths
from nonnuoc.records.monitoring.sensorthings.selecting import chosen, expanded
from nonnuoc.records.monitoring.sensorthings.sql import TRUE, Sql, every, join, put, rows, value

#: Keys that stand among the raw columns, and where.
KNOWN = {"o.datastream_id": 0, "o.time": 1}


@dataclass(frozen=True)
class Wanted:
    """Rows of observations: of which datastreams, under which condition, in which order; `o` is their alias."""

    reader: Reader
    scope: Scope
    procedures: dict[int, str]  # of the datastreams they can be of, ascending by id
    where: Sql
    keys: list[Key]
    of_keys: bool  # whether condition and order look at nothing but datastream and time

    @cached_property
    def table(self) -> Sql:
        """FROM and WHERE of all rows, in any order."""
        of = put("o.datastream_id = ANY({})", value(list(self.procedures), "int4[]"))
        if len(self.procedures) == 1:
            of = put("o.datastream_id = {}", value(next(iter(self.procedures)), "int4"))
        return put("FROM {} WHERE {}", self.scope.table(OBSERVATIONS, "o"), every([of, self.where]))

    def count(self) -> int:
        """How many there are."""
        if not self.procedures:
            return 0
        return int(rows(self.reader.seeing.statement(put("SELECT count(*) {}", self.table)))[0][0])

    def body(self, limit: int, offset: int, after: str) -> Sql:
        """The statement's body: of `limit` rows from there on the raw columns, and those keys that are others."""
        values = paging.unpack(after, self.keys) if after else []
        columns = [Sql(f"o.{name}") for name in RAW]
        tables = self.scope.tables("o")
        if len(self.procedures) == len(tables) == 1 and not any(key.of_group for key in self.keys):
            return self._of_one(columns, values, limit, offset)
        if len(self.procedures) == 1 and self.of_keys and self.reader.at is not None:
            return self._as_of(columns, self.reader.at, values, limit, offset)
        return self._of_many(columns, values, limit, offset)

    def key(self, row: Sequence[Any]) -> list[Any]:
        """The values of the keys of a row that `body` gave."""
        further = iter(row[len(RAW) :])
        return [row[KNOWN[key.sql.text]] if key.sql.text in KNOWN else next(further) for key in self.keys]

    def after(self, stream: int, time: datetime) -> str:
        """The opaque key to go on after this row. A query, where it is ordered by more than that."""
        known = {"o.datastream_id": stream, "o.time": time}
        if all(key.sql.text in known for key in self.keys):
            return paging.pack([known[key.sql.text] for key in self.keys])
        own = put("o.datastream_id = {} AND o.time = {}", value(stream, "int4"), value(time, "timestamptz"))
        table = put("{}, monitoring_datastream s", self.scope.table(OBSERVATIONS, "o"))
        shown = join(", ", [key.shown for key in self.keys])
        body = put("SELECT {} FROM {} WHERE s.id = o.datastream_id AND {}", shown, table, own)
        return paging.pack(rows(self.reader.seeing.statement(body))[0])

    def _of_one(self, columns: list[Sql], values: list[Any], limit: int, offset: int) -> Sql:
        places = [place for place, key in enumerate(self.keys) if key.sql.text != "o.datastream_id"]
        varying = [self.keys[place] for place in places]
        further = paging.beyond(varying, [values[place] for place in places]) if values else TRUE
        return put(
            f"SELECT {{}} {{}} AND {{}} {{}} LIMIT {limit} OFFSET {offset}",
            join(", ", [*columns, *(key.shown for key in self.keys if key.sql.text not in KNOWN)]),
            self.table,
            further,
            paging.ordering(varying),
        )

    def _as_of(self, columns: list[Sql], at: datetime, values: list[Any], limit: int, offset: int) -> Sql:
        place = next(place for place, key in enumerate(self.keys) if key.sql.text == "o.time")
        stream = put("o.datastream_id = {}", value(next(iter(self.procedures)), "int4"))
        further = paging.beyond([self.keys[place]], [values[place]]) if values else TRUE
        where = every([stream, self.where, further])
        return standing.page(join(", ", columns), where, self.keys[place], at, limit, offset)

    def _of_many(self, columns: list[Sql], values: list[Any], limit: int, offset: int) -> Sql:
        further = paging.beyond(self.keys, values) if values else TRUE
        named = [put(f"{{}} AS k{place}", key.sql) for place, key in enumerate(self.keys)]
        first = ordering.first_of_each(
            self.scope, [*columns, *named], every([self.where, further]), self.keys, limit + offset
        )
        order, shown = [], [f"o.{name}" for name in RAW]
        for place, key in enumerate(self.keys):
            column = "s.id" if key.sql.text == "o.datastream_id" else f"o.k{place}"
            order.append(f"{column} {key.direction}")
            if key.sql.text not in KNOWN:
                shown.append(f"o.k{place}::text" if key.type == "jsonb" else f"o.k{place}")
        return put(
            f"SELECT {', '.join(shown)} FROM monitoring_datastream s"  # noqa: S608
            f" CROSS JOIN LATERAL ({{}}) AS o WHERE s.id = ANY({{}})"
            f" ORDER BY {', '.join(order)} LIMIT {limit} OFFSET {offset}",
            first,
            value(list(self.procedures), "int4[]"),
        )


def page(steps: Sequence[Step], options: Options, reader: Reader) -> Page:
    """The page a path leads to: two queries, one for the count, one where an index is among them, and $expand's."""
    names, _ = chosen(OBSERVATIONS, options), expanded(OBSERVATIONS, options)
    asked = wanted(steps, options, reader)
    count = asked.count() if options.count else None
    maker: observing.Observing | None = None
    if len(asked.procedures) == 1 and asked.where == TRUE and newest.is_asked(options, reader):
        cached, maker = newest.of(list(asked.procedures))
        found: Sequence[Sequence[Any]] = next(iter(cached.values()))
    else:
        body = asked.body(size(options) + 1, skipped(options), options.after)
        found = rows(reader.seeing.statement(body)) if asked.procedures else []
    shown = found[: size(options)]
    maker = maker or observing.of(shown, asked.procedures)
    made = [maker.json(row[: len(RAW)], names) for row in shown]
    after = paging.pack(asked.key(shown[-1])) if len(found) > len(shown) and shown else ""
    expanding.expand(OBSERVATIONS, made, expanding.of_observations(shown, options, reader), options, reader)
    return Page(made, count, after)


def wanted(steps: Sequence[Step], options: Options, reader: Reader) -> Wanted:
    """What a path and a filter ask for. One query."""
    scope = reader.scope(OBSERVATIONS, "o")
    terms = list(conditions.conjuncts(options.filter))
    of_stream = [one for one in terms if _is_of_stream(one)]
    rest = [one for one in terms if not _is_of_stream(one)]
    procedures = _streams(steps, of_stream, [*_ids(rest), *_ids_of(steps)], scope.with_row((STREAM,), DATASTREAM))
    where = [conditions.holds(rest, scope)]
    if len(steps) == 1 or steps[-1].id is not None or not _by_datastream(steps):
        where.append(stepping.reached(steps, scope, "o"))
    keys = ordering.of_observations(options, scope)
    of_keys = len(keys) == 2 and all(path.names in OF_KEYS for one in rest for path in paths(one))
    return Wanted(reader, scope, procedures, every(where), keys, of_keys)


DATASTREAM = Row(DATASTREAMS, "d")
OF_KEYS = (("phenomenonTime",), ("@iot.id",), ("id",))


def _streams(steps: Sequence[Step], terms: list[Expression], ids: list[int], scope: Scope) -> dict[int, str]:
    """The datastreams that rows can be of, and what makes them, by id."""
    where = [scope.seeing.sees(DATASTREAMS, "d"), conditions.holds(terms, scope)]
    if len(steps) > 1:
        where.append(stepping.reached(steps, scope, "d", streams=True))
    where += [put("d.id = {}", value(one, "int8")) for one in ids]
    body = put("SELECT d.id, d.procedure FROM monitoring_datastream d WHERE {} ORDER BY d.id", every(where))
    return dict(rows(scope.seeing.statement(body)))


def _by_datastream(steps: Sequence[Step]) -> bool:
    """Whether the path comes by a datastream, which says all there is to say."""
    return stepping.walk(steps)[0][-2] is DATASTREAMS


def _is_of_stream(term: Expression) -> bool:
    """Whether a condition speaks of the datastream alone."""
    named = [path.names for path in paths(term)]
    return bool(named) and all(names[0] == STREAM and len(names) > 1 for names in named)


def _ids(terms: list[Expression]) -> list[int]:
    """The datastreams that `@iot.id eq number` names."""
    return [
        observation_ids.key_of(given)[0]
        for one in terms
        if isinstance(one, Chain) and one.operator is Operator.EQ
        for path, literal in (one.of, one.of[::-1])
        if isinstance(path, Path) and path.names == ("@iot.id",) and isinstance(literal, Literal)
        for given in [literal.value]
        if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 2**63
    ]


def _ids_of(steps: Sequence[Step]) -> list[int]:
    """The datastream of the one observation that a path names."""
    number = steps[-1].id
    return [] if number is None or abs(number) >= 2**63 else [observation_ids.key_of(number)[0]]
