"""The page about a number there is not: why there is none, and which ones there are instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from nonnuoc import rules
from nonnuoc.look import figures, words
from nonnuoc.portal.why_case import INDICES, address
from nonnuoc.records.monitoring import lineage, recomputing
from nonnuoc.records.monitoring.lineage import Source, Streams
from nonnuoc.records.monitoring.observations import micros
from nonnuoc.records.monitoring.selectors import StationNow

RULES = {"VN_AQI": "vn_aqi", "VN_WQI": "vn_wqi"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A number that can be asked about."""

    words: str
    link: str


def context(
    station: StationNow, streams: Streams, source: Source | None, asked: datetime | None, stamp: str, at: datetime
) -> dict[str, Any]:
    """What there is instead."""
    near = lineage.nearest(source.id, asked) if source is not None and asked is not None else (None, None)
    times = [time for time in near if time is not None]
    return {
        "station": station,
        "at": at,
        "reason": _reason(station, source, asked, stamp, at),
        "nearest": [Choice(figures.stamp(time), address(station.code, source, time)) for time in times if source],
        "choices": _choices(station, streams),
        "simulated": station.simulated,
    }


def _choices(station: StationNow, streams: Streams) -> list[Choice]:
    """The newest number of every datastream in use."""
    return [
        Choice(
            f"{words.name(one.observed)}, {words.procedure(one.procedure)}", address(station.code, one, one.latest_time)
        )
        for one in streams.every
        if one.active and one.latest_time
    ]


def _reason(station: StationNow, source: Source | None, asked: datetime | None, stamp: str, at: datetime) -> str:
    if source is None:
        return gettext("This station has no such number.")
    if asked is None and stamp:
        return gettext("The address names no time that can be read.")
    if asked is None:
        return gettext("Nothing of this kind has arrived from the station yet.")
    if asked > at:
        return gettext("That time has not come yet.")
    if source.procedure in INDICES:
        name = RULES[source.observed.code]
        day = recomputing.ruling_day(source, micros(asked))
        if rules.find(name, on=day) is None:
            first = rules.periods(name)[0].table
            return gettext("There is no such index for that day: %(number)s holds since %(day)s.") % {
                "number": first.number,
                "day": f"{first.valid_from:%d/%m/%Y}",
            }
    if source.latest_time and asked > source.latest_time:
        return words.silence(station, at) or gettext("The newest number of this kind is older than that.")
    return gettext(
        "For this very time no such number is stored: the station sent nothing, or measures at other minutes."
    )
