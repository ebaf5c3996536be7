"""A station of no special kind, as the SensorThings API writes them, on the pages: there, and breaking none of them."""

from __future__ import annotations

import pytest

from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def thing():
    thing = f.station("ABC", {"Temp": "Temp"}, kind="other", lon=106.26, lat=22.67)
    f.send(*f.every("Temp", [21, 22, 23], unit="°C"), code="ABC")
    return thing


def test_nothing_is_computed_of_it(thing):
    assert set(thing.datastreams.values_list("procedure", flat=True)) == {"raw"}


SHOWN = ("/", "/network", "/stations/ABC")
PLAIN = ("/communes/", "/unknown", "/compare?stations=ABC", "/catalogue", "/method", "/sitemap.xml", "/feed.atom")
DATA = ("/data/stations.geojson", "/data/network", "/data/stations/ABC/series.json", "/data/stations/ABC/series.csv")


@pytest.mark.parametrize("path", [*SHOWN, *PLAIN, *DATA, "/cards/stations/ABC.png", "/stations/ABC/feed.atom"])
def test_pages_show_it_or_stand_without_it(client, thing, path):
    asked = (
        {"stream": thing.datastreams.get().id, "since": "2026-03-01", "until": "2026-03-03"}
        if path.endswith("series.json")
        else None
    )
    response = client.get(path, asked, follow=True)
    assert response.status_code == 200
    if path in SHOWN:
        assert "Trạm ABC" in response.content.decode()
