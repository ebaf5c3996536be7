"""Every layer of the map: stations, communes, and each register whose entries have a place."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.look.mapping import glyphs
from nonnuoc.look.mapping.glyphs import Glyph
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import layers as monitoring
from nonnuoc.records.places import geometry, names
from nonnuoc.records.places import layers as places
from nonnuoc.records.places.layers import Features
from nonnuoc.records.registers.every import REGISTERS
from nonnuoc.records.registers.pattern import mapped
from nonnuoc.records.registers.pattern.mapped import Mapped
from nonnuoc.records.registers.pattern.register import Register, Shape

HELD = 96  # layers as somebody reads them, kept in this process
PLACES, MONITORING = "places", "monitoring"


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One kind of thing on the map."""

    key: str  # in addresses; never changes
    title: Promise | str  # many
    one: Promise | str
    group: str  # a key of GROUPS
    glyph: Glyph
    shape: str = "point"  # point, line or polygon
    register: Register | None = None
    shown: bool = True  # when nothing else is asked for


def _groups() -> dict[str, Promise | str]:
    found: dict[str, Promise | str] = {MONITORING: _("Monitoring")}
    found |= {str(register.subject.value): register.subject.label for register in REGISTERS}
    return {**found, PLACES: _("Administrative units")}


#: Key -> its words, in the order of the legend.
GROUPS = _groups()


@cache
def every() -> Mapping[str, Layer]:
    """All layers by key, in the order of the legend."""
    layers = [Layer("stations", _("Stations"), _("Station"), MONITORING, glyphs.glyph(MONITORING, 0))]
    for group in GROUPS:
        of_group = [one for one in REGISTERS if one.subject == group and one.shape is not Shape.NONE]
        layers += [
            Layer(one.key, one.title, one.one, group, glyphs.glyph(group, place), str(one.shape.value), one)
            for place, one in enumerate(of_group)
        ]
    communes = Layer(
        "communes", _("Communes and wards"), _("commune or ward"), PLACES, glyphs.glyph(PLACES, 0), shown=False
    )
    return {layer.key: layer for layer in (*layers, communes)}


def of_reader(rights: Rights) -> dict[str, Callable[[], Mapped]]:
    """Of each layer how to read what they may read of it; kept until something is written. One query for all."""
    editions = mapped.editions([one.register for one in every().values() if one.register])
    return {key: _reader(layer, rights, editions) for key, layer in every().items()}


def _reader(layer: Layer, rights: Rights, editions: Mapping[str, Hashable]) -> Callable[[], Mapped]:
    register = layer.register
    if register is not None:
        sight = mapped.sight(register, rights)
        return lambda: _held((layer.key, editions[layer.key], sight), lambda: mapped.read(register, rights))
    if layer.key == "communes":
        return lambda: _from_features(places.COMMUNES.read(rights), "full_name", "")
    return lambda: _from_features(monitoring.STATIONS.read(rights), "name", "commune")


_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = threading.Lock()


def _held(key: Hashable, make: Callable[[], Any]) -> Any:
    """What was made for this key; of too many the one that was not asked for the longest goes."""
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = make()
    with _lock:
        _kept[key] = made
        while len(_kept) > HELD:
            _kept.popitem(last=False)
    return made


def _from_features(found: Features, name: str, commune: str) -> Mapped:
    """A layer of another subject as one of ours: its name and its commune are columns of it."""
    shapes = found.shapes
    known = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    points = places.shapes([None] * len(found))
    points[known] = shapely.point_on_surface(shapes[known])
    point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    wide = np.flatnonzero(known & ~point)
    named = [str(one) for one in found.columns[name]]
    stands_for_more = [one == "commune" for one in found.columns.get("position", ("",) * len(found))]
    return Mapped(
        codes=found.ids,
        names=tuple(named),
        communes=tuple(one or "" for one in found.columns[commune]) if commune else ("",) * len(found),
        words=tuple(
            f" {code} {names.marked(one)} {names.folded(one)}" for code, one in zip(found.ids, named, strict=True)
        ),
        lon=shapely.get_x(points),
        lat=shapely.get_y(points),
        metres=np.full(len(found), np.nan),
        vague=np.array(stands_for_more, bool),
        simulated=np.array(found.columns.get("simulated", (False,) * len(found)), bool),
        sources=tuple(dict.fromkeys(filter(None, found.columns["source"]))),
        rows=wide,
        shapes=_simplified(shapes[wide]),
    )


def _simplified(areas: geometry.Geometries) -> geometry.Geometries:
    return places.shapes(geometry.simplified(areas.tolist(), tolerance=0.002))
