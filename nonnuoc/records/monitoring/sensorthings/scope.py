"""What the names in a query mean: from a row, through navigations, to a property."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import count

from nonnuoc.records.monitoring.sensorthings.asking import (
    AskingError,
    Call,
    Chain,
    Expression,
    Literal,
    Negative,
    Not,
    Path,
)
from nonnuoc.records.monitoring.sensorthings.schema import SETS, EntitySet, Kind, Navigation, Property
from nonnuoc.records.monitoring.sensorthings.seeing import Seeing, joined, own
from nonnuoc.records.monitoring.sensorthings.sql import Sql, every, join, put, value
from nonnuoc.records.monitoring.sensorthings.typed import Typed

Prefix = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """A navigation that a path takes, and the prefix that leads behind it."""

    prefix: Prefix
    navigation: Navigation


@dataclass(frozen=True, slots=True)
class Row:
    """A row that names are told of: of a set, under an alias."""

    of: EntitySet
    alias: str


@dataclass
class Scope:
    """Where a query stands: its own row under the empty prefix, and rows that navigations were bound to."""

    seeing: Seeing
    bound: dict[Prefix, Row]
    observations: tuple[Sql, ...]  # the tables that are, together, observations as they stood then
    names: Iterator[int] = field(default_factory=count)

    def with_row(self, prefix: Prefix, row: Row) -> Scope:
        """The same with one more row bound."""
        return Scope(self.seeing, {**self.bound, prefix: row}, self.observations, self.names)

    def alias(self) -> str:
        """A name no other row has."""
        return f"h{next(self.names)}"

    def table(self, of: EntitySet, alias: str) -> Sql:
        """The table of a set under an alias."""
        if of.name != "Observations":
            return Sql(f"{of.table} {alias}")
        if len(self.observations) == 1:
            return self.tables(alias)[0]
        every_one = [put("SELECT * FROM {}", one) for one in self.tables("o")]
        return put(f"({{}}) AS {alias}", join(" UNION ALL ", every_one))

    def tables(self, alias: str) -> list[Sql]:
        """The tables of observations, each under this alias: together they are all rows, and no two hold the same."""
        return [put(f"{{}} {alias}", one) for one in self.observations]

    def first_many(self, path: Path) -> Hop | None:
        """The first navigation of a path that leads to many and is not bound."""
        prefix, row = self._start(path)
        of = row.of
        for place in range(len(prefix), len(path.names)):
            navigation = of.navigations.get(path.names[place])
            if navigation is None:
                return None
            if navigation.many:
                return Hop(path.names[: place + 1], navigation)
            of = SETS[navigation.target]
        return None

    def step(self, hop: Hop) -> tuple[Row, Sql, Sql]:
        """The row behind a hop, its tables for FROM, and what must hold for it: it is reached, and seen."""
        path = Path(hop.prefix, -1)
        prefix, row = self._start(path)
        tables, conditions = [], []
        for name in hop.prefix[len(prefix) :]:
            navigation = row.of.navigations[name]
            row, table, holds = self._hop(row, navigation)
            tables.append(table)
            conditions.append(holds)
        return row, _comma(tables), every(conditions)

    def find(self, path: Path) -> Typed:
        """The value a path leads to. Raises AskingError for a name nobody declared, and through what is many."""
        prefix, row = self._start(path)
        rest = list(path.names[len(prefix) :])
        tables: list[Sql] = []
        conditions: list[Sql] = []
        while rest and rest[0] in row.of.navigations:
            navigation = row.of.navigations[rest.pop(0)]
            if navigation.many:
                raise _fault(path, "leads to many: it can be compared in $filter, and no more")
            row, table, holds = self._hop(row, navigation)
            tables.append(table)
            conditions.append(holds)
        if not rest:
            raise _fault(path, "leads to an entity, not to a property: name one behind it")
        found = self._property(path, row, rest)
        if not tables:
            return found
        where = (_comma(tables), every(conditions))
        wrap = "(SELECT {} FROM {} WHERE {})"
        start = put(wrap, found.start, *where) if found.start else None
        return Typed(
            found.kind, put(wrap, found.sql, *where), path.at, found.near, found.type, start, True, None, found.of
        )

    def _start(self, path: Path) -> tuple[Prefix, Row]:
        """The longest prefix of a path that is bound."""
        for length in range(len(path.names), -1, -1):
            if (row := self.bound.get(path.names[:length])) is not None:
                return path.names[:length], row
        raise AssertionError("the empty prefix is always bound")

    def _hop(self, row: Row, navigation: Navigation) -> tuple[Row, Sql, Sql]:
        reached = Row(SETS[navigation.target], self.alias())
        conditions = [joined(navigation, row.alias, reached.alias), self.seeing.sees(reached.of, reached.alias)]
        return reached, self.table(reached.of, reached.alias), every(conditions)

    def _property(self, path: Path, row: Row, rest: list[str]) -> Typed:
        known = row.of.fields
        found: Property | None = known.get(rest[0])
        if found is None:
            article = "An" if row.of.entity.startswith("O") else "A"
            raise _unknown(path, rest[0], [*known, *row.of.navigations], f"{article} {row.of.entity}")
        for place, name in enumerate(rest[1:], 1):
            if found.kind is not Kind.JSON:
                raise _fault(path, f"ends with {rest[place - 1]!r}: nothing lies behind {found.kind.value}")
            if (member := found.within.get(name)) is not None:
                found = member
            elif found.open:
                return self._member(path, own(found.sql, row.alias), rest[place:])
            else:
                raise _unknown(path, name, list(found.within), rest[place - 1])
        if found.kind is Kind.JSON and not found.sql:
            raise _fault(path, f"has members; name one: {', '.join(found.within)}")
        is_id = row.alias if (row.of.name, rest) == ("Observations", ["@iot.id"]) else ""
        exact = found.exact and self.seeing.results_have_times
        return Typed(
            found.kind,
            own(found.exact if exact else found.sql, row.alias),
            path.at,
            "/".join(path.names),
            found.type,
            own(found.start, row.alias) if found.start else None,
            found.nullable,
            None,
            row.of if found.kind is Kind.SHAPE else None,
            is_id,
        )

    def _member(self, path: Path, document: Sql, names: list[str]) -> Typed:
        """A member of a JSON object that is not ours: only the data know whether it is there."""
        if any("\0" in name for name in names):
            raise _fault(path, "holds a character that no name can have")
        found = put("({} #> {})", document, value(names, "text[]"))
        return Typed(Kind.JSON, found, path.at, "/".join(path.names), "jsonb")


def paths(expression: Expression) -> Iterator[Path]:
    """Every path an expression names."""
    if isinstance(expression, Path):
        yield expression
    elif isinstance(expression, Not | Negative):
        yield from paths(expression.of)
    elif isinstance(expression, Chain | Call):
        for one in expression.of:
            yield from paths(one)
    else:
        assert isinstance(expression, Literal)  # noqa: S101 - there is no other


def _comma(tables: list[Sql]) -> Sql:
    return put(", ".join(["{}"] * len(tables)), *tables)


def _fault(path: Path, why: str) -> AskingError:
    name = "/".join(path.names)
    return AskingError(f"{name!r} {why}.", path.at, near=name)


def _unknown(path: Path, name: str, known: list[str], where: str) -> AskingError:
    like = get_close_matches(name, known, 1)
    hint = f" Is {like[0]!r} meant?" if like else f" There are: {', '.join(known)}."
    at = path.at + sum(len(one) + 1 for one in path.names[: path.names.index(name)]) if path.at >= 0 else -1
    return AskingError(f"{where} has no {name!r}.{hint}", at, near=name)
