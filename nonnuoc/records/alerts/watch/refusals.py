"""Stations whose files are refused, and stations whose clock is off: what the ledger of deliveries says of them.

A station is in trouble while its newest deliveries are held back and nothing new of it has been stored since. What is
held back for its times speaks of the clock, everything else of the files; so one cause never raises both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import connection

from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.levels.kinds import parameter
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.watch import watched
from nonnuoc.records.alerts.watch.listening import Streams
from nonnuoc.records.alerts.watch.watched import NONE, Stations
from nonnuoc.records.monitoring.rows import moment

Kind = AlarmRule.Kind
#: Nothing older is looked at: the longest span a rule may have (kinds.py).
LONGEST = timedelta(days=7)
#: A clock that was wrong once and is mended is heard of within a day.
CLOCK_SPAN = timedelta(days=1)

HELD = """
WITH held AS (
    SELECT thing_id, code LIKE 'clock\\_%%' AS of_clock, received FROM monitoring_delivery
    WHERE state = 'quarantined' AND received > %s AND received <= %s AND thing_id IS NOT NULL
), stored AS (
    SELECT thing_id, max(latest_received) AS at FROM monitoring_datastream
    WHERE procedure IN ('raw', 'sample') AND thing_id IN (SELECT thing_id FROM held) GROUP BY 1
)
SELECT held.thing_id, of_clock, array_agg(received ORDER BY received) FROM held
LEFT JOIN stored ON stored.thing_id = held.thing_id
WHERE received > coalesce(stored.at, '-infinity') GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Held:
    """When deliveries of a station were held back, the oldest first, and nothing was stored since the first."""

    thing_id: int
    of_clock: bool
    received: tuple[datetime, ...]


def held(at: datetime) -> list[Held]:
    """One query, over what was held back in the last days."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [at - LONGEST, at])
        return [Held(thing, of_clock, tuple(received)) for thing, of_clock, received in cursor.fetchall()]


def refused(among: Stations, rules: Sequence[AlarmRule], deliveries: Sequence[Held]) -> list[Found]:
    """The stations so many of whose files were refused within the rule's span; still so when the span has passed."""
    found = []
    for one, rule in _with_rule(among, rules, [one for one in deliveries if not one.of_clock]):
        files, span = int(parameter(rule, "files")), timedelta(seconds=parameter(rule, "within_s"))
        times = one.received
        raised = next((b for a, b in zip(times, times[files - 1 :], strict=False) if b - a <= span), None)
        if raised is not None:
            found.append(_found(rule, one.thing_id, times[0], raised, times[-1], beyond=len(times)))
    return found


def clock_off(streams: Streams, rules: Sequence[AlarmRule], deliveries: Sequence[Held], at: datetime) -> list[Found]:
    """The stations whose files are held back for their times, and those whose newest value was further ahead of its
    arrival than the rule allows. That a clock is behind cannot be told from a file that comes late."""
    wrong = [one for one in deliveries if one.of_clock and one.received[-1] > at - CLOCK_SPAN]
    found = {
        one.thing_id: _found(rule, one.thing_id, one.received[0], one.received[0], one.received[-1], len(one.received))
        for one, rule in _with_rule(streams.stations, rules, wrong)
    }
    early = streams.time - streams.received
    chosen = watched.choose(rules, streams.stations, streams.station)
    for number, rule in enumerate(rules):
        ahead = (chosen == number) & (early > parameter(rule, "off_s") * 1_000_000)
        for place in np.flatnonzero(ahead).tolist():
            arrived = moment(int(streams.received[place]))
            found.setdefault(streams.thing(place), _found(rule, streams.thing(place), *(arrived,) * 3, 1))
    return list(found.values())


def _with_rule(among: Stations, rules: Sequence[AlarmRule], deliveries: Sequence[Held]) -> list[tuple[Held, AlarmRule]]:
    place = among.places([one.thing_id for one in deliveries])
    active = np.flatnonzero(place != NONE)
    chosen = watched.choose(rules, among, place[active])
    return [
        (deliveries[where], rules[number])
        for where, number in zip(active.tolist(), chosen.tolist(), strict=True)
        if number != NONE
    ]


def _found(rule: AlarmRule, thing_id: int, onset: datetime, raised: datetime, last: datetime, beyond: int) -> Found:
    return Found(
        code=rule.code,
        rule_id=rule.id,
        thing_id=thing_id,
        datastream_id=None,
        onset=onset,
        raised=raised,
        last_beyond=last,
        severity=watched.severity(rule),
        beyond=beyond,
    )
