"""OGC API – Environmental Data Retrieval: series of values by station, position, area and box, over any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from nonnuoc.api.doors.callers import Caller, read
from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.ogc import answers, collections, covjson, describing, series_csv, times
from nonnuoc.api.ogc.answers import COVJSON, CSV, GEOJSON, JSON, Addresses, link
from nonnuoc.api.ogc.asked import Asked, fault
from nonnuoc.api.ogc.systems import System
from nonnuoc.domain import quality as q
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import coverage_reading, spans
from nonnuoc.records.monitoring.coverage_reading import Grid, Spot, There
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.places import geometry, nearness
from nonnuoc.records.places.layers import shapes

MAX_AGE_S = 60
MAX_VALUES = 500_000  # rows, and places in a grid twice as many
MAX_VERTICES = 1000
MAX_WITHIN_KM = 500.0
PLACES = {"GeoJSON": GEOJSON}
QUALITIES = ("usable", "validated", "all")
DATA = ("datetime", "parameter-name", "crs", "quality")
UNITS_KM = {"km": 1.0, "m": 0.001}


@read(max_age=MAX_AGE_S)
def locations(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """The stations of a collection."""
    asked = Asked(request, ["bbox", "crs"])
    answers.wanted(request, asked, PLACES)
    system = asked.system("crs")
    there = _there(key, caller.rights)
    at = Addresses(request, asked)
    body = {
        "type": "FeatureCollection",
        "features": [_place(spot, there, system, at) for spot in _inside(there.spots, asked.area(system))],
        "links": [
            *at.formats("GeoJSON", PLACES),
            link("collection", at.to(f"collections/{key}", f="json"), JSON, gettext(there.coverage.title)),
        ],
    }
    return answers.json(body, GEOJSON, headers={"Content-Crs": f"<{system.uri}>"})


@read(max_age=MAX_AGE_S)
def location(request: HttpRequest, caller: Caller, key: str, code: str) -> HttpResponse:
    """The series of one station."""
    question = _Question(request, caller, key, [])
    spot = next((one for one in question.there.spots if one.code == code), None)
    if spot is None:
        raise Problem(404, "unknown_location", f"The collection {key} has no station {code[:40]!r} that you may read.")
    return question.answer_of_one(spot)


@read(max_age=MAX_AGE_S)
def position(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """The series of the station nearest to a point, which says so and how far away it is."""
    question = _Question(request, caller, key, ["coords", "within", "within-units"])
    point = question.geometry(("Point",), "POINT(106.25 22.66)")
    known = [spot for spot in question.there.spots if spot.lon is not None and spot.lat is not None]
    if not known:
        raise Problem(404, "nothing_near", "Of none of the stations of this collection the position is known.")
    lons, lats = [spot.lon or 0.0 for spot in known], [spot.lat or 0.0 for spot in known]
    km, _bearing = nearness.between(point.x, point.y, lons, lats)
    place = int(km.argmin())
    spot, away, within = known[place], float(km[place]), question.within_km()
    if away > within:
        detail = (
            f"No station of this collection stands within {within:g} km. The nearest is {spot.code}, {away:.1f} km"
            " away: widen `within`, or ask for it by its code under locations/."
        )
        raise Problem(404, "nothing_near", detail, nearest=spot.code, distance_km=round(away, 3))
    return question.answer_of_one(spot, distance_km=round(away, 3))


@read(max_age=MAX_AGE_S)
def area(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """The series of every station in a polygon."""
    question = _Question(request, caller, key, ["coords"])
    example = "POLYGON((106 22.4, 106.5 22.4, 106.5 22.9, 106 22.9, 106 22.4))"
    return question.answer(_inside(question.there.spots, question.geometry(("Polygon", "MultiPolygon"), example)))


@read(max_age=MAX_AGE_S)
def cube(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """The series of every station in a box."""
    question = _Question(request, caller, key, ["bbox"])
    box = question.asked.area(question.system)
    if box is None:
        raise fault("bbox", "A cube needs a bbox: bbox=106,22.4,106.5,22.9")
    return question.answer(_inside(question.there.spots, box))


class _Question:
    """What is common to every way of asking for series."""

    def __init__(self, request: HttpRequest, caller: Caller, key: str, own: Sequence[str]) -> None:
        self.asked = Asked(request, [*own, *DATA])
        self.format = answers.wanted(request, self.asked, describing.OUTPUTS)
        self.system = self.asked.system("crs")
        self.quality = self.asked.choice("quality", QUALITIES, "usable")
        self.there = _there(key, caller.rights)
        known = [one.code for one in self.there.properties]
        self.codes = self.asked.read("parameter-name", lambda text: _codes(text, known), known)
        self.span = self.asked.span()
        self.at = Addresses(request, self.asked)

    def geometry(self, kinds: Sequence[str], example: str) -> Any:
        """`coords`, as WGS 84."""
        text = self.asked.get("coords")
        if not text:
            raise fault("coords", f"coords is missing: coords={example}")
        try:
            shape = shapely.force_2d(shapely.from_wkt(text))
        except shapely.errors.GEOSException:
            raise fault("coords", f"coords is well-known text such as {example}.") from None
        if shape.geom_type not in kinds or shape.is_empty:
            raise fault("coords", f"coords is a {' or a '.join(kinds)} here, such as {example}.")
        if shapely.get_num_coordinates(shape) > MAX_VERTICES:
            raise fault("coords", f"coords has at most {MAX_VERTICES} vertices.")
        numbers = shapely.get_coordinates(shape)
        if not np.isfinite(numbers).all() or not shapely.is_valid(shape):
            raise fault("coords", f"coords is not a valid {shape.geom_type}: {shapely.is_valid_reason(shape)[:80]}.")
        found = self.system.inward_one(shape)
        west, south, east, north = shapely.bounds(found)
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise fault("coords", f"coords leaves the Earth. It is read in {self.system.label}; name another in crs.")
        shapely.prepare(found)
        return found

    def within_km(self) -> float:
        """How far away the station that answers may be."""
        unit = UNITS_KM[self.asked.choice("within-units", UNITS_KM, "km")]

        def reader(text: str) -> float:
            try:
                km = float(text) * unit
            except ValueError:
                km = -1.0
            if not 0 <= km <= MAX_WITHIN_KM:
                raise ValueError(f"within is a distance of up to {MAX_WITHIN_KM:g} km, not {text[:20]!r}")
            return km

        return self.asked.read("within", reader, describing.WITHIN_KM)

    def answer_of_one(self, spot: Spot, **more: Any) -> HttpResponse:
        """The series of one station. Where it says nothing in this time, an axis of time without a value."""
        empty = Grid(
            spot, np.empty(0, np.int64), {code: np.empty(0) for code in self._own(spot)}, _none(self._own(spot))
        )
        grid = next(iter(self._grids([spot])), empty)
        place = self.at.to(f"collections/{self.there.coverage.key}/locations/{spot.code}")
        if self.format == "CSV":
            return self._csv([grid], place)
        return self._told(self._writer().one(grid, **more), COVJSON, place)

    def answer(self, spots: Sequence[Spot]) -> HttpResponse:
        """The series of several stations."""
        grids = self._grids(spots)
        return self._csv(grids, "") if self.format == "CSV" else self._told(self._writer().many(grids), COVJSON, "")

    def _own(self, spot: Spot) -> list[str]:
        return [code for code in self.codes if code in spot.streams]

    def _writer(self) -> covjson.Writer:
        return covjson.Writer(self.there, self.codes, self.system, self.at, flags=self.quality == "all")

    def _told(self, body: Any, media: str, place: str) -> HttpResponse:
        return answers.json(body, media, headers=self._headers(place))

    def _csv(self, grids: Sequence[Grid], place: str) -> HttpResponse:
        body = series_csv.written(self.there, grids, self.system, every=self.quality == "all")
        headers = self._headers(place) | {
            "Content-Disposition": f'attachment; filename="{self.there.coverage.key}.csv"'
        }
        return answers.negotiated(HttpResponse(body, content_type=f"{CSV}; charset=utf-8", headers=headers))

    def _headers(self, place: str) -> dict[str, str]:
        return {"Content-Crs": f"<{self.system.uri}>", **({"Content-Location": place} if place else {})}

    def _grids(self, spots: Sequence[Spot]) -> list[Grid]:
        """What is wanted of them, if it is not too much."""
        ids = [spot.streams[code] for spot in spots for code in self._own(spot)]
        since, until = self.span or (spans.FIRST, spans.LAST)
        since, until = max(since, spans.FIRST), min(until + 1, spans.LAST)
        if coverage_reading.count(ids, since, until, most=MAX_VALUES) > MAX_VALUES:
            raise _too_much()
        grids = coverage_reading.grids(spots, self.codes, coverage_reading.read(ids, since, until))
        if self.format != "CSV" and sum(len(grid.time) * len(grid.value) for grid in grids) > 2 * MAX_VALUES:
            raise _too_much()
        return grids if self.quality == "all" else [found for grid in grids if len((found := self._good(grid)).time)]

    def _good(self, grid: Grid) -> Grid:
        """Only values of the quality that is wanted, and only times that have one."""
        judge = q.usable if self.quality == "usable" else q.is_validated
        value = {
            code: np.where(judge(grid.quality[code]) & q.usable(grid.quality[code]), values, np.nan)
            for code, values in grid.value.items()
        }
        some = ~np.all([np.isnan(values) for values in value.values()], axis=0)
        return replace(
            grid,
            time=grid.time[some],
            value={code: values[some] for code, values in value.items()},
            quality={code: packed[some] for code, packed in grid.quality.items()},
        )


def _there(key: str, rights: Rights) -> There:
    coverage = collections.coverage(key)
    found = coverage_reading.there([coverage], rights) if coverage else []
    if not found:
        raise Problem(404, "unknown_collection", f"There is no collection {key[:60]!r} of series that you may read.")
    return found[0]


def _codes(text: str, known: Sequence[str]) -> list[str]:
    wanted = [one.strip() for one in text.split(",") if one.strip()]
    if not wanted or (unknown := [one for one in wanted if one not in known]):
        said = ", ".join(one[:40] for one in unknown[:5]) if wanted else ""
        raise ValueError(f"parameter-name names of {', '.join(known)}; there is no {said or 'parameter in it'}")
    return [one for one in known if one in wanted]


def _inside(spots: Sequence[Spot], shape: Any) -> list[Spot]:
    """The spots in a shape of WGS 84, or on its edge; all where there is none."""
    if shape is None:
        return list(spots)
    known = [spot for spot in spots if spot.lon is not None]
    points = np.array([(spot.lon, spot.lat) for spot in known], float).reshape(-1, 2)
    inside = shapely.intersects_xy(shape, points)
    return [spot for spot, within in zip(known, np.atleast_1d(inside).tolist(), strict=True) if within]


def _place(spot: Spot, there: There, system: System, at: Addresses) -> dict[str, Any]:
    """A station as EDR GeoJSON."""
    shape = None
    if spot.lon is not None and spot.lat is not None:
        moved = system.outward(shapes([shapely.Point(spot.lon, spot.lat)]))[0]
        shape = geometry.to_geojson(moved, decimals=system.decimals)
    newest = times.written(micros(spot.newest)) if spot.newest else None
    return {
        "type": "Feature",
        "id": spot.code,
        "geometry": shape,
        "properties": {
            "label": spot.name,
            "datetime": f"../{newest}" if newest else None,
            "parameter-name": [code for code in (one.code for one in there.properties) if code in spot.streams],
            "edrqueryendpoint": at.to(f"collections/{there.coverage.key}/locations/{spot.code}"),
            "position": None if spot.lon is None else "own" if spot.exact else "commune",
            "simulated": spot.simulated,
        },
    }


def _none(codes: Sequence[str]) -> dict[str, Any]:
    return {code: np.empty(0, np.int16) for code in codes}


def _too_much() -> Problem:
    advice = (
        f"More than {MAX_VALUES:,} values are asked for at once. Ask for a shorter time"
        " (datetime=2026-11-01/2026-11-08), fewer parameters (parameter-name=PM2.5), fewer stations, or hourly means;"
        " the files of whole series stand under /api/datastreams/."
    )
    return Problem(413, "too_many_values", advice, most=MAX_VALUES)
