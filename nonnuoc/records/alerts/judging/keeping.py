"""Alarms as rows: read for many datastreams in one statement, and written so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import ArrayLike

from nonnuoc.records.alerts.judging.found import Found, Kept
from nonnuoc.records.alerts.models import Alarm, Incident
from nonnuoc.records.monitoring import arrays

Place = tuple[int, str]  # a datastream and the code of a rule

FIELDS = (
    *("code", "rule_id", "thing_id", "datastream_id", "onset", "raised", "last_beyond", "cleared"),
    *("step", "severity", "level", "peak", "peak_time", "beyond", "suspect"),
)
_COLUMNS = ", ".join(f"a.{name}" for name in FIELDS)
_OVERLAPPED = """
SELECT DISTINCT a.datastream_id, a.code
FROM unnest(%s, %s, %s) AS n(datastream_id, since, until)
JOIN alerts_alarm a ON a.datastream_id = n.datastream_id
    AND a.onset <= n.until AND (a.cleared IS NULL OR a.cleared >= n.since)
JOIN alerts_alarmrule r ON r.id = a.rule_id AND r.kind NOT IN ('silence', 'clock', 'availability', 'refused', 'lag')
"""
_KEPT = f"""
SELECT a.id, a.incident_id, i.state, i.told_severity, {_COLUMNS}
FROM unnest(%s::int[], %s::text[], %s::timestamptz[]) AS n(datastream_id, code, since)
JOIN alerts_alarm a ON a.datastream_id = n.datastream_id AND a.code = n.code
    AND (a.cleared IS NULL OR a.cleared >= n.since)
JOIN alerts_incident i ON i.id = a.incident_id
ORDER BY a.datastream_id, a.code, a.onset
"""  # noqa: S608 - all of it ours
#: The types of what a change may touch: all but the code, the station and the datastream.
_OF_ALARM = {
    **dict.fromkeys(("onset", "raised", "last_beyond", "cleared", "peak_time"), "timestamptz"),
    **dict.fromkeys(("step", "severity"), "smallint"),
    **dict.fromkeys(("level", "peak"), "float8"),
    **dict.fromkeys(("rule_id", "incident_id"), "bigint"),
    **dict.fromkeys(("beyond", "suspect"), "int"),
}
_KINDS = _OF_ALARM | {"code": "text", "thing_id": "bigint", "datastream_id": "bigint"}
_INSERT = f"""
INSERT INTO alerts_alarm (recorded, incident_id, {", ".join(FIELDS)})
SELECT (%s::timestamptz[])[1], n.* FROM unnest(%s::bigint[], {", ".join(f"%s::{_KINDS[f]}[]" for f in FIELDS)}) AS n
RETURNING id
"""  # noqa: S608 - all of it ours
_OF_INCIDENT = {
    **dict.fromkeys(("onset", "cleared", "changed", "told", "acknowledged", "closed"), "timestamptz"),
    **dict.fromkeys(("severity", "told_severity", "escalation"), "smallint"),
    **dict.fromkeys(("acknowledged_by_id", "assigned_to_id", "closed_by_id", "merged_into_id"), "bigint"),
    **dict.fromkeys(("state", "outcome", "cause"), "text"),
}


def overlapped(datastream: ArrayLike, since: ArrayLike, until: ArrayLike) -> set[Place]:
    """Where alarms are kept that were on at some time of these spans (µs, both ends in). Arrays of shape (n,).

    Only those that values raise: what is watched by the clock, the watch ends.
    """
    columns = (arrays.Int4(np.asarray(datastream)), arrays.Time(np.asarray(since)), arrays.Time(np.asarray(until)))
    return {(stream, code) for stream, code in arrays.execute(_OVERLAPPED, columns)}


def near(wanted: Mapping[Place, datetime]) -> dict[Place, list[Kept]]:
    """Alarms of a rule at a datastream that were on at a time or after it, in order of onset."""
    if not wanted:
        return {}
    streams, codes = zip(*wanted, strict=True)
    found: dict[Place, list[Kept]] = {}
    for row in fetch(_KEPT, (streams, codes, wanted.values())):
        one = kept(row)
        found.setdefault((row[7], one.found.code), []).append(one)
    return found


def kept(row: Sequence[Any]) -> Kept:
    """From (id, incident, its state, the severity told of it, *FIELDS)."""
    return Kept(row[0], row[1], row[2], row[3], Found(*row[4:]))


def update(changed: Sequence[tuple[int, int, Found]]) -> None:
    """Alarms as they are now: (id, incident, what was found)."""
    rows = [(id, [i if f == "incident_id" else getattr(one, f) for f in _OF_ALARM]) for id, i, one in changed]
    _update("alerts_alarm", _OF_ALARM, rows)


def update_incidents(changed: Sequence[Incident]) -> None:
    """Incidents as they are now; their rows are locked."""
    _update("alerts_incident", _OF_INCIDENT, [(one.id, [getattr(one, f) for f in _OF_INCIDENT]) for one in changed])


def _update(table: str, types: Mapping[str, str], rows: Sequence[tuple[int, list[Any]]]) -> None:
    if not rows:
        return
    ids, values = zip(*rows, strict=True)
    columns = ", ".join(types)
    kinds = ", ".join(f"%s::{kind}[]" for kind in types.values())
    fetch(
        f"UPDATE {table} a SET {', '.join(f'{name} = n.{name}' for name in types)} "  # noqa: S608 - names of ours
        f"FROM unnest(%s::bigint[], {kinds}) AS n(id, {columns}) WHERE a.id = n.id RETURNING a.id",
        [ids, *zip(*values, strict=True)],
    )


def insert(new: Sequence[tuple[int, Found]], *, at: datetime) -> None:
    """New alarms: (incident, what was found)."""
    if new:
        incidents, found = zip(*new, strict=True)
        fetch(_INSERT, [[at], incidents, *([getattr(one, name) for one in found] for name in FIELDS)])


def delete(ids: Collection[int]) -> None:
    """Alarms that the data no longer tell of. Their incident's log says that they were."""
    if ids:
        Alarm.objects.filter(id__in=ids).delete()


def fetch(sql: str, columns: Any) -> list[Any]:
    """The rows of a statement whose parameters are columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(column) for column in columns])
        return list(cursor.fetchall())
