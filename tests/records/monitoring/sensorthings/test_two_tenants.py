"""Nobody is told of what they may not read: two enterprises, a stranger, an operator, and queries at random.

Three things are held against every answer: each entity in it, however deep, is one the caller may see (by a list
written here, not by what answers); nothing in it changes when everything the caller may not see does; and filters,
counts and orders that make sense come out as plain Python has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring.models import (
    Datastream,
    FeatureOfInterest,
    Location,
    Observation,
    ObservationHistory,
    ObservedProperty,
    Sensor,
    Thing,
)
from nonnuoc.records.monitoring.observation_ids import key_of
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.monitoring.sensorthings import reading, stepping
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Chain, Literal, Operator, Options, Path, Step
from nonnuoc.records.monitoring.sensorthings.reading import Page
from nonnuoc.records.monitoring.sensorthings.schema import SETS
from tests.api.observed import NOON, World
from tests.portal import network
from tests.records.monitoring.sensorthings.asked import ids, page, walked
from tests.records.monitoring.sensorthings.random_trees import Known, options, steps

pytestmark = pytest.mark.django_db

CALLERS = ("anybody", "x", "y", "reader", "operator")
QUERIES = 20  # of each caller


@dataclass(frozen=True)
class Asked:
    path: tuple[Step, ...]
    options: Options

    def answer(self, rights: Rights) -> Any:
        """What the caller is told: entities, counts and faults, as plain values."""
        try:
            with transaction.atomic():
                return reading.collection(self.path, self.options, rights)
        except AskingError as error:
            return (error.detail, error.at)


def random_queries(known: Known, number: int) -> list[Asked]:
    found: list[Asked] = []

    @settings(max_examples=number, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(data=st.data())
    def draw(data: st.DataObject) -> None:
        path = data.draw(steps(known))
        of = stepping.walk(path)[0][-1].name
        found.append(Asked(path, data.draw(options(of, wild=False))))

    draw()
    return found


def seen(codes: set[str], *, registers: bool) -> dict[str, set[int]]:
    """Of each set the ids a caller may see who may read these stations."""
    streams = Datastream.objects.filter(thing__code__in=codes)
    things = Thing.objects.filter(code__in=codes)
    unused = ObservedProperty.objects.filter(datastreams=None)
    sensors = set(Sensor.objects.filter(datastreams__in=streams).values_list("id", flat=True))
    if registers:
        sensors |= set(Sensor.objects.filter(datastreams=None).values_list("id", flat=True))
    places = set(Location.objects.filter(thing__in=things).values_list("id", flat=True))
    return {
        "Things": set(things.values_list("id", flat=True)),
        "Locations": places,
        "HistoricalLocations": places,
        "Datastreams": set(streams.values_list("id", flat=True)),
        "Sensors": sensors,
        "ObservedProperties": set(streams.values_list("observed_property_id", flat=True))
        | set(unused.values_list("id", flat=True)),
        "Observations": set(streams.values_list("id", flat=True)),
        "FeaturesOfInterest": set(FeatureOfInterest.objects.filter(thing__in=things).values_list("id", flat=True)),
    }


def entities(of: str, found: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every entity in an answer with the name of its set, however deep."""
    some = found.entities if isinstance(found, Page) else [found] if isinstance(found, dict) else []
    for one in some:
        yield of, one
        for name, navigation in SETS[of].navigations.items():
            if name in one:
                yield from entities(navigation.target, one[name])


@pytest.mark.slow
def test_every_entity_is_one_the_caller_may_see(world: World) -> None:
    queries, number = random_queries(Known.now(), QUERIES * 4), 0
    for who in CALLERS:
        may = seen(world.readable(who), registers=who == "operator")
        for asked in queries:
            of = stepping.walk(asked.path)[0][-1].name
            for name, one in entities(of, asked.answer(world.rights[who])):
                id_ = key_of(one["@iot.id"])[0] if name == "Observations" else one["@iot.id"]
                assert id_ in may[name], (who, name, asked)
                number += 1
    assert number > 500, "hardly an entity was seen: this tries nothing"


@pytest.mark.slow
@pytest.mark.parametrize("who", CALLERS[:-1])
def test_an_answer_says_nothing_of_what_is_hidden(world: World, who: str) -> None:
    queries, rights = random_queries(Known.now(), QUERIES * 2), world.rights[who]
    before = [asked.answer(rights) for asked in queries]
    assert sum(isinstance(one, Page) and bool(one.entities) for one in before) > QUERIES / 4
    with transaction.atomic():
        change_everything(Thing.objects.exclude(code__in=world.readable(who)))
        after = [asked.answer(rights) for asked in queries]
        transaction.set_rollback(True)
    for asked, was, now in zip(queries, before, after, strict=True):
        assert was == now, asked


