"""KML of strangers (OGC 12-007r2): its placemarks, read so that nothing in it makes us read a file or the network.

No document types, no entities, no links are followed; what is nested too deep is not gone into.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from lxml import etree
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.places.geometry import Geometries

_SHAPES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry")


class UnreadableError(ValueError):
    """Why it cannot be read."""


def read(body: bytes, *, depth: int) -> tuple[Geometries, dict[str, list[str]]]:
    """Of each placemark its geometry (WGS 84; None where it has none, or none that can be made) and its texts.

    Fields are name, description and what stands under ExtendedData; "" where a placemark has none.
    Raises UnreadableError.
    """
    placemarks = [one for one in _tree(body, depth).iter() if _name(one) == "Placemark"]
    told = [dict(_texts(one)) for one in placemarks]
    names = dict.fromkeys(name for texts in told for name in texts)
    shapes = np.empty(len(placemarks), object)
    shapes[:] = [_shape(one) for one in placemarks]
    return shapes, {name: [texts.get(name, "") for texts in told] for name in names}


def _tree(body: bytes, depth: int) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(f"it is no XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableError("it has a DOCTYPE; KML has none, and what it declares is not read")
    if _name(root) != "kml":
        raise UnreadableError(f"its root is {_name(root)!r} and not kml")
    level = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        if level > depth:
            raise UnreadableError(f"it is nested more than {depth} deep")
    return root


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _texts(placemark: etree._Element) -> Iterator[tuple[str, str]]:
    for child in placemark:
        if _name(child) in ("name", "description"):
            yield _name(child), _text(child)
        elif _name(child) == "ExtendedData":
            for one in child.iter():
                if _name(one) == "SimpleData":
                    yield str(one.get("name", "")), _text(one)
                elif _name(one) == "Data":
                    yield str(one.get("name", "")), " ".join(_text(v) for v in one if _name(v) == "value")


def _text(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()


def _shape(placemark: etree._Element) -> BaseGeometry | None:
    """The first geometry of the placemark; None where there is none or it cannot be made."""
    found = next((child for child in placemark if _name(child) in _SHAPES), None)
    try:
        return None if found is None else _made(found)
    except (ValueError, IndexError, shapely.errors.GEOSException):
        return None


def _made(element: etree._Element) -> BaseGeometry:
    match _name(element):
        case "Point":
            return shapely.Point(_coordinates(element)[0])
        case "LineString" | "LinearRing":
            return shapely.LineString(_coordinates(element))
        case "Polygon":
            outer = [ring for side in element if _name(side) == "outerBoundaryIs" for ring in side]
            inner = [ring for side in element if _name(side) == "innerBoundaryIs" for ring in side]
            return shapely.Polygon(_coordinates(outer[0]), [_coordinates(ring) for ring in inner]) if outer else _none()
    parts = [_made(child) for child in element if _name(child) in _SHAPES]
    for type_, many in (
        (shapely.Point, shapely.MultiPoint),
        (shapely.LineString, shapely.MultiLineString),
        (shapely.Polygon, shapely.MultiPolygon),
    ):
        if parts and all(isinstance(part, type_) for part in parts):
            return many(parts)  # type: ignore[arg-type]
    return shapely.GeometryCollection(parts)


def _none() -> BaseGeometry:
    raise ValueError("a polygon without an outline")


def _coordinates(element: etree._Element) -> list[tuple[float, float]]:
    """Longitude and latitude of each point; heights are left out."""
    text = next((_text(child) for child in element if _name(child) == "coordinates"), "")
    points = [point.split(",") for point in text.split()]
    return [(float(point[0]), float(point[1])) for point in points if len(point) >= 2]
