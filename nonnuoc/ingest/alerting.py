"""Step 7: alarms and incidents, and what people are told of them. Follows what steps 5 and 6 stored.

It is part of the transaction that stores the readings, and never a reason for readings not to be stored: rules are
checked when they are written, so that what fails here is a fault of ours. Then what it had begun is undone, the
readings stay, the log tells, and jobs judge the same days again until they succeed. While they wait, evaluation lags,
and that raises an alarm of its own (rules of kind `lag`).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from nonnuoc.ingest.away import is_away
from nonnuoc.records.alerts.attending import telling
from nonnuoc.records.alerts.judging import evaluating
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.levels.bounding import LICENCE
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.monitoring import streams
from nonnuoc.records.monitoring.observations import Rows, moment
from nonnuoc.records.monitoring.streams import Stream
from nonnuoc.records.registers.licences import judged
from nonnuoc.records.warnings import automatic

log = logging.getLogger(__name__)

#: The job that judges again (ingest/tasks.py), and when it tries again.
AGAIN, AGAIN_S = "nonnuoc.ingest.tasks.judge_again", 60


def alert(changed: Rows, catalogue: Sequence[Stream], *, at: datetime) -> None:
    """Let rules of alarm judge what changed: raw values, means and indices; stored, or taken away.

    `catalogue` holds all datastreams of the stations concerned, which are locked. `at`: now.
    """
    if not len(changed):
        return
    try:
        with transaction.atomic():
            _tell(evaluating.evaluate(changed, catalogue, at=at), at)
    except Exception as error:
        if isinstance(error, DatabaseError) and is_away(error):
            raise
        log.exception("%d values were stored and not judged by the rules of alarm; they will be", len(changed))
        _later(changed, catalogue)


@transaction.atomic
def judge_again(thing_id: int, since: datetime) -> int:
    """Judge everything a station has from `since` on; give how much that changed. Repeating it does no harm."""
    return _judge_station(thing_id, since, None)


def judge_by_rule(code: str, since: datetime) -> int:
    """Judge all that is held from `since` on by one rule, station by station; give how much that changed."""
    return sum(_judge_station(thing_id, since, [code]) for thing_id in streams.things())


def judge_by_licences() -> int:
    """Judge again what datastreams hold whose limits of their facility's papers changed; give how much that changed.

    Whoever changed them, in whatever way: limits, papers, links are compared with those last judged by.
    """
    changed = judged.changed()
    codes = list(AlarmRule.objects.filter(basis=LICENCE).order_by().values_list("code", flat=True).distinct())
    things: dict[int, list[int]] = defaultdict(list)
    for stream_id, thing_id in streams.owners(changed).items():
        things[thing_id].append(stream_id)
    found = 0
    for thing_id, ids in sorted(things.items()):
        with transaction.atomic():
            since = min(changed[id][0] for id in ids)
            found += _judge_station(thing_id, since, codes, forget=True)
            judged.settled({id: changed[id][1] for id in ids}, at=timezone.now())
    return found


@transaction.atomic
def _judge_station(thing_id: int, since: datetime, codes: Collection[str] | None, *, forget: bool = False) -> int:
    streams.lock([thing_id])
    at = timezone.now()
    changes = evaluating.again(streams.of_things([thing_id]), since, at=at, codes=codes, forget=forget)
    _tell(changes, at)
    return len(changes)


def _tell(changes: Sequence[Change], at: datetime) -> None:
    if changes:
        telling.tell(changes, at=at)
        automatic.consider(changes, at=at)


def _later(changed: Rows, catalogue: Sequence[Stream]) -> None:
    """One job a station and first day, however many deliveries it is of."""
    thing = {stream.id: stream.thing_id for stream in catalogue}
    first: dict[int, int] = {}
    for stream_id, time in zip(changed.datastream.tolist(), changed.time.tolist(), strict=True):
        first[thing[stream_id]] = min(time, first.get(thing[stream_id], time))
    for thing_id, time in sorted(first.items()):
        day = moment(time).replace(hour=0, minute=0, second=0, microsecond=0)
        job = app.configure_task(AGAIN, queueing_lock=f"judge-again-{thing_id}-{day.date()}")
        with suppress(AlreadyEnqueued), transaction.atomic():
            job.defer(thing_id=thing_id, since=day.isoformat())
