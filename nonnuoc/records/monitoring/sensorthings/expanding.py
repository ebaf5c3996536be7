"""$expand: what entities lead to, put into them. A constant number of queries for each navigation, whatever the number
of entities: one, another for the count, and what observations need to be told of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nonnuoc.records.monitoring.sensorthings import conditions, newest, observing, ordering, paging
from nonnuoc.records.monitoring.sensorthings.asking import Options
from nonnuoc.records.monitoring.sensorthings.ordering import RAW, STREAM
from nonnuoc.records.monitoring.sensorthings.pages import NESTED, Page, size, skipped
from nonnuoc.records.monitoring.sensorthings.paging import Key
from nonnuoc.records.monitoring.sensorthings.reader import Reader
from nonnuoc.records.monitoring.sensorthings.schema import OBSERVATIONS, SETS, EntitySet, Navigation
from nonnuoc.records.monitoring.sensorthings.scope import Row
from nonnuoc.records.monitoring.sensorthings.seeing import joined
from nonnuoc.records.monitoring.sensorthings.selecting import Selection, chosen, expanded
from nonnuoc.records.monitoring.sensorthings.sql import TRUE, Sql, every, join, put, rows, value

Entities = list[dict[str, Any]]


def expand(
    of: EntitySet, made: Entities, reached: Sequence[Mapping[str, Any]], options: Options, reader: Reader
) -> None:
    """Put what is expanded into the entities. `reached`: of each the ids that navigations to one lead to."""
    for name, asked in expanded(of, options).items():
        if not made:
            continue
        navigation = of.navigations[name]
        target = SETS[navigation.target]
        if not navigation.many:
            found = _ones(target, {ids[name] for ids in reached} - {None}, asked, reader)
            for entity, ids in zip(made, reached, strict=True):
                entity[name] = found.get(ids[name])
            continue
        asked = replace(asked, top=min(size(asked), max(1, NESTED // len(made))))
        many = _observations if target is OBSERVATIONS else _many
        pages = many(of, navigation, [entity["@iot.id"] for entity in made], asked, reader)
        for entity in made:
            entity[name] = pages[entity["@iot.id"]]


def of_observations(raws: Sequence[Sequence[Any]], options: Options, reader: Reader) -> list[dict[str, Any]]:
    """Of raw observations the ids of what their navigations lead to. A query where a feature is asked for."""
    wanted = {name: OBSERVATIONS.navigations[name].key for name in expanded(OBSERVATIONS, options)}
    if not wanted or not raws:
        return [{} for _ in raws]
    if list(wanted) == ["Datastream"]:
        return [{"Datastream": raw[0]} for raw in raws]
    keys = ", ".join(key.format(p="p") for key in wanted.values())
    told = value([raw[0] for raw in raws], "int4[]"), value([raw[1] for raw in raws], "timestamptz[]")
    rows_of = "unnest({}, {}) WITH ORDINALITY AS p(datastream_id, time, place) ORDER BY p.place"
    body = put(f"SELECT {keys} FROM {rows_of}", *told)  # noqa: S608 - keys are ours
    return [dict(zip(wanted, row, strict=True)) for row in rows(reader.seeing.statement(body))]


def _ones(of: EntitySet, ids: set[int], options: Options, reader: Reader) -> dict[int, dict[str, Any]]:
    """The entities with these ids that may be seen."""
    if not ids:
        return {}
    scope, selection = reader.scope(of, "t"), Selection(of, options, "t")
    where = [put("t.id = ANY({})", value(sorted(ids), "int8[]")), reader.seeing.sees(of, "t")]
    where.append(conditions.holds(list(conditions.conjuncts(options.filter)), scope))
    body = put("SELECT {} FROM {} WHERE {}", join(", ", selection.columns), scope.table(of, "t"), every(where))
    found = rows(reader.seeing.statement(body))
    made = [selection.entity(row) for row in found]
    expand(of, made, [selection.reached(row) for row in found], options, reader)
    return {entity["@iot.id"]: entity for entity in made}


def _many(parent: EntitySet, by: Navigation, ids: list[int], options: Options, reader: Reader) -> dict[int, Page]:
    """Of each parent a page of what it leads to."""
    of = SETS[by.target]
    scope, selection = reader.scope(of, "t"), Selection(of, options, "t")
    ordered = ordering.of_entities(options, scope)
    where = every(
        [
            joined(by, "p", "t"),
            reader.seeing.sees(of, "t"),
            conditions.holds(list(conditions.conjuncts(options.filter)), scope),
        ]
    )
    parents = Parents(parent, ids, reader)
    counts = parents.counts(put("SELECT count(*) FROM {} WHERE {}", scope.table(of, "t"), where), options)
    named = [put(f"{{}} AS c{place}", column) for place, column in enumerate(selection.columns)]
    within = put(
        "SELECT {} FROM {} WHERE {} AND {} {} {}",
        join(", ", [*named, *_named(ordered)]),
        scope.table(of, "t"),
        where,
        _further(ordered, options),
        paging.ordering(ordered),
        _limits(options),
    )
    found = parents.rows(within, [f"c{place}" for place in range(len(selection.columns))], ordered)
    width = len(selection.columns)
    pages, made, reached = {}, [], []
    for one in ids:
        shown = found[one][: size(options)]
        page_entities = [selection.entity(row) for row in shown]
        pages[one] = Page(page_entities, counts.get(one), _after(found[one], shown, width))
        made += page_entities
        reached += [selection.reached(row) for row in shown]
    expand(of, made, reached, options, reader)
    return pages


def _observations(
    parent: EntitySet, by: Navigation, ids: list[int], options: Options, reader: Reader
) -> dict[int, Page]:
    """Of each parent a page of its observations."""
    names = chosen(OBSERVATIONS, options)
    parents, width = Parents(parent, ids, reader), len(RAW)
    counts: dict[int, int] = {}
    maker: observing.Observing | None = None
    if parent.name == "Datastreams" and newest.is_asked(options, reader):
        found, maker = newest.of(ids)
    else:
        found, counts = _rows_of(parents, by, options, reader)
    shown = {one: found[one][: size(options)] for one in ids}
    every_one = [row for one in ids for row in shown[one]]
    maker = maker or observing.of(every_one)
    made = {one: [maker.json(row[:width], names) for row in shown[one]] for one in ids}
    reached = of_observations(every_one, options, reader)
    expand(OBSERVATIONS, [entity for one in ids for entity in made[one]], reached, options, reader)
    return {one: Page(made[one], counts.get(one), _after(found[one], shown[one], width)) for one in ids}


def _rows_of(
    parents: Parents, by: Navigation, options: Options, reader: Reader
) -> tuple[dict[int, list[Any]], dict[int, int]]:
    """The raw rows of each parent with their keys, one more than the page has; and the counts, where asked."""
    scope = reader.scope(OBSERVATIONS, "o").with_row((STREAM,), Row(SETS["Datastreams"], "s"))
    ordered = ordering.of_observations(options, scope)
    streams = every([joined(by, "p", "s", streams=True), reader.seeing.sees(SETS["Datastreams"], "s")])
    narrows = TRUE if parents.of.name == "Datastreams" else joined(by, "p", "o")
    where = every([narrows, conditions.holds(list(conditions.conjuncts(options.filter)), scope)])
    table = put("{} WHERE o.datastream_id = s.id AND {}", scope.table(OBSERVATIONS, "o"), where)
    counting = put(
        "SELECT coalesce(sum(n.n), 0)::int8 FROM monitoring_datastream s CROSS JOIN LATERAL"
        " (SELECT count(*) AS n FROM {}) AS n WHERE {}",
        table,
        streams,
    )
    raw = [Sql(f"o.{name}") for name in RAW]
    first = ordering.first_of_each(
        scope,
        [*raw, *_named(ordered)],
        every([where, _further(ordered, options)]),
        ordered,
        size(options) + 1 + skipped(options),
    )
    within = put(
        "SELECT o.* FROM monitoring_datastream s CROSS JOIN LATERAL ({}) AS o WHERE {} {} {}",
        first,
        streams,
        _again(ordered, "o"),
        _limits(options),
    )
    return parents.rows(within, RAW, ordered), parents.counts(counting, options)


class Parents:
    """The entities something is expanded of, in SQL as `p`."""

    def __init__(self, of: EntitySet, ids: list[int], reader: Reader) -> None:
        self.of, self.ids, self.reader = of, ids, reader

    def rows(self, within: Sql, columns: Sequence[str], ordered: Sequence[Key]) -> dict[int, list[Any]]:
        """Of each parent its rows in order: the columns, then the values of the keys."""
        keys = [f"t.k{place}::text" if key.type == "jsonb" else f"t.k{place}" for place, key in enumerate(ordered)]
        body = put(
            f"SELECT p.id, {', '.join([*(f't.{name}' for name in columns), *keys])}"  # noqa: S608
            f" FROM {self.of.table} p CROSS JOIN LATERAL ({{}}) AS t WHERE p.id = ANY({{}}) {{}}",
            within,
            value(self.ids, "int8[]"),
            _again(ordered, "t"),
        )
        found: dict[int, list[Any]] = defaultdict(list)
        for one, *row in rows(self.reader.seeing.statement(body)):
            found[one].append(row)
        return found

    def counts(self, counting: Sql, options: Options) -> dict[int, int]:
        """Of each parent how many there are, where that was asked."""
        if not options.count:
            return {}
        body = put(
            f"SELECT p.id, ({{}}) FROM {self.of.table} p WHERE p.id = ANY({{}})",  # noqa: S608
            counting,
            value(self.ids, "int8[]"),
        )
        return {one: int(number) for one, number in rows(self.reader.seeing.statement(body))}


def _named(ordered: Sequence[Key]) -> list[Sql]:
    return [put(f"{{}} AS k{place}", key.sql) for place, key in enumerate(ordered)]


def _again(ordered: Sequence[Key], alias: str) -> Sql:
    return Sql("ORDER BY " + ", ".join(f"{alias}.k{place} {key.direction}" for place, key in enumerate(ordered)))


def _further(ordered: Sequence[Key], options: Options) -> Sql:
    return paging.beyond(ordered, paging.unpack(options.after, ordered)) if options.after else TRUE


def _limits(options: Options) -> Sql:
    return Sql(f"LIMIT {size(options) + 1} OFFSET {skipped(options)}")


def _after(found: list[Any], shown: list[Any], width: int) -> str:
    """Where a page goes on, once more rows were found than it shows."""
    return paging.pack(shown[-1][width:]) if shown and len(found) > len(shown) else ""
