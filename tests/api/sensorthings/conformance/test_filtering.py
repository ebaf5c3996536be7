"""A.3 Filtering Extension: what Capability3Tests and GeoTests of ets-sta10 ask, on the observed world."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.api.observed import World
from tests.api.sensorthings.conformance.service import PROPERTIES, RELATIONS, SETS, Service, target

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: What the suite orders by: everything but objects it cannot compare.
ORDERED = {name: tuple(one for one in known if one != "unitOfMeasurement") for name, known in PROPERTIES.items()}


def links(entity: dict[str, Any], name: str) -> set[str]:
    return {one for one in RELATIONS[name] if f"{one}@iot.navigationLink" in entity}


@pytest.mark.parametrize("name", SETS)
def test_select_gives_what_is_selected_and_nothing_else(service: Service, name: str) -> None:
    for length in range(1, len(PROPERTIES[name]) + 1):
        wanted = PROPERTIES[name][:length]
        for entity in service.get(name, select=",".join(wanted))["value"]:
            assert entity.keys() == set(wanted)


def test_select_of_a_relation_gives_its_link(service: Service) -> None:
    entity = service.get("Datastreams", select="name,Thing,id")["value"][0]
    assert entity.keys() == {"name", "Thing@iot.navigationLink", "@iot.id"}
    assert service.get("Datastreams", select="*")["value"][0].keys() >= {"@iot.id", "name"}


@pytest.mark.parametrize("name", SETS)
def test_select_behind_every_relation(service: Service, name: str) -> None:
    for relation in RELATIONS[name]:
        kind = target(relation)
        found = service.get(service.first(name)[f"{relation}@iot.navigationLink"], select=PROPERTIES[kind][0])
        for entity in found.get("value", [found]):
            assert entity.keys() == {PROPERTIES[kind][0]}


@pytest.mark.parametrize("name", SETS)
def test_expand_every_relation_alone_and_all_together(service: Service, name: str) -> None:
    for expanded in [*((one,) for one in RELATIONS[name]), RELATIONS[name]]:
        entity = service.get(name, expand=",".join(expanded), top=2)["value"][0]
        assert links(entity, name) == set(RELATIONS[name]) - set(expanded)
        for relation in expanded:
            check_expanded(service, entity, relation)


@pytest.mark.parametrize("name", SETS)
def test_expand_two_levels(service: Service, name: str) -> None:
    for relation in RELATIONS[name]:
        for inner in RELATIONS[target(relation)]:
            entity = service.get(name, expand=f"{relation}/{inner}", top=2)["value"][0]
            reached = entity[relation]
            for one in reached if isinstance(reached, list) else [reached]:
                check_expanded(service, one, inner)


def test_expand_an_entity_and_what_hangs_from_it(service: Service) -> None:
    thing = service.first("Things")
    expanded = service.get(thing["@iot.selfLink"], expand="Datastreams/ObservedProperty,Datastreams/Sensor,Locations")
    for stream in expanded["Datastreams"]:
        assert stream["ObservedProperty"]["name"]
        assert stream["Sensor"]["name"]
    assert service.get(f"{thing['@iot.selfLink']}/Datastreams", expand="Sensor")["value"][0]["Sensor"]


def check_expanded(service: Service, entity: dict[str, Any], relation: str) -> None:
    """What is expanded is what stands behind the link."""
    reached = entity[relation]
    assert f"{relation}@iot.navigationLink" not in entity
    behind = service.get(f"{entity['@iot.selfLink']}/{relation}")
    if isinstance(reached, list):
        assert reached == behind["value"][: len(reached)]
        assert (f"{relation}@iot.nextLink" in entity) == ("@iot.nextLink" in behind)
    else:
        assert reached == behind


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("top", [1, 2, 5])
def test_top_and_the_way_on(service: Service, name: str, top: int) -> None:
    every = service.all(name, top=1000)
    page = service.get(name, top=top)
    assert page["value"] == every[:top]
    assert ("@iot.nextLink" in page) == (len(every) > top)
    if len(every) <= 60:
        assert service.all(name, top=top) == every


def test_top_of_nothing_counts(service: Service) -> None:
    page = service.get("Things", top=0, count="true")
    assert (page["value"], page["@iot.count"]) == ([], 2)
    assert "@iot.nextLink" not in page


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("skip", [1, 2, 3, 10_000])
def test_skip(service: Service, name: str, skip: int) -> None:
    every = service.all(name, top=1000)
    page = service.get(name, skip=skip, top=1000)
    assert page["value"] == every[skip:]
    assert "@iot.nextLink" not in page


@pytest.mark.parametrize("name", SETS)
def test_orderby_single_and_multiple(service: Service, name: str) -> None:
    every = {one["@iot.id"] for one in service.all(name, top=1000)}
    for length, ending in itertools.product(range(1, len(ORDERED[name]) + 1), ("", " asc", " desc")):
        names = ORDERED[name][:length]
        found = service.all(name, orderby=",".join(one + ending for one in names), top=1000)
        assert {one["@iot.id"] for one in found} == every
        if names[0] in ("name", "description", "time", "phenomenonTime", "resultTime", "definition", "result"):
            keys = [key(one[names[0]]) for one in found]
            assert keys == sorted(keys, reverse=ending == " desc")


def key(value: Any) -> Any:
    """As the suite compares: texts sign by sign; of a span its end; what is missing last of ascending ones."""
    if isinstance(value, str):
        return value.split("/")[-1]
    return (value is None, value or 0)


def test_orderby_behind_a_relation(service: Service, world: World) -> None:
    stream = world.stream("KK01", "PM2.5").id
    found = [
        one["phenomenonTime"]
        for one in service.all(f"Datastreams({stream})/Observations", orderby="phenomenonTime desc")
    ]
    assert found == sorted(found, reverse=True)
    assert len(found) == 73
    by_thing = service.all("Datastreams", orderby="Thing/name desc,ObservedProperty/name", expand="Thing")
    names = [one["Thing"]["name"] for one in by_thing]
    assert names == sorted(names, reverse=True)


@pytest.mark.parametrize("name", SETS)
def test_count(service: Service, name: str) -> None:
    every = service.all(name, top=1000)
    for page in (service.get(name, count="true"), service.get(name, count="true", top=1, skip=1)):
        assert page["@iot.count"] == len(every)
    assert "@iot.count" not in service.get(name, count="false")
    assert "@iot.count" not in service.get(name)
    for relation in RELATIONS[name]:
        behind = service.get(service.first(name)[f"{relation}@iot.navigationLink"])
        if "value" in behind:
            address = f"{service.first(name)['@iot.selfLink']}/{relation}"
            assert service.get(address, count="true")["@iot.count"] == len(service.all(address))


@pytest.mark.parametrize("name", ["Things", "Datastreams", "Sensors", "ObservedProperties", "FeaturesOfInterest"])
def test_filter_compares_texts(service: Service, name: str) -> None:
    every = service.all(name, top=1000)
    for one in ("name", "description"):
        middle = sorted(entity[one] for entity in every)[len(every) // 2]
        told = "'" + middle.replace("'", "''") + "'"
        for operator, holds in COMPARISONS.items():
            found = service.all(name, filter=f"{one} {operator} {told}", top=1000)
            assert found == [entity for entity in every if holds(entity[one], middle)]


COMPARISONS = {
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "eq": lambda a, b: a == b,
    "ge": lambda a, b: a >= b,
    "gt": lambda a, b: a > b,
    "ne": lambda a, b: a != b,
}


@pytest.mark.parametrize("told", ["21", "'21'", "21.0"])
@pytest.mark.parametrize("operator", COMPARISONS)
def test_filter_compares_numbers_also_with_quoted_ones(service: Service, operator: str, told: str) -> None:
    every = service.all("Observations", top=1000)
    found = service.all("Observations", filter=f"result {operator} {told}", top=1000)
    missing = operator == "ne"  # what is missing is not equal to anything (OData 4.01 part 2, 5.1.1.1.2), and no more
    assert found == [
        one for one in every if (missing if one["result"] is None else COMPARISONS[operator](one["result"], 21))
    ]
    assert found


@pytest.mark.parametrize("quote", ["", "'"])
@pytest.mark.parametrize("operator", COMPARISONS)
def test_filter_compares_times_also_quoted_ones(service: Service, world: World, operator: str, quote: str) -> None:
    stream = world.stream("KK01", "PM2.5").id
    address = f"Datastreams({stream})/Observations"
    every = service.all(address, top=1000)
    middle = every[len(every) // 2]["phenomenonTime"]
    for name in ("phenomenonTime", "resultTime"):
        found = service.all(address, filter=f"{name} {operator} {quote}{middle}{quote}", top=1000)
        assert found == [one for one in every if COMPARISONS[operator](one[name], middle)]


def test_filter_by_id_and_through_relations(service: Service, world: World) -> None:
    stream = world.stream("KK01", "PM2.5").id
    assert [one["@iot.id"] for one in service.all("Datastreams", filter=f"@iot.id eq {stream}")] == [stream]
    assert [one["@iot.id"] for one in service.all("Datastreams", filter=f"id eq {stream}")] == [stream]
    both = "Datastream/Thing/properties/code eq 'KK01' and Datastream/ObservedProperty/properties/code eq 'PM2.5'"
    for told in (f"Datastream/id eq {stream}", f"{both} and Datastream/properties/procedure eq 'raw'"):
        assert service.get("Observations", filter=told, count="true")["@iot.count"] == 73
    things = service.all("Things", filter="Datastreams/ObservedProperty/name eq 'Dissolved oxygen'")
    found = service.all("Things", filter="Datastreams/ObservedProperty/properties/code eq 'DO'")
    assert [one["properties"]["code"] for one in found] == ["NM01"]
    assert things in ([], found)


def test_query_options_are_evaluated_in_the_order_of_the_standard(service: Service) -> None:
    """checkQueriesPriorityOrdering of the suite: filter, count, orderby, skip, top – and the way on to all of it."""
    told = "result ge 21 and result lt 100"
    every = service.all("Observations", filter=told, orderby="phenomenonTime asc", top=1000)
    options = {"count": "true", "top": 1, "skip": 2, "orderby": "phenomenonTime asc", "filter": told}
    page = service.get("Observations", **options)
    assert page["@iot.count"] == len(every)
    assert page["value"] == every[2:3]
    walked = [one for page in itertools.islice(service.pages("Observations", **options), 12) for one in page["value"]]
    assert walked == every[2:14]


def test_and_binds_before_or(service: Service) -> None:
    found = service.all("Observations", filter="result eq 21 or result lt 60 and result gt 55", top=1000)
    assert {one["result"] for one in found} <= {21} | {one["result"] for one in found if 55 < one["result"] < 60}
    assert any(one["result"] == 21 for one in found)


@pytest.mark.parametrize(
    ("told", "holds"),
    [
        ("result add 1 mul 2 eq 23", lambda x: x + 2 == 23),
        ("result sub 1 sub 1 eq 19", lambda x: x - 2 == 19),
        ("result div 2 gt 20 sub 5", lambda x: x / 2 > 15),
        ("(result add 1) mul 2 gt 100", lambda x: (x + 1) * 2 > 100),
        ("result mod 2 eq 1", lambda x: x % 2 == 1),
        ("-result lt -50", lambda x: x > 50),
        ("round(result) eq 21", lambda x: 20.5 <= x < 21.5),
        ("floor(result) eq 21", lambda x: 21 <= x < 22),
        ("ceiling(result) eq 21", lambda x: 20 < x <= 21),
        ("not (result lt 50)", lambda x: x >= 50),
    ],
)
def test_arithmetic(service: Service, told: str, holds: Any) -> None:
    every = [one for one in service.all("Observations", top=1000) if one["result"] is not None]
    found = service.all("Observations", filter=told, top=1000)
    assert [one for one in found if one["result"] is not None] == [one for one in every if holds(one["result"])]
    assert found


@pytest.mark.parametrize(
    "told",
    [
        "substringof('KK', name)",
        "contains(name,'KK01')",
        "startswith(name,'Tr') and endswith(name,'KK01')",
        "length(properties/code) eq 4 and properties/code eq 'KK01'",
        "indexof(properties/code,'K01') eq 1",
        "substring(properties/code,1) eq 'K01'",
        "substring(properties/code,1,2) eq 'K0'",
        "tolower(properties/code) eq 'kk01'",
        "toupper(properties/code) eq 'KK01'",
        "trim(concat('  KK',substring(properties/code,2))) eq properties/code and properties/kind eq 'ambient_air'",
        "properties/decimal eq 'comma'",
        "properties/simulated eq false",
        "substringof('KK', name) eq true",
    ],
)
def test_strings(service: Service, told: str) -> None:
    assert [one["properties"]["code"] for one in service.all("Things", filter=told)] == ["KK01"]


@pytest.mark.parametrize(
    ("told", "count"),
    [
        ("year(phenomenonTime) eq 2026 and month(phenomenonTime) eq 11 and day(phenomenonTime) eq 20", 61),
        ("hour(phenomenonTime) eq 5", 1),
        ("minute(phenomenonTime) eq 55", 6),
        ("second(phenomenonTime) eq 0 and fractionalseconds(phenomenonTime) eq 0", 73),
        ("date(phenomenonTime) eq 2026-11-20", 61),
        ("date(phenomenonTime) eq date(2026-11-20T05:00:00Z)", 61),
        ("time(phenomenonTime) eq 05:00:00", 1),
        ("totaloffsetminutes(phenomenonTime) eq 0", 73),
        ("phenomenonTime lt now()", 73),
        ("phenomenonTime gt mindatetime() and phenomenonTime lt maxdatetime()", 73),
        ("phenomenonTime gt 2026-11-20T05:00:00Z sub duration'PT1H'", 12),
        ("phenomenonTime ge 2026-11-20T11:00:00+07:00", 13),
        ("before(phenomenonTime,2026-11-20T00:00:00Z)", 12),
        ("after(phenomenonTime,2026-11-20T04:55:00Z)", 1),
        ("during(phenomenonTime,2026-11-20T04:00:00Z/2026-11-20T05:00:00Z)", 12),
        ("during(phenomenonTime,2026-11-20T04:00:00Z/PT1H)", 12),
    ],
)
def test_times(service: Service, world: World, told: str, count: int) -> None:
    stream = world.stream("KK01", "PM2.5").id
    found = service.get(f"Datastreams({stream})/Observations", filter=told, count="true")["@iot.count"]
    assert found == count


HERE, BOX = "geography'POINT(106.26 22.67)'", "geography'POLYGON((106 22,107 22,107 23,106 23,106 22))'"
FAR = "geography'POLYGON((0 0,1 0,1 1,0 1,0 0))'"


@pytest.mark.parametrize(
    ("told", "there"),
    [
        (f"geo.distance(location,{HERE}) lt 0.001", True),
        (f"geo.distance(location,{HERE}) gt 1", False),
        (f"geo.intersects(location,{BOX})", True),
        ("geo.length(location) eq 0", True),
        (f"st_equals(location,{HERE})", True),
        (f"st_disjoint(location,{FAR})", True),
        (f"st_disjoint({BOX},location)", False),
        (f"st_within(location,{BOX})", True),
        (f"st_within(location,{FAR})", False),
        (f"st_contains({BOX},location)", True),
        (f"st_intersects({BOX},location)", True),
        (f"st_touches({BOX},location)", False),
        ("st_touches(geography'POLYGON((106.26 22.67,107 22,107 23,106.26 22.67))',location)", True),
        (f"st_overlaps({BOX},location)", False),
        (f"st_crosses({BOX},location)", False),
        (f"st_relate({BOX},location,'T********')", True),
    ],
)
def test_shapes(service: Service, told: str, there: bool) -> None:
    now = [one for one in service.all("Locations", filter=told) if one["location"]["coordinates"] == [106.26, 22.67]]
    assert bool(now) is there


def test_shapes_through_relations(service: Service) -> None:
    for told in (f"st_within(Locations/location,{BOX})", f"geo.distance(Locations/location,{HERE}) lt 0.1"):
        assert [one["properties"]["code"] for one in service.all("Things", filter=told)] == ["KK01"]
    count = service.get("Observations", filter=f"st_within(FeatureOfInterest/feature,{BOX})", count="true")[
        "@iot.count"
    ]
    assert (
        count
        == service.get("Observations", filter="Datastream/Thing/properties/code eq 'KK01'", count="true")["@iot.count"]
    )
