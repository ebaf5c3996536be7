"""Pages of every set but Observations, whose table is another (observations.py)."""

from __future__ import annotations

from collections.abc import Sequence

from nonnuoc.records.monitoring.sensorthings import conditions, expanding, ordering, paging, stepping
from nonnuoc.records.monitoring.sensorthings.asking import Options, Step
from nonnuoc.records.monitoring.sensorthings.pages import Page, size, skipped
from nonnuoc.records.monitoring.sensorthings.reader import Reader
from nonnuoc.records.monitoring.sensorthings.schema import EntitySet
from nonnuoc.records.monitoring.sensorthings.selecting import Selection
from nonnuoc.records.monitoring.sensorthings.sql import every, join, put, rows


def page(of: EntitySet, steps: Sequence[Step], options: Options, reader: Reader) -> Page:
    """The page a path leads to. A query, one for the count, and a few for each $expand."""
    scope = reader.scope(of, "t")
    where = [
        reader.seeing.sees(of, "t"),
        stepping.reached(steps, scope, "t"),
        conditions.holds(list(conditions.conjuncts(options.filter)), scope),
    ]
    ordered, selection = ordering.of_entities(options, scope), Selection(of, options, "t")
    table = put("FROM {} WHERE {}", scope.table(of, "t"), every(where))
    count = None
    if options.count:
        count = int(rows(reader.seeing.statement(put("SELECT count(*) {}", table)))[0][0])
    if options.after:
        table = put("{} AND {}", table, paging.beyond(ordered, paging.unpack(options.after, ordered)))
    columns = join(", ", [*selection.columns, *(key.shown for key in ordered)])
    body = put(
        f"SELECT {{}} {{}} {{}} LIMIT {size(options) + 1} OFFSET {skipped(options)}",
        columns,
        table,
        paging.ordering(ordered),
    )
    found = rows(reader.seeing.statement(body))
    shown = found[: size(options)]
    made = [selection.entity(row) for row in shown]
    after = paging.pack(shown[-1][len(selection.columns) :]) if len(found) > len(shown) and shown else ""
    expanding.expand(of, made, [selection.reached(row) for row in shown], options, reader)
    return Page(made, count, after)
