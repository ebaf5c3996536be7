"""Datastreams of which less has come than a rule asks for, by the counts that every page shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.levels.kinds import parameter
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.watch import watched
from nonnuoc.records.alerts.watch.listening import Streams
from nonnuoc.records.alerts.watch.watched import NONE
from nonnuoc.records.monitoring import arrays
from nonnuoc.records.monitoring.models import Availability
from nonnuoc.records.monitoring.rows import moment

Span = Availability.Span
SPANS: Mapping[int, str] = {1: Span.DAY, 7: Span.WEEK, 30: Span.MONTH, 365: Span.YEAR}
#: Percent above the target that end an alarm: a share that trembles around it raises one, not ten.
CALM = 2.0
COUNTS = """
SELECT array_agg(datastream_id), array_agg(usable), array_agg(expected), array_agg(counted)
FROM monitoring_availability WHERE span = %s AND expected > 0
"""
KINDS = (*(arrays.Int4,) * 3, arrays.Time)


def short(streams: Streams, rules: Sequence[AlarmRule], known: Collection[int], at: datetime) -> Iterator[Found]:
    """The datastreams whose usable share lies below the target of the rule about them; of those in `known`, whose
    alarm goes on, those that have not come clearly above it. Nothing expected, nothing said. A query a span."""
    chosen = watched.choose(rules, streams.stations, streams.station, streams.observed)
    for days in sorted({_days(rule) for rule in rules}):
        stream, usable, expected, counted = arrays.fetch(COUNTS, (SPANS[days],), KINDS)
        place = streams.places(stream)
        percent = usable * 100.0 / expected
        for number, rule in enumerate(rules):
            if _days(rule) != days:
                continue
            target = parameter(rule, "below_percent")
            near = (place != NONE) & (percent < target + CALM)
            near[near] = chosen[place[near]] == number
            rows = zip(place[near].tolist(), percent[near].tolist(), counted[near].tolist(), strict=True)
            for where, share, when in rows:
                if share < target or int(streams.id[where]) in known:
                    yield _found(rule, streams, where, share, min(moment(when), at))


def _days(rule: AlarmRule) -> int:
    return int(parameter(rule, "days"))


def _found(rule: AlarmRule, streams: Streams, where: int, share: float, counted: datetime) -> Found:
    return Found(
        code=rule.code,
        rule_id=rule.id,
        thing_id=streams.thing(where),
        datastream_id=int(streams.id[where]),
        onset=counted,
        raised=counted,
        last_beyond=counted,
        severity=watched.severity(rule),
        level=parameter(rule, "below_percent"),
        peak=round(share, 1),
        peak_time=counted,
    )
