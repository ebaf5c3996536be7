"""Is it alive, is it ready: for watchdogs, load balancers, and the system's own silence to be noticed from outside."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from nonnuoc.ingest import disk
from nonnuoc.ingest.spool import Spool
from nonnuoc.ingest.waiting import oldest_job_s
from nonnuoc.look.access import PUBLIC, stated
from nonnuoc.records.alerts.watch import lagging
from nonnuoc.records.outbox import selectors as outbox

#: Below this the disk is full for every purpose: deliveries are not taken, PostgreSQL is about to stop.
LEAST_FREE = disk.reserve(os.environ)
#: What waits longer than this is not being worked on.
LONGEST_WAIT_S = 900.0
#: The watch goes round every half minute: a longer pause is none.
LONGEST_S = {"watch": 300.0}
QUEUES = ("jobs", "messages", "watch")
#: What each age is called in the answer.
TOLD = {
    "inbox": "oldest_delivery_s",
    "jobs": "oldest_job_s",
    "messages": "oldest_message_s",
    "watch": "last_watch_s",
}
STARTED = time.monotonic()


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
    free, ages = disk.of(home).free, {"inbox": Spool(home).state().oldest_s, **dict.fromkeys(QUEUES)}
    problems = []
    try:
        ages |= {"jobs": oldest_job_s(), "messages": outbox.oldest_due_s(), "watch": pause_s(timezone.now())}
    except DatabaseError:
        problems.append("database")
    if free < LEAST_FREE:
        problems.append("disk")
    problems += [name for name, age in ages.items() if age is not None and age > LONGEST_S.get(name, LONGEST_WAIT_S)]
    facts = {
        "ready": not problems,
        "problems": problems,
        "free_disk_bytes": free,
        **{told: None if (age := ages[name]) is None else round(age, 1) for name, told in TOLD.items()},
    }
    return JsonResponse(facts, status=503 if problems else 200)


def pause_s(at: datetime) -> float:
    """How long ago the watch over silent stations last went round; not longer than this process has been looking.

    Raises DatabaseError.
    """
    last = lagging.last_pass()
    looking = time.monotonic() - STARTED
    return looking if last is None else max(0.0, min(looking, (at - last.at).total_seconds()))
