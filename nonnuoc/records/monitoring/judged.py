"""How much of what was measured a person has judged. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from nonnuoc.records.monitoring.models import Datastream

Procedure = Datastream.Procedure
#: What stands for the readings: an hour is validated when all its readings are (docs/decisions/0002).
COUNTED = (Procedure.MEAN_1H, Procedure.SAMPLE)
SQL = """
SELECT d.thing_id, sum(o.held)::int, sum(o.judged)::int
FROM monitoring_datastream d
CROSS JOIN LATERAL (
    SELECT count(*) AS held, count(*) FILTER (WHERE quality < 0) AS judged
    FROM observation WHERE datastream_id = d.id AND time >= %s AND time < %s
) AS o
WHERE d.active AND d.thing_id = ANY(%s) AND d.procedure = ANY(%s)
GROUP BY d.thing_id
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """Of one station: hourly means and samples held, and how many of them a person has judged."""

    held: int
    judged: int


def between(thing_ids: Sequence[int], since: datetime, until: datetime) -> dict[int, Judged]:
    """Thing id -> how much of since <= time < until is judged; a thing without datastreams is absent. One query.

    It counts rows: a month of fifty stations takes some tenths of a second. Who shows it keeps it a while.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit TO off")  # compiling takes longer than counting
        cursor.execute(SQL, (since, until, list(thing_ids), list(COUNTED)))
        return {thing_id: Judged(held, judged) for thing_id, held, judged in cursor.fetchall()}
