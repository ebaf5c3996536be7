"""The entries of a list as GeoJSON, for the map beside it: the same filters, the same rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from nonnuoc.look.registers.faces import Face
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.pattern import listing, reading
from nonnuoc.records.registers.pattern.reading import Position
from nonnuoc.records.registers.pattern.register import Register, Shape

MOST = 2000  # what a small map can show apart; the large one shows all
FINE = 0.0005  # degrees, about 50 m: shapes are drawn with no more points than an eye can use here


def of(face: Face, register: Register, query: Mapping[str, str]) -> dict[str, Any]:
    """A FeatureCollection of the first MOST that have a place; `more`: there are others."""
    asked = listing.asked(register, query)
    matching = listing.matching(register, face.rights, asked)
    shaped = register.shape in (Shape.LINE, Shape.POLYGON)
    found = matching.defer(None).defer(*reading.large(register)) if shaped else matching
    placed = found.filter(listing.placed(register, face.rights))
    in_order = placed.select_related(*reading.linked(register)).order_by(listing.by_code(register, asked))
    entries = list(in_order[: MOST + 1])
    return {
        "type": "FeatureCollection",
        "features": [_feature(face, register, entry, at, shaped) for entry, at in _at(face, register, entries[:MOST])],
        "more": len(entries) > MOST,
    }


def _at(face: Face, register: Register, entries: Sequence[Any]) -> Iterator[tuple[Any, Position]]:
    for entry in entries:
        if at := reading.position(register, entry, face.rights):
            yield entry, at


def _feature(face: Face, register: Register, entry: Any, at: Position, shaped: bool) -> dict[str, Any]:
    drawn: Any = shapely.Point(at.lon, at.lat)
    if shaped and entry.shape is not None and reading.exact(register, entry, face.rights):
        drawn = shapely.simplify(np.array([geometry.from_wkb(bytes(entry.shape))], object), FINE)[0]
    return {
        "type": "Feature",
        "id": entry.code,
        "geometry": geometry.to_geojson(drawn, decimals=5),
        "properties": {
            "code": entry.code,
            "name": entry.name,
            "address": face.entry(register.key, entry.code),
            "lon": at.lon,
            "lat": at.lat,
            "metres": at.metres,
        },
    }
