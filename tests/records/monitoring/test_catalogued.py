from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
import shapely
from django.utils import timezone

from nonnuoc.records.monitoring import catalogued, counting
from nonnuoc.records.monitoring.rows import micros
from tests.portal import network

pytestmark = pytest.mark.django_db
DAY = timezone.make_aware(datetime(2026, 3, 2))


def test_a_station_is_told_with_its_places_its_streams_and_since_when() -> None:
    commune = network.commune()
    commune.boundary = shapely.to_wkb(shapely.MultiPolygon([shapely.box(106.1, 22.5, 106.4, 22.8)]))
    commune.boundary_source = "test"
    commune.save()
    thing = network.station("A1", kind="ambient_air", commune=commune, lon=106.2, lat=22.6)
    raw = network.instrument(thing, "PM2.5")
    network.put(raw, micros(DAY) + np.arange(1, 600) * network.STEP, np.ones(599))
    mean = network.stream(thing, "PM2.5", "mean_1h")
    network.put(mean, np.array([micros(DAY) + network.HOUR]), np.array([1.0]))
    counting.refresh(DAY + timedelta(days=9))
    (one,) = catalogued.stations()
    assert (one.code, one.lon, one.lat) == ("A1", 106.2, 22.6)
    assert one.place is not None
    assert one.place.name == "phường Thục Phán"
    assert one.place.box == pytest.approx((106.1, 22.5, 106.4, 22.8))
    assert one.first == DAY.date()
    assert [stream.id for stream in one.measured()] == [raw.id]
    assert [stream.id for stream in one.derived()] == [mean.id]
    assert catalogued.newest(one.streams) == DAY + timedelta(minutes=5 * 599)


def test_of_what_is_not_public_or_has_no_value_nothing_is_told() -> None:
    hidden = network.instrument(network.station("S1", kind="ambient_air", data_class="restricted"), "PM2.5")
    network.put(hidden, np.array([micros(DAY)]), np.array([1.0]))
    network.instrument(network.station("A1", kind="ambient_air"), "PM2.5")
    (one,) = catalogued.stations()
    assert (one.code, one.streams, one.first, one.place, one.lon) == ("A1", (), None, None, None)
    assert catalogued.newest(one.streams) is None
