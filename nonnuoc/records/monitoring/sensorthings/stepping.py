"""The path of an address: from a set through entities and navigations to what is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from nonnuoc.records.monitoring import observation_ids
from nonnuoc.records.monitoring.rows import moment
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Step
from nonnuoc.records.monitoring.sensorthings.schema import SETS, EntitySet, Navigation
from nonnuoc.records.monitoring.sensorthings.scope import Scope
from nonnuoc.records.monitoring.sensorthings.seeing import joined
from nonnuoc.records.monitoring.sensorthings.sql import FALSE, TRUE, Sql, every, put, value


def walk(steps: Sequence[Step]) -> tuple[list[EntitySet], list[Navigation]]:
    """The set of each step, and the navigations between them. Raises AskingError for a step nobody declared."""
    first = SETS.get(steps[0].name) if steps else None
    if first is None:
        raise _unknown(steps[0].name if steps else "")
    sets, navigations = [first], []
    for step in steps[1:]:
        navigation = sets[-1].navigations.get(step.name)
        if navigation is None:
            raise _unknown(step.name)
        navigations.append(navigation)
        sets.append(SETS[navigation.target])
    return sets, navigations


def is_it(of: EntitySet, alias: str, number: int | None) -> Sql:
    """Whether the row has this number; None: any."""
    if number is None:
        return TRUE
    if abs(number) >= 2**63:
        return FALSE
    if of.name != "Observations":
        return put(f"{alias}.id = {{}}", value(number, "int8"))
    stream, micros = observation_ids.key_of(number)
    since, until = moment(micros), moment(micros + observation_ids.SECOND)
    return put(
        f"({alias}.datastream_id = {{}} AND {alias}.time >= {{}} AND {alias}.time < {{}})",
        value(stream, "int8"),
        value(since, "timestamptz"),
        value(until, "timestamptz"),
    )


def reached(steps: Sequence[Step], scope: Scope, alias: str, *, streams: bool = False) -> Sql:
    """Whether the row `alias` of the last step is reached by this path, every entity on it seen.

    `streams`: of a path to Observations, whether it leads to those of the datastream `alias`.
    """
    sets, navigations = walk(steps)
    found = TRUE if streams else is_it(sets[-1], alias, steps[-1].id)
    if len(steps) == 1:
        return found
    parent, above = scope.alias(), sets[-2]
    return every(
        [
            found,
            put(
                "EXISTS (SELECT FROM {} WHERE {} AND {} AND {})",
                scope.table(above, parent),
                joined(navigations[-1], parent, alias, streams=streams),
                scope.seeing.sees(above, parent),
                reached(steps[:-1], scope, parent),
            ),
        ]
    )


def _unknown(name: str) -> AskingError:
    return AskingError(f"Nothing here is called {name!r}.", near=name, parameter="path")
