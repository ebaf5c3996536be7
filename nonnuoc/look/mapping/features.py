"""A layer as GeoJSON for the map in the browser and compressed, once."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from nonnuoc.records.registers.pattern.mapped import Mapped

GEOJSON = "application/geo+json"
DECIMALS = 5  # of a degree: 1 m
LEVEL = 5  # of compressing: what 6 to 9 would still gain costs more time than the line takes


@dataclass(frozen=True, slots=True)
class Body:
    """A layer ready to be sent."""

    plain: bytes
    packed: bytes  # gzip


_made: WeakKeyDictionary[Mapped, Body] = WeakKeyDictionary()


def body(found: Mapped) -> Body:
    """The layer as GeoJSON; made once, and kept as long as the layer is."""
    if found not in _made:
        plain = geojson(found)
        packer = zlib.compressobj(LEVEL, wbits=31)
        _made[found] = Body(plain, packer.compress(plain) + packer.flush())
    return _made[found]


def geojson(found: Mapped) -> bytes:
    """A FeatureCollection of points, one an entry, in the order of its codes; null where nobody knows the place.

    Properties: `c` code, `n` name, `k` commune; `v` where the point stands for a wider place, `m` how many metres
    wide; `s` where it is invented. Lines and areas travel as tiles (tiles.py).
    """
    lon, lat = np.round(found.lon, DECIMALS).tolist(), np.round(found.lat, DECIMALS).tolist()
    placed, vague, made = found.placed.tolist(), found.vague.tolist(), found.simulated.tolist()
    metres = found.metres.tolist()
    lines = []
    for row, code in enumerate(found.codes):
        more = f',"k":{_text(found.communes[row])}' if found.communes[row] else ""
        more += ',"v":1' if vague[row] else ""
        more += f',"m":{metres[row]:.0f}' if metres[row] == metres[row] else ""
        more += ',"s":1' if made[row] else ""
        where = f'{{"type":"Point","coordinates":[{lon[row]},{lat[row]}]}}' if placed[row] else "null"
        lines.append(
            f'{{"type":"Feature","geometry":{where},"properties":{{"c":"{code}","n":{_text(found.names[row])}{more}}}}}'
        )
    return f'{{"type":"FeatureCollection","features":[{_BREAK.join(lines)}]}}'.encode()


_BREAK = ",\n"
_text = json.JSONEncoder(ensure_ascii=False).encode


def answer(request: HttpRequest, found: Mapped) -> HttpResponse:
    """The layer, compressed where the browser reads that: the same bytes every time, so that an ETag holds."""
    made = body(found)
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(made.plain, content_type=GEOJSON)
    response = HttpResponse(made.packed, content_type=GEOJSON, headers={"Content-Encoding": "gzip"})
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
