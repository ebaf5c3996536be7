"""GDAL's driver of OGC API – Features, which QGIS uses too, reads our collections from a server on this machine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pyogrio
import pytest

from tests.api.observed import build
from tests.portal import network

# In a process of its own: pyogrio keeps Python waiting while GDAL waits for the server, which runs in this one.
SCRIPT = """
import json, sys
import pyogrio, pyogrio.raw, shapely
url, layer, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
if layer == "":
    print(json.dumps(pyogrio.list_layers(url).tolist()))
else:
    options |= {"bbox": tuple(options["bbox"])} if "bbox" in options else {}
    meta, _, shapes, columns = pyogrio.raw.read(url, layer=layer, **options)
    fields = meta["fields"].tolist()
    print(json.dumps({
        "crs": meta["crs"],
        "kinds": meta["ogr_types"],
        "points": [None if one is None else list(shapely.from_wkb(one).centroid.coords[0]) for one in shapes],
        "rows": [dict(zip(fields, map(str, row))) for row in zip(*columns)],
    }))
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("OAPIF" not in pyogrio.list_drivers(), reason="this GDAL cannot read OGC API – Features"),
]


@pytest.fixture
def gdal(transactional_db: None, live_server: Any) -> Any:
    """Read a layer; give what was read, and which addresses below the root were asked for it."""
    build()

    def read(layer: str = "", **options: Any) -> tuple[Any, list[str]]:
        url = f"OAPIF:{live_server.url}/api/ogc"
        command = [sys.executable, "-c", SCRIPT, url, layer, json.dumps(options)]
        ran = subprocess.run(
            command, capture_output=True, text=True, timeout=60, env={"CPL_DEBUG": "ON", "no_proxy": "*"}, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout), re.findall(r"Fetch\(http://[^/]+/api/ogc([^)]*)\)", ran.stderr)

    return read


def test_every_collection_is_a_layer(gdal: Any) -> None:
    layers, _ = gdal()
    assert ["stations", "Point"] in layers
    assert {"communes", "rivers", "air-values", "air-hourly"} <= {name for name, _ in layers}


def test_stations_are_read_with_their_fields(gdal: Any) -> None:
    found, _ = gdal("stations")
    assert found["points"] == [[106.26, 22.67], [106.25, 22.66]]
    assert [row["code"] for row in found["rows"]] == ["KK01", "NM01"]
    assert found["rows"][0]["name"] == "Trạm KK01"
    assert {"OFTString", "OFTDateTime", "OFTInteger"} <= set(found["kinds"])
    assert "CRS84" in found["crs"]


def test_newest_values_are_numbers(gdal: Any) -> None:
    found, _ = gdal("air-values")
    assert [(row["code"], row["PM2.5"]) for row in found["rows"]] == [("KK01", "20.0")]


def test_a_box_and_a_condition_are_asked_of_the_server(gdal: Any) -> None:
    found, asked = gdal("stations", bbox=[106.255, 22.665, 106.3, 22.7])
    assert [row["code"] for row in found["rows"]] == ["KK01"]
    assert any("bbox=106.255" in one for one in asked)
    found, asked = gdal("stations", where="kind = 'surface_water' AND name LIKE '%NM%'")
    assert [row["code"] for row in found["rows"]] == ["NM01"]
    assert any("kind=surface_water" in one for one in asked)


def test_pages_are_walked_to_the_end(gdal: Any) -> None:
    for number in range(5):
        network.commune(f"0300{number}", f"Xã {number}", lon=106 + number / 10)
    found, asked = gdal("communes", PAGE_SIZE=2)
    assert [row["code"] for row in found["rows"]] == ["01273", *(f"0300{number}" for number in range(5))]
    assert sum("offset=" in one for one in asked) >= 2


def test_vn2000_is_read_in_its_own_order_of_axes(gdal: Any) -> None:
    found, asked = gdal("stations", CRS="EPSG:9210")
    assert "9210" in found["crs"]
    assert found["points"][0] == pytest.approx([552212.01, 2507940.14])
    found, _ = gdal("stations", CRS="EPSG:4326")
    assert found["points"][0] == pytest.approx([106.26, 22.67])  # GDAL turns them for its users
    assert any("crs=http://www.opengis.net/def/crs/EPSG/0/9210" in one for one in asked)
