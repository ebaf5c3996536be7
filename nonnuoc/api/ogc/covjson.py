"""Series as CoverageJSON (OGC 21-069r2): one Coverage a station, of domain type PointSeries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import shapely
from django.utils.translation import gettext_noop as _

from nonnuoc.api.ogc.answers import Addresses, titles
from nonnuoc.api.ogc.systems import System
from nonnuoc.domain.quality import Flag, flag, flag_name
from nonnuoc.look import figures
from nonnuoc.records.monitoring.coverage_reading import Grid, There
from nonnuoc.records.monitoring.newest import Property
from nonnuoc.records.places import layers

FLAGGED = ".flag"  # behind the code of a property: what the checks thought of its values
_FLAGS = {
    Flag.GOOD: _("good"),
    Flag.NOT_EVALUATED: _("not evaluated"),
    Flag.SUSPECT: _("suspect"),
    Flag.FAIL: _("refused"),
    Flag.MISSING: _("missing"),
}
_FLAG_ID = "https://w3id.org/nonnuoc/flag/{name}"


class Writer:
    """Writes the grids of one collection, with the flags where they are wanted."""

    def __init__(self, there: There, codes: Sequence[str], system: System, at: Addresses, *, flags: bool) -> None:
        self.there, self.system, self.at, self.flags = there, system, at, flags
        self.properties = {one.code: one for one in there.properties if one.code in codes}

    def one(self, grid: Grid, **more: Any) -> dict[str, Any]:
        """A Coverage that stands by itself; `more`: what else is to be told of its station."""
        coverage = self._coverage(grid, **more)
        coverage["domain"]["referencing"] = self._referencing()
        return {**coverage, "parameters": self._parameters(grid.value)}

    def many(self, grids: Sequence[Grid]) -> dict[str, Any]:
        """A CoverageCollection; empty where no station has anything."""
        return {
            "type": "CoverageCollection",
            "domainType": "PointSeries",
            "parameters": self._parameters(self.properties),
            "referencing": self._referencing(),
            "coverages": [self._coverage(grid) for grid in grids],
        }

    def _coverage(self, grid: Grid, **more: Any) -> dict[str, Any]:
        spot = grid.spot
        point = self._point(spot.lon, spot.lat)
        axes = {"x": {"values": point[:1]}, "y": {"values": point[1:]}} if point else {}
        ranges: dict[str, Any] = {}
        for code, values in grid.value.items():
            ranges[code] = _range("float", values)
            if self.flags:
                ranges[code + FLAGGED] = _range("integer", flag(grid.quality[code]))
        return {
            "type": "Coverage",
            "id": self.at.to(f"collections/{self.there.coverage.key}/locations/{spot.code}"),
            "domain": {
                "type": "Domain",
                "domainType": "PointSeries",
                "axes": {**axes, "t": {"values": times(grid)}},
            },
            "ranges": ranges,
            "nonnuoc:station": station(grid, **more),
        }

    def _point(self, lon: float | None, lat: float | None) -> list[float]:
        if lon is None or lat is None:
            return []
        return point(lon, lat, self.system)

    def _parameters(self, codes: Mapping[str, object]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for code in codes:
            found[code] = parameter(self.properties[code])
            if self.flags:
                found[code + FLAGGED] = _flags_of(self.properties[code])
        return found

    def _referencing(self) -> list[dict[str, Any]]:
        kind = "GeographicCRS" if self.system.geographic else "ProjectedCRS"
        # x is longitude or easting and y latitude or northing, whatever the system puts first; so they are named here.
        axes = ["y", "x"] if self.system.north_first else ["x", "y"]
        return [
            {"coordinates": axes, "system": {"type": kind, "id": self.system.uri}},
            {"coordinates": ["t"], "system": {"type": "TemporalRS", "calendar": "Gregorian"}},
        ]


def point(lon: float, lat: float, system: System) -> list[float]:
    """[x, y]: longitude or easting first, in this system."""
    there = system.outward(layers.shapes([shapely.Point(lon, lat)]))[0]
    numbers = [round(there.x, system.decimals), round(there.y, system.decimals)]
    return numbers[::-1] if system.north_first else numbers


def times(grid: Grid) -> list[str]:
    """The axis of time, as ISO 8601 of UTC; seconds, and parts of them only where there are any."""
    unit: Literal["s", "ms"] = "s" if not (grid.time % 1_000_000).any() else "ms"
    moments = grid.time.astype(np.dtype("datetime64[us]"))
    return [f"{one}Z" for one in np.datetime_as_string(moments, unit=unit).tolist()]


def station(grid: Grid, **more: Any) -> dict[str, Any]:
    """Which station speaks; "commune" for its position means that of its commune's point."""
    spot = grid.spot
    position = None if spot.lon is None else "own" if spot.exact else "commune"
    return {"code": spot.code, "name": spot.name, "position": position, "simulated": spot.simulated, **more}


def parameter(observed: Property) -> dict[str, Any]:
    """What is observed, in every language."""
    label = {"vi": observed.name_vi, "en": observed.name_en}
    found: dict[str, Any] = {
        "type": "Parameter",
        "description": label,
        "observedProperty": {"label": label},
    }
    if observed.unit not in ("", "-"):
        plain = figures.unit(observed.unit)
        found["unit"] = {"label": {"vi": plain, "en": plain}, "symbol": observed.unit}
    return found


def _flags_of(observed: Property) -> dict[str, Any]:
    categories = [{"id": _FLAG_ID.format(name=flag_name(one)), "label": titles(said)} for one, said in _FLAGS.items()]
    label = {
        code: f"{observed.code}: {said}" for code, said in titles(_("flag of the quality checks (QARTOD)")).items()
    }
    return {
        "type": "Parameter",
        "description": label,
        "observedProperty": {"label": label, "categories": categories},
        "categoryEncoding": {_FLAG_ID.format(name=flag_name(one)): int(one) for one in _FLAGS},
    }


def _range(kind: str, values: np.ndarray[Any, Any]) -> dict[str, Any]:
    return {
        "type": "NdArray",
        "dataType": kind,
        "axisNames": ["t"],
        "shape": [len(values)],
        "values": np.ascontiguousarray(values),
    }
