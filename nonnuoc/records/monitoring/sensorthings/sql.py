"""Pieces of SQL with their parameters, and how they are put together and run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DataError, connection

from nonnuoc.records.monitoring.sensorthings.asking import AskingError


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL: text of our own with %s for every value, and the values."""

    text: str
    values: tuple[Any, ...] = ()


TRUE, FALSE = Sql("TRUE"), Sql("FALSE")


def put(template: str, *parts: Sql) -> Sql:
    """Pieces in the place of each {} of a template, in order."""
    return Sql(template.format(*(part.text for part in parts)), tuple(one for part in parts for one in part.values))


def value(given: Any, cast: str) -> Sql:
    """One value of a PostgreSQL type."""
    return Sql(f"%s::{cast}", (given,))


def join(glue: str, parts: Iterable[Sql]) -> Sql:
    """Pieces with the same text between them; none at all is empty."""
    known = list(parts)
    return Sql(glue.join(part.text for part in known), tuple(one for part in known for one in part.values))


def every(parts: Sequence[Sql]) -> Sql:
    """All of these conditions."""
    told = [part for part in parts if part != TRUE]
    return put("({})", join(" AND ", told)) if told else TRUE


def either(parts: Sequence[Sql]) -> Sql:
    """One of these conditions."""
    return put("({})", join(" OR ", parts)) if parts else FALSE


def rows(statement: Sql) -> list[tuple[Any, ...]]:
    """Run it. Raises AskingError where a value in the data cannot be computed with as the query wants it."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(statement.text, statement.values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found
        except DataError as error:
            told = str(error).strip().splitlines()[0]
            raise AskingError(f"This cannot be computed of the values that are held: {told}.") from error
