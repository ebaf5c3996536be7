"""$expand: what is nested is what the path would give, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from nonnuoc.records.monitoring.models import FeatureOfInterest, Observation, ObservationFeature
from nonnuoc.records.monitoring.sensorthings import expanding, newest
from nonnuoc.records.monitoring.sensorthings.schema import SETS
from tests.api.observed import NOON, World
from tests.records.monitoring.sensorthings.asked import entity, fault, ids, page

pytestmark = pytest.mark.django_db

HOPS = [(of.name, name) for of in SETS.values() for name in of.navigations]
NESTED = [
    ("Things", "Datastreams", "$top=2;$count=true;$orderby=name desc"),
    ("Things", "Datastreams", "$filter=properties/procedure eq 'raw';$count=true;$skip=1"),
    ("Things", "Locations", "$select=location"),
    ("Things", "HistoricalLocations", "$orderby=time desc;$top=1"),
    ("Datastreams", "Observations", "$orderby=phenomenonTime desc;$top=3"),
    ("Datastreams", "Observations", "$orderby=phenomenonTime desc;$top=1"),
    ("Datastreams", "Observations", "$orderby=resultTime desc;$top=1;$select=result"),
    ("Datastreams", "Observations", "$orderby=phenomenonTime desc;$top=1;$count=true"),
    ("Datastreams", "Observations", "$filter=result gt 30 and Datastream/Thing/name ne 'x';$count=true;$top=2"),
    ("Datastreams", "Observations", "$orderby=result desc;$top=2;$skip=1"),
    ("FeaturesOfInterest", "Observations", "$orderby=phenomenonTime desc;$top=5;$count=true"),
    ("Sensors", "Datastreams", "$count=true;$top=0"),
    ("ObservedProperties", "Datastreams", "$orderby=Thing/name desc;$top=2"),
]


@pytest.mark.parametrize(("of", "name"), HOPS)
def test_every_navigation_expands_to_what_its_path_gives(world: World, of: str, name: str) -> None:
    rights = world.rights["operator"]
    some = page(rights, of, expand=name, top="7").entities
    assert some
    for one in some:
        path = f"{of}({one['@iot.id']})/{name}"
        if SETS[of].navigations[name].many:
            found = page(rights, path)
            assert (one[name].entities, bool(one[name].after)) == (found.entities, bool(found.after))
        else:
            assert one[name] == entity(rights, path)
            assert one[name] is not None


@pytest.mark.parametrize(("of", "name", "asked"), NESTED)
def test_nested_options_are_those_of_the_path(world: World, of: str, name: str, asked: str) -> None:
    rights = world.rights["x"]
    options = {key[1:]: value for key, _, value in (part.partition("=") for part in asked.split(";"))}
    for one in page(rights, of, expand=f"{name}({asked})").entities:
        found = page(rights, f"{of}({one['@iot.id']})/{name}", **options)
        assert (one[name].entities, one[name].count) == (found.entities, found.count)
        if one[name].after:
            following = page(rights, f"{of}({one['@iot.id']})/{name}", **options, skiptoken=one[name].after)
            assert not set(ids(following)) & set(ids(found))


@pytest.mark.parametrize("by", ["phenomenonTime", "resultTime"])
@pytest.mark.parametrize("own_time", [False, True])
def test_the_newest_is_cached_and_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch, by: str, own_time: bool
) -> None:
    """Also whether another page follows, and where it begins; also where a result has a time of its own."""
    stream = world.stream("KK01", "PM2.5")
    if own_time:
        for time, late in ((NOON, 1), (NOON - timedelta(hours=1), 2)):
            ObservationFeature.objects.create(datastream=stream, time=time, result_time=NOON + timedelta(days=late))
    rights, path = world.rights["operator"], f"Datastreams({stream.id})/Observations"
    asked = f"Observations($orderby={by} desc;$top=1;$expand=FeatureOfInterest($select=name))"
    every, one = {"expand": asked}, {"orderby": f"{by} desc", "top": "1", "expand": "Datastream"}
    cached = page(rights, "Datastreams", **every), page(rights, path, **one)
    monkeypatch.setattr(newest, "is_asked", lambda options, reader: False)
    assert (page(rights, "Datastreams", **every), page(rights, path, **one)) == cached
    assert {bool(of["Observations"].after) for of in cached[0].entities} == {True, False}


@pytest.mark.parametrize(
    "asked",
    [
        "Datastreams($top=3;$count=true;$expand=Observations($top=2;$count=true;$filter=result gt 1),Sensor),Locations",
        "Datastreams($expand=Observations($orderby=phenomenonTime desc;$top=1;$expand=FeatureOfInterest))",
        "Datastreams($expand=Thing($expand=Locations),ObservedProperty)",
    ],
)
def test_a_page_costs_as_many_queries_for_one_as_for_six(
    world: World, queries: Callable[[Callable[[], object]], int], asked: str
) -> None:
    rights = world.rights["operator"]
    one = queries(lambda: page(rights, "Things", expand=asked, top="1"))
    assert queries(lambda: page(rights, "Things", expand=asked, top="6")) == one
    assert one <= 13


def test_where_there_are_many_parents_their_pages_are_short(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expanding, "NESTED", 60)
    found = page(world.rights["operator"], "Datastreams", expand="Observations", top="20")
    assert all(len(one["Observations"].entities) <= 3 for one in found.entities)
    long = [one for one in found.entities if one["Observations"].entities]
    assert all(one["Observations"].after for one in long)


def test_what_is_not_to_be_seen_is_not_expanded(world: World) -> None:
    """The property is seen, for it is measured at a public station too; who else measures it is not."""
    cod = "properties/code eq 'COD'"
    seen = {}
    for who in ("anybody", "x", "y", "operator"):
        (one,) = page(world.rights[who], "ObservedProperties", filter=cod, expand="Datastreams($expand=Thing)").entities
        raw = [stream for stream in one["Datastreams"].entities if stream["properties"]["procedure"] != "mean_1h"]
        seen[who] = [stream["Thing"]["properties"]["code"] for stream in raw]
    assert seen == {
        "anybody": ["NM01"],
        "x": ["XT01", "NM01"],
        "y": ["YT01", "NM01"],
        "operator": ["XT01", "YT01", "NM01"],
    }


def test_an_observation_of_another_feature(world: World) -> None:
    rights, stream = world.rights["anybody"], world.stream("KK01", "PM2.5")
    other = FeatureOfInterest.objects.create(name="Núi", feature={"type": "Point", "coordinates": [106.0, 22.0]})
    ObservationFeature.objects.create(datastream=stream, time=NOON, feature=other)
    (newest,) = page(
        rights, f"Datastreams({stream.id})/Observations", orderby="phenomenonTime desc", top="1",
        expand="FeatureOfInterest",
    ).entities  # fmt: skip
    assert newest["FeatureOfInterest"]["name"] == "Núi"
    assert ids(page(rights, f"FeaturesOfInterest({other.id})/Observations", count="true")) == [newest["@iot.id"]]
    own = world.things["KK01"].feature
    expected = Observation.objects.filter(datastream__thing=world.things["KK01"]).count() - 1
    assert page(rights, f"FeaturesOfInterest({own.id})/Observations", count="true", top="0").count == expected
    assert page(rights, "Observations", filter="FeatureOfInterest/name eq 'Núi'", count="true").count == 1
    inside = "st_within(FeatureOfInterest/feature, geography'POLYGON((105.9 21.9,106.1 21.9,106 22.2,105.9 21.9))')"
    assert page(rights, "Observations", filter=inside, count="true").count == 1


def test_a_result_may_have_a_time_of_its_own(world: World) -> None:
    rights, stream = world.rights["anybody"], world.stream("KK01", "PM2.5")
    later = NOON.replace(hour=9)
    ObservationFeature.objects.create(datastream=stream, time=NOON, result_time=later)
    path = f"Datastreams({stream.id})/Observations"
    (one,) = page(rights, path, filter="resultTime gt 2026-11-20T06:00:00Z").entities
    assert (one["phenomenonTime"], one["resultTime"]) == ("2026-11-20T05:00:00Z", "2026-11-20T09:00:00Z")
    assert ids(page(rights, path, orderby="resultTime desc", top="1")) == [one["@iot.id"]]
    assert page(rights, path, filter="resultTime le 2026-11-20T05:00:00Z", count="true").count == 72


def test_unknown_names_are_refused(world: World) -> None:
    rights = world.rights["anybody"]
    assert fault(rights, "Things", expand="Datastreams($filter=nome eq 1)").near == "nome"
