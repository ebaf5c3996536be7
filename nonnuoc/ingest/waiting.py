"""What waits, and for how long: deliveries, jobs, messages, judgements by the rules of alarm."""

from __future__ import annotations

from pathlib import Path

from django.db import connection

from nonnuoc.ingest import alerting
from nonnuoc.ingest.spool import Spool
from nonnuoc.records.alerts.watch import lagging
from nonnuoc.records.outbox import selectors as outbox

OLDEST_JOB = """
    SELECT extract(epoch FROM now() - min(coalesce(job.scheduled_at, event.at)))
    FROM procrastinate_jobs job
    LEFT JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
    WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now()
"""
# However often it was tried: since it was first put off.
OLDEST_JUDGEMENT = """
    SELECT extract(epoch FROM now() - min(event.at))
    FROM procrastinate_jobs job
    JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
    WHERE job.task_name = %s AND job.status IN ('todo', 'doing')
"""


def seconds(home: Path) -> dict[str, float]:
    """How long the oldest of each has waited; 0 where none does. Raises DatabaseError."""
    return {
        lagging.DELIVERIES: Spool(home).state().oldest_s,
        lagging.JOBS: oldest_job_s(),
        lagging.JUDGEMENTS: oldest_judgement_s(),
        lagging.MESSAGES: outbox.oldest_due_s(),
    }


def oldest_job_s() -> float:
    """Age of the oldest job that is due; 0 where none is. Raises DatabaseError."""
    return _age(OLDEST_JOB)


def oldest_judgement_s() -> float:
    """How long values have waited that could not be judged when they came; 0 where none do. Raises DatabaseError."""
    return _age(OLDEST_JUDGEMENT, alerting.AGAIN)


def _age(sql: str, *parameters: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
    return max(float(row[0] or 0.0), 0.0) if row else 0.0