def change_everything(hidden: Any) -> None:
    """All that is kept of these stations is another after this; properties that nobody else uses stay in use."""
    things = list(hidden)
    for number, thing in enumerate(things):
        streams = Datastream.objects.filter(thing=thing)
        observed = Observation.objects.filter(datastream__in=streams)
        observed.filter(time__lt=NOON - timedelta(hours=2)).delete()
        observed.update(value=22.5, quality=-32767, status=7)
        for stream in streams.filter(procedure="raw"):
            network.put(stream, np.array([micros(NOON) + number * network.STEP]), np.array([480.0]))
        ObservationHistory.objects.filter(datastream__in=streams).delete()
        streams.update(properties={"decimal": "comma", "code": "COD"}, name="raw", interval_s=60, latest_value=1.0)
        Sensor.objects.filter(datastreams__in=streams, kind="instrument").update(name="COD", metadata={"deep": 5})
        Location.objects.filter(thing=thing).update(lon=106.26, lat=22.67, name="KK01")
        FeatureOfInterest.objects.filter(thing=thing).update(name="KK01", description="COD")
        Thing.objects.filter(id=thing.id).update(
            name=f"A{number}", kind="surface_water", properties={"decimal": "comma"}, simulated=True
        )
    other = network.station("AAA", kind="wastewater", data_class=DataClass.RESTRICTED, lon=106.26, lat=22.67)
    stream = network.instrument(other, "COD")
    network.put(stream, np.array([micros(NOON)]), np.array([22.5]))


def test_counts_and_orders_are_those_of_plain_python(world: World) -> None:
    """A few properties of every observation, evaluated here over all that the caller may read."""
    for who in CALLERS:
        rows = [
            (datastream, time, value)
            for datastream, time, value in Observation.objects.filter(
                datastream__thing__code__in=world.readable(who)
            ).values_list("datastream_id", "time", "value")
        ]
        for least in (0, 22.5, 30, 100):
            asked = Chain(Operator.GE, (Path(("result",), 0), Literal(least, str(least), 0)), 0)
            found = reading.collection((Step("Observations"),), Options(filter=asked, count=True), world.rights[who])
            assert found.count == sum(value >= least for _, _, value in rows)
        newest = walked(world.rights[who], "Observations", orderby="phenomenonTime desc,@iot.id", top="500")
        told = [key_of(one) for one in ids(newest)]
        expected = sorted(((stream, micros(time)) for stream, time, _ in rows), key=lambda one: (-one[1], one[0]))
        assert told == expected


def test_a_filter_is_no_way_to_ask_about_the_hidden(world: World) -> None:
    """Each of these is true of a hidden station alone, which the property or the sensor leads to."""
    shared = Sensor.objects.get(kind="formula", name="Hourly mean")
    for who, number in (("anybody", 0), ("x", 0), ("y", 1), ("operator", 1)):
        rights = world.rights[who]
        for path, asked in (
            ("ObservedProperties", "Datastreams/Thing/properties/code eq 'YT01'"),
            ("ObservedProperties", "Datastreams/Observations/result eq 64"),
            ("Sensors", f"@iot.id eq {shared.id} and Datastreams/Thing/properties/facility eq 'F-Y'"),
            ("Sensors", "Datastreams/Observations/Datastream/Thing/properties/code eq 'YT01' and name eq 'YT01 COD'"),
        ):
            found = page(rights, path, filter=asked, count="true")
            assert (found.count > 0, len(found.entities) > 0) == (bool(number), bool(number)), (who, asked)  # type: ignore[operator]


def test_what_is_written_and_not_used_yet_is_seen_by_who_registers(world: World) -> None:
    sensor = Sensor.objects.create(kind="instrument", name="new")
    place = Location.objects.create(lon=106, lat=22, name="new")
    feature = FeatureOfInterest.objects.create(name="new", feature={"type": "Point", "coordinates": [106, 22]})
    for who in CALLERS:
        rights = world.rights[who]
        for path, one in (("Sensors", sensor), ("Locations", place), ("FeaturesOfInterest", feature)):
            assert ids(page(rights, path, filter="name eq 'new'")) == ([one.id] if who == "operator" else [])
        assert ids(page(rights, "HistoricalLocations", filter=f"@iot.id eq {place.id}")) == []


def test_inputs_of_a_formula_name_only_what_is_seen(world: World) -> None:
    public, hidden = world.stream("KK01", "PM2.5", "mean_1h"), world.stream("YT01", "COD")
    public.inputs.add(hidden)
    for who in ("anybody", "operator"):
        (one,) = page(world.rights[who], "Datastreams", filter=f"@iot.id eq {public.id}").entities
        inputs = one["properties"]["formula"]["inputs"]
        assert (hidden.id in inputs, len(inputs)) == (who == "operator", 1 + (who == "operator"))
