"""A hundred streams and a year, 10.5 million values: what the interfaces for machines are measured with.

Ten stations of ten parameters every five minutes, through 2025; the same nine times more for 105 million. The rows are
written stream by stream, as a year lies on disk once it is over and laid out for reading (partitions.py). Means and
indices are computed for the last day only, so that every datastream has a newest value.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from django.db import connection

from bench import live
from nonnuoc.ingest import deriving
from nonnuoc.records.monitoring import arrays, observations, partitions, streams
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.observations import Rows

YEAR, STEP, VALUES = 2025, 300_000_000, 105_120
START = observations.micros(datetime(YEAR, 1, 1, tzinfo=UTC))
END = datetime(YEAR + 1, 1, 1, tzinfo=UTC)
STATIONS = 10
DAY = 288
#: Usual level of each of live.PROPERTIES.
LEVELS = (28.0, 46.0, 12.0, 21.0, 900.0, 60.0, 8.0, 80.0, 24.0, 78.0)


def network(stations: int = STATIONS) -> list[int]:
    """Register and fill so many stations, those that are not there yet; give the raw datastreams of the first ten."""
    partitions.ensure(YEAR, YEAR + 1)
    for first in range(0, stations, STATIONS):
        if not Thing.objects.filter(code=f"BY{first}-0000").exists():
            live.network(f"BY{first}", STATIONS)
            _fill(raw(f"BY{first}-"))
    return raw("BY0-")


def raw(prefix: str) -> list[int]:
    """The raw datastreams of the stations whose code begins so, station by station."""
    found = Datastream.objects.filter(thing__code__startswith=prefix, procedure="raw").order_by("thing_id", "id")
    return list(found.values_list("id", flat=True))


def _fill(ids: list[int]) -> None:
    for n, stream in enumerate(ids):
        whole = _year(stream, LEVELS[n % len(LEVELS)])
        arrays.copy_in("observation", observations._columns(whole.take(slice(DAY, VALUES - DAY))))
        for ends in (slice(0, DAY), slice(VALUES - DAY, VALUES)):  # these are cached on the datastream
            observations.write(whole.take(ends), by="bench", reason="bench", at=END, history=False)
    things = sorted(set(Datastream.objects.filter(id__in=ids).values_list("thing_id", flat=True)))
    last = observations.read(ids, END - timedelta(days=1), END)
    deriving.derive(last, streams.of_things(things), reason="bench")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE observation")


def _year(stream: int, level: float) -> Rows:
    chance = np.random.default_rng(stream)
    hours = np.arange(VALUES) / 12
    weather = np.interp(hours, np.arange(0, 8784, 24), chance.normal(0, 0.3, 366))
    daily = 0.3 * np.sin(hours / 24 * 2 * np.pi)
    value = np.round(level * np.exp(daily + weather + chance.normal(0, 0.05, VALUES)), 2)
    quality = np.where(chance.random(VALUES) < 0.002, 3, 1).astype(np.int16)
    time = START + np.arange(VALUES) * STEP
    return Rows(np.full(VALUES, stream, np.int32), time, value, np.zeros(VALUES, np.int16), quality)
