"""The index of the last thirty days: of the commune's own station, else of the nearest and said to be that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.utils import timezone

from nonnuoc.look import law
from nonnuoc.portal import rows
from nonnuoc.portal.sections import Part
from nonnuoc.portal.surroundings import Near, Surroundings
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.observations import micros

Procedure, Kind = Datastream.Procedure, Thing.Kind
DAYS = 30
DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Day:
    """One day's index. `mark` None: not enough data, or none at all."""

    day: date
    value: int | None
    word: str
    mark: rows.Mark | None
    validated: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """Thirty days of one station's index, the oldest first."""

    near: Near
    scheme: str
    hourly: bool  # VN_WQI of an automatic station: of each day its worst hour
    days: list[Day]
    classes: list[law.Category]  # those that occur, the best first

    @property
    def known(self) -> int:
        return sum(day.value is not None for day in self.days)

    @property
    def validated(self) -> int:
        return sum(day.value is not None and day.validated for day in self.days)


def history(place: Surroundings) -> Part | None:
    """Air of its own station or the nearest; water of its own alone, since another river says nothing of this one."""
    air = next((near for near in place.own(Kind.AMBIENT_AIR) + place.others(Kind.AMBIENT_AIR) if _daily(near)), None)
    water = next((near for near in place.own(Kind.SURFACE_WATER) if near.station.index and near.station.heard), None)
    strips = [_strip(near, place.at) for near in (air, water) if near]
    return Part({"strips": strips, "place": place}) if strips else None


def _daily(near: Near) -> int | None:
    """The datastream of its daily VN_AQI, once that has said anything."""
    stream = near.station.means.get("VN_AQI", {}).get(Procedure.AQI_24H)
    return stream.datastream_id if stream and stream.time else None


def _strip(near: Near, at: datetime) -> Strip:
    today = timezone.localdate(at)
    days = [today - timedelta(days=back) for back in range(DAYS, 0, -1)]
    index, daily = near.station.index, _daily(near)
    scheme = "VN_AQI" if daily else "VN_WQI"
    stream = daily or (index.datastream_id if index else 0)
    hourly = not daily and index is not None and index.indicative
    worst = _worst(stream, days, highest=scheme == "VN_AQI")
    told = [_day(scheme, day, *worst.get(day, (None, False))) for day in days]
    seen = {day.mark.css for day in told if day.mark}
    classes = [one for one in law.categories(scheme, today) if one.css in seen]
    return Strip(near, scheme, hourly, told, classes)


def _worst(stream: int, days: Sequence[date], *, highest: bool) -> dict[date, tuple[int, bool]]:
    """Of each day (worst value, validated). A value stamped 00:00 is of the day that ends there."""
    midnight = timezone.make_aware(datetime.combine(days[0], time()))
    since = micros(midnight)
    found = observations.read(stream, since + 1, since + len(days) * DAY_US + 1)
    there = ~np.isnan(found.value)
    place = ((found.time[there] - 1 - since) // DAY_US).astype(int)
    values, validated = found.value[there], found.quality[there] < 0
    order = np.lexsort((values if highest else -values, place))
    return {days[place[i]]: (round(float(values[i])), bool(validated[i])) for i in order.tolist()}


def _day(scheme: str, day: date, value: int | None, validated: bool) -> Day:
    if value is None:
        return Day(day, None, "", None, False)
    category = law.category(scheme, value, day)
    return Day(day, value, category.word, rows.Mark(category.css, category.rank, str(value), indexed=True), validated)
