"""Entries of a register as maps need them: columns read straight from the table, no model object an entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db.models import Case, Count, F, FloatField, Max, Q, Value, When
from django.db.models.functions import Cast
from numpy.typing import NDArray

from nonnuoc.records.accounts.access import Reach, Rights
from nonnuoc.records.places.geometry import Floats, Geometries
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Register

KINDS = dict(Commune.Kind.choices)


@dataclass(frozen=True, eq=False)
class Mapped:
    """Things of one layer, one a row, sorted by code; all that the reader may know of them on a map."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    communes: tuple[str, ...]  # as the law writes them; "": unknown
    words: tuple[str, ...]  # what is searched (searching.words)
    lon: Floats  # (n,) WGS 84, NaN: nobody knows where, or nobody tells
    lat: Floats
    metres: Floats  # (n,) the exact place is within so many metres; NaN: not said
    vague: NDArray[np.bool_]  # (n,) the point stands for a wider place
    simulated: NDArray[np.bool_]
    sources: tuple[str, ...]  # of the positions, the most frequent first
    rows: NDArray[np.intp]  # of `shapes`
    shapes: Geometries  # lines and areas, WGS 84, of those that have one

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def placed(self) -> NDArray[np.bool_]:
        """(n,) whether a place is known."""
        return ~np.isnan(self.lon)


def read(register: Register, rights: Rights) -> Mapped:
    """Every entry in the register that they may read. Two queries, whatever there is."""
    found = reading.readable(register, rights).annotate(**places(register, rights)).order_by("code")
    columns = ("code", "name", "commune__kind", "commune__name", "words", "map_lon", "map_lat", "map_m", "simulated")
    rows = list(found.values_list(*columns, "map_from"))
    code, name, kinds, communes, words, lon, lat, metres, simulated, sources = (
        list(zip(*rows, strict=True)) if rows else [()] * 10
    )
    order = np.array(sorted(range(len(code)), key=code.__getitem__), np.intp)  # by code point, as everywhere
    where = dict(zip(code, range(len(code)), strict=True))
    shaped = _shapes(register, rights) if len(code) else []
    within = np.array(metres, float)
    back = np.argsort(order)
    made = shapely.from_wkb(np.array([bytes(wkb) for _, wkb in shaped], object))
    return Mapped(
        codes=_taken(code, order),
        names=_taken(name, order),
        communes=_taken([f"{KINDS[k]} {n}" if n else "" for k, n in zip(kinds, communes, strict=True)], order),
        words=_taken(words, order),
        lon=np.array(lon, float)[order],
        lat=np.array(lat, float)[order],
        metres=within[order],
        vague=~np.isnan(within)[order],
        simulated=np.array(simulated, bool)[order],
        sources=tuple(source for source, _ in Counter(filter(None, sources)).most_common()),
        rows=back[np.array([where[one] for one, _ in shaped], np.intp)],
        shapes=np.asarray(made, object).reshape(-1),
    )


def places(register: Register, rights: Rights) -> dict[str, Any]:
    """Annotations `map_lon`, `map_lat`, `map_m` (metres), `map_from` (source): where each entry lies as far as
    they may know (reading.position)."""
    coarse = register.coarse
    if coarse is None:
        return {
            "map_lon": F("lon"),
            "map_lat": F("lat"),
            "map_m": Cast(Value(None), FloatField()),  # a NULL without a type fits no union
            "map_from": F("position_source"),
        }
    exactly = _exactly(register, rights)
    return {
        "map_lon": Case(When(exactly, then=F("lon")), default=F(coarse.lon)),
        "map_lat": Case(When(exactly, then=F("lat")), default=F(coarse.lat)),
        "map_m": Case(When(exactly, then=Value(None)), default=F(coarse.metres), output_field=FloatField()),
        "map_from": Case(When(exactly, then=F("position_source")), default=Value("")),
    }


def _exactly(register: Register, rights: Rights) -> Q:
    """Of which entries they may know exactly where they lie (reading.exact)."""
    coarse = register.coarse
    if coarse is None:
        return Q()
    within = rights.reach(coarse.action).within(**register.where())
    return Q(**{coarse.generalised: False}) | within if within else Q(pk__isnull=False)


def editions(registers: Sequence[Register]) -> dict[str, Hashable]:
    """Of each register something that changes whenever an entry is written. One query."""
    asked = [
        register.model._default_manager.order_by()
        .values(key=Value(register.key))
        .annotate(newest=Max("changed"), number=Count("id"))
        .values_list("key", "newest", "number")
        for register in registers
    ]
    return {key: (newest, number) for key, newest, number in (asked[0].union(*asked[1:], all=True) if asked else ())}


def sight(register: Register, rights: Rights) -> Hashable:
    """What two readers have in common who are shown the same of this register."""
    actions = ["data.internal", "data.restricted", *([register.coarse.action] if register.coarse else [])]
    return tuple(_bounds(rights.reach(action)) for action in actions)


def _bounds(reach: Reach) -> Hashable:
    if reach.everywhere:
        return True
    return frozenset((part.offices, part.communes, part.facility) for part in reach.parts)


def _shapes(register: Register, rights: Rights) -> list[tuple[str, Any]]:
    """(code, WKB) of those whose exact shape they may know."""
    found = reading.readable(register, rights).filter(_exactly(register, rights), shape__isnull=False)
    return list(found.values_list("code", "shape"))


def _taken(column: Sequence[Any], order: NDArray[np.intp]) -> tuple[Any, ...]:
    return tuple(column[row] for row in order.tolist())
