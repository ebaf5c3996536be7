from __future__ import annotations

import pytest
from django.utils import timezone

from nonnuoc.records.monitoring import companions
from nonnuoc.records.monitoring.models import Thing
from tests.portal import network

pytestmark = pytest.mark.django_db


def measuring(code: str, *, lon: float | None = None, lat: float | None = None, **facts: object) -> Thing:
    thing = network.station(code, lon=lon, lat=lat, **{"kind": Thing.Kind.AMBIENT_AIR, **facts})
    raw = network.instrument(thing, "PM2.5")
    network.put(raw, network.np.array([network.observations.micros(timezone.now())]), network.np.array([20.0]))
    return thing


def test_the_nearest_come_first_and_those_of_unknown_place_last() -> None:
    measuring("A1", lon=106.25, lat=22.66)
    measuring("FAR", lon=106.9, lat=22.66)
    measuring("NEAR", lon=106.26, lat=22.66)
    measuring("NOWHERE")
    measuring("COMMUNE", commune=network.commune(lon=106.4))
    found = companions.of("A1", "PM2.5")
    assert [one.code for one in found] == ["NEAR", "COMMUNE", "FAR", "NOWHERE"]
    assert found[0].km == pytest.approx(1.03, abs=0.01) and found[-1].km is None


def test_only_public_stations_of_the_same_kind_that_measure_it() -> None:
    measuring("A1", lon=106.25, lat=22.66)
    measuring("INTERNAL", lon=106.25, lat=22.66, data_class="internal")
    measuring("WATER", kind=Thing.Kind.SURFACE_WATER)
    network.instrument(network.station("SILENT", kind=Thing.Kind.AMBIENT_AIR), "PM2.5")  # never sent one
    assert companions.of("A1", "PM2.5") == []
    assert companions.of("INTERNAL", "PM2.5") == []
    assert companions.of("NOPE", "PM2.5") == companions.of("A1", "NOPE") == []


def test_one_query_however_many(queries) -> None:
    for n in range(4):
        measuring(f"A{n}", lon=106.2 + n / 10, lat=22.6)
    assert queries(lambda: companions.of("A1", "PM2.5")) == 1
