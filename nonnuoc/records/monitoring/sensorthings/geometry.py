"""Functions of geometry, by shapely over the few places there are: the answer goes into the SQL as their ids.

Geometries are in WGS 84, longitude first; distances and lengths are in degrees, as OData has them: in the units of the
reference system. Only places the caller may see are looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Call
from nonnuoc.records.monitoring.sensorthings.schema import EntitySet, Kind
from nonnuoc.records.monitoring.sensorthings.seeing import Seeing, own
from nonnuoc.records.monitoring.sensorthings.sql import FALSE, TRUE, Sql, join, put, rows, value
from nonnuoc.records.monitoring.sensorthings.typed import Typed, wrong

Shapes = Any  # an array of geometries, or one
TOLD: Mapping[str, Callable[..., Any]] = {
    "geo.intersects": shapely.intersects,
    "st_equals": shapely.equals,
    "st_disjoint": shapely.disjoint,
    "st_touches": shapely.touches,
    "st_within": shapely.within,
    "st_overlaps": shapely.overlaps,
    "st_crosses": shapely.crosses,
    "st_intersects": shapely.intersects,
    "st_contains": shapely.contains,
    "st_relate": shapely.relate_pattern,
}
MEASURED: Mapping[str, Callable[..., Any]] = {"geo.distance": shapely.distance, "geo.length": shapely.length}
FUNCTIONS = {**TOLD, **MEASURED}
PATTERN = re.compile(r"[TF*012]{9}")


def call(asked: Call, given: Sequence[Typed], seeing: Seeing) -> Typed:
    """What a function gives of each place. Raises AskingError for what is no geometry, and between two of ours."""
    shapes, more = list(given), []
    if asked.name == "st_relate" and shapes:
        more = [_pattern(shapes.pop())]
    if len(shapes) != (1 if asked.name == "geo.length" else 2):
        raise AskingError(f"{asked.name} does not take {len(given)} arguments.", asked.at, near=asked.name)
    ours = [one for one in shapes if one.of is not None]
    if len(ours) > 1:
        raise AskingError(f"One of the two geometries of {asked.name} is to be written out.", asked.at, near=asked.name)
    known = _known(ours[0], seeing) if ours else {}
    ids = np.array(list(known), np.int64)
    places = np.array(list(known.values()), object)
    found = FUNCTIONS[asked.name](*(places if one.of is not None else _written(one) for one in shapes), *more)
    if asked.name in MEASURED:
        return _number(asked, ours, ids, found)
    return _boolean(asked, ours, ids, found)


def _boolean(asked: Call, ours: list[Typed], ids: NDArray[np.int64], found: Any) -> Typed:
    sql = TRUE if np.all(found) else FALSE
    if ours:
        chosen = ids[np.asarray(found, bool)].tolist()
        sql = put("coalesce({} = ANY({}), FALSE)", ours[0].sql, value(chosen, "int8[]"))
    return Typed(Kind.BOOLEAN, sql, asked.at, asked.name, "boolean", nullable=False)


def _number(asked: Call, ours: list[Typed], ids: NDArray[np.int64], found: Any) -> Typed:
    if not ours:
        return Typed(Kind.NUMBER, value(float(found), "float8"), asked.at, asked.name, "float8", nullable=False)
    measured = np.isfinite(found)
    told = value(ids[measured].tolist(), "int8[]"), value(np.asarray(found)[measured].tolist(), "float8[]")
    sql = put("(SELECT v.x FROM unnest({}, {}) AS v(id, x) WHERE v.id = {})", *told, ours[0].sql)
    return Typed(Kind.NUMBER, sql, asked.at, asked.name, "float8")


def _written(given: Typed) -> BaseGeometry:
    if given.literal is None or not isinstance(given.literal.value, BaseGeometry):
        raise wrong(given, Kind.SHAPE.value)
    return given.literal.value


def _pattern(given: Typed) -> str:
    told = given.literal.value if given.literal is not None else None
    if not isinstance(told, str) or not PATTERN.fullmatch(told):
        raise wrong(given, "a pattern of nine of T, F, *, 0, 1, 2")
    return told


def _known(asked: Typed, seeing: Seeing) -> dict[int, BaseGeometry]:
    """The geometries of a set, by id; without those that have none."""
    assert asked.of is not None  # noqa: S101 - of ours
    found = rows(seeing.statement(_places(asked.of, seeing)))
    return {row[0]: shape for row in found if (shape := _shape(row[1:])) is not None}


def _places(of: EntitySet, seeing: Seeing) -> Sql:
    declared = next(one for one in of.fields.values() if one.kind is Kind.SHAPE)
    columns = join(", ", [own(one, "t") for one in declared.shown])
    return put(f"SELECT t.id, {{}} FROM {of.table} t WHERE {{}}", columns, seeing.sees(of, "t"))  # noqa: S608 - our own names


def _shape(columns: tuple[Any, ...]) -> BaseGeometry | None:
    *told, lon, lat = columns
    if told and told[0] is not None:
        return _geojson(told[0])
    return None if lon is None else shapely.Point(lon, lat)


def _geojson(text: str) -> BaseGeometry | None:
    """A geometry or a feature of GeoJSON; None where it says none."""
    given = json.loads(text)
    if isinstance(given, dict) and given.get("type") == "Feature":
        given = given.get("geometry")
    try:
        found: BaseGeometry | None = shapely.from_geojson(json.dumps(given)) if given else None
    except shapely.errors.ShapelyError:
        return None
    return found
