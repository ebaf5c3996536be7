"""Layers: things with a place and properties, read whole, to be shown on maps and given to other machines.

A subject declares a layer once (`Layer`), whatever its things are; who gives layers out (api/ogc) knows nothing of
them. A layer is read whole and narrowed in memory: fit for what a province counts in thousands.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_noop as _
from numpy.typing import NDArray

from nonnuoc.records.places import geometry, selectors
from nonnuoc.records.places.geometry import Geometries
from nonnuoc.records.places.models import Commune

Times = NDArray[np.int64]  # µs since 1970-01-01 UTC
#: Before and after everything: an end that is open.
FIRST, LAST = -(2**62), 2**62


@dataclass(frozen=True, slots=True)
class Field:
    """A property of every feature of a layer. The title is English and marked for translation."""

    name: str
    title: str
    kind: str = "string"  # string, integer, number, boolean or date-time
    choices: tuple[str, ...] = ()  # the only values there are; empty: any
    unit: str = ""
    said: Mapping[str, str] = dataclasses.field(default_factory=dict)  # language → title, where it is data and not text


@dataclass(frozen=True, eq=False)
class Features:
    """Things of one layer, one an index; sorted by id. WGS 84, longitude before latitude."""

    ids: tuple[str, ...]  # never change, and may stand in an address
    shapes: Geometries  # (n,); None: nobody knows where
    columns: Mapping[str, tuple[Any, ...]]  # of each field (n,); None: unknown; times are aware datetimes
    since: Times | None = None  # (n,) from when to when each is there, both included; None: the layer knows no time
    until: Times | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: NDArray[np.intp]) -> Features:
        """Those of the rows, in their order."""
        chosen = rows.tolist()
        return Features(
            tuple(self.ids[row] for row in chosen),
            self.shapes[rows],
            {name: tuple(column[row] for row in chosen) for name, column in self.columns.items()},
            None if self.since is None else self.since[rows],
            None if self.until is None else self.until[rows],
        )

    def place(self, id_: str) -> int | None:
        """The row of this id."""
        return self.ids.index(id_) if id_ in self.ids else None

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of all that have a place; None where none has."""
        there = self.shapes[~(shapely.is_missing(self.shapes) | shapely.is_empty(self.shapes))]
        return tuple(shapely.total_bounds(there).tolist()) if len(there) else None


@dataclass(frozen=True, slots=True)
class Layer:
    """What there is to know of a layer before it is read. Texts are English and marked for translation."""

    key: str  # in addresses; never changes
    title: str
    description: str
    read: Callable[[Any], Features]  # the argument: the reader's rights (accounts.access.Rights)
    fields: tuple[Field, ...]
    shape: str = "any"  # point, polygon, line or any
    keywords: tuple[str, ...] = ()
    address: str = ""  # the name of the route of a page about one feature, whose last argument is its id
    arguments: tuple[str, ...] = ()  # of that route, before the id


def shapes(found: list[Any]) -> Geometries:
    """A column of geometries, also where all are None."""
    column = np.empty(len(found), object)
    column[:] = found
    return column


def points(lons: Sequence[float | None], lats: Sequence[float | None]) -> Geometries:
    """A column of points; None where either number is."""
    x, y = np.array(lons, float), np.array(lats, float)
    made: Any = shapely.points(x, y)
    found = shapes(made.tolist())
    found[np.isnan(x) | np.isnan(y)] = None
    return found


def _communes(_reader: object) -> Features:
    return _communes_of(selectors.edition())


@lru_cache(maxsize=1)
def _communes_of(_edition: tuple[int, int, int]) -> Features:
    known = list(selectors.communes().defer(None).order_by("code"))
    return Features(
        tuple(one.code for one in known),
        shapes([_shape(one) for one in known]),
        {
            "code": tuple(one.code for one in known),
            "name": tuple(one.name for one in known),
            "full_name": tuple(one.full_name for one in known),
            "kind": tuple(one.kind for one in known),
            "area_km2": tuple(one.area_km2 for one in known),
            "bounded": tuple(one.boundary is not None for one in known),
            "source": tuple(one.boundary_source or one.source for one in known),
        },
    )


def _shape(commune: Commune) -> Any:
    if commune.boundary is None:
        return shapely.Point(commune.lon, commune.lat)
    return geometry.as_multipolygon(geometry.from_wkb(bytes(commune.boundary)))


def _rivers(_reader: object) -> Features:
    known = sorted(selectors.rivers(), key=lambda river: river.code)
    return Features(
        tuple(river.code for river in known),
        shapes([None] * len(known)),
        {
            "code": tuple(river.code for river in known),
            "name": tuple(river.name for river in known),
            "other_names": tuple(
                ", ".join(sorted(alias.name for alias in river.aliases.all() if alias.name != river.name)) or None
                for river in known
            ),
            "source": tuple(river.source for river in known),
        },
    )


COMMUNES = Layer(
    key="communes",
    title=_("Communes and wards"),
    description=_(
        "The communes and wards since 1/7/2025: as an area where its official boundary has been imported, else as a"
        " point inside it."
    ),
    read=_communes,
    fields=(
        Field("code", _("Official code")),
        Field("name", _("Name without its kind")),
        Field("full_name", _("Name as the law writes it")),
        Field("kind", _("Kind"), choices=tuple(Commune.Kind.values)),
        Field("area_km2", _("Area"), "number", unit="km²"),
        Field("bounded", _("Whether its shape is the official boundary"), "boolean"),
        Field("source", _("Document it is taken from")),
    ),
    keywords=(_("communes"), _("boundaries")),
    address="commune",
)
RIVERS = Layer(
    key="rivers",
    title=_("Rivers"),
    description=_(
        "The rivers the province's plan names, with their other names. Their courses are not known here yet."
    ),
    read=_rivers,
    fields=(
        Field("code", _("Code")),
        Field("name", _("Name")),
        Field("other_names", _("Other names")),
        Field("source", _("Document it is taken from")),
    ),
    shape="line",
    keywords=(_("rivers"),),
)
