"""What a rule that is watched by the clock would have raised, from the times that are kept.

When a value arrived is not kept for ever, its time of measurement is: a gap that was filled later is no gap here. So a
preview of silence tells of what stayed silent, not of what came late.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

import numpy as np
from django.utils import timezone

from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.levels.bounding import Version
from nonnuoc.records.alerts.levels.kinds import parameter
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.rulebook.scoping import Where
from nonnuoc.records.alerts.watch import watched
from nonnuoc.records.monitoring import newest, observations
from nonnuoc.records.monitoring.models import DailyCount, Delivery
from nonnuoc.records.monitoring.rows import micros, moment
from nonnuoc.records.monitoring.streams import Stream

Kind = AlarmRule.Kind
SECOND = 1_000_000


def found(version: Version, spots: Sequence[Where], since: datetime, until: datetime) -> Iterator[Found]:
    """Alarms in order of station and time; none of kinds whose past is not kept."""
    rule = version.rule
    if rule.kind == Kind.SILENCE:
        for spot in spots:
            yield from _silences(rule, [stream for stream, _ in spot.streams], since, until)
    elif rule.kind == Kind.AVAILABILITY:
        yield from _shortfalls(rule, [stream for spot in spots for stream, _ in spot.streams], since, until)
    elif rule.kind == Kind.REFUSED:
        yield from _refusals(rule, [spot.station.id for spot in spots], since, until)


def _silences(rule: AlarmRule, streams: Sequence[Stream], since: datetime, until: datetime) -> Iterator[Found]:
    """Gaps longer than the rule's patience between two values, or after the last; what came as missing came."""
    ids = np.array([stream.id for stream in streams], np.int32)
    rows = observations.read_spans(ids, micros(since), micros(until))
    for stream in streams:
        interval = np.array([stream.interval_s or 0], np.int64)
        patience = int(newest.silence(interval, parameter(rule, "intervals"))[0])
        patience = max(patience, int(parameter(rule, "at_least_s")) * SECOND)
        first, last = np.searchsorted(rows.datastream, [stream.id, stream.id + 1]).tolist()
        times = rows.time[first:last]
        if not len(times):
            continue
        ends = np.append(times[1:], micros(until))
        for place in np.flatnonzero(ends - times > patience).tolist():
            begins, over = int(times[place]), int(ends[place])
            open_ = place == len(times) - 1
            yield Found(
                code=rule.code,
                rule_id=0,
                thing_id=stream.thing_id,
                datastream_id=stream.id,
                onset=moment(begins),
                raised=moment(begins + patience),
                last_beyond=moment(over),
                cleared=None if open_ else moment(over),
                severity=watched.severity(rule),
            )


def _shortfalls(rule: AlarmRule, streams: Sequence[Stream], since: datetime, until: datetime) -> Iterator[Found]:
    """Runs of days at whose end the share of the days before lay under the target."""
    days, target = int(parameter(rule, "days")), parameter(rule, "below_percent")
    first, last = timezone.localtime(since).date(), timezone.localtime(until).date()
    counts = DailyCount.objects.filter(
        datastream_id__in=[stream.id for stream in streams],
        day__gte=first - timedelta(days=days),
        day__lt=last,
        interval_s__gt=0,
    ).order_by("datastream_id", "day")
    held: dict[int, dict[date, tuple[float, int]]] = defaultdict(dict)
    for id, day, interval, usable in counts.values_list("datastream_id", "day", "interval_s", "usable"):
        held[id][day] = (86_400 / (interval or 86_400), usable)
    for stream in streams:
        own = held.get(stream.id)
        if own:
            yield from _runs(rule, stream, own, max(first, min(own) + timedelta(days=days)), last, days, target)


def _runs(
    rule: AlarmRule,
    stream: Stream,
    own: dict[date, tuple[float, int]],
    first: date,
    last: date,
    days: int,
    target: float,
) -> Iterator[Found]:
    began: date | None = None
    worst = 100.0
    day = first
    while day <= last:
        window = [own[day - timedelta(days=n)] for n in range(1, days + 1) if day - timedelta(days=n) in own]
        expected = sum(one for one, _ in window)
        share = 100.0 * sum(usable for _, usable in window) / expected if expected else 100.0
        if share < target:
            began, worst = began or day, min(worst, share)
        elif began:
            yield _shortfall(rule, stream, began, day, worst, target)
            began, worst = None, 100.0
        day += timedelta(days=1)
    if began:
        yield _shortfall(rule, stream, began, None, worst, target)


def _shortfall(rule: AlarmRule, stream: Stream, began: date, over: date | None, worst: float, target: float) -> Found:
    onset = _midnight(began)
    return Found(
        code=rule.code,
        rule_id=0,
        thing_id=stream.thing_id,
        datastream_id=stream.id,
        onset=onset,
        raised=onset,
        last_beyond=_midnight(over - timedelta(days=1)) if over else onset,
        cleared=_midnight(over) if over else None,
        severity=watched.severity(rule),
        level=target,
        peak=round(worst, 1),
        peak_time=onset,
    )


def _refusals(rule: AlarmRule, thing_ids: Sequence[int], since: datetime, until: datetime) -> Iterator[Found]:
    """So many files held back within the span; over when the span has passed without another."""
    files, span = int(parameter(rule, "files")), timedelta(seconds=parameter(rule, "within_s"))
    rows = Delivery.objects.filter(
        thing_id__in=thing_ids, state=Delivery.State.QUARANTINED, received__gte=since, received__lt=until
    ).exclude(code__startswith="clock_")
    held: dict[int, list[datetime]] = defaultdict(list)
    for thing, received in rows.order_by("received").values_list("thing_id", "received"):
        held[thing].append(received)
    for thing, times in sorted(held.items()):
        bursts: list[list[datetime]] = []
        for one in times:
            if bursts and one - bursts[-1][-1] <= span:
                bursts[-1].append(one)
            else:
                bursts.append([one])
        for burst in bursts:
            raised = next((b for a, b in zip(burst, burst[files - 1 :], strict=False) if b - a <= span), None)
            if raised is not None:
                over = burst[-1] + span
                yield Found(
                    code=rule.code,
                    rule_id=0,
                    thing_id=thing,
                    datastream_id=None,
                    onset=burst[0],
                    raised=raised,
                    last_beyond=burst[-1],
                    cleared=over if over < until else None,
                    severity=watched.severity(rule),
                    beyond=len(burst),
                )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
