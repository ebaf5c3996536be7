"""In which commune points lie, many at once: one tree of all boundaries, kept for as long as they stay."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from nonnuoc.records.places import geometry, selectors
from nonnuoc.records.places.models import Commune

MARGIN_DEGREES = 0.3  # how far something of the province may lie from the outermost point of a commune


@dataclass(frozen=True, eq=False)
class Ground:
    """The communes in the order of their codes, and the tree of the boundaries that were imported."""

    communes: tuple[Commune, ...]
    bounded: NDArray[np.intp]  # places in `communes` of those with a boundary
    tree: shapely.STRtree

    @property
    def whole(self) -> bool:
        """Whether every commune has its boundary, so that what lies in none lies outside the province."""
        return 0 < len(self.communes) == len(self.bounded)

    def which(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.intp]:
        """Of each point (n,) the place in `communes` of the one whose boundary covers it; -1: none that is known.

        On a border it is the one of the lower code. What is not finite lies nowhere.
        """
        x, y = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
        found = np.full(len(x), len(self.communes), np.intp)
        there = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        if len(there) and len(self.bounded):
            point, boundary = self.tree.query(shapely.points(x[there], y[there]), predicate="intersects")
            np.minimum.at(found, there[point], self.bounded[boundary])
        found[found == len(self.communes)] = -1
        return found

    def inside(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
        """Whether each point (n,) lies in the province: by its boundaries, without them near its communes' points."""
        if self.whole:
            return self.which(lon, lat) >= 0
        x, y = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
        if not self.communes:
            return np.ones(len(x), bool)
        lons, lats = (np.array([getattr(one, name) for one in self.communes]) for name in ("lon", "lat"))
        beside = (x > lons.min() - MARGIN_DEGREES) & (x < lons.max() + MARGIN_DEGREES)
        within: NDArray[np.bool_] = beside & (y > lats.min() - MARGIN_DEGREES) & (y < lats.max() + MARGIN_DEGREES)
        return within


def ground() -> Ground:
    """As it stands now; read once for every import of boundaries."""
    return _ground(selectors.edition())


@lru_cache(maxsize=1)
def _ground(_edition: tuple[int, int, int]) -> Ground:
    known = tuple(selectors.communes().order_by("code"))
    drawn = dict(Commune.objects.exclude(boundary=None).values_list("id", "boundary"))
    bounded = [place for place, one in enumerate(known) if one.id in drawn]
    shapes = [geometry.from_wkb(bytes(drawn[known[place].id] or b"")) for place in bounded]
    return Ground(known, np.array(bounded, np.intp), shapely.STRtree(shapes))


def commune_at(lon: float, lat: float) -> Commune | None:
    """The commune whose imported boundary covers the point (WGS 84); on a border the one of the lower code."""
    found = ground()
    place = int(found.which([lon], [lat])[0])
    return found.communes[place] if place >= 0 else None
