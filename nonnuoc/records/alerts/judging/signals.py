"""Which rows count for a rule of alarm, what they say to it, and what its levels were at their time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nonnuoc.domain import alarms
from nonnuoc.domain import quality as q
from nonnuoc.domain.alarms import Excursion, Going
from nonnuoc.records.alerts.levels.applying import Applied
from nonnuoc.records.monitoring.rows import Rows

INF = float("inf")
MEASURING = 0  # the status of an instrument that measures (TT 10/2021/TT-BTNMT)

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Places = NDArray[np.intp]


def counting(rows: Rows, signal: str, *, raw: bool) -> Bools:
    """Which rows are values to this signal: what is missing, failed or not measured says nothing of the environment."""
    if signal == "status":
        return np.ones(len(rows), bool)
    if signal == "flat":
        return np.asarray(q.flag(rows.quality) != q.Flag.MISSING, bool)
    measured = rows.status == MEASURING if raw else np.ones(len(rows), bool)
    return np.asarray(q.usable(rows.quality) & measured & ~np.isnan(rows.value), bool)


def signal(rows: Rows, one: Applied) -> Floats:
    """What rows that count, sorted by time, say to a version of a rule."""
    if one.signal == "rate":
        return alarms.rise(rows.time, rows.value, one.span_us)
    return stated(rows, one.signal, one.statuses)


def stated(rows: Rows, signal: str, statuses: Collection[int]) -> Floats:
    """What rows say by themselves: their value, or 1 where the bit or the status is set and 0 elsewhere."""
    if signal == "flat":
        return np.asarray((rows.quality & np.int16(q.Check.FLAT_LINE)) != 0, np.float64)
    if signal == "status":
        return np.asarray(np.isin(rows.status, list(statuses)), np.float64)
    return rows.value


class Signal:
    """The values of a series, with the levels of their time. Arrays of shape (n,), levels (steps, n)."""

    def __init__(self, versions: Sequence[Applied], rows: Rows, x: Floats) -> None:
        self.versions, self.time, self.x = versions, rows.time, x
        self.suspect = np.asarray(q.flag(rows.quality) == q.Flag.SUSPECT, bool)
        self._since = np.array([one.since for one in versions], np.int64)
        self.version = self._in_force(rows.time)
        steps = max(len(one.severities) for one in versions)
        self.above = self._each([(*one.above, *(INF,) * (steps - len(one.above))) for one in versions]).T
        self.below = self._each([(*one.below, *(-INF,) * (steps - len(one.below))) for one in versions]).T
        self.beyond, self._calm = alarms.levels(
            x,
            above=self.above,
            below=self.below,
            calm_above=self._each([one.calm_above for one in versions]),
            calm_below=self._each([one.calm_below for one in versions]),
        )
        self._rising = all(level == -INF for one in versions for level in one.below)
        self._falling = all(level == INF for one in versions for level in one.above)

    def excursions(self, going: Going | None) -> list[Excursion]:
        """Where the levels were passed; what is `going` comes first."""
        need = self._each([one.need for one in self.versions])
        window = self._each([one.window_us for one in self.versions])
        hold = self._each([one.hold_us for one in self.versions])
        criterion = alarms.Criterion(need, window, hold)
        return alarms.excursions(self.time, self.beyond, self._calm, criterion, going=going)

    def calm_since(self, before: int) -> bool:
        """Whether all values before this time (µs) are calm: then the calm may have begun before them."""
        return bool(self._calm[: np.searchsorted(self.time, before)].all())

    def counted(self, excursion: Excursion, since: int) -> Places:
        """The values beyond the first level that an excursion met from `since` (an index) on."""
        until = len(self.time) if excursion.cleared is None else excursion.cleared
        return since + np.flatnonzero(self.beyond[0][since:until])

    def peak(self, counted: Places) -> int:
        """The value furthest out; the first of several."""
        return int(counted[np.argmax(self._out(self.x[counted], self.version[counted]))])

    def is_further(self, place: int, peak: float, time: int) -> bool:
        """Whether a value lies further out than a peak of another time (µs)."""
        mine = self._out(self.x[place : place + 1], self.version[place : place + 1])
        other = self._out(np.array([peak]), self._in_force(np.array([time])))
        return bool(mine[0] > other[0])

    def severity(self, place: int, step: int) -> int:
        """Of a step, when this value was measured."""
        return self.versions[int(self.version[place])].severities[step]

    def level(self, place: int, step: int) -> float:
        """What this value is beyond."""
        above, below = self.above[step, place], self.below[step, place]
        return float(above if self.x[place] > above else below)

    def _out(self, x: Floats, version: Places) -> Floats:
        """How far out: how high, how low, or where levels have two sides, how far beyond them."""
        if self._rising:
            return x
        if self._falling:
            return -x
        above = np.array([one.above[0] for one in self.versions])[version]
        below = np.array([one.below[0] for one in self.versions])[version]
        return np.asarray(np.maximum(x - above, below - x), np.float64)

    def _in_force(self, time: NDArray[np.int64]) -> Places:
        return np.maximum(np.searchsorted(self._since, time, side="right") - 1, 0)

    def _each(self, of_versions: Sequence[Any]) -> NDArray[Any]:
        if len(self.versions) == 1:
            only = np.asarray(of_versions[0])
            return np.broadcast_to(only, (len(self.time), *only.shape)) if only.ndim else only
        return np.asarray(of_versions)[self.version]
