"""A position as people write it: degrees of WGS 84, or metres of a zone of VN-2000."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nonnuoc.look.registers import placing
from nonnuoc.records.places import geometry, province
from nonnuoc.records.places import selectors as places

MARGIN = 0.3  # degrees around the points of the communes: what is farther lies in another province

#: Central meridian and width of each zone of VN-2000, as people know it; the province's own comes first in a form.
ZONES = {
    "EPSG:3405": "UTM 48 (105°00′, 6°)",
    "EPSG:5897": "105°00′, 3°",
    "EPSG:9209": "105°30′, 3°",
    "EPSG:9210": "105°45′, 3°",
    "EPSG:9211": "106°00′, 3°",
    "EPSG:9212": "106°15′, 3°",
    "EPSG:9213": "106°30′, 3°",
    "EPSG:9214": "107°00′, 3°",
    "EPSG:5898": "108°00′, 3°",
    "EPSG:3406": "UTM 49 (111°00′, 6°)",
}


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, WGS 84."""

    lon: float
    lat: float


def zones() -> list[tuple[str, str]]:
    """EPSG code, words."""
    own = province.read().vn2000
    first = {own: ZONES.get(own, own)}
    return [(code, f"VN-2000 / {words}") for code, words in (first | ZONES).items()]


def degrees(lat: float, lon: float) -> Point:
    """As they were written. Raises ValidationError where they are the wrong way round or no degrees at all."""
    if not _inside(lon, lat) and _inside(lat, lon):
        turned = placing.degrees(lat, lon)
        raise ValidationError(
            _("Latitude and longitude have changed places: did you mean %(place)s? Write them so.") % {"place": turned}
        )
    if not -90 <= lat <= 90:
        raise ValidationError({"lat": _("A latitude lies between -90 and 90.")})
    if not -180 <= lon <= 180:
        raise ValidationError({"lon": _("A longitude lies between -180 and 180.")})
    return Point(lon, lat)


def metres(x: float, y: float, zone: str) -> Point:
    """Easting and northing of a zone of VN-2000. Raises ValidationError where that is not in the province."""
    found = _converted(x, y, zone)
    if found is not None:
        return found
    if _converted(y, x, zone) is not None:
        raise ValidationError(
            _("Easting and northing have changed places: write the easting, %(x)s, first.") % {"x": y}
        )
    other = next((words for code, words in zones() if _converted(x, y, code) is not None), "")
    if other:
        told = {"zone": other}
        raise ValidationError(_("In this zone that lies outside the province; in %(zone)s it lies inside.") % told)
    raise ValidationError(_("In no zone of VN-2000 does that lie inside the province: check the numbers."))


def _converted(x: float, y: float, zone: str) -> Point | None:
    lon, lat = geometry.system(zone).to_wgs84([x], [y])
    point = Point(round(float(lon[0]), 7), round(float(lat[0]), 7))
    return point if _inside(point.lon, point.lat) else None


def _inside(lon: float, lat: float) -> bool:
    """Near the communes of the province; everywhere, as long as none is loaded."""
    west, south, east, north = places.extent() or (-180.0, -90.0, 180.0, 90.0)
    return west - MARGIN <= lon <= east + MARGIN and south - MARGIN <= lat <= north + MARGIN
