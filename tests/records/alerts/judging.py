"""A station, rules of alarm on it, and values that come in pieces: what the tests of the engine stand on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from nonnuoc.domain import quality as q
from nonnuoc.records.alerts.judging import evaluating
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.monitoring import observations, removing, streams
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Thing
from nonnuoc.records.monitoring.observations import Rows, micros
from tests import factories as f
from tests.records.alerts import incidents

START = datetime(2026, 3, 2, tzinfo=UTC)
STEP = timedelta(minutes=5)
STEP_US = 300_000_000


def rule(
    code: str = "pm25-raw", *, above: Sequence[float] = (50,), below: Sequence[float] = (), **facts: Any
) -> AlarmRule:
    """A rule of its own levels on raw PM2.5; severities from 1 up."""
    sides = [{"above": level} for level in above] if above else [{"below": level} for level in below]
    steps = [{"severity": place + 1, **one} for place, one in enumerate(sides)]
    known = {
        "enabled": True,
        "steps": steps,
        "procedure": "raw",
        "observed_property": ObservedProperty.objects.get(code="PM2.5"),
    }
    return incidents.rule(code, facts.pop("kind", AlarmRule.Kind.LIMIT), **{**known, **facts})


def station(code: str = "KK01", **facts: Any) -> tuple[Thing, Datastream]:
    """A station and its raw PM2.5."""
    thing = f.station(code, ["PM2.5"], **facts)
    return thing, f.stream(thing, "PM2.5")


def rows(
    stream: Datastream,
    values: Sequence[float],
    *,
    places: Sequence[int] | None = None,
    flags: Any = q.Flag.GOOD,
    status: Any = 0,
    start: datetime = START,
) -> Rows:
    """Values at every fifth minute, or at these places of the cadence."""
    n = len(values)
    at = np.arange(n) if places is None else np.asarray(places)
    time = micros(start) + at * STEP_US
    return Rows(np.full(n, stream.id), time, np.asarray(values, float), np.full(n, status), np.full(n, flags))


def bring(*new: Rows, at: datetime | None = None) -> list[Change]:
    """Store rows as the river does, and let the rules judge them."""
    together = observations.concat(list(new)).sort()
    with transaction.atomic():
        catalogue = _catalogue(together)
        now = at or observations.moment(int(together.time.max())) + timedelta(minutes=1)
        changed = observations.keep(together, by="test", reason="test", at=now)
        return evaluating.evaluate(changed, catalogue, at=now)


def take(gone: Rows, *, at: datetime) -> list[Change]:
    """Take rows away, and let the rules judge what is left."""
    with transaction.atomic():
        catalogue = _catalogue(gone)
        removing.take(gone, by="test", reason="test")
        return evaluating.evaluate(gone, catalogue, at=at)


def _catalogue(some: Rows) -> list[streams.Stream]:
    things = set(streams.owners(np.unique(some.datastream).tolist()).values())
    streams.lock(things)
    return streams.of_things(things)
