"""Which datastreams have fallen silent, and which speak again.

A stream is silent by the same measure as on every page (`newest.silence`): for two intervals and half a minute nothing
has been measured. An alarm waits further until (a) a rule's own least time has passed, (b) for one interval nothing has
come at all – a station that sends what it kept, in batches or after an outage, is not silent –, and (c) we ourselves
could have heard it: what we did not take in while we were away, or have not yet, says nothing of the station.

What came as missing (no number, a status) came. A stream that never spoke is not silent: nobody knows since when it
should.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.levels.kinds import parameter
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.watch import watched
from nonnuoc.records.alerts.watch.listening import Streams
from nonnuoc.records.alerts.watch.watched import NONE, GoingOn, Ints
from nonnuoc.records.monitoring import newest
from nonnuoc.records.monitoring.rows import micros, moment

SECOND = 1_000_000
NEVER = np.iinfo(np.int64).max
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Heard:
    """What is listened to, as it is at `at`. Arrays (n,); times in µs since 1970 UTC."""

    at: int
    since: int  # from when on we could hear
    streams: Streams
    rules: Sequence[AlarmRule]
    rule: Ints  # place in `rules`; NONE: no rule is about it
    patience: Ints  # after how long without a value its rule calls it silent; NEVER without a rule
    silent: Bools  # an alarm is due
    speaks: Bools  # an alarm is over

    def found(self, places: Ints) -> list[Found]:
        """The alarms of these streams."""
        return [self._found(place, self.rules[self.rule[place]]) for place in places.tolist()]

    def went(self) -> tuple[Ints, Ints, Ints]:
        """Of each station when it was last heard, the shortest of its intervals, and the least patience with it.

        Shape (stations,), µs; not before we listened ourselves. NEVER of what nobody listens to.
        """
        n, station = len(self.streams.stations.id), self.streams.station
        last, interval, patience = np.zeros(n, np.int64), np.full(n, NEVER), np.full(n, NEVER)
        np.maximum.at(last, station, np.maximum(self.streams.time, self.since))
        np.minimum.at(interval, station, self.streams.interval_s * SECOND)
        np.minimum.at(patience, station, self.patience)
        return last, interval, patience

    def _found(self, place: int, rule: AlarmRule) -> Found:
        last = int(self.streams.time[place])
        return Found(
            code=rule.code,
            rule_id=rule.id,
            thing_id=self.streams.thing(place),
            datastream_id=int(self.streams.id[place]),
            onset=moment(last),
            raised=moment(min(last + int(self.patience[place]), self.at)),
            last_beyond=moment(self.at),
            severity=watched.severity(rule),
        )


def judge(streams: Streams, rules: Sequence[AlarmRule], *, since: datetime, backlog: bool, at: datetime) -> Heard:
    """Who is silent. `since`: from when on we could hear; `backlog`: not everything that came is taken in yet."""
    now, interval_s = micros(at), streams.interval_s
    rule = watched.choose(rules, streams.stations, streams.station, streams.observed)
    patience = np.full(len(rule), NEVER)
    for number, one in enumerate(rules):
        of = rule == number
        least = int(parameter(one, "at_least_s")) * SECOND
        patience[of] = np.maximum(newest.silence(interval_s[of], parameter(one, "intervals")), least)
    unheard = now - np.maximum(streams.time, micros(since))
    nothing_came = now - streams.received > interval_s * SECOND
    silent = (unheard > patience) & nothing_came & (not backlog)
    return Heard(now, micros(since), streams, rules, rule, patience, silent, now - streams.time <= patience)


def over(heard: Heard, going_on: Sequence[GoingOn]) -> list[int]:
    """The alarms that are over: there is a value of now, or nobody listens any more."""
    places = heard.streams.places([alarm.datastream_id or NONE for alarm in going_on])
    nobody_listens = np.append(heard.rule, NONE)[places] == NONE  # NONE is the place of the last
    ended = nobody_listens | np.append(heard.speaks, False)[places]
    return [alarm.id for alarm, is_over in zip(going_on, ended.tolist(), strict=True) if is_over]
