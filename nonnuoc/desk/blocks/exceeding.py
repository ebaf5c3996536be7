"""Means that are over a limit now, with the document that sets it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from nonnuoc.look import law, words
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.selectors import Latest, StationNow

FRESH = timedelta(hours=3)  # an older mean says nothing about now


@dataclass(frozen=True, slots=True)
class Exceeding:
    """One mean over its limit."""

    station: StationNow
    name: str
    mean: Latest
    words: str
    limit: law.Limit
    times: float  # of the limit


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """Those within reach, the most exceeded first."""
    reach = rights.reach("data.internal")
    stations = monitoring.stations_now(at, reader=rights, within=reach)
    found = sorted((one for station in stations for one in _of(station, at)), key=lambda one: -one.times)
    return {"waits": len(found), "exceeding": found, "simulated": any(one.station.simulated for one in found)}


def _of(station: StationNow, at: datetime) -> Iterator[Exceeding]:
    for code, means in station.means.items():
        limits = {limit.averaging: limit for limit in law.limits(station.kind, code, timezone.localdate(at))}
        for procedure, mean in means.items():
            limit = limits.get(law.AVERAGING.get(procedure, "-"))  # type: ignore[call-overload]
            fresh = mean.time is not None and at - mean.time < FRESH
            if limit and fresh and mean.value is not None and mean.value > limit.value:
                said = words.procedure(procedure)
                yield Exceeding(station, words.name(mean.observed), mean, said, limit, mean.value / limit.value)
