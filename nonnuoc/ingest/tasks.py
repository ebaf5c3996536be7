"""Jobs of the queue: what has to be done later, or again and again."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from nonnuoc.ingest import partials, pipeline
from nonnuoc.ingest.pending import Pending
from nonnuoc.ingest.spool import Spool
from nonnuoc.records.monitoring import counting, partitions

log = logging.getLogger(__name__)


@app.task(retry=5)
def replay(thing_id: int) -> int:
    """Read again what a station sent before it, or its datastreams, were registered."""
    return pipeline.replay(thing_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="stale-uploads")
def retire_stale_uploads(timestamp: int) -> int:
    """Uploads nobody finished within an hour become quarantined deliveries."""
    return partials.retire_stale(Spool(Path(settings.HOME)), now=time.time())


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="pending-files")
def forget_pending_files(timestamp: int) -> int:
    """Files a person uploaded and did not decide about within a day are forgotten."""
    return Pending(Path(settings.MEDIA_ROOT)).clean(now=time.time())


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="stalled-jobs", pass_context=True)
async def restart_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Jobs whose worker was killed start again."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        log.warning("job %s (%s) starts again: its worker died", job.id, job.task_name)
        await manager.retry_job(job)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="availability", lock="availability")
def count_what_arrived(timestamp: int) -> int:
    """How much of what was to come has come: the last 24 hours, and days that are new or whose values changed."""
    return counting.refresh(timezone.now())


@app.periodic(cron="43 2 * * *")
@app.task(queueing_lock="years")
def put_years_in_order(timestamp: int) -> None:
    """Rows of years nobody foresaw get a partition of their own; years that are over are laid out for reading."""
    today = datetime.fromtimestamp(timestamp, UTC).date()
    partitions.settle(today=today)
    partitions.cluster_closed_years(today=today)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="old-jobs", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    """Jobs that ended more than a month ago are forgotten."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=31 * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )
