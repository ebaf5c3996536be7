"""The tests' database made and emptied in half the time; what is in it is the same (conftest puts both in place)."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.migrations.state import ProjectState

#: Django would write these again after each time, and nothing here asks for them.
KEPT = {"django_content_type", "auth_permission"}


def emptying(*_: Any, **__: Any) -> list[str]:
    """The statements of the command `flush`, for the tables that hold something: to empty all takes longer than most
    tests that commit."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    quoted = connection.ops.quote_name
    asked = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM {quoted(table)})" for table in sorted(tables)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        filled = [quoted(table) for (table,) in cursor.fetchall()]
    return [f"TRUNCATE {', '.join(filled)} CASCADE"] if filled else []


def append_option(state: ProjectState, app: str, model: str, option: str, one: Any) -> None:
    """An index or a constraint more in the state between two migrations. Django would make the class of this model and
    those of all it refers to anew; no column changes, so the class there is only gets the list."""
    options = state.models[app, model].options
    options[option] = [*options[option], one]
    if "apps" in state.__dict__:  # asked for otherwise, all classes would be made
        setattr(state.apps.get_model(app, model)._meta, option, options[option])
