"""Jobs of the queue: what has to be done later, or again and again."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from nonnuoc.ingest import alerting, background, partials, pipeline, waiting
from nonnuoc.ingest.pending import Pending
from nonnuoc.ingest.spool import Spool
from nonnuoc.records.alerts.attending import escalating
from nonnuoc.records.alerts.rulebook import rejudging
from nonnuoc.records.alerts.watch import watching
from nonnuoc.records.monitoring import counting, partitions
from nonnuoc.records.plans.rounds import reminding
from nonnuoc.records.plans.targets import values
from nonnuoc.records.plans.text import questions
from nonnuoc.records.registers.licences import following, telling
from nonnuoc.records.warnings import automatic

log = logging.getLogger(__name__)
#: Local hours within which people are reminded: whoever was away at seven is told later that day.
REMINDED_FROM_H, REMINDED_UNTIL_H = 7, 18


@app.task(retry=5)
def replay(thing_id: int) -> int:
    """Read again what a station sent before it, or its datastreams, were registered."""
    return pipeline.replay(thing_id)


@app.task(name=alerting.AGAIN, retry=RetryStrategy(wait=alerting.AGAIN_S), lock="judge-again")
def judge_again(thing_id: int, since: str) -> int:
    """Let the rules of alarm judge what a station sent when judging failed; until it succeeds."""
    return alerting.judge_again(thing_id, datetime.fromisoformat(since))


@app.task(name=rejudging.JOB, retry=5)
def judge_by_rule(code: str, since: str) -> int:
    """Let a rule that was changed for the past judge what is held of it."""
    return alerting.judge_by_rule(code, datetime.fromisoformat(since))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="judge-by-licences", lock="judge-by-licences")
def judge_by_licences(timestamp: int) -> int:
    """Where the limits of a facility's papers changed for the past, the past is judged again."""
    return alerting.judge_by_licences()


@app.periodic(cron="11 0 * * *")
@app.task(queueing_lock="obligations", lock="obligations")
def bring_obligations_up_to_date(timestamp: int) -> int:
    """What papers ask for in the next year, as it stands on the new day."""
    return following.refresh()


@app.periodic(cron="30 * * * *")
@app.task(queueing_lock="obligation-reminders", lock="obligation-reminders")
def remind_of_obligations(timestamp: int) -> int:
    """Who has something to do by a day soon, or should have, is told once that day, in working hours."""
    at = timezone.now()
    return telling.remind(at) if REMINDED_FROM_H <= timezone.localtime(at).hour < REMINDED_UNTIL_H else 0


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="plan-questions", lock="plan-questions")
def find_open_questions(timestamp: int) -> int:
    """What plans leave open, asked and let go as tasks, targets and marks have changed."""
    return questions.refresh_all(timezone.now())


@app.periodic(cron="17 1 * * *")
@app.task(queueing_lock="plan-targets", lock="plan-targets")
def measure_targets(timestamp: int) -> int:
    """What the targets of plans have come to by the records of this day, where it is not what it was."""
    at = timezone.now()
    return values.record_all(timezone.localdate(at), at=at)


@app.periodic(cron="35 * * * *")
@app.task(queueing_lock="plan-reminders", lock="plan-reminders")
def remind_of_plan_reports(timestamp: int) -> int:
    """Units whose report on a plan is due or late are told, in working hours, and who follows the plan with them."""
    at = timezone.now()
    return reminding.remind(at) if REMINDED_FROM_H <= timezone.localtime(at).hour < REMINDED_UNTIL_H else 0


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
    """Jobs whose worker was killed start again; one of which the like waits already is that one's to do."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, Status.ABORTED, delete_job=True)
            continue
        log.warning("job %s (%s) starts again: its worker died", job.id, job.task_name)


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


@app.periodic(cron="* * * * * */30")
@app.task(queue=background.WATCH, queueing_lock="watch")
def watch(timestamp: int) -> int:
    """Look after everything that is wrong because nothing happens, then tell more people of what nobody takes up."""
    at = timezone.now()
    changes = watching.watch(at, waiting=waiting.seconds(Path(settings.HOME)))
    return len(changes) + len(escalating.escalate(at))


@app.periodic(cron="* * * * *")
@app.task(queue=background.WATCH, queueing_lock="automatic-warnings")
def look_after_automatic_warnings(timestamp: int) -> int:
    """Renew those that are about to end while the incident goes on; cancel those whose incident a person has closed."""
    return len(automatic.look_after(timezone.now()))
