"""The watch: one pass, every half minute, over everything that is wrong because time goes by and nothing happens.

Each part looks at all stations in a query or two, compares what is amiss with the alarms that go on, opens what is new
and clears what is over. A part that fails leaves the others' work standing; the pass then does not count as done, which
`/readyz` and the heartbeat tell.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import TypeVar

import numpy as np
from django.db import connection, transaction

from nonnuoc.records.alerts.attending import telling
from nonnuoc.records.alerts.judging import alarms
from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import AlarmRule, Watch
from nonnuoc.records.alerts.watch import holding, lagging, listening, network, refusals, shortfall, silence, watched
from nonnuoc.records.alerts.watch.listening import Streams
from nonnuoc.records.alerts.watch.refusals import Held
from nonnuoc.records.alerts.watch.watched import Stations

log = logging.getLogger(__name__)
Kind = AlarmRule.Kind
Changes = Iterable[list[Change]]
T = TypeVar("T")
#: Alarms in one transaction.
PORTION = 200
#: One pass at a time, whoever starts it.
LOCK = 0x5761_7463_6821


@dataclass(frozen=True)
class Round:
    """A pass, and what it reads once for all its parts."""

    at: datetime
    before: Watch | None  # the last one that ended well
    waiting: Mapping[str, float]

    @cached_property
    def stations(self) -> Stations:
        return watched.stations()

    @cached_property
    def streams(self) -> Streams:
        return listening.listen(self.stations)

    @cached_property
    def held(self) -> Sequence[Held]:
        return refusals.held(self.at)

    @property
    def since(self) -> datetime:
        """Since when there has been a pass every time: what fell silent before, we may not have heard."""
        return self.before.since if self.before and self.at - self.before.at <= lagging.GAP else self.at

    @property
    def backlog(self) -> bool:
        """Whether deliveries wait that may be of anybody."""
        return self.waiting.get(lagging.DELIVERIES, 0.0) > lagging.BACKLOG_S

    def rules(self, kind: Kind) -> list[AlarmRule]:
        return watched.rules(kind, self.at)


def watch(at: datetime, *, waiting: Mapping[str, float] | None = None) -> list[Change]:
    """One pass at `at`; what is told of a change is told in its transaction. `waiting`: see lagging.py.

    Nothing happens where another pass is under way.
    """
    with _alone() as mine:
        if not mine:
            return []
        going = Round(at, lagging.last_pass(), waiting or {})
        changes: list[Change] = []
        done = [_attempt(part, going, changes) for part in PARTS]
        if all(done):
            lagging.passed(going.before, going.waiting, at)
    return changes


def _silence(going: Round) -> Changes:
    rules = going.rules(Kind.SILENCE)
    heard = silence.judge(going.streams, rules, since=going.since, backlog=going.backlog, at=going.at)
    going_on = watched.going_on(Kind.SILENCE)
    over = silence.over(heard, going_on)
    of_outages = {one.id for one in going_on if one.of_many} & set(over)
    yield _kept(lambda: network.clear(sorted(of_outages), at=going.at), going.at) if of_outages else []
    yield from _clear([one for one in over if one not in of_outages], going.at)
    alarmed = np.isin(heard.streams.id, [one.datastream_id for one in going_on if one.datastream_id])
    new = heard.silent & ~alarmed
    if new.any():
        with transaction.atomic():
            of_network, single = network.gather(heard, new, going_on, going.at)
            telling.tell(of_network, at=going.at)
        yield of_network
        yield from _open(heard.found(np.flatnonzero(single)), going.at)


def _refused(going: Round) -> Changes:
    found = refusals.refused(going.stations, going.rules(Kind.REFUSED), going.held)
    return _settle(Kind.REFUSED, found, going.at)


def _clock(going: Round) -> Changes:
    found = refusals.clock_off(going.streams, going.rules(Kind.CLOCK), going.held, going.at)
    return _settle(Kind.CLOCK, found, going.at)


def _availability(going: Round) -> Changes:
    known = {one.datastream_id for one in watched.going_on(Kind.AVAILABILITY) if one.datastream_id}
    found = shortfall.short(going.streams, going.rules(Kind.AVAILABILITY), known, going.at)
    return _settle(Kind.AVAILABILITY, list(found), going.at)


def _lag(going: Round) -> Changes:
    rules = going.rules(Kind.LAG)
    yield from _settle(Kind.LAG, lagging.behind(rules, going.waiting, going.at), going.at)
    if going.before is not None:
        yield from _open(lagging.away(rules, going.before.at, going.at), going.at)


def _hold(going: Round) -> Changes:
    yield holding.hold(going.at)


PARTS: Sequence[Callable[[Round], Changes]] = (_silence, _refused, _clock, _availability, _lag, _hold)


def _attempt(part: Callable[[Round], Changes], going: Round, changes: list[Change]) -> bool:
    try:
        for some in part(going):
            changes += some
    except Exception:
        log.exception("The watch could not look at %s", part.__name__.strip("_"))
        return False
    return True


def _settle(kind: Kind, found: Sequence[Found], at: datetime) -> Changes:
    """Clear what is kept and does not go on, open what goes on and is not kept yet."""
    now = {(one.code, one.datastream_id, one.thing_id): one for one in found}
    kept = {(one.code, one.datastream_id, one.thing_id): one.id for one in watched.going_on(kind)}
    yield from _clear([kept[key] for key in kept if key not in now], at)
    yield from _open([now[key] for key in now if key not in kept], at)


def _open(found: Sequence[Found], at: datetime) -> Changes:
    for some in _portions(sorted(found, key=lambda one: one.thing_id or 0)):
        yield _kept(partial(alarms.open_, *some, at=at), at)


def _clear(ids: Sequence[int], at: datetime) -> Changes:
    for some in _portions(sorted(ids)):
        yield _kept(partial(alarms.clear, some, cleared=at, at=at), at)


def _portions(things: Sequence[T]) -> Iterator[Sequence[T]]:
    return (things[start : start + PORTION] for start in range(0, len(things), PORTION))


def _kept(work: Callable[[], list[Change]], at: datetime) -> list[Change]:
    """A transaction of its own: the stations it locks are locked all at once and not for long, so that it never waits
    for the river that waits for it."""
    with transaction.atomic():
        changes = work()
        telling.tell(changes, at=at)
    return changes


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
