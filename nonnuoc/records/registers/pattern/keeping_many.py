"""Writing many entries of a register at once, all or none: the same versions as one by one, in few statements.

Values and access were looked at by who calls (importing/looking.py), in the same transaction. Rows are copied: putting
ten thousand of them into INSERT statements takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, models, transaction
from psycopg import sql

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.pattern import fields
from nonnuoc.records.registers.pattern.models import Registered, Revision
from nonnuoc.records.registers.pattern.register import Register

Tell = Callable[[int, int], None]  # entries written, entries in all
_STEP = 500
_NEXT = sql.SQL("SELECT nextval(pg_get_serial_sequence({}, 'id')) FROM generate_series(1, {})")
_COPY = sql.SQL("COPY {} ({}) FROM STDIN")
_ASIDE = sql.SQL("CREATE TEMPORARY TABLE entries_aside (LIKE {}) ON COMMIT DROP")
_UPDATE = sql.SQL("UPDATE {} AS held SET {} FROM entries_aside AS new WHERE held.id = new.id")
_DONE = sql.SQL("DROP TABLE entries_aside")


@transaction.atomic
def write(
    register: Register,
    created: Sequence[Registered],
    changed: Sequence[Registered],
    *,
    by: Person | None,
    reason: str,
    at: datetime,
    tell: Tell = lambda _done, _all: None,
) -> None:
    """Register these and give those their values, each as a further version; then what follows from each.

    Raises IntegrityError where the database forbids one.
    """
    whole = len(created) + len(changed)
    for one in changed:
        one.version += 1
    for one in created:
        one.created = at
    for one in (*created, *changed):
        one.changed = at
    _insert(register.model, created, lambda done: tell(done, whole))
    _change(register.model, changed)
    for kind, some in ((Revision.Kind.CREATED, created), (Revision.Kind.CHANGED, changed)):
        _keep(register, some, kind, by=by, reason=reason[:500], at=at)
    for one in (*created, *changed):
        register.kept(one, by)
    tell(whole, whole)


def _insert(model: type[Registered], entries: Sequence[Registered], tell: Callable[[int], None]) -> None:
    if entries:
        for entry, identity in zip(entries, _identities(model, len(entries)), strict=True):
            entry.id = identity  # type: ignore[attr-defined]
            entry._state.adding = False
        columns = model._meta.concrete_fields
        _copied(model._meta.db_table, columns, (_stored(entry, columns) for entry in entries), tell)


def _change(model: type[Registered], entries: Sequence[Registered]) -> None:
    """All columns of rows that are there, through a table aside."""
    if not entries:
        return
    columns, table = model._meta.concrete_fields, sql.Identifier(model._meta.db_table)
    given = [sql.Identifier(field.column) for field in columns if field.name not in ("id", "code", "created")]
    with connection.cursor() as cursor:
        cursor.execute(_ASIDE.format(table))
        _copied("entries_aside", columns, (_stored(entry, columns) for entry in entries))
        pairs = sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(column) for column in given)
        cursor.execute(_UPDATE.format(table, pairs))
        cursor.execute(_DONE)


def _keep(
    register: Register, entries: Sequence[Registered], kind: Revision.Kind, *, by: Person | None, reason: str, at: Any
) -> None:
    """A version of each."""
    table = Revision._meta.db_table
    names = ("register", "entry_id", "version", "kind", "at", "by", "reason", "values")
    columns = [Revision._meta.get_field(name) for name in names]
    author = by.pk if by else None
    rows = (
        (register.key, one.pk, one.version, kind.value, at, author, reason, _json(fields.snapshot(register, one)))
        for one in entries
    )
    if entries:
        _copied(table, columns, rows)  # type: ignore[arg-type]


def _identities(model: type[Registered], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT.format(sql.Literal(model._meta.db_table), sql.Literal(count)))
        return [identity for (identity,) in cursor.fetchall()]


def _copied(
    table: str,
    columns: Sequence[models.Field[Any, Any]],
    rows: Iterable[Sequence[Any]],
    tell: Callable[[int], None] = lambda _done: None,
) -> None:
    named = sql.SQL(", ").join(sql.Identifier(field.column) for field in columns)
    statement = _COPY.format(sql.Identifier(table), named)
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for done, row in enumerate(rows):
            if done % _STEP == 0:
                tell(done)
            copy.write_row(row)


def _stored(entry: Registered, columns: Sequence[models.Field[Any, Any]]) -> list[Any]:
    """The entry's values as the database takes them."""
    held = []
    for field in columns:
        value = getattr(entry, field.attname)
        if isinstance(field, models.JSONField):
            value = None if value is None else _json(value)
        elif value is not None and not isinstance(value, str | int | float | bytes | memoryview | datetime):
            value = field.get_db_prep_save(value, connection)
        held.append(value)
    return held


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
