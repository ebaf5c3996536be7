"""Every datastream that is listened to, with what is newest of it: read once for everything the watch looks at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nonnuoc.records.alerts.watch.watched import NONE, Ints, Stations, places
from nonnuoc.records.monitoring import arrays

NEWEST = """
SELECT array_agg(d.id ORDER BY d.id), array_agg(d.thing_id ORDER BY d.id),
    array_agg(d.observed_property_id ORDER BY d.id), array_agg(d.interval_s ORDER BY d.id),
    array_agg(d.latest_time ORDER BY d.id), array_agg(coalesce(d.latest_received, d.latest_time) ORDER BY d.id)
FROM monitoring_datastream d JOIN monitoring_thing t ON t.id = d.thing_id
WHERE d.active AND d.procedure = 'raw' AND d.interval_s IS NOT NULL AND d.latest_time IS NOT NULL AND t.state = 'active'
"""
KINDS = (*(arrays.Int4,) * 4, arrays.Time, arrays.Time)


@dataclass(frozen=True)
class Streams:
    """Raw streams with a cadence, of active stations, that have spoken once. Arrays (n,), in the order of id."""

    stations: Stations
    id: Ints
    station: Ints  # place in `stations`
    observed: Ints  # id of the property
    interval_s: Ints
    time: Ints  # of the newest value, µs since 1970 UTC
    received: Ints  # when that arrived

    def places(self, ids: object) -> Ints:
        """Where these datastreams stand; NONE of one that is not listened to."""
        return places(self.id, ids)

    def thing(self, place: int) -> int:
        """The id of its station."""
        return int(self.stations.id[self.station[place]])


def listen(stations: Stations) -> Streams:
    """One query, whatever their number."""
    columns = [column.astype(np.int64) for column in arrays.fetch(NEWEST, (), KINDS)]
    station = stations.places(columns[1])
    there = station != NONE  # a station set active between the two queries is heard the next time
    stream, _, observed, interval_s, time, received = (column[there] for column in columns)
    return Streams(stations, stream, station[there], observed, interval_s, time, received)
