"""OGC API – Environmental Data Retrieval: series by station, position, area and box."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from django.test import Client

from nonnuoc.api.ogc import coverages
from nonnuoc.domain.quality import VALIDATED, Check, Flag
from nonnuoc.records.monitoring import observations
from tests.api.observed import NOON, World
from tests.portal import network

AIR = "/api/ogc/collections/air-values"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
SQUARE = "POLYGON((106.2 22.6, 106.3 22.6, 106.3 22.7, 106.2 22.7, 106.2 22.6))"
MINUTES = 60_000_000
LAST = observations.micros(NOON)


@pytest.fixture
def get(world: World, client: Client) -> Any:
    """The JSON at an address, which must be there."""

    def fetch(path: str, status: int = 200) -> Any:
        answer = client.get(path)
        assert answer.status_code == status, answer.content
        return answer.json()

    return fetch


def is_coverage(found: dict[str, Any], parameters: dict[str, Any], *, inherits: bool) -> None:
    """What the CoverageJSON standard asks of a Coverage of domain type PointSeries."""
    assert found["type"] == "Coverage"
    domain = found["domain"]
    assert (domain["type"], domain["domainType"]) == ("Domain", "PointSeries")
    assert {"x", "y", "t"} == domain["axes"].keys()
    assert [len(domain["axes"][axis]["values"]) for axis in "xy"] == [1, 1]
    assert inherits or {"coordinates", "system"} <= domain["referencing"][0].keys()
    times = domain["axes"]["t"]["values"]
    assert times == sorted(set(times))
    assert set(found["ranges"]) <= set(parameters)
    for code, values in found["ranges"].items():
        assert values["type"] == "NdArray"
        assert values["axisNames"] == ["t"]
        assert values["shape"] == [len(values["values"])] == [len(times)]
        expected = int if values["dataType"] == "integer" else float
        assert all(value is None or isinstance(value, expected) for value in values["values"])
        parameter = parameters[code]
        assert parameter["type"] == "Parameter"
        assert parameter["observedProperty"]["label"].keys() == {"vi", "en"}
        assert ("categoryEncoding" in parameter) == (values["dataType"] == "integer")


def test_a_station_answers_with_one_coverage(get: Any) -> None:
    found = get(f"{AIR}/locations/KK01")
    is_coverage(found, found["parameters"], inherits=False)
    assert set(found["ranges"]) == {"PM2.5", "PM10"}
    assert found["domain"]["axes"]["x"]["values"] == [106.26]
    assert found["domain"]["axes"]["t"]["values"][-1] == "2026-11-20T05:00:00Z"
    assert found["ranges"]["PM2.5"]["values"][-1] == 20.0
    assert found["parameters"]["PM2.5"]["unit"] == {
        "label": {"vi": "µg/Nm³", "en": "µg/Nm³"},
        "symbol": "µg/Nm3",
    }
    assert found["nonnuoc:station"]["code"] == "KK01"


def test_both_ends_of_an_interval_are_included(get: Any) -> None:
    found = get(f"{AIR}/locations/KK01?datetime=2026-11-20T04:00:00Z/2026-11-20T04:10:00Z&parameter-name=PM10")
    assert found["domain"]["axes"]["t"]["values"] == [f"2026-11-20T04:{minute}:00Z" for minute in ("00", "05", "10")]
    assert set(found["ranges"]) == set(found["parameters"]) == {"PM10"}
    one = get(f"{AIR}/locations/KK01?datetime=2026-11-20T12:00:00%2B07:00")
    assert one["domain"]["axes"]["t"]["values"] == ["2026-11-20T05:00:00Z"]
    none = get(f"{AIR}/locations/KK01?datetime=1990-01-01")
    is_coverage(none, none["parameters"], inherits=False)
    assert none["domain"]["axes"]["t"]["values"] == []


def judged(world: World) -> None:
    """PM2.5: a good value, a refused one, a validated one, a missing one; PM10 has one of the four times."""
    times = LAST + np.arange(1, 5) * MINUTES
    stream = world.stream("KK01", "PM2.5")
    flags = [Flag.GOOD, Flag.FAIL | Check.SPIKE, Flag.GOOD | VALIDATED, Flag.MISSING | Check.MISSING]
    network.put(stream, times, np.array([1.0, 999.0, 3.0, np.nan]), quality=np.array(flags, np.int16))
    network.put(world.stream("KK01", "PM10"), times[:1], np.array([40.0]))


SPAN = "datetime=2026-11-20T05:00:30Z/.."


def test_values_that_cannot_be_used_are_null_unless_asked_for(world: World, get: Any) -> None:
    judged(world)
    found = get(f"{AIR}/locations/KK01?{SPAN}")
    assert found["domain"]["axes"]["t"]["values"] == ["2026-11-20T05:01:00Z", "2026-11-20T05:03:00Z"]
    assert found["ranges"]["PM2.5"]["values"] == [1.0, 3.0]
    assert found["ranges"]["PM10"]["values"] == [40.0, None]


def test_validated_values_alone(world: World, get: Any) -> None:
    judged(world)
    found = get(f"{AIR}/locations/KK01?{SPAN}&quality=validated")
    assert found["ranges"]["PM2.5"]["values"] == [3.0]


def test_all_values_with_their_flags_beside_them(world: World, get: Any) -> None:
    judged(world)
    found = get(f"{AIR}/locations/KK01?{SPAN}&quality=all")
    is_coverage(found, found["parameters"], inherits=False)
    assert found["ranges"]["PM2.5"]["values"] == [1.0, 999.0, 3.0, None]
    assert found["ranges"]["PM2.5.flag"]["values"] == [1, 4, 1, 9]
    assert found["ranges"]["PM10.flag"]["values"] == [1, 9, 9, 9]
    encoding = found["parameters"]["PM2.5.flag"]["categoryEncoding"]
    assert set(encoding.values()) == {1, 2, 3, 4, 9}
    assert {one["id"] for one in found["parameters"]["PM2.5.flag"]["observedProperty"]["categories"]} == set(encoding)


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_csv_has_a_line_for_every_value(world: World, client: Client) -> None:
    judged(world)
    found = rows(client.get(f"{AIR}/locations/KK01?{SPAN}&f=CSV"))
    assert [(row["time"], row["parameter"], row["value"]) for row in found] == [
        ("2026-11-20T05:01:00Z", "PM2.5", "1.0"),
        ("2026-11-20T05:03:00Z", "PM2.5", "3.0"),
        ("2026-11-20T05:01:00Z", "PM10", "40.0"),
    ]
    assert (
        found[1] | {"standing": "validated", "flag": "good", "unit": "µg/Nm3", "x": "106.26", "y": "22.67"} == found[1]
    )
    every = rows(client.get(f"{AIR}/locations/KK01?{SPAN}&f=CSV&quality=all"))
    assert [(row["value"], row["flag"]) for row in every if row["parameter"] == "PM2.5"] == [
        ("1.0", "good"),
        ("999.0", "fail"),
        ("3.0", "good"),
        ("", "missing"),
    ]
    assert len(every) == 5


def test_accept_chooses_csv(client: Client, world: World) -> None:
    assert rows(client.get(f"{AIR}/locations/KK01", headers={"accept": "text/csv"}))


def test_a_position_is_answered_by_the_nearest_station_which_says_so(get: Any, client: Client) -> None:
    answer = client.get(f"{AIR}/position?coords=POINT(106.30 22.67)&parameter-name=PM2.5")
    found = answer.json()
    is_coverage(found, found["parameters"], inherits=False)
    assert found["nonnuoc:station"] | {"code": "KK01", "distance_km": 4.111} == found["nonnuoc:station"]
    assert answer["Content-Location"].endswith("/collections/air-values/locations/KK01")
    far = get(f"{AIR}/position?coords=POINT(107 22.67)", 404)
    assert (far["code"], far["nearest"]) == ("nothing_near", "KK01")
    assert far["distance_km"] == pytest.approx(76.05, abs=0.1)
    assert get(f"{AIR}/position?coords=POINT(107 22.67)&within=80")["nonnuoc:station"]["code"] == "KK01"
    assert get(f"{AIR}/position?coords=POINT(106.3 22.67)&within=4000&within-units=m", 404)["code"] == "nothing_near"


def test_coordinates_are_read_and_written_in_one_system(get: Any) -> None:
    found = get(f"{AIR}/position?coords=POINT(22.67 106.26)&crs={EPSG}4326")
    assert found["nonnuoc:station"]["distance_km"] == 0
    assert found["domain"]["axes"]["x"]["values"] == [106.26]  # x is the longitude in every system of degrees
    assert found["domain"]["referencing"][0]["coordinates"] == ["y", "x"]
    found = get(f"{AIR}/cube?bbox=552000,2507000,553000,2509000&crs={EPSG}9210")
    assert found["coverages"][0]["domain"]["axes"]["x"]["values"] == [552212.01]
    assert found["referencing"][0]["system"] == {"type": "ProjectedCRS", "id": f"{EPSG}9210"}


@pytest.mark.parametrize("query", [f"area?coords={quote(SQUARE)}", "cube?bbox=106.2,22.6,106.3,22.7"])
def test_an_area_and_a_cube_answer_with_every_station_inside(get: Any, query: str) -> None:
    found = get(f"{AIR}/{query}&datetime=2026-11-20T04:00:00Z/..")
    assert (found["type"], found["domainType"]) == ("CoverageCollection", "PointSeries")
    assert [one["nonnuoc:station"]["code"] for one in found["coverages"]] == ["KK01"]
    for one in found["coverages"]:
        is_coverage(one, found["parameters"], inherits=True)
    outside = query.replace("106.", "105.")
    assert get(f"{AIR}/{outside}")["coverages"] == []


def test_locations_are_the_stations(get: Any, client: Client) -> None:
    found = get(f"{AIR}/locations")
    assert [one["id"] for one in found["features"]] == ["KK01"]
    properties = found["features"][0]["properties"]
    assert properties["parameter-name"] == ["PM2.5", "PM10"]
    assert client.get(properties["edrqueryendpoint"]).json()["type"] == "Coverage"
    assert get(f"{AIR}/locations?bbox=0,0,1,1")["features"] == []


def test_a_collection_says_how_it_is_asked(get: Any, client: Client) -> None:
    found = get("/api/ogc/collections/air-hourly")
    assert set(found["data_queries"]) == {"position", "area", "cube", "locations", "items"}
    for query, one in found["data_queries"].items():
        assert one["link"]["variables"]["query_type"] == query
        assert {crs["crs"] for crs in one["link"]["variables"]["crs_details"]} == set(found["crs"])
    for query in ("position", "area"):
        link = found["data_queries"][query]["link"]
        assert client.get(link["href"], {"coords": link["variables"]["coords"]}).status_code == 200
    assert found["parameter_names"]["PM2.5"]["measurementType"] == {"method": "mean", "duration": "PT1H"}
    assert get("/api/ogc/collections/air-index-hourly")["parameter_names"].keys() == {"VN_AQI"}


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("position", "coords"),
        ("position?coords=POINT(200 22)", "coords"),
        ("position?coords=POINT(22.67 106.26)", "coords"),
        ("position?coords=POINT EMPTY", "coords"),
        ("position?coords=LINESTRING(1 2,3 4)", "coords"),
        ("position?coords=POINT(nan 1)", "coords"),
        ("position?coords=xyz", "coords"),
        ("position?coords=POINT(106 22)&within=-1", "within"),
        ("position?coords=POINT(106 22)&within=501", "within"),
        ("position?coords=POINT(106 22)&within=nan", "within"),
        ("position?coords=POINT(106 22)&within-units=mile", "within-units"),
        ("area?coords=POLYGON((0 0,1 1,1 0,0 1,0 0))", "coords"),
        ("area?coords=POINT(1 2)", "coords"),
        ("cube", "bbox"),
        ("cube?bbox=1", "bbox"),
        ("cube?bbox=106,22,107,23&z=0", "z"),
        ("locations/KK01?parameter-name=NOX", "parameter-name"),
        ("locations/KK01?parameter-name=", "parameter-name"),
        ("locations/KK01?quality=best", "quality"),
        ("locations/KK01?f=XML", "f"),
        ("locations/KK01?datetime=now", "datetime"),
        ("locations?f=CSV", "f"),
    ],
)
def test_faults_name_their_parameter(get: Any, path: str, parameter: str) -> None:
    assert get(f"{AIR}/{path}", 400)["parameter"] == parameter


def test_a_polygon_has_so_many_vertices_and_no_more(get: Any) -> None:
    ring = ",".join(["0 0"] * 997 + ["1 0", "1 1"])
    assert get(f"{AIR}/area?coords=POLYGON(({ring},0 0))")["coverages"] == []
    assert "1000 vertices" in get(f"{AIR}/area?coords=POLYGON(({ring},0 1,0 0))", 400)["detail"]


def test_too_much_is_refused_with_advice(get: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverages, "MAX_VALUES", 20)
    problem = get(f"{AIR}/locations/KK01", 413)
    assert (problem["code"], problem["most"]) == ("too_many_values", 20)
    assert "parameter-name" in problem["detail"]
    assert get(f"{AIR}/locations/KK01?datetime=2026-11-20T04:30:00Z/..")["type"] == "Coverage"


def test_places_in_a_grid_count_too(world: World, get: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two properties whose times never meet: every one of their values makes a place for the other."""
    times = LAST + np.arange(1, 16) * 2 * MINUTES
    network.put(world.stream("KK01", "PM2.5"), times, np.ones(15))
    network.put(world.stream("KK01", "PM10"), times + MINUTES, np.ones(15))
    monkeypatch.setattr(coverages, "MAX_VALUES", 30)
    assert get(f"{AIR}/locations/KK01?{SPAN}")["domain"]["axes"]["t"]["values"]
    monkeypatch.setattr(coverages, "MAX_VALUES", 31)
    network.put(world.stream("KK01", "PM2.5"), times[:1] + 1_000_000, np.ones(1))
    network.put(world.stream("KK01", "PM10"), times[:1] + 2_000_000, np.ones(1))
    assert get(f"{AIR}/locations/KK01?{SPAN}", 413)["code"] == "too_many_values"


