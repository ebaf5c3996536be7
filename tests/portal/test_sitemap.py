from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from django.test import Client

from tests.portal import network

pytestmark = pytest.mark.django_db
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def addresses(client: Client) -> list[str]:
    response = client.get("/sitemap.xml")
    assert response.headers["content-type"] == "application/xml; charset=utf-8"
    return [one.text or "" for one in ElementTree.fromstring(response.content).findall("s:url/s:loc", NAMES)]


def test_the_sitemap_names_pages_communes_and_stations_and_each_is_there(client: Client) -> None:
    network.planned("P1", where=network.commune())
    found = addresses(client)
    assert {"http://testserver/", "http://testserver/communes/01273", "http://testserver/stations/P1"} <= set(found)
    assert len(found) == len(set(found))
    assert {client.get(address.removeprefix("http://testserver")).status_code for address in found} == {200}


def test_a_station_that_is_not_public_is_not_told(client: Client) -> None:
    network.planned("P1", where=None, data_class="internal")
    assert [address for address in addresses(client) if "P1" in address] == []


def test_robots_keep_out_of_the_desk_and_find_the_sitemap(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /desk/", "Disallow: /api/", "Allow: /api/$"} <= set(lines)
    assert "Sitemap: http://testserver/sitemap.xml" in lines
