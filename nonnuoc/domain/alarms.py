"""When a level is passed and when that is over: the steps of an alarm, on arrays.

An excursion begins when N values beyond the level lie within the time of M intervals, and ends when values have been
calm for long enough. It follows from the values and their times alone: late values, put in their place, give what they
would have given in time. What is missing is no value: it neither raises an alarm nor ends one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Times = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Criterion:
    """How many values raise an alarm, and what ends it: each one number, or one for every value, as rules change.

    Times in the unit of the values' times.
    """

    need: ArrayLike  # N values beyond the level ...
    window: ArrayLike  # ... within this time (half-open: older by `window` is too old) raise it
    hold: ArrayLike  # calm from the first to the last of at least N values, for so long, ends it

    def each(self) -> tuple[ArrayLike, ArrayLike, ArrayLike]:
        """need, window, hold."""
        return self.need, self.window, self.hold


@dataclass(frozen=True, slots=True)
class Going:
    """An excursion that is on already where the values begin, none of them before its onset."""

    since: int  # the first value that it has not met yet; those before give the run of calm and the counts it is in
    step: int = 0  # the highest reached so far


@dataclass(frozen=True, slots=True)
class Excursion:
    """From when to when a level was passed. Indices into the arrays that were given; -1: before their first."""

    onset: int  # the first value that counted
    raised: int  # the value that made it N
    steps: tuple[int, ...]  # where each further step was reached, in order; shorter where it was not
    last_beyond: int
    cleared: int | None  # the value that ended it; None: not over
    beyond: int  # how many values were beyond the level; of one that was going on already, how many more


def levels(
    value: ArrayLike,
    *,
    above: ArrayLike = (),
    below: ArrayLike = (),
    calm_above: ArrayLike = np.inf,
    calm_below: ArrayLike = -np.inf,
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
        calm = (x <= np.asarray(calm_above, float)) & (x >= np.asarray(calm_below, float))
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


def excursions(
    time: Times, beyond: Mask, calm: Mask, criterion: Criterion, *, going: Going | None = None
) -> list[Excursion]:
    """Every excursion, in order of time; between two there is always one value that ended the first.

    time     (n,) ascending, without repetition; only values that may count, none missing
    beyond   (steps, n); a value that passes a step passes every step before it
    calm     (n,); none of them beyond the first step
    going    an excursion that is on already: it comes first
    """
    none = np.zeros(len(time), np.int64)  # an addition broadcasts, and costs a tenth of broadcast_to
    need, window, hold = (none + np.asarray(one, np.int64) for one in criterion.each())
    passes = [_Passes(time, step, need, window) for step in beyond]
    if not passes:
        return []
    quiet = _quiet(time, calm, need, hold)
    found = []
    after = 0
    if going is not None:
        found.append(_continued(going, passes, quiet, len(time)))
        after = _next(found[-1])
    while after >= 0 and (place := passes[0].reached(after)) is not None:
        found.append(_begun(place, after, passes, quiet, len(time)))
        after = _next(found[-1])
    return found


class _Passes:
    """The values beyond one step, and which of them could be the N-th within the window."""

    def __init__(self, time: Times, beyond: Mask, need: Times, window: Times) -> None:
        self.places = np.flatnonzero(beyond)
        at = time[self.places]
        self.oldest = np.searchsorted(at, at - window[self.places], side="right")  # that still counts
        self.need = need[self.places]
        self.full = np.flatnonzero(np.arange(1, len(at) + 1) - self.oldest >= self.need)

    def reached(self, after: int) -> int | None:
        """Which of them is the N-th within the window, counting those from `after` on alone; None: none is."""
        start = int(np.searchsorted(self.places, after))
        for i in range(int(np.searchsorted(self.full, start)), len(self.full)):
            one = int(self.full[i])
            if one + 1 - max(int(self.oldest[one]), start) >= self.need[one]:
                return one
        return None

    def counted(self, since: int, until: int) -> NDArray[np.intp]:
        """Those with since <= index < until."""
        first, last = np.searchsorted(self.places, [since, until])
        return self.places[first:last]


def _begun(place: int, after: int, passes: Sequence[_Passes], quiet: NDArray[np.intp], n: int) -> Excursion:
    first = passes[0]
    onset = int(first.places[max(int(first.oldest[place]), int(np.searchsorted(first.places, after)))])
    raised = int(first.places[place])
    cleared, until = _end(quiet, raised + 1, n)
    counted = first.counted(onset, until)
    steps = tuple(_higher(passes[1:], onset, until))
    return Excursion(onset, raised, steps, int(counted[-1]), cleared, len(counted))


def _continued(going: Going, passes: Sequence[_Passes], quiet: NDArray[np.intp], n: int) -> Excursion:
    cleared, until = _end(quiet, going.since, n)
    counted = passes[0].counted(going.since, until)
    steps = (-1,) * going.step + tuple(_higher(passes[1 + going.step :], 0, until))
    return Excursion(-1, -1, steps, int(counted[-1]) if len(counted) else -1, cleared, len(counted))


def _higher(passes: Sequence[_Passes], onset: int, until: int) -> Iterator[int]:
    for step in passes:
        place = step.reached(onset)
        if place is None or step.places[place] >= until:
            return
        yield int(step.places[place])


def _end(quiet: NDArray[np.intp], since: int, n: int) -> tuple[int | None, int]:
    """(the value that ends what is on at `since`, or None; the one it lasts until)."""
    place = int(np.searchsorted(quiet, since))
    return (int(quiet[place]), int(quiet[place])) if place < len(quiet) else (None, n)


def _next(excursion: Excursion) -> int:
    """The first value that may begin another one; -1: none, as this one is not over."""
    return -1 if excursion.cleared is None else excursion.cleared + 1


def _quiet(time: Times, calm: Mask, need: Times, hold: Times) -> NDArray[np.intp]:
    """Where values have been calm for long enough: N of them at least, from the first to this one."""
    place = np.arange(len(time))
    began = np.maximum.accumulate(np.where(calm, -1, place)) + 1  # of the run of calm values this one is in
    began = np.minimum(began, place)
    long = (time - time[began] >= hold) & (place - began + 1 >= need)
    return np.flatnonzero(calm & long)


def _steps(bound: ArrayLike, n: int) -> NDArray[np.float64]:
    levels = np.asarray(bound, np.float64)
    if levels.ndim == 1 and len(levels) == 0:
        return np.empty((0, n))
    return levels if levels.ndim == 2 else np.broadcast_to(levels[:, None], (len(levels), n))
