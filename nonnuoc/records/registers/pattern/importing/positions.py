"""Where the rows of a table lie: their geometries or pairs of coordinates, held against the province."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import geometry, locating
from nonnuoc.records.places.geometry import Floats, Geometries
from nonnuoc.records.registers.pattern.importing import cells, places
from nonnuoc.records.registers.pattern.importing.faults import Faults
from nonnuoc.records.registers.pattern.importing.places import Reading
from nonnuoc.records.registers.pattern.importing.plan import Plan, Said
from nonnuoc.records.registers.pattern.register import Register, Shape

LIES = "_lies"  # among the values of a row: the commune its place lies in
Values = list[dict[str, Any]]  # of each row


class Positions:
    """One looking at where things lie; gives values `lon`, `lat`, `shape` (shapely) and LIES to the rows."""

    def __init__(
        self, register: Register, found: Plan, faults: Faults, said: Said, rights: Rights, province: str
    ) -> None:
        self.register, self.found, self.faults, self.said = register, found, faults, said
        self.rights, self.province = rights, province
        self.table, self.ground = faults.table, locating.ground()

    def give(self, values: Values) -> None:
        """What the table says of places, to the values of its rows."""
        if self.register.shape is Shape.NONE or not values:
            return
        if self.table.wgs84 is not None and self.table.raw is not None:
            self._of_geometries(values, self.table.raw, self.table.wgs84)
        elif "lon" in self.faults.heading and "lat" in self.faults.heading:
            self._of_columns(values)
        elif {"lon", "lat"} & set(self.faults.heading):
            self.faults.of_the_file(_("A position needs longitude and latitude: say which column holds the other one."))

    def _of_geometries(self, values: Values, raw: Geometries, wgs84: Geometries) -> None:
        now = Reading(self.table.system, self.said.swapped)
        shapes = self._sound(places.shaped(raw, self.register.shape), places.shaped(wgs84, self.register.shape))
        x, y = places.middles(raw)
        self._judge(values, *((y, x) if now.swapped else (x, y)), *places.middles(shapes), now)
        for row, shape in enumerate(shapes):
            if shape is None or row in self.faults.wrong:
                continue
            if shapely.get_type_id(shape) in (0, 4):
                (one,) = shapely.get_parts(shape)
                values[row] |= {"lon": one.x, "lat": one.y}
            else:
                values[row]["shape"] = shape

    def _sound(self, raw: Geometries, shapes: Geometries) -> Geometries:
        """The same; faults for what this register has no use for and for outlines that cross themselves."""
        for row, why in places.unfit(shapes, self.register.shape):
            self.faults.fault(row, "", why)
        broken = places.crossings(raw, shapes, self.table.numbers)
        if not self.said.mend:
            self.found.crossings = [one for _row, one in broken]
            for row, one in broken:
                told = {"why": one.why, "x": f"{one.x:.10g}", "y": f"{one.y:.10g}"}
                why = _(
                    "The outline is broken at x %(x)s, y %(y)s of the file (%(why)s)."
                    " Mend it there, or have it divided where it crosses itself."
                )
                self.faults.fault(row, "", why % told)
            return shapes
        mended = shapes.copy()
        for row, _one in broken:
            mended[row] = self._mended(row, shapes[row])
        return mended

    def _mended(self, row: int, shape: Any) -> Any:
        """The outline divided where it crosses itself, as a person wanted it; and what became of its area."""
        areas = [part for part in shapely.get_parts(shapely.make_valid(shape)) if shapely.area(part) > 0]
        whole = shapely.union_all(areas)
        told = {"before": geometry.area_km2(shape) * 100, "after": geometry.area_km2(whole) * 100 if areas else 0.0}
        why = _("The outline crossed itself and was divided there: %(before).2f ha became %(after).2f ha.") % told
        self.faults.warn(row, "", why)
        return whole

    def _of_columns(self, values: Values) -> None:
        """Coordinates in two columns; in the system a person names, else degrees of WGS 84."""
        now = Reading(self.said.system or geometry.WGS84, self.said.swapped)
        x, y = self._numbers("lon"), self._numbers("lat")
        for row in np.flatnonzero(np.isnan(x) != np.isnan(y)).tolist():
            if row not in self.faults.wrong:
                name = "lat" if np.isnan(y[row]) else "lon"
                self.faults.fault(row, name, _("A position needs longitude and latitude, or neither."))
        if now.system == geometry.WGS84:
            lon, lat = (y, x) if now.swapped else (x, y)  # as they are written, to the last digit
        else:
            lon, lat = places.points(x, y, now)
        self._judge(values, x, y, lon, lat, now)
        nowhere, off = np.isnan(lon) | np.isnan(lat), ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
        for row in np.flatnonzero(off & ~nowhere).tolist():
            why = _("No such place on Earth. Say the coordinate system of the table, or correct the numbers.")
            self.faults.fault(row, "lon", why, f"{x[row]:.10g}; {y[row]:.10g}")
        for row in np.flatnonzero(~nowhere & ~off).tolist():
            values[row] |= {"lon": float(lon[row]), "lat": float(lat[row])}
        if self.said.clear:
            for row in np.flatnonzero(np.isnan(x) & np.isnan(y)).tolist():
                values[row] |= {"lon": None, "lat": None}

    def _numbers(self, name: str) -> Floats:
        """The column of a coordinate, NaN where there is none; not held against the bounds of degrees."""
        column = self.faults.column(name)
        found = np.full(len(column), np.nan)
        for row, cell in enumerate(column):
            if cells.nothing(cell):
                continue
            try:
                found[row] = cells.number(cell)
            except ValidationError as error:
                self.faults.fault(row, name, " ".join(error.messages))
        return found

    def _judge(self, values: Values, x: Floats, y: Floats, lon: Floats, lat: Floats, now: Reading) -> None:
        """Where the rows lie, against the province and the communes they name; and the commune of those without."""
        self.found.reading = now
        communes = self.ground.communes
        where: dict[Any, int] = {commune.pk: place for place, commune in enumerate(communes)}
        stated = np.array([where.get(getattr(given.get("commune"), "pk", None), -1) for given in values], np.intp)
        systems = list(dict.fromkeys((geometry.WGS84, self.province, *geometry.VN2000_SYSTEMS)))
        self.found.proposal = places.better(x, y, now, self.ground, stated, systems)
        there = np.isfinite(lon) & np.isfinite(lat)
        lies = self.ground.which(lon, lat)
        for row in np.flatnonzero(there & ~self.ground.inside(lon, lat)).tolist():
            told = {"lon": lon[row], "lat": lat[row]}
            self.faults.warn(row, "lon", _("Lies outside the province (%(lon).5f, %(lat).5f).") % told)
        for row in np.flatnonzero(lies >= 0).tolist():
            commune = communes[lies[row]]
            values[row][LIES] = commune
            if stated[row] >= 0 and stated[row] != lies[row]:
                told = {"lies": commune.full_name, "said": communes[stated[row]].full_name}
                self.faults.warn(row, "commune", _("By its place it lies in %(lies)s, the row says %(said)s.") % told)
