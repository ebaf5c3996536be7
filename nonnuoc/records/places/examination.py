"""What should be known of a file of boundaries before it is imported. Nothing here writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.places import coverage, geometry, matching, placement
from nonnuoc.records.places.matching import Match, Matching
from nonnuoc.records.places.models import Commune
from nonnuoc.records.places.report import Finding, Report, Severity
from nonnuoc.records.places.spatial_files import Features
from nonnuoc.records.places.spatial_staging import RefusedError

POLYGON_TYPES = (3, 6)  # shapely's type ids of Polygon and MultiPolygon


@dataclass(frozen=True)
class Tolerances:
    """What is let pass with a warning. Our conventions, not law."""

    sliver_m2: float = 1_000.0  # a gap or an overlap up to this size
    gap_width_m: float = 50.0  # an opening to the outside wider than this is the shape of the land
    area: float = 0.05  # relative difference between registered and computed area


def examine(
    features: Features,
    *,
    code_field: str | None = None,
    name_field: str | None = None,
    tolerances: Tolerances | None = None,
) -> Report:
    """Match the features to the communes and look for every fault that can be known.

    Fields not named are guessed, "" uses none. Raises RefusedError where there are no communes or no such field.
    """
    communes = list(Commune.objects.defer("boundary"))
    if not communes:
        raise RefusedError(_("no communes are loaded yet: load the province first"))
    matched = matching.match(
        features.fields, communes, count=len(features), code_field=code_field, name_field=name_field
    )
    sight = _Sight(features, matched, communes, tolerances or Tolerances())
    findings = sorted(sight.findings(), key=lambda finding: finding.severity is Severity.WARNING)
    return Report(features, matched, len(communes), tuple(findings))


_error = partial(Finding, Severity.ERROR)
_warning = partial(Finding, Severity.WARNING)


@dataclass(frozen=True)
class _Sight:
    """One examination: what is looked at."""

    features: Features
    matched: Matching
    communes: Sequence[Commune]
    tolerances: Tolerances

    def findings(self) -> Iterator[Finding]:
        for remark in self.features.remarks:
            yield _warning("remark", _("while reading the file: %(remark)s") % {"remark": remark[:300]})
        yield from self._matches()
        shapes = self.features.wgs84
        polygon = np.isin(shapely.get_type_id(shapes), POLYGON_TYPES) & ~shapely.is_empty(shapes)
        yield from self._not_polygons(polygon)
        here = placement.inside(self.features, self.communes)
        if polygon.any() and here[polygon].mean() <= 0.5:
            yield self._elsewhere(int(here[polygon].sum()), int(polygon.sum()))
            return  # every other check of the geometry would only repeat it
        yield from self._strays(polygon & ~here)
        valid = polygon & shapely.is_valid(shapes)
        yield from self._broken(polygon & here & ~valid)
        sound = np.flatnonzero(valid & here)
        if len(sound):
            yield from self._coverage(sound)
            yield from self._facts([match for match in self.matched.matches if match.row in set(sound.tolist())])

    def _matches(self) -> Iterator[Finding]:
        if self.matched.matches or self.matched.contradicting:
            yield from self._rows_of_the_file()
            yield from self._communes_of_the_register()
            return
        fields = ", ".join(self.features.fields) or "–"
        text = _("no feature is a commune of the province; name columns with --code-field, --name-field: %(fields)s")
        yield _error("no_match", text % {"fields": fields})

    def _rows_of_the_file(self) -> Iterator[Finding]:
        for row in self.matched.unmatched:
            text = _("%(feature)s is no commune of the province")
            yield _error("unmatched_feature", text % {"feature": self._label(row)})
        for row, coded, named in self.matched.contradicting:
            text = _(
                "%(feature)s: its code is that of %(coded)s, its name that of %(named)s (%(code)s);"
                ' correct the file, or match by name alone with --code-field ""'
            )
            values = {"feature": self._label(row), "coded": coded, "named": named, "code": named.code}
            yield _error("contradiction", text % values)
        for row, commune in self.matched.renamed:
            text = _("%(feature)s is matched by code to %(commune)s, whose name is another")
            yield _warning("renamed", text % {"feature": self._label(row), "commune": commune})

    def _communes_of_the_register(self) -> Iterator[Finding]:
        rows_of = Counter(match.commune.code for match in self.matched.matches)
        accounted = {*rows_of, *(c.code for _row, coded, named in self.matched.contradicting for c in (coded, named))}
        for commune in self.communes:
            values = {"commune": commune, "code": commune.code, "count": rows_of[commune.code]}
            if commune.code not in accounted:
                yield _error("unmatched_commune", _("%(commune)s (%(code)s) has no feature in the file") % values)
            if rows_of[commune.code] > 1:
                text = _("%(commune)s (%(code)s) has %(count)d features; dissolve them into one")
                yield _error("duplicate", text % values)

    def _not_polygons(self, polygon: NDArray[np.bool_]) -> Iterator[Finding]:
        for row in np.flatnonzero(~polygon).tolist():
            shape = self.features.wgs84[row]
            if shape is None:
                text = _(
                    "%(feature)s has no readable geometry: it is absent, or a ring does not close or has too few points"
                )
            else:
                text = _("%(feature)s is not a polygon")
            yield _error("no_polygon", text % {"feature": self._label(row)})

    def _elsewhere(self, here: int, count: int) -> Finding:
        text = _("only %(here)d of %(count)d features lie in the province when read as %(system)s")
        values = {"here": here, "count": count, "system": self.features.system}
        return _error("elsewhere", text % values + self._mend(), *self._middle())

    def _strays(self, astray: NDArray[np.bool_]) -> Iterator[Finding]:
        for row in np.flatnonzero(astray).tolist():
            middle = shapely.centroid(self.features.wgs84[row])
            text = _("%(feature)s lies outside the province") % {"feature": self._label(row)}
            yield _error("stray", text, middle.x, middle.y)

    def _broken(self, rows: NDArray[np.bool_]) -> Iterator[Finding]:
        for row in np.flatnonzero(rows).tolist():
            reason, lon, lat = coverage.broken(self.features.wgs84[row]) or ("", np.nan, np.nan)
            text = _("%(feature)s has an invalid ring: %(reason)s") % {"feature": self._label(row), "reason": reason}
            yield _error("invalid", text, lon, lat)

    def _coverage(self, rows: NDArray[np.intp]) -> Iterator[Finding]:
        plane = geometry.plane_of(self.features.wgs84[rows])
        shapes = plane.lay(self.features.wgs84[rows])
        kinds = {
            "overlap": (coverage.overlaps(shapes), _("%(between)s overlap by %(area).0f m²")),
            "gap": (
                coverage.gaps(shapes, width_m=self.tolerances.gap_width_m),
                _("a gap of %(area).0f m² beside %(between)s"),
            ),
        }
        for kind, (flaws, text) in kinds.items():
            slivers = [flaw.area_m2 for flaw in flaws if flaw.area_m2 <= self.tolerances.sliver_m2]
            for flaw in flaws[: len(flaws) - len(slivers)]:  # largest first
                between = ", ".join(self._label(int(rows[row])) for row in flaw.rows)
                values = {"between": between, "area": flaw.area_m2}
                yield _error(kind, text % values, *plane.lonlat(flaw.x, flaw.y), flaw.area_m2)
            if slivers:
                yield self._slivers(kind, slivers)

    def _slivers(self, kind: str, areas: Sequence[float]) -> Finding:
        few = {
            "overlap": _("%(count)d overlaps of at most %(most).0f m², %(total).0f m² together"),
            "gap": _("%(count)d gaps of at most %(most).0f m², %(total).0f m² together"),
        }[kind]
        values = {"count": len(areas), "most": self.tolerances.sliver_m2, "total": sum(areas)}
        return _warning(f"{kind}_slivers", few % values, amount=sum(areas))

    def _facts(self, matches: Sequence[Match]) -> Iterator[Finding]:
        """What the register says against what the polygon shows: point and area."""
        outside = [m for m in matches if not geometry.covers(self._shape(m), m.commune.lon, m.commune.lat)]
        if len(outside) > len(matches) / 2:
            text = _("%(outside)d of %(count)d communes would lie away from their registered points")
            yield _error("displaced", text % {"outside": len(outside), "count": len(matches)} + self._mend())
        else:
            yield from self._points(outside)
        for match in matches:
            registered, computed = match.commune.area_km2, geometry.area_km2(self._shape(match))
            if registered and abs(computed / registered - 1) > self.tolerances.area:
                text = _("%(commune)s: %(computed).2f km² computed, %(registered).2f km² registered (%(share)+.1f %%)")
                share = computed / registered - 1
                values = {
                    "commune": match.commune,
                    "computed": computed,
                    "registered": registered,
                    "share": 100 * share,
                }
                yield _warning("area", text % values, amount=share)

    def _points(self, matches: Iterable[Match]) -> Iterator[Finding]:
        for match in matches:
            commune = match.commune
            both = np.array([self._shape(match), shapely.Point(commune.lon, commune.lat)], dtype=object)
            away = float(shapely.distance(*geometry.Plane(commune.lon, commune.lat).lay(both)))
            text = _("the registered point of %(commune)s lies %(metres).0f m outside its polygon")
            yield _warning("point", text % {"commune": commune, "metres": away}, commune.lon, commune.lat, away)

    def _shape(self, match: Match) -> BaseGeometry:
        shape: BaseGeometry = self.features.wgs84[match.row]
        return shape

    def _label(self, row: int) -> str:
        """How a person finds the feature: its number in the file, its name and code there."""
        fields = (self.matched.name_field, self.matched.code_field)
        said = [text for field in fields if field and (text := self.features.fields[field][row])]
        return _("feature %(row)d") % {"row": row + 1} + (f" ({', '.join(said)})" if said else "")

    def _middle(self) -> tuple[float | None, float | None]:
        west, south, east, north = shapely.total_bounds(self.features.wgs84)
        if not np.isfinite([west, south, east, north]).all():
            return None, None
        return (west + east) / 2, (south + north) / 2

    def _mend(self) -> str:
        options = placement.better_reading(self.features, self.matched.matches, self.communes)
        if options is None:
            return ""
        return _("; with %(options)s they would lie where they belong") % {"options": options}
