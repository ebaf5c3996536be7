"""Where a warning holds, as CAP writes it: rings of at most a hundred points, valid and simple, and official codes.

A ring is a list of (longitude, latitude), WGS 84, closed, six decimals (0.1 m). CAP knows no holes: one is
filled, so that an enclave is rather warned than forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from django.db.models import Max, Min
from shapely import Polygon
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.places import geometry
from nonnuoc.records.places.models import Commune
from nonnuoc.records.warnings import words
from nonnuoc.records.warnings.models import PublicWarning

Ring = list[tuple[float, float]]
#: Points a ring may have: telephones and cell broadcasts give up beyond it (IPAWS and Google both set 100).
MOST_POINTS = 100
GRID = 1e-6  # degrees: six decimals
FIRST_TOLERANCE = 2e-5  # degrees, about 2 m
MARGIN = 0.3  # degrees around the communes' points that still count as the province
#: CAP's valueName of a commune's official code of five digits (QĐ 19/2025/QĐ-TTg and the General Statistics Office).
GEOCODE = "VN-commune"


class UnreadableAreaError(ValueError):
    """It is no GeoJSON Polygon or MultiPolygon."""


def shape(drawn: Any) -> BaseGeometry:
    """What somebody drew, as it is. Raises UnreadableAreaError for anything but a polygon or several, in GeoJSON."""
    if not isinstance(drawn, dict) or drawn.get("type") not in ("Polygon", "MultiPolygon"):
        raise UnreadableAreaError
    try:
        made = shapely.geometry.shape(drawn)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, GEOSException) as error:
        raise UnreadableAreaError from error
    if not shapely.get_num_coordinates(made) or not shapely.is_geometry(made):
        raise UnreadableAreaError
    return made


def rings(area: BaseGeometry, *, most: int = MOST_POINTS) -> list[Ring]:
    """The outlines of an area, the largest first, each with at most so many points; valid, simple, on the grid."""
    found: list[Ring] = []
    for part in _polygons(area):
        found += [_ring(one) for one in _simple(Polygon(part.exterior), most)]
    return sorted(found, key=lambda ring: -Polygon(ring).area)


def simplified(drawn: Any, *, most: int = MOST_POINTS) -> dict[str, Any]:
    """What somebody drew with fewer points, as GeoJSON, to be proposed to them."""
    outlines = rings(shapely.make_valid(shape(drawn)), most=most)
    return {"type": "MultiPolygon", "coordinates": [[[list(point) for point in ring]] for ring in outlines]}


def as_sent(warning: PublicWarning) -> dict[str, Any]:
    """The area as it is published: {"vi", "en", "rings": [ring], "codes": [[valueName, value]]}.

    Communes come as one outline, so that no border runs through it; where the boundary of one of them is not known,
    by their codes alone, because half an outline would tell the others that they are safe.
    """
    communes = list(warning.communes.order_by("code"))
    parts = [shape(warning.polygon)] if warning.polygon else []
    known = [geometry.from_wkb(bytes(one.boundary)) for one in communes if one.boundary]
    if len(known) == len(communes):
        parts += known
    area = shapely.union_all(parts) if parts else None
    return {
        "vi": described(warning, "vi"),
        "en": described(warning, "en"),
        "rings": rings(area) if area is not None else [],
        "codes": [[GEOCODE, one.code] for one in communes],
    }


def described(warning: PublicWarning, language: str) -> str:
    """CAP's areaDesc: what was written, and the reach of the river. In English what is there, names being names."""
    plain = getattr(warning, f"area_{language}") or warning.area_vi
    if warning.river is None or not warning.reach:
        return plain
    river = f"sông {warning.river.name}" if language == "vi" else f"{warning.river.name} river"
    return "; ".join(filter(None, [plain, f"{river}: {warning.reach}"]))


def province_box() -> tuple[float, float, float, float] | None:
    """West, south, east, north of the communes' points, with a margin; None where no commune is loaded."""
    told = Commune.objects.aggregate(Min("lon"), Min("lat"), Max("lon"), Max("lat"))
    if told["lon__min"] is None:
        return None
    return (
        told["lon__min"] - MARGIN,
        told["lat__min"] - MARGIN,
        told["lon__max"] + MARGIN,
        told["lat__max"] + MARGIN,
    )


def of_communes(communes: Sequence[Commune], language: str) -> str:
    """The words for a choice of communes, to be proposed: all of them by name."""
    names = [words.said(one.kind, language, name=one.name) for one in communes]
    return ", ".join(names) if names else words.said("whole_province", language)


def _simple(part: Polygon, most: int) -> list[Polygon]:
    """Polygons without holes, with at most so many points each, that all but cover the given one."""
    tolerance = 0.0
    while True:
        rough = shapely.simplify(part, tolerance) if tolerance else part
        snapped = shapely.set_precision(rough, GRID)
        kept = [Polygon(one.exterior) for one in _polygons(snapped)]
        if all(shapely.get_num_coordinates(one) <= most for one in kept):
            return kept
        tolerance = tolerance * 1.5 or FIRST_TOLERANCE


def _polygons(area: BaseGeometry) -> list[Polygon]:
    """The parts that enclose something: what is mended or snapped leaves points and lines beside them."""
    parts = shapely.get_parts(shapely.get_parts(area))
    return [one for one in parts if isinstance(one, Polygon) and one.area > 0]


def _ring(part: Polygon) -> Ring:
    return [(round(x, 6), round(y, 6)) for x, y in shapely.get_coordinates(part).tolist()]
