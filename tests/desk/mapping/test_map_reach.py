"""What the map gives to whom: page, data, tiles, cards, sheets and search tell nobody of what they may not read."""

from __future__ import annotations

import json

import pytest
import shapely
from django.http import HttpResponse
from django.test import Client

from nonnuoc.look.mapping import layers
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern import keeping
from tests.records.accounts import staff
from tests.records.registers.nature import wild
from tests.records.registers.pattern import kept

pytestmark = pytest.mark.django_db
TILE = (8, 203, 111)
NAME = "Kho bí mật"
GZIP = {"HTTP_ACCEPT_ENCODING": "identity"}


def entered(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def features(client: Client, key: str) -> list[dict]:
    face = "/desk/map/layers" if "_auth_user_id" in client.session else "/data/map"
    answer = client.get(f"{face}/{key}.geojson", **GZIP)
    assert answer.status_code == 200
    return json.loads(answer.content)["features"]


@pytest.fixture
def here() -> None:
    """An internal facility and zone in one commune, restricted ones in another."""
    shape = geometry.to_wkb(shapely.box(106.2, 22.6, 106.3, 22.7))
    near, far = staff.commune("01273"), staff.commune("01290")
    for commune, data_class in ((near, "internal"), (far, "restricted")):
        kept.facility(
            f"{NAME} {data_class}", code=f"f-{data_class}", commune=commune, data_class=data_class, **kept.PLACE
        )
        told = {"shape": shape, "position_source": "QĐ 1", "commune": commune, "data_class": data_class}
        kept.zone(f"{NAME} {data_class}", code=f"z-{data_class}", **told)


PROBES = (
    "/map",
    "/map?layers=facilities,zones&q=kho",
    "/map?layers=facilities&chosen=facilities/f-{}",
    "/map/print?layers=facilities,zones&box=106.1,22.5,106.4,22.8",
    "/data/map/facilities.geojson",
    "/data/map/zones.geojson",
    f"/data/map/{TILE[0]}/{TILE[1]}/{TILE[2]}.mvt?layers=zones,facilities",
    "/map/cards/facilities/f-{}",
    "/map/cards/zones/z-{}",
    "/search?q=kho+bi+mat",
    "/search.json?q=kho+bi+mat",
    "/search?q=f-{}",
)
MOVED = {"/data/map/": "/desk/map/layers/", "/map": "/desk/map", "/search": "/desk/search"}


def on_desk(path: str) -> str:
    if path.endswith("zones,facilities"):
        return path.replace("/data/map/", "/desk/map/tiles/")
    was = next(start for start in MOVED if path.startswith(start))
    return path.replace(was, MOVED[was], 1)


def told(answer: HttpResponse, path: str) -> bool:
    """Whether it says more than what the question itself said."""
    body = answer.content.decode(errors="replace")
    return NAME in body or (
        "f-" not in path and ("f-internal" in body or "z-internal" in body or "z-restricted" in body)
    )


@pytest.mark.usefixtures("here")
def test_nothing_internal_reaches_the_public_or_another_office() -> None:
    people = {
        "public": (None, ()),
        "villager": (kept.villager("01273"), ("internal",)),
        "stranger": (kept.enterprise(), ()),
        "officer": (kept.officer(), ("internal", "restricted")),
    }
    for who, (person, seen) in people.items():
        client = entered(person)
        for probe in PROBES:
            for data_class in ("internal", "restricted") if "{}" in probe else ("",):
                path = probe.format(data_class)
                answer = client.get(on_desk(path) if person else path, **GZIP)
                may = data_class in seen if "{}" in probe else bool(seen)
                if "cards" in path:
                    assert answer.status_code == (200 if may else 404), (who, path)
                elif "search" in path or "geojson" in path or "mvt" in path:
                    assert told(answer, path) == may, (who, path)
                else:
                    assert told(answer, path) <= bool(seen), (who, path)
    villager = features(entered(people["villager"][0]), "facilities")
    assert [one["properties"]["c"] for one in villager] == ["f-internal"]


def test_of_a_protected_species_the_map_has_the_generalised_point_only() -> None:
    wild.communes()
    found = wild.found(wild.species("Onis simulata", "km-10"))
    (seen,) = features(entered(None), "occurrences")
    assert seen["geometry"]["coordinates"] == [found.coarse_lon, found.coarse_lat] != [106.257, 22.6661]
    assert seen["properties"]["v"] == 1 and seen["properties"]["m"] > 5_000
    (exact,) = features(entered(kept.officer()), "occurrences")
    assert exact["geometry"]["coordinates"] == [106.257, 22.6661] and "v" not in exact["properties"]
    client = entered(None)
    for path in ("/map?layers=occurrences", f"/map/cards/occurrences/{found.code}", "/map/print?layers=occurrences"):
        body = client.get(path).content.decode()
        assert "22.6661" not in body and "22,6661" not in body and "GPS in the cave" not in body
    readers = [layers.of_reader(rights)["occurrences"]() for rights in (access.ANYBODY, access.SYSTEM)]
    assert [reader.sources for reader in readers] == [(), ("GPS in the cave",)]


def test_data_of_the_desk_stay_in_ones_own_browser_and_change_with_what_is_written() -> None:
    entry = kept.facility(**kept.PLACE)
    desk = entered(kept.officer())
    path = "/desk/map/layers/facilities.geojson"
    first = desk.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert desk.get(path, HTTP_IF_NONE_MATCH=first.headers["ETag"]).status_code == 304
    keeping.change(FACILITIES, entry.code, {"name": "Tên mới"}, by=None)
    again = desk.get(path, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    assert again.status_code == 200 and again.headers["ETag"] != first.headers["ETag"]
    shared = entered(None).get("/data/map/facilities.geojson")
    assert shared.headers["Cache-Control"] == "public, max-age=60"
    held = entered(None).get("/data/map/facilities.geojson", HTTP_IF_NONE_MATCH=shared.headers["ETag"])
    assert held.status_code == 304
    assert Client().get(path).status_code == 302


def test_a_layer_costs_the_same_for_one_entry_and_for_many(queries) -> None:
    def read() -> None:
        layers.of_reader(access.SYSTEM)["facilities"]()

    kept.facility(**kept.PLACE)
    once = queries(read)
    for _ in range(3):
        kept.facility(**kept.PLACE)
    assert queries(read) == once == 3
    assert queries(read) == 1  # held until something is written
