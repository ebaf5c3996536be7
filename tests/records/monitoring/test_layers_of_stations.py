"""The stations as a layer, and coverages: who may read them, and how they lie in time."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from nonnuoc.records.accounts import access
from nonnuoc.records.monitoring import coverage_layers, coverage_reading, observations
from nonnuoc.records.monitoring.coverage_reading import COVERAGES, NOT_THERE
from nonnuoc.records.monitoring.layers import STATIONS
from nonnuoc.records.monitoring.models import Datastream, Location, Thing
from nonnuoc.records.monitoring.rows import Rows
from nonnuoc.records.places.layers import FIRST, LAST
from tests.api.observed import NOON, World, build
from tests.portal import network


@pytest.fixture
def world(db: None) -> World:
    return build()


def test_every_reader_finds_what_they_may_read(world: World) -> None:
    for who, rights in world.rights.items():
        assert set(STATIONS.read(rights).ids) == world.readable(who), who
        codes = {spot.code for one in coverage_reading.there(COVERAGES, rights) for spot in one.spots}
        assert codes == world.readable(who), who


def test_fields_are_the_columns(world: World) -> None:
    found = STATIONS.read(access.ANYBODY)
    assert set(found.columns) == {field.name for field in STATIONS.fields}
    row = found.ids.index("KK01")
    assert found.columns["observes"][row] == "PM2.5, PM10"
    assert found.columns["position"] == ("own", "commune")


def test_a_station_is_there_from_its_first_place_on_and_a_retired_one_to_its_newest_value(world: World) -> None:
    Thing.objects.filter(code="KK01").update(state=Thing.State.RETIRED)
    network.planned("KH01", where=network.commune())
    found = STATIONS.read(access.ANYBODY)
    since, until = dict(zip(found.ids, found.since, strict=True)), dict(zip(found.ids, found.until, strict=True))
    first = Location.objects.filter(thing__code="KK01").order_by("since")[0].since
    assert (since["KK01"], until["KK01"]) == (observations.micros(first), observations.micros(NOON))
    assert (since["NM01"], until["NM01"]) == (FIRST, LAST)
    assert since["KH01"] == LAST  # it is not there yet


def test_the_layer_costs_two_queries_however_many(world: World, queries) -> None:  # type: ignore[no-untyped-def]
    reader = world.rights["administrator"]
    assert queries(lambda: STATIONS.read(reader)) == 2
    network.air("KK09", NOON, where=network.commune(), hours=2)
    assert queries(lambda: STATIONS.read(reader)) == 2
    assert queries(lambda: coverage_reading.there(COVERAGES, reader)) == 1


def test_every_procedure_but_the_inner_ones_is_a_coverage() -> None:
    assert len({one.key for one in COVERAGES}) == len(COVERAGES)
    assert len({(one.kind, one.procedure) for one in COVERAGES}) == len(COVERAGES)
    given = {one.procedure for one in COVERAGES if one.kind == Thing.Kind.AMBIENT_AIR}
    assert set(Datastream.Procedure.values) - given >= {"mean_8h", "nowcast"}


def test_newest_values_that_cannot_be_used_are_not_given(world: World) -> None:
    (air,) = coverage_reading.there([COVERAGES[0]], access.ANYBODY)
    assert coverage_layers.layer(air).read(None).columns["PM2.5"] == (20.0,)
    network.flagged(world.things["KK01"], "PM2.5", NOON + timedelta(hours=5))
    network.put(
        world.stream("KK01", "PM2.5"), np.array([observations.micros(NOON) + 10**11]), np.array([9.0]), quality=4
    )
    (air,) = coverage_reading.there([COVERAGES[0]], access.ANYBODY)
    assert coverage_layers.layer(air).read(None).columns["PM2.5"] == (None,)


def test_counting_stops_where_it_is_too_much(world: World) -> None:
    stream = world.stream("KK01", "PM2.5").id
    until = observations.micros(NOON) + 1
    assert coverage_reading.count([stream], until - 3600 * 10**6, until, most=1000) == 12
    assert coverage_reading.count([stream], 0, until, most=20) == 21
    assert coverage_reading.count([], 0, until, most=20) == 0
    assert coverage_reading.first([stream]) == NOON - timedelta(hours=6)
    assert coverage_reading.first([]) is None


def test_values_meet_on_one_axis_of_time(world: World) -> None:
    (air,) = coverage_reading.there([COVERAGES[0]], access.ANYBODY)
    one, other = air.spots[0].streams["PM2.5"], air.spots[0].streams["PM10"]
    streams = np.array([one, one, other, other])
    rows = Rows(streams, np.array([1, 3, 2, 3]), np.array([1.0, 3.0, 20.0, 30.0]), np.zeros(4), np.ones(4)).sort()
    (grid,) = coverage_reading.grids(air.spots, ["PM2.5", "PM10"], rows)
    assert grid.time.tolist() == [1, 2, 3]
    assert np.array_equal(grid.value["PM2.5"], [1.0, np.nan, 3.0], equal_nan=True)
    assert np.array_equal(grid.value["PM10"], [np.nan, 20.0, 30.0], equal_nan=True)
    assert grid.quality["PM10"].tolist() == [NOT_THERE, 1, 1]
    assert coverage_reading.grids(air.spots, ["PM2.5"], rows.take(slice(0, 0))) == []


def test_a_thing_without_any_datastream_is_a_station_and_in_no_coverage(db: None) -> None:
    network.station("X1", kind=Thing.Kind.AMBIENT_AIR)
    assert STATIONS.read(access.ANYBODY).ids == ("X1",)
    assert coverage_reading.there(COVERAGES, access.ANYBODY) == []
