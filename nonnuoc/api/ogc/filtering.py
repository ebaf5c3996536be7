"""Which features an address asks for: box, time, properties, and a filter in CQL2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from nonnuoc.api.ogc import boxes, times
from nonnuoc.api.ogc.asked import Asked, fault
from nonnuoc.api.ogc.cql2 import json as cql2_json
from nonnuoc.api.ogc.cql2 import text as cql2_text
from nonnuoc.api.ogc.cql2.judging import Judge
from nonnuoc.api.ogc.cql2.tree import Call, Fault, Literal, Name, Node, Place
from nonnuoc.api.ogc.systems import System
from nonnuoc.records.places.layers import Features, Field, Layer

PARAMETERS = ("bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs")
LANGUAGES: dict[str, Callable[[str], Node]] = {"cql2-text": cql2_text.parse, "cql2-json": cql2_json.parse}
Bools = NDArray[np.bool_]


def rows(asked: Asked, layer: Layer, features: Features) -> NDArray[np.intp]:
    """The rows of the features that everything asked is true of. Raises Problem 400."""
    kept = np.ones(len(features), bool)
    area = asked.area(asked.system("bbox-crs"))
    if area is not None:
        shapely.prepare(area)
        kept &= shapely.intersects(features.shapes, area)
    if (span := asked.span()) is not None:
        kept &= _there(features, *span)
    fields = {field.name: field for field in layer.fields}
    judge = Judge(features, fields, _reader(asked.system("filter-crs")))
    for name in fields:
        if name in asked.parameters:
            kept &= judge.keeps(_equal(asked, fields[name]))
    text = asked.get("filter")
    if text:
        kept &= _filtered(asked, text, judge)
    return np.flatnonzero(kept)


def _there(features: Features, since: int, until: int) -> Bools | bool:
    """Which are there at some time of the span; all of a layer that knows no time."""
    if features.since is None or features.until is None:
        return True
    return np.asarray((features.since <= until) & (features.until >= since), bool)


def _filtered(asked: Asked, text: str, judge: Judge) -> Bools:
    lang = asked.choice("filter-lang", LANGUAGES, "cql2-text")
    try:
        return judge.keeps(LANGUAGES[lang](text))
    except Fault as error:
        where = {} if error.at is None else {"position": error.at}
        raise fault("filter", error.detail, near=error.near, **where) from None


def _reader(system: System) -> Callable[[Any], Any]:
    """What makes WGS 84 of the geometries of a filter."""

    def moved(shape: Any) -> Any:
        if isinstance(shape, tuple):
            return boxes.area(shape, system)
        found = system.inward_one(shape)
        if not np.isfinite(shapely.get_coordinates(found)).all():
            raise ValueError(f"this geometry leaves the area of {system.label}; is it written in filter-crs?")
        return found

    return moved


def _equal(asked: Asked, field: Field) -> Node:
    """`?kind=surface_water` as a filter."""

    def reader(text: str) -> Literal:
        if field.choices and text not in field.choices:
            raise ValueError(f"{field.name} is one of {', '.join(field.choices)}, not {text[:40]!r}")
        return _READ[field.kind](text)

    value = asked.read(field.name, reader, Literal("", "string", Place()))
    return Call("=", (Name(field.name, Place()), value), Place())


def _number(text: str) -> Literal:
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        raise ValueError(f"{text[:40]!r} is not a number")
    return Literal(number, "number", Place())


def _truth(text: str) -> Literal:
    if text not in ("true", "false"):
        raise ValueError(f"write true or false, not {text[:40]!r}")
    return Literal(text == "true", "boolean", Place())


_READ: dict[str, Callable[[str], Literal]] = {
    "string": lambda text: Literal(text, "string", Place()),
    "integer": _number,
    "number": _number,
    "boolean": _truth,
    "date-time": lambda text: Literal(times.instant(text), "span", Place()),
}