def test_a_query_costs_the_same_for_many_stations(world: World, client: Client, queries: Any) -> None:
    path = f"{AIR}/cube?bbox=100,10,120,30&datetime=2026-11-20T04:30:00Z/.."
    first = queries(lambda: client.get(path))
    for number in range(3):
        network.air(f"KK2{number}", NOON, where=network.commune(), hours=2)
    assert queries(lambda: client.get(path)) <= first + 2  # many spans are read inside a setting of their own
    assert len(client.get(path).json()["coverages"]) == 4


def test_nobody_reads_series_they_may_not(world: World, client: Client) -> None:
    area = "cube?bbox=100,10,120,30"
    for who, person in [("anybody", None), *world.people.items()]:
        if person is not None:
            client.force_login(person)
        expected = world.readable(who)
        waste = client.get(f"/api/ogc/collections/wastewater-values/{area}")
        found = {one["nonnuoc:station"]["code"] for one in waste.json().get("coverages", [])}
        assert found == {"XT01", "YT01"} & expected, who
        for code in ("XT01", "YT01"):
            status = client.get(f"/api/ogc/collections/wastewater-values/locations/{code}").status_code
            assert status == (200 if code in expected else 404), who


def test_times_within_a_second_are_told_apart(world: World, get: Any) -> None:
    network.put(world.stream("KK01", "PM10"), np.array([LAST + 60_500_000]), np.array([5.0]))
    found = get(f"{AIR}/locations/KK01?{SPAN}&parameter-name=PM10")
    assert found["domain"]["axes"]["t"]["values"] == ["2026-11-20T05:01:00.500Z"]
