"""What pages are ordered by, down to the id: so the order is total, and a page can go on anywhere in it."""

from __future__ import annotations

from collections.abc import Sequence

from nonnuoc.records.monitoring.sensorthings import paging
from nonnuoc.records.monitoring.sensorthings.asking import Options
from nonnuoc.records.monitoring.sensorthings.paging import Key
from nonnuoc.records.monitoring.sensorthings.schema import DATASTREAMS
from nonnuoc.records.monitoring.sensorthings.scope import Row, Scope
from nonnuoc.records.monitoring.sensorthings.sql import Sql, join, put

#: The columns an observation is made of; the first two are its key.
RAW = ("datastream_id", "time", "value", "status", "quality")
#: The navigation from observations that conditions are told apart by.
STREAM = "Datastream"


def of_entities(options: Options, scope: Scope) -> list[Key]:
    """Of every set but Observations."""
    return paging.keys(options.order, scope, [_own(scope, "id", "int8")])


def of_observations(options: Options, scope: Scope) -> list[Key]:
    """Of observations, whose id is datastream and time. What is of their datastream is so of its row `s`."""
    own = [_own(scope, "datastream_id", "int8"), _own(scope, "time", "timestamptz")]
    return paging.keys(options.order, scope.with_row((STREAM,), Row(DATASTREAMS, "s")), own, group=STREAM)


def first_of_each(scope: Scope, columns: Sequence[Sql], where: Sql, keys: Sequence[Key], limit: int) -> Sql:
    """The first rows of datastream `s`, from the index of each table; not yet in order between the tables."""
    select = f"(SELECT {{}} FROM {{}} WHERE o.datastream_id = s.id AND {{}} {{}} LIMIT {limit})"  # noqa: S608
    shown, order = join(", ", columns), paging.within(keys)
    return join(" UNION ALL ", [put(select, shown, table, where, order) for table in scope.tables("o")])


def _own(scope: Scope, column: str, type_: str) -> Key:
    return Key(Sql(f"{scope.bound[()].alias}.{column}"), type_, False, False)
