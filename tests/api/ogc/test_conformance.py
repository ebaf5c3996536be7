"""The abstract tests of OGC API – Features (17-069r4 annex A, 18-058r1 annex A, 19-079r2), walked one by one.

The name of each test function is that of the requirement, as the standards write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
import shapely
from django.test import Client
from openapi_spec_validator import validate

from nonnuoc.api.ogc import openapi
from nonnuoc.api.ogc.landing import CONFORMS_TO
from nonnuoc.records.places import geometry
from nonnuoc.records.places.models import Commune
from tests.api.observed import World
from tests.portal import network

ROOT = "/api/ogc"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
LAYERS = ("stations", "communes", "rivers", "air-values")


@pytest.fixture
def get(world: World, client: Client) -> Any:
    """The JSON at an address below the root, which must be there."""

    def fetch(path: str, status: int = 200) -> Any:
        answer = client.get(path if path.startswith("http") else ROOT + path)
        assert answer.status_code == status, answer.content
        return answer.json()

    return fetch


def rels(body: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for link in body["links"]:
        found.setdefault(link["rel"], []).append(link)
    return found


def ids(body: dict[str, Any]) -> list[str]:
    return [feature["id"] for feature in body["features"]]


# Part 1: Core


def test_root_success(get: Any) -> None:
    body = get("/")
    assert {"service-desc", "service-doc", "conformance", "data", "self", "alternate"} <= rels(body).keys()
    assert get("")["title"] == body["title"]


def test_api_definition_success(get: Any, client: Client) -> None:
    (link,) = rels(get("/"))["service-desc"]
    answer = client.get(link["href"])
    assert answer["Content-Type"] == link["type"]
    validate(answer.json())


def test_oas_completeness(get: Any, client: Client) -> None:
    """Every address that pages link to is described; every described address without a blank in it answers."""
    document = get("/api?f=json")
    assert document["servers"] == [{"url": "http://testserver/api/ogc"}]
    for path in document["paths"]:
        if "{" not in path:
            assert client.get(ROOT + path).status_code == 200, path
    assert set(openapi.PATHS) == {ROOT + path for path in document["paths"]}
    for layer in LAYERS[:3]:
        known = {one["name"] for one in document["paths"][f"/collections/{layer}/items"]["get"]["parameters"]}
        queryable = set(get(f"/collections/{layer}/queryables")["properties"]) - {"geometry"}
        assert queryable <= known
        assert {"limit", "bbox", "datetime", "crs", "bbox-crs", "filter", "filter-lang", "filter-crs"} <= known


def test_oas_exceptions_codes(client: Client, world: World) -> None:
    for path, status in (("/collections/none", 404), ("/collections/stations/items?limit=x", 400)):
        answer = client.get(ROOT + path)
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status


def test_conformance_success(get: Any) -> None:
    assert get("/conformance")["conformsTo"] == list(CONFORMS_TO)


def test_http(client: Client, world: World) -> None:
    head = client.head(f"{ROOT}/collections")
    assert (head.status_code, head.content) == (200, b"")
    assert client.post(f"{ROOT}/collections").status_code == 405
    assert "GET" in client.options(f"{ROOT}/collections")["Allow"]


def test_fc_md_success_items_links(get: Any) -> None:
    body = get("/collections")
    assert {"self", "alternate"} <= rels(body).keys()
    assert {"stations", "communes", "rivers", "air-values", "air-hourly"} <= {one["id"] for one in body["collections"]}
    for one in body["collections"]:
        for link in rels(one)["items"]:
            assert {"href", "rel", "type"} <= link.keys()
        assert {link["type"] for link in rels(one)["items"]} == {"application/geo+json", "text/html"}
        for link in [link for links in rels(one).values() for link in links]:
            assert link["href"].startswith("http")
            assert link["type"]


@pytest.mark.parametrize("layer", LAYERS)
def test_sfc_md_success(get: Any, layer: str) -> None:
    own = get(f"/collections/{layer}")
    (listed,) = [one for one in get("/collections")["collections"] if one["id"] == layer]
    assert own == listed


def test_fc_md_extent(get: Any) -> None:
    """The extent holds every feature, in space and in time."""
    for layer in ("stations", "communes", "air-values"):
        (west, south, east, north) = get(f"/collections/{layer}")["extent"]["spatial"]["bbox"][0]
        for feature in get(f"/collections/{layer}/items")["features"]:
            x, y = feature["geometry"]["coordinates"]
            assert west <= x <= east
            assert south <= y <= north
    since, until = get("/collections/air-values")["extent"]["temporal"]["interval"][0]
    assert (since, until) == ("2026-11-19T23:00:00Z", "2026-11-20T05:00:00Z")
    assert get("/collections/stations")["extent"]["temporal"]["interval"][0][1] is None


@pytest.mark.parametrize("layer", LAYERS)
def test_fc_op_response_links_counts(get: Any, layer: str) -> None:
    body = get(f"/collections/{layer}/items")
    assert body["type"] == "FeatureCollection"
    assert body["numberReturned"] == len(body["features"]) == body["numberMatched"] > 0
    assert {"self", "alternate", "collection"} <= rels(body).keys()
    assert {"next", "prev"}.isdisjoint(rels(body))
    for feature in body["features"]:
        assert feature["type"] == "Feature"
        assert {"id", "geometry", "properties"} <= feature.keys()


def test_fc_limit(get: Any) -> None:
    for limit in (1, 2, 999, 1000, 1001, 10**9):  # more than the most counts as the most
        body = get(f"/collections/stations/items?limit={limit}")
        assert body["numberReturned"] == min(limit, 2)
        assert body["numberMatched"] == 2
    for wrong in ("0", "-1", "x", "1.5", "", "１"):
        problem = get(f"/collections/stations/items?limit={wrong}", 400)
        assert problem["parameter"] == "limit"


def test_fc_links_next_prev_walk_every_feature_once(get: Any) -> None:
    for number in range(7):
        places_commune(number)
    seen: list[str] = []
    body = get("/collections/communes/items?limit=3&kind=xa")
    while True:
        assert body["numberMatched"] == 7
        seen += ids(body)
        if "next" not in rels(body):
            break
        assert "kind=xa" in rels(body)["next"][0]["href"]
        before, body = body, get(rels(body)["next"][0]["href"])
        assert ids(get(rels(body)["prev"][0]["href"])) == ids(before)
    assert seen == sorted(set(seen))
    assert len(seen) == 7


def places_commune(number: int, **more: object) -> None:
    facts = {"kind": "xa", "name": f"Xã {number}", "name_ascii": f"xa {number}", "area_km2": 10.0 * number + 1}
    where = {"lon": 106 + number / 10, "lat": 22.5, "source": "test"}
    Commune.objects.create(code=f"0200{number}", **facts, **where, **more)


@pytest.mark.parametrize(
    ("bbox", "expected"),
    [
        ("106.255,22.665,106.3,22.7", ["KK01"]),
        ("106.255,22.665,0,106.3,22.7,100", ["KK01"]),
        ("106.2,22.6,106.3,22.7", ["KK01", "NM01"]),
        ("106.26,22.67,106.26,22.67", ["KK01"]),
        ("100,22.67,110,22.67", ["KK01"]),
        ("0,0,1,1", []),
        ("170,-80,-170,80", []),
        ("106.255,-90,106.25,90", ["KK01", "NM01"]),
        ("-180,-90,180,90", ["KK01", "NM01"]),
    ],
)
def test_fc_bbox_response(get: Any, bbox: str, expected: list[str]) -> None:
    assert ids(get(f"/collections/stations/items?bbox={bbox}")) == expected


@pytest.mark.parametrize(
    "bbox",
    [
        "",
        "1,2,3",
        "1,2,3,4,5",
        "a,b,c,d",
        "0,10,1,0",
        "nan,0,1,1",
        "inf,0,1,1",
        "0,0,200,1",
        "0,-91,1,1",
        "1,2,9,3,4,5",
    ],
)
def test_fc_bbox_definition_refuses(get: Any, bbox: str) -> None:
    assert get(f"/collections/stations/items?bbox={bbox}", 400)["parameter"] == "bbox"


def test_a_feature_without_a_place_is_in_no_box(get: Any) -> None:
    assert get("/collections/rivers/items")["features"][0]["geometry"] is None
    assert ids(get("/collections/rivers/items?bbox=-180,-90,180,90")) == []


@pytest.mark.parametrize(
    ("datetime_", "expected"),
    [
        ("2026-11-20", ["KK01", "NM01"]),
        ("2020-01-01", ["NM01"]),  # KK01 was not there yet; of the other nobody knows since when
        ("../2026-01-01T00:00:00Z", ["NM01"]),
        ("/2026-01-01T00:00:00Z", ["NM01"]),
        ("2026-11-01T00:00:00%2B07:00/..", ["KK01", "NM01"]),
        ("2026-11-01/", ["KK01", "NM01"]),
        ("2026-03-02/2026-03-03", ["KK01", "NM01"]),
        ("../..", ["KK01", "NM01"]),
        ("2026-11-20T05:00:00.123456789Z", ["KK01", "NM01"]),
    ],
)
def test_fc_time_response(get: Any, datetime_: str, expected: list[str]) -> None:
    assert ids(get(f"/collections/stations/items?datetime={datetime_}")) == expected


@pytest.mark.parametrize(
    "datetime_",
    ["", "yesterday", "2026-02-30", "2026-01-01/2025-01-01", "a/b", "1/2/3", "2026-01-01T00:00:00", "20260101"],
)
def test_fc_time_definition_refuses(get: Any, datetime_: str) -> None:
    assert get(f"/collections/stations/items?datetime={datetime_}", 400)["parameter"] == "datetime"


def test_a_layer_without_time_is_always_there(get: Any) -> None:
    assert len(ids(get("/collections/communes/items?datetime=1900-01-01"))) == 1


@pytest.mark.parametrize("layer", LAYERS)
def test_f_success_links(get: Any, layer: str, client: Client) -> None:
    for feature in get(f"/collections/{layer}/items")["features"]:
        one = get(f"/collections/{layer}/items/{feature['id']}")
        assert {name: one[name] for name in ("type", "id", "geometry", "properties")} == feature
        assert {"self", "alternate", "collection"} <= rels(one).keys()
        for link in (*rels(one)["self"], *rels(one)["alternate"], *rels(one)["collection"]):
            answer = client.get(link["href"])
            assert answer["Content-Type"].split(";")[0] == link["type"]
    assert get(f"/collections/{layer}/items/none", 404)["code"] == "unknown_feature"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/conformance",
        "/collections",
        "/collections/stations",
        "/collections/stations/items",
        "/collections/rivers/items/x",
        "/collections/stations/queryables",
        "/api",
        "/collections/air-values/locations",
        "/collections/air-values/cube",
    ],
)
def test_query_param_unknown(get: Any, path: str) -> None:
    problem = get(f"{path}?nonsense=1", 400)
    assert problem["parameter"] == "nonsense"


def test_query_param_invalid(get: Any) -> None:
    for query in ("f=xml", "crs=EPSG:1", "offset=-1", "kind=sea", "simulated=maybe", "newest=soon", "limit=1&limit=2"):
        problem = get(f"/collections/stations/items?{query}", 400)
        assert problem["parameter"] == query.partition("=")[0]


def test_queries_of_any_length_are_answered(get: Any) -> None:
    assert get("/collections/stations/items?filter=" + "a" * 13000, 400)["code"] == "too_long"


# GeoJSON, HTML


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/geo+json", "application/geo+json"),
        ("application/json", "application/geo+json"),
        ("*/*", "application/geo+json"),
        ("", "application/geo+json"),
        ("image/png", "application/geo+json"),
        ("text/html", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/geo+json;q=0.5, text/html;q=0.9", "text/html"),
    ],
)
def test_content_negotiation(client: Client, world: World, accept: str, media: str) -> None:
    headers = {"accept": accept} if accept else {}
    answer = client.get(f"{ROOT}/collections/stations/items", headers=headers)
    assert answer["Content-Type"].split(";")[0] == media
    assert "Accept" in answer["Vary"]
    assert client.get(f"{ROOT}/collections/stations/items?f=json", headers=headers)["Content-Type"].endswith("geo+json")


def test_geojson_content(get: Any) -> None:
    for layer in LAYERS:
        for feature in get(f"/collections/{layer}/items")["features"]:
            if feature["geometry"]:
                assert shapely.is_valid(geometry.from_geojson(str(feature["geometry"]).replace("'", '"')))


# Part 2: coordinate reference systems


@pytest.mark.parametrize("layer", LAYERS)
def test_crs_fc_md_crs_list_storage_crs(get: Any, layer: str) -> None:
    one = get(f"/collections/{layer}")
    assert one["crs"] == [CRS84, f"{EPSG}4326", f"{EPSG}9210"]
    assert one["storageCrs"] in one["crs"]


def coordinates(body: dict[str, Any]) -> list[float]:
    found: list[float] = body["features"][0]["geometry"]["coordinates"]
    return found


def test_crs_default_value(get: Any, client: Client) -> None:
    answer = client.get(f"{ROOT}/collections/stations/items")
    assert answer["Content-Crs"] == f"<{CRS84}>"
    assert coordinates(answer.json()) == [106.26, 22.67]
    assert coordinates(get(f"/collections/stations/items?crs={CRS84}")) == [106.26, 22.67]


def test_crs_axis_order_is_that_of_the_authority(client: Client, world: World) -> None:
    answer = client.get(f"{ROOT}/collections/stations/items?crs={EPSG}4326")
    assert answer["Content-Crs"] == f"<{EPSG}4326>"
    assert coordinates(answer.json()) == [22.67, 106.26]


def test_crs_vn2000_is_the_decrees(client: Client, world: World) -> None:
    """EPSG:9210 puts easting first. The numbers are those of the one converter, to the centimetre."""
    answer = client.get(f"{ROOT}/collections/stations/items/KK01?crs={EPSG}9210")
    assert answer["Content-Crs"] == f"<{EPSG}9210>"
    x, y = geometry.system("EPSG:9210").from_wgs84([106.26], [22.67])
    assert answer.json()["geometry"]["coordinates"] == [pytest.approx(x[0], abs=0.006), pytest.approx(y[0], abs=0.006)]
    assert answer.json()["geometry"]["coordinates"] == [552212.01, 2507940.14]


def test_bbox_crs_action(get: Any) -> None:
    box = "22.665,106.255,22.7,106.3"
    assert ids(get(f"/collections/stations/items?bbox={box}&bbox-crs={EPSG}4326")) == ["KK01"]
    assert get(f"/collections/stations/items?bbox={box}", 400)["parameter"] == "bbox"  # 106 is no latitude
    box = "552000,2507700,552400,2508100"
    assert ids(get(f"/collections/stations/items?bbox={box}&bbox-crs={EPSG}9210")) == ["KK01"]
    assert get(f"/collections/stations/items?bbox=5e9,1,6e9,2&bbox-crs={EPSG}9210", 400)["parameter"] == "bbox"


@pytest.mark.parametrize("name", ["crs", "bbox-crs", "filter-crs"])
@pytest.mark.parametrize("value", [f"{EPSG}3857", "EPSG:32648", "x", "", "http://example.org/crs"])
def test_crs_not_in_the_list_is_refused(get: Any, name: str, value: str) -> None:
    problem = get(f"/collections/stations/items?{name}={value}", 400)
    assert problem["parameter"] == name
    assert CRS84 in problem["detail"]


@pytest.mark.parametrize(
    "value", ["CRS84", "OGC:CRS84", "EPSG:4326", "%5BEPSG:4326%5D", "https://www.opengis.net/def/crs/EPSG/0/9210"]
)
def test_crs_by_its_short_names(get: Any, value: str) -> None:
    assert get(f"/collections/stations/items?crs={value}")["numberMatched"] == 2


def test_a_boundary_goes_through_every_system(get: Any) -> None:
    """Polygons, too: drawn anew in each system, found again by a box of each."""
    square = geometry.as_multipolygon(shapely.box(106.0, 22.4, 106.1, 22.5))
    places_commune(9, boundary=geometry.to_wkb(square), boundary_source="test")
    for crs, box in ((CRS84, "106.05,22.45,106.06,22.46"), (f"{EPSG}4326", "22.45,106.05,22.46,106.06")):
        body = get(f"/collections/communes/items?crs={crs}&bbox={box}&bbox-crs={crs}")
        assert ids(body) == ["02009"]
        assert body["features"][0]["geometry"]["type"] == "MultiPolygon"
    plain = get("/collections/communes/items/02009")["geometry"]["coordinates"][0][0]
    turned = get(f"/collections/communes/items/02009?crs={EPSG}4326")["geometry"]["coordinates"][0][0]
    assert [point[::-1] for point in turned] == plain
    eastings = get(f"/collections/communes/items/02009?crs={EPSG}9210")["geometry"]["coordinates"][0][0]
    assert all(520_000 < x < 550_000 and 2_470_000 < y < 2_500_000 for x, y in eastings)


# Part 3: filtering


@pytest.mark.parametrize("layer", LAYERS)
def test_queryables_link_response(get: Any, client: Client, layer: str) -> None:
    (link,) = rels(get(f"/collections/{layer}"))[QUERYABLES]
    answer = client.get(link["href"])
    assert answer["Content-Type"] == "application/schema+json"
    schema = answer.json()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == link["href"].partition("?")[0]
    assert schema["type"] == "object"
    feature = get(f"/collections/{layer}/items")["features"][0]
    assert set(schema["properties"]) == {*feature["properties"], "geometry"}
    for one in schema["properties"].values():
        assert one["title"]
        assert one["x-titles"].keys() == {"vi", "en"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=surface_water", ["NM01"]),
        ("kind=surface_water&simulated=false", []),
        ("commune=Th%E1%BB%A5c%20Ph%C3%A1n", ["KK01", "NM01"]),
        ("newest=2026-11-20T05:00:00Z", ["KK01", "NM01"]),
        ("newest=2026-11-20", ["KK01", "NM01"]),
        ("code=KK01", ["KK01"]),
        ("name=", []),
    ],
)
def test_queryables_query_parameters(get: Any, query: str, expected: list[str]) -> None:
    assert ids(get(f"/collections/stations/items?{query}")) == expected


def test_numbers_as_query_parameters(get: Any) -> None:
    places_commune(1)
    assert ids(get("/collections/communes/items?area_km2=11")) == ["02001"]
    assert get("/collections/communes/items?area_km2=nan", 400)["parameter"] == "area_km2"


@pytest.mark.parametrize("lang", ["", "&filter-lang=cql2-text"])
def test_filter_param_text(get: Any, lang: str) -> None:
    text = quote("CASEI(ACCENTI(name)) LIKE 'tram kk%' AND S_INTERSECTS(geometry, BBOX(106, 22, 107, 23))")
    assert ids(get(f"/collections/stations/items?filter={text}{lang}")) == ["KK01"]


def test_filter_param_json(get: Any) -> None:
    text = quote('{"op": "=", "args": [{"property": "simulated"}, true]}')
    assert ids(get(f"/collections/stations/items?filter={text}&filter-lang=cql2-json")) == ["NM01"]


def test_filter_lang_is_one_of_two(get: Any) -> None:
    assert get("/collections/stations/items?filter=simulated&filter-lang=cql-text", 400)["parameter"] == "filter-lang"


def test_filter_crs(get: Any) -> None:
    text = quote(
        "S_WITHIN(geometry, POLYGON((22.665 106.255, 22.7 106.255, 22.7 106.3, 22.665 106.3, 22.665 106.255)))"
    )
    assert ids(get(f"/collections/stations/items?filter={text}&filter-crs={EPSG}4326")) == ["KK01"]
    text = quote("S_INTERSECTS(geometry, BBOX(552000, 2507700, 552400, 2508100))")
    assert ids(get(f"/collections/stations/items?filter={text}&filter-crs={EPSG}9210")) == ["KK01"]
    problem = get(f"/collections/stations/items?filter={text}", 400)
    assert (problem["parameter"], problem["position"]) == ("filter", 23)


def test_filter_mixes_with_every_other_parameter(get: Any) -> None:
    text = quote("kind = 'ambient_air' OR kind = 'surface_water'")
    query = f"filter={text}&bbox=106,22,107,23&datetime=2026-11-20&simulated=true&limit=1"
    assert ids(get(f"/collections/stations/items?{query}")) == ["NM01"]


def test_filter_fault_names_the_place(get: Any) -> None:
    problem = get("/collections/stations/items?filter=" + quote("kind = 'air' AND colour = 'red'"), 400)
    assert (problem["parameter"], problem["position"]) == ("filter", 17)
    assert problem["near"].startswith("colour")
    assert "there are code, name" in problem["detail"]


def test_filter_finds_newest_values(get: Any) -> None:
    """The stations of a collection of series carry their newest values, under the codes of what they measure."""
    assert ids(get("/collections/air-values/items?filter=" + quote('"PM2.5" >= 20'))) == ["KK01"]
    assert ids(get("/collections/air-values/items?filter=" + quote("PM2.5 > 20"))) == []
    assert ids(get("/collections/air-values/items?PM2.5=20")) == ["KK01"]


# Who may read what


def test_nobody_finds_what_they_may_not_read(world: World, client: Client) -> None:
    """At every way in, by everybody: the codes found are those the world says they may read."""
    for who, person in [("anybody", None), *world.people.items()]:
        if person is not None:
            client.force_login(person)
        expected = world.readable(who)
        body = client.get(f"{ROOT}/collections/stations/items").json()
        assert set(ids(body)) == expected, who
        assert body["numberMatched"] == len(expected)
        secret = client.get(f"{ROOT}/collections/stations/items?filter=" + quote("code = 'YT01'")).json()
        assert secret["numberMatched"] == ("YT01" in expected), who
        for code in world.things:
            status = client.get(f"{ROOT}/collections/stations/items/{code}").status_code
            assert status == (200 if code in expected else 404), (who, code)
        shown = {one["id"] for one in client.get(f"{ROOT}/collections").json()["collections"]}
        assert ("wastewater-values" in shown) == bool({"XT01", "YT01"} & expected), who
        answer = client.get(f"{ROOT}/collections/wastewater-values/items")
        found = set(ids(answer.json())) if answer.status_code == 200 else set()
        assert found == {"XT01", "YT01"} & expected, who
        assert "Hg" not in client.get(f"{ROOT}/collections").content.decode() or "YT01" in expected, who


def test_a_list_costs_the_same_for_many(world: World, client: Client, queries: Any) -> None:
    first = queries(lambda: client.get(f"{ROOT}/collections/stations/items"))
    for number in range(3):
        network.air(f"KK1{number}", datetime(2026, 11, 20, 5, tzinfo=UTC), where=network.commune(), hours=2)
    assert queries(lambda: client.get(f"{ROOT}/collections/stations/items")) == first


def test_ids_are_sorted_and_stable(get: Any) -> None:
    def walk() -> Iterator[str]:
        for offset in range(2):
            yield from ids(get(f"/collections/stations/items?limit=1&offset={offset}"))

    assert all(one < other for one, other in pairwise(walk()))
