"""When a level is passed and when that is over: the steps of an alarm, on arrays.

An excursion begins when N values beyond the level lie within the time of M intervals, and ends when values have been
calm for long enough. It follows from the values and their times alone: late values, put in their place, give what they
would have given in time. What is missing is no value: it neither raises an alarm nor ends one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Times = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Criterion:
    """How many values raise an alarm, and what ends it. Times in the unit of the values' times."""

    need: int  # N values beyond the level ...
    window: int  # ... within this time (half-open: older by `window` is too old) raise it
    hold: int  # calm from the first to the last of at least N values, for so long, ends it


@dataclass(frozen=True, slots=True)
class Excursion:
    """From when to when a level was passed. Indices into the arrays that were given."""

    onset: int  # the first value that counted
    raised: int  # the value that made it N
    steps: tuple[int, ...]  # where each further step was reached, in order; shorter where it was not
    last_beyond: int
    cleared: int | None  # the value that ended it; None: not over
    beyond: int  # how many values were beyond the level


def levels(
    value: ArrayLike,
    *,
    above: ArrayLike = (),
    below: ArrayLike = (),
    calm_above: float = np.inf,
    calm_below: float = -np.inf,
) -> tuple[Mask, Mask]:
    """(beyond, calm): which values pass each step, and which are back within what ends an alarm.

    value    (n,), one unit with the levels; NaN passes nothing and is not calm
    above    (steps,) or (steps, n): a value over it passes; inf: no such level
    below    the same: a value under it passes; -inf: no such level. One step may have both
    calm_*   (n,) or one number: a value within [calm_below, calm_above] is calm
    returns  (steps, n) and (n,)
    """
    x = np.asarray(value, np.float64)
    over, under = (_steps(bound, len(x)) for bound in (above, below))
    with np.errstate(invalid="ignore"):
        beyond = np.zeros((max(len(over), len(under)), len(x)), bool)
        beyond[: len(over)] |= x > over
        beyond[: len(under)] |= x < under
        calm = (x <= calm_above) & (x >= calm_below)
    return beyond, np.asarray(calm, bool)


def rise(time: Times, value: ArrayLike, span: int) -> NDArray[np.float64]:
    """How much each value has risen over the lowest of the `span` before it (negative where it only fell: 0).

    Times ascending, in the unit of `span`; values NaN are passed over. The first value of all has risen by 0.
    """
    x = np.asarray(value, np.float64)
    lowest = np.full(len(x), np.inf)
    first = np.searchsorted(time, time - span, side="left")
    # a deque of candidates, ascending: the front is the lowest value within the span
    candidates: list[int] = []
    front = 0
    for i in range(len(x)):
        while front < len(candidates) and candidates[front] < first[i]:
            front += 1
        if front < len(candidates):
            lowest[i] = x[candidates[front]]
        if not np.isnan(x[i]):
            while len(candidates) > front and x[candidates[-1]] >= x[i]:
                candidates.pop()
            candidates.append(i)
    risen = np.where(np.isinf(lowest), 0.0, np.maximum(x - lowest, 0.0))
    return np.where(np.isnan(x), np.nan, risen)


def excursions(time: Times, beyond: Mask, calm: Mask, criterion: Criterion) -> list[Excursion]:
    """Every excursion, in order of time; between two there is always one value that ended the first.

    time     (n,) ascending, without repetition; only values that may count, none missing
    beyond   (steps, n); a value that passes a step passes every step before it
    calm     (n,); none of them beyond the first step
    """
    first = np.flatnonzero(beyond[0]) if len(beyond) else np.empty(0, np.intp)
    quiet = _quiet(time, calm, criterion)
    found = []
    after = -1  # the value that ended the last excursion
    while (raised := _reached(time, first, criterion, after)) is not None:
        ends = quiet[np.searchsorted(quiet, raised, side="right") :]
        cleared = int(ends[0]) if len(ends) else None
        until = len(time) if cleared is None else cleared
        within = first[np.searchsorted(first, after, side="right") : np.searchsorted(first, until)]
        onset = within[np.searchsorted(time[within], time[raised] - criterion.window, side="right")]
        counted = within[within >= onset]
        steps = tuple(_higher(time, beyond, criterion, after, until))
        found.append(Excursion(int(onset), raised, steps, int(counted[-1]), cleared, len(counted)))
        if cleared is None:
            break
        after = cleared
    return found


def _reached(time: Times, places: NDArray[np.intp], criterion: Criterion, after: int) -> int | None:
    """Where the N-th of these values within the window lies, after a value; None: nowhere."""
    places = places[np.searchsorted(places, after, side="right") :]
    if len(places) < criterion.need:
        return None
    last, first = places[criterion.need - 1 :], places[: len(places) - criterion.need + 1]
    together = np.flatnonzero(time[last] - time[first] < criterion.window)
    return int(last[together[0]]) if len(together) else None


def _higher(time: Times, beyond: Mask, criterion: Criterion, after: int, until: int) -> Iterator[int]:
    for step in beyond[1:]:
        place = _reached(time, np.flatnonzero(step[:until]), criterion, after)
        if place is None:
            return
        yield place


def _quiet(time: Times, calm: Mask, criterion: Criterion) -> NDArray[np.intp]:
    """Where values have been calm for long enough: N of them at least, from the first to this one."""
    place = np.arange(len(time))
    began = np.maximum.accumulate(np.where(calm, -1, place)) + 1  # of the run of calm values this one is in
    began = np.minimum(began, place)
    long = (time - time[began] >= criterion.hold) & (place - began + 1 >= criterion.need)
    return np.flatnonzero(calm & long)


def _steps(bound: ArrayLike, n: int) -> NDArray[np.float64]:
    levels = np.asarray(bound, np.float64)
    if levels.ndim == 1 and len(levels) == 0:
        return np.empty((0, n))
    return levels if levels.ndim == 2 else np.broadcast_to(levels[:, None], (len(levels), n))
