"""A network of river reaches: what lies upstream, the way down with its distances, and where it does not hang together.

A reach flows into one other or into none. All arrays are (n,), one entry a reach, in any order; a reach is its place in
them. Kilometres run downstream; NaN: unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
NOWHERE = -1  # as a downstream reach: it flows out of the network
APART_KM = 0.05  # two kilometres this near are the same: they are given to 0.1 km at best


@dataclass(frozen=True, eq=False)
class Network:
    """Reaches and where each flows to."""

    downstream: Places  # place of the reach it flows into, NOWHERE for none
    from_km: Floats  # along its river
    to_km: Floats

    @property
    def length_km(self) -> Floats:
        return self.to_km - self.from_km


class Fault(StrEnum):
    """What does not hang together."""

    CYCLE = "cycle"  # the reach is downstream of itself
    TWO_MOUTHS = "two_mouths"  # its river leaves for another river, or the network, at more than one reach
    FORK = "fork"  # two reaches of its river flow into it
    KILOMETRE = "kilometre"  # it does not begin where the reach of its river above it ends
    OVERLAP = "overlap"  # another reach of its river has the same kilometres


@dataclass(frozen=True, slots=True)
class Found:
    """A fault at a reach; `other` is the reach it is about, where there is one."""

    fault: Fault
    reach: int
    other: int = NOWHERE


@dataclass(frozen=True, slots=True)
class Met:
    """A point that the water meets on its way (or came past)."""

    point: int  # its place among the points asked about
    km: float  # along the water from the start; NaN: the order is known, the distance is not
    sure: bool  # False: on the reach of the start, and nobody knows whether above or below it


def network(ids: Sequence[int], downstream: Sequence[int | None], from_km: ArrayLike, to_km: ArrayLike) -> Network:
    """Of reaches by their ids. One that flows into a reach that is not among them flows out of the network."""
    places = {one: place for place, one in enumerate(ids)}
    return Network(
        np.array([places.get(one, NOWHERE) if one is not None else NOWHERE for one in downstream], np.intp),
        np.asarray(from_km, np.float64),
        np.asarray(to_km, np.float64),
    )


def path(water: Network, reach: int) -> list[int]:
    """The reach and all it flows through, in order; a cycle ends where it would begin again."""
    found: dict[int, None] = {}
    while reach != NOWHERE and reach not in found:
        found[reach] = None
        reach = int(water.downstream[reach])
    return list(found)


def upstream(water: Network, reach: int) -> NDArray[np.bool_]:
    """Which reaches flow through this one, itself included; (n,)."""
    found = np.zeros(len(water.downstream), bool)
    found[reach] = True
    while True:
        into = (water.downstream != NOWHERE) & found[water.downstream] & ~found
        if not into.any():
            return found
        found |= into


def below(water: Network, reach: int, km: float, at_reach: ArrayLike, at_km: ArrayLike) -> list[Met]:
    """The points that water from (reach, km) comes past, in order, those of unknown kilometre last in their reach.

    reach, km  the start; km NaN: somewhere on the reach
    at_reach   (m,) place of each point's reach
    at_km      (m,) its kilometre along that reach's river, NaN unknown
    """
    reaches, kms = np.asarray(at_reach, np.intp), np.asarray(at_km, np.float64)
    met: list[Met] = []
    travelled = 0.0  # to the beginning of the reach at hand
    for place in path(water, reach):
        first = place == reach
        start = km if first else float(water.from_km[place])
        away = travelled + (kms - start)
        here = np.flatnonzero((reaches == place) & (~(kms <= start) if first else True))
        order = here[np.argsort(kms[here], kind="stable")]  # NaN comes last
        met += [Met(int(one), float(away[one]), not first or bool(np.isfinite(kms[one] - start))) for one in order]
        travelled += float(water.to_km[place]) - start
    return met


def above(water: Network, reach: int, km: float, at_reach: ArrayLike, at_km: ArrayLike) -> list[Met]:
    """The points whose water comes past (reach, km), the nearest first, those of unknown distance last; as `below`."""
    reaches, kms = np.asarray(at_reach, np.intp), np.asarray(at_km, np.float64)
    met = []
    for point in np.flatnonzero(np.isin(reaches, np.flatnonzero(upstream(water, reach)))).tolist():
        found = below(water, int(reaches[point]), float(kms[point]), [reach], [km])
        met += [Met(point, one.km, one.sure) for one in found]
    return sorted(met, key=lambda one: (np.isnan(one.km), one.km))


def in_cycles(water: Network) -> NDArray[np.bool_]:
    """Which reaches are downstream of themselves; (n,)."""
    here = water.downstream.copy()
    for _ in range(len(here)):  # whoever is not out of the network after n steps goes round
        here = np.where(here == NOWHERE, NOWHERE, water.downstream[here])
    found = np.zeros(len(here), bool)
    for start in np.unique(here[here != NOWHERE]).tolist():
        found[path(water, start)] = True
    return found


def faults(water: Network, river: ArrayLike) -> list[Found]:
    """Everything that does not hang together, in the order of reaches; `river` (n,): those alike are one river."""
    rivers = np.asarray(river)
    round_ = in_cycles(water)
    into = water.downstream
    same = (into != NOWHERE) & (rivers == rivers[into])
    leaves = ~same & ~round_
    found = []
    for one in range(len(rivers)):
        of_river = rivers == rivers[one]
        if round_[one]:
            found.append(Found(Fault.CYCLE, one))
        mouths = np.flatnonzero(of_river & leaves)
        if leaves[one] and mouths[0] != one:
            found.append(Found(Fault.TWO_MOUTHS, one, int(mouths[0])))
        before = np.flatnonzero(same & (into == one))
        if len(before) > 1:
            found.append(Found(Fault.FORK, one, int(before[1])))
        elif len(before) == 1 and abs(water.from_km[one] - water.to_km[before[0]]) > APART_KM:
            found.append(Found(Fault.KILOMETRE, one, int(before[0])))
        over = np.minimum(water.to_km, water.to_km[one]) - np.maximum(water.from_km, water.from_km[one]) > APART_KM
        overlapping = np.flatnonzero(of_river & over & (np.arange(len(rivers)) < one))
        found += [Found(Fault.OVERLAP, one, int(other)) for other in overlapping]
    return found
