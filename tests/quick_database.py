"""The tests' database made and emptied in half the time; what is in it is the same (conftest puts both in place)."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.migrations.state import ProjectState

#: Django would write these again after each time, and nothing here asks for them.
KEPT = {"django_content_type", "auth_permission"}
#: No model's, filled by those of models; TRUNCATE has a trigger of its own for it.
OBSERVATIONS = "observation"
#: Django does not know them, and to jobs that wait for a quarter of an hour /readyz says that nobody works them off.
JOBS = {"procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers"}
#: Rows of a table that are deleted sooner than their files are made anew.
FEW = 1000


def emptying(*_: Any, **__: Any) -> list[str]:
    """The statements of the command `flush`, for the tables that hold something: to empty all takes longer than most
    tests that commit. Few rows are deleted, by who may pass over references, which all go: TRUNCATE makes the files of
    every table that refers to these anew, of most there are."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    quoted = connection.ops.quote_name
    counted = [
        f"SELECT '{table}', count(*) FROM (SELECT FROM {quoted(table)} LIMIT {FEW} + 1) AS rows"
        for table in sorted(tables | JOBS | {OBSERVATIONS})
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counted))
        filled = {table: rows for table, rows in cursor.fetchall() if rows}
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        (may_pass_over,) = cursor.fetchone()
    if not filled:
        return []
    if max(filled.values()) > FEW or not may_pass_over:
        return [f"TRUNCATE {', '.join(map(quoted, filled.keys() - {OBSERVATIONS}))} CASCADE"]
    return ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {quoted(table)}" for table in filled)]


def append_option(state: ProjectState, app: str, model: str, option: str, one: Any) -> None:
    """An index or a constraint more in the state between two migrations. Django would make the class of this model and
    those of all it refers to anew; no column changes, so the class there is only gets the list."""
    options = state.models[app, model].options
    options[option] = [*options[option], one]
    if "apps" in state.__dict__:  # asked for otherwise, all classes would be made
        setattr(state.apps.get_model(app, model)._meta, option, options[option])
