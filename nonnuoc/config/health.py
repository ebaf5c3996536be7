"""Is it alive, is it ready: for watchdogs, load balancers, and the system's own silence to be noticed from outside."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from nonnuoc.ingest import disk
from nonnuoc.ingest.spool import Spool
from nonnuoc.look.access import PUBLIC, stated

#: Below this the disk is full for every purpose: deliveries are not taken, PostgreSQL is about to stop.
LEAST_FREE = disk.reserve(os.environ)
#: What waits longer than this is not being worked on.
LONGEST_WAIT_S = 900.0

OLDEST_JOB = """
    SELECT extract(epoch FROM now() - min(coalesce(job.scheduled_at, event.at)))
    FROM procrastinate_jobs job
    LEFT JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
    WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now()
"""


def oldest_job_s() -> float:
    """Age of the oldest job that is due; 0 where none is. Raises DatabaseError."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_JOB)
        row = cursor.fetchone()
    return max(float(row[0] or 0.0), 0.0) if row else 0.0


@stated(PUBLIC)
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@stated(PUBLIC)
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200: it can do its work. 503: it cannot, and `problems` says why."""
    home = Path(settings.HOME)
    free, waiting_s, job_s = disk.of(home).free, Spool(home).state().oldest_s, None
    problems = []
    try:
        job_s = oldest_job_s()
    except DatabaseError:
        problems.append("database")
    if free < LEAST_FREE:
        problems.append("disk")
    if waiting_s > LONGEST_WAIT_S:
        problems.append("inbox")
    if job_s is not None and job_s > LONGEST_WAIT_S:
        problems.append("jobs")
    facts = {
        "ready": not problems,
        "problems": problems,
        "free_disk_bytes": free,
        "oldest_delivery_s": round(waiting_s, 1),
        "oldest_job_s": None if job_s is None else round(job_s, 1),
    }
    return JsonResponse(facts, status=503 if problems else 200)
