"""The same for people: in both languages, with a map and a table, nothing inline."""

from __future__ import annotations

import re
from typing import Any

import pytest
import shapely
from django.test import Client

from nonnuoc.records.places import geometry
from nonnuoc.records.places.models import Commune
from tests.api.observed import World

PATHS = (
    "/",
    "/conformance",
    "/collections",
    "/collections/stations",
    "/collections/air-values",
    "/collections/stations/items",
    "/collections/stations/items/KK01",
    "/collections/stations/queryables",
    "/collections/communes/items",
    "/collections/rivers/items",
    "/collections/air-values/items",
    "/collections/air-values/items/KK01",
    "/collections/stations/items?bbox=0,0,1,1",
)


@pytest.fixture
def page(world: World, client: Client) -> Any:
    """The page at an address below the root."""

    def fetch(path: str) -> str:
        answer = client.get(f"/api/ogc{path}", headers={"accept": "text/html"})
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "text/html; charset=utf-8"
        return str(answer.content.decode())

    return fetch


@pytest.mark.parametrize("path", PATHS)
def test_pages_speak_both_languages_and_have_nothing_inline(page: Any, path: str) -> None:
    joint = "&" if "?" in path else "?"
    vietnamese, english = page(path), page(f"{path}{joint}lang=en")
    assert '<html lang="vi">' in vietnamese
    assert '<html lang="en">' in english
    for html in (vietnamese, english):
        assert not re.search(r'\sstyle="|\son\w+="|<style|<script(?![^>]*\ssrc=)', html)
        assert len(re.findall(r"<h1", html)) == 1


def test_items_have_a_map_a_table_and_the_way_on(page: Any) -> None:
    html = page("/collections/stations/items?limit=1")
    assert 'class="sketch"' in html
    assert html.count("<circle") == 1
    assert "/collections/stations/items/KK01?f=html" in html
    assert 'rel="next"' in html
    assert "offset=1" in html
    assert "application/geo+json" in html
    assert 'rel="prev"' in page("/collections/stations/items?limit=1&offset=1")


def test_a_page_says_that_values_are_invented(page: Any) -> None:
    assert 'class="has-simulated"' in page("/collections/stations/items")
    assert 'class="has-simulated"' not in page("/collections/stations/items/KK01")


def test_boundaries_are_drawn(page: Any) -> None:
    square = geometry.as_multipolygon(
        shapely.box(106.0, 22.4, 106.5, 22.8).difference(shapely.box(106.1, 22.5, 106.2, 22.6))
    )
    where = {
        "lon": 106.3,
        "lat": 22.5,
        "boundary": geometry.to_wkb(square),
        "boundary_source": "test",
        "source": "test",
    }
    Commune.objects.create(code="02001", kind="xa", name="Hồng", name_ascii="hong", **where)
    html = page("/collections/communes/items/02001")
    (drawn,) = re.findall(r'<path class="communes" d="([^"]+)"/></g>|<path class="communes" d="([^"]+)"/>\s*</g>', html)
    assert "".join(drawn).count("M") == 2  # its outline, and the hole in it


def test_nothing_that_people_wrote_becomes_markup(world: World, page: Any) -> None:
    thing = world.things["KK01"]
    type(thing).objects.filter(pk=thing.pk).update(name="<script>alert(1)</script>", description="<b>x</b>")
    html = page("/collections/stations/items/KK01") + page("/collections/stations/items")
    assert "<script>alert" not in html
    assert "<b>x</b>" not in html


def test_the_page_of_a_feature_leads_to_what_it_is_about(page: Any) -> None:
    assert 'href="http://testserver/stations/KK01"' in page("/collections/stations/items/KK01")


def test_the_description_for_people_is_the_whole_interface(client: Client, world: World) -> None:
    answer = client.get("/api/ogc/api", headers={"accept": "text/html"})
    assert (answer.status_code, answer["Location"]) == (302, "/api/docs")
