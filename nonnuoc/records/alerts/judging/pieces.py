"""How much of a series has to be judged again when some of its values changed.

What was found up to a value follows from the values up to it. So judging begins where the first changed value lies:
in what was on there, or where nothing was; and it ends where old and new agree that nothing is on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from nonnuoc.records.alerts.judging.found import Found, Kept
from nonnuoc.records.alerts.judging.series import Before, Series
from nonnuoc.records.alerts.levels.applying import FOREVER
from nonnuoc.records.monitoring.rows import Rows, micros, moment

#: How far back is read at first (µs), and how many times as far where that was not enough.
SHORTEST, FURTHER = 3_600_000_000, 4


@dataclass
class Piece:
    """A series from its first to its last changed value, and as far beyond as that matters. Times in µs."""

    series: Series
    first: int  # changed value
    last: int
    newest: int  # value there is at all; or later
    known: Sequence[Kept]  # alarms of this rule at this datastream, at least those near and after `first`
    found: list[Found] = field(default_factory=list)
    heard: datetime | None = None  # the newest value that counts, where an alarm goes on

    def __post_init__(self) -> None:
        series, first = self.series, self.first
        self.kept = [one for one in self.known if series.since <= micros(one.found.onset) < series.until]
        self.on = next((one for one in self.kept if _is_on(one.found, first)), None)
        self.before: Before | None = None
        if self.on is None:
            ended = [micros(one.found.cleared) for one in self.kept if one.found.cleared is not None]
            self.start = max([first - series.window, *(end + 1 for end in ended if end < first)])
        else:
            onset = micros(self.on.found.onset)
            self.start = onset
            if first > micros(self.on.found.last_beyond):
                self.before = Before(self.on.found, first)
                self.start = max(onset, first - max(series.window, series.quiet, SHORTEST))
        self._end_at(self.last + series.span + series.window + series.quiet + 1)

    def span(self) -> tuple[int, int, int]:
        """(datastream, since, until) of the rows it needs."""
        return self.series.stream.id, self.start - self.series.span, self.end

    @property
    def stored(self) -> list[Kept]:
        """The alarms in whose place `found` comes."""
        return [one for one in self.kept if one is self.on or self.first <= micros(one.found.raised) < self.end]

    def judge(self, rows: Rows, at: int) -> bool:
        """Judge these rows; False when more are needed, as `span` then tells."""
        signal = self.series.signal(rows, self.start)
        if self._may_be_calm_for_longer() and signal.calm_since(self.first):
            self.start = self.first - FURTHER * (self.first - self.start)
            return False
        found = self.series.find(signal, self.before)
        if self.end < FOREVER and not self._agree(found):
            self._end_at(self.end + max(self.end - self.start, 1))
            return False
        self.found = [self.series.ended(one, at) for one in found]
        if self.found and self.found[-1].cleared is None and len(signal.time):
            self.heard = moment(signal.time[-1])
        return True

    def _may_be_calm_for_longer(self) -> bool:
        """What is on may have been calm since before the rows: the value before was none that is."""
        if self.before is None or self.series.is_immediate:
            return False
        return self.start > micros(self.before.found.last_beyond)

    def _agree(self, found: Sequence[Found]) -> bool:
        """Whether where the rows end nothing is on, now and as it is kept, and the same may count for what comes."""
        if (found and found[-1].cleared is None) or any(_is_on(one.found, self.end) for one in self.kept):
            return False
        now, then = found, [one.found for one in self.stored]
        return self._ends(now) == self._ends(then)

    def _ends(self, found: Sequence[Found]) -> set[int]:
        """What ended so late that a value after the rows might have counted with one before."""
        ends = {micros(one.cleared) for one in found if one.cleared is not None}
        return {end for end in ends if end > self.end - self.series.window}

    def _end_at(self, end: int) -> None:
        self.end = FOREVER if end > self.newest else end


def of_series(series: Series, times: NDArray[np.int64], newest: int, known: Sequence[Kept]) -> Piece | None:
    """The piece of a series that changed values (their times, ascending) touch; None: they are of no time it judges."""
    first, last = np.searchsorted(times, [series.since, series.until]).tolist()
    if first == last:
        return None
    return Piece(series, int(times[first]), int(times[last - 1]), max(newest, int(times[-1])), known)


def _is_on(found: Found, time: int) -> bool:
    """Whether it was raised before a time and lasted at least until it."""
    return micros(found.raised) < time and (found.cleared is None or micros(found.cleared) >= time)
