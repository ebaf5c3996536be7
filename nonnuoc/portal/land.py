"""The land under the stations: communes as they are drawn, with no more points than an eye can use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nonnuoc.records.places import geometry
from nonnuoc.records.places import selectors as places
from nonnuoc.records.places.models import Commune

FINE, COARSE = 0.002, 0.01  # degrees: about 200 m for the map, 1 km for the drawing behind it


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """Every commune's point, and its shape where an official boundary was imported."""

    edition: tuple[int, int, int]
    names: tuple[str, ...]  # as the law writes them, in the order of code
    communes: list[tuple[str, str, float, float]]  # code, name, lon, lat
    fine: dict[str, dict[str, Any]]  # code -> GeoJSON
    coarse: list[list[list[tuple[float, float]]]]  # of each commune its rings


def land() -> Land:
    """As it stands now; read once for every import of boundaries."""
    return _land(places.edition())


@lru_cache(maxsize=1)
def _land(edition: tuple[int, int, int]) -> Land:
    known = list(places.communes().defer(None))
    bounded = [commune for commune in known if commune.boundary]
    shapes = [geometry.from_wkb(bytes(commune.boundary or b"")) for commune in bounded]
    fine = geometry.simplified(shapes, tolerance=FINE)
    coarse = geometry.simplified(shapes, tolerance=COARSE)
    return Land(
        edition=edition,
        names=tuple(commune.full_name for commune in known),
        communes=[(commune.code, commune.name, commune.lon, commune.lat) for commune in known],
        fine=dict(zip(_codes(bounded), [geometry.to_geojson(shape, decimals=4) for shape in fine], strict=True)),
        coarse=[_rings(geometry.to_geojson(shape, decimals=4)) for shape in coarse],
    )


def _codes(communes: Iterable[Commune]) -> list[str]:
    return [commune.code for commune in communes]


def _rings(shape: dict[str, Any]) -> list[list[tuple[float, float]]]:
    parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return [[(lon, lat) for lon, lat in ring] for part in parts for ring in part]
