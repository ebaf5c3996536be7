"""The system's own lag: what waits, in seconds, and whether the watch itself was away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.levels.kinds import parameter
from nonnuoc.records.alerts.models import AlarmRule, Watch
from nonnuoc.records.alerts.watch import watched

#: What may wait: deliveries in the spool, values no rule could judge yet, messages of the outbox, jobs of the queue.
DELIVERIES, JUDGEMENTS, MESSAGES, JOBS = "deliveries", "judgements", "messages", "jobs"
#: Patience beyond a rule's: one job may run for minutes, and hold up those that are not urgent.
PATIENCE_S = {JOBS: 600.0}
#: Passes come every half minute; a longer pause than this is a gap.
GAP = timedelta(minutes=3)
#: Deliveries that wait longer than this are a backlog: who is silent cannot be said before they are taken in.
BACKLOG_S = 60.0


def behind(rules: Sequence[AlarmRule], waiting: Mapping[str, float], at: datetime) -> list[Found]:
    """What waits for longer than a rule allows, as one alarm a rule; its peak is the longest wait, in seconds."""
    longest = max((age - PATIENCE_S.get(name, 0.0) for name, age in waiting.items()), default=0.0)
    return [
        _found(rule, at - timedelta(seconds=longest), at, longest)
        for rule in rules
        if longest > parameter(rule, "behind_s")
    ]


def away(rules: Sequence[AlarmRule], last: datetime, at: datetime) -> list[Found]:
    """That nobody watched from `last` to `at`, where a rule minds: over already, to be kept."""
    pause = (at - last).total_seconds()
    return [_found(rule, last, at, pause, cleared=at) for rule in rules if pause > parameter(rule, "behind_s")]


def last_pass() -> Watch | None:
    """When the watch last went round; None: never."""
    return Watch.objects.first()


def passed(before: Watch | None, waiting: Mapping[str, float], at: datetime) -> Watch:
    """Keep that it went round, and what it saw."""
    since = at if before is None or at - before.at > GAP else before.since
    values = {"at": at, "since": since, "waiting": {name: round(age, 1) for name, age in waiting.items()}}
    return Watch.objects.update_or_create(id=1, defaults=values)[0]


def moves(at: datetime, longest_s: float) -> bool:
    """Whether everything essential moves: the watch went round, and nothing it saw has waited for longer than this."""
    last = last_pass()
    if last is None or at - last.at > GAP:
        return False
    return all(age <= longest_s for age in last.waiting.values())


def _found(rule: AlarmRule, onset: datetime, at: datetime, seconds: float, cleared: datetime | None = None) -> Found:
    return Found(
        code=rule.code,
        rule_id=rule.id,
        thing_id=None,
        datastream_id=None,
        onset=onset,
        raised=at,
        last_beyond=at,
        cleared=cleared,
        severity=watched.severity(rule),
        level=parameter(rule, "behind_s"),
        peak=round(seconds, 1),
        peak_time=at,
    )
