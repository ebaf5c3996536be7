"""What a rule of alarm finds in the values of one datastream: rows in, alarms out. Nothing here reads or writes.

Versions of a rule that follow each other without a gap judge one series. Where the rule was not in force, what was
going on ends, and the next series begins afresh.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from nonnuoc.domain.alarms import Excursion, Going
from nonnuoc.records.alerts.judging import signals
from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.judging.signals import Signal
from nonnuoc.records.alerts.levels.applying import Applied
from nonnuoc.records.monitoring.rows import Rows, micros, moment
from nonnuoc.records.monitoring.streams import Procedure, Stream

#: Signals whose size means something; of the others an alarm has neither level nor peak.
MEASURED = frozenset({"value", "rate"})


@dataclass(frozen=True, slots=True)
class Before:
    """An alarm that is on already where the rows begin that are to be judged."""

    found: Found
    fresh: int  # it has met the rows before this time (µs)


@dataclass(frozen=True)
class Series:
    """One rule at one datastream: its versions, which follow each other, in order of time. Times in µs."""

    stream: Stream
    versions: tuple[Applied, ...]

    @property
    def key(self) -> tuple[int, str]:
        """The datastream and the rule's code."""
        return self.stream.id, self.versions[0].code

    @property
    def since(self) -> int:
        """From when on it is judged."""
        return self.versions[0].since

    @property
    def until(self) -> int:
        """Until when."""
        return self.versions[-1].until

    @cached_property
    def window(self) -> int:
        """How far back from a value lie those that raise an alarm with it, whatever the version."""
        return max(one.window_us for one in self.versions)

    @cached_property
    def quiet(self) -> int:
        """How far back the calm usually reaches that ends an alarm."""
        interval = (self.stream.interval_s or 0) * 1_000_000
        return max(2 * one.hold_us + 2 * one.need * interval for one in self.versions)

    @cached_property
    def is_immediate(self) -> bool:
        """Whether one calm value ends an alarm, whatever came before."""
        return all(one.need == 1 and one.hold_us == 0 for one in self.versions)

    @cached_property
    def span(self) -> int:
        """How far a value speaks in the signal of later ones."""
        return max(one.span_us if one.signal == "rate" else 0 for one in self.versions)

    def signal(self, rows: Rows, since: int) -> Signal:
        """The values that count from `since` on; the rows before tell how far they have risen. Sorted by time."""
        first = self.versions[0]
        counting = signals.counting(rows, first.signal, raw=self.stream.procedure == Procedure.RAW)
        rows = rows.take(counting & (rows.time < self.until))
        x = signals.signal(rows, first)
        for one in self.versions[1:]:
            if (one.span_us, one.statuses) != (first.span_us, first.statuses):
                x = np.where(rows.time >= one.since, signals.signal(rows, one), x)
        chosen = slice(int(np.searchsorted(rows.time, max(since, self.since))), None)
        return Signal(self.versions, rows.take(chosen), x[chosen])

    def find(self, signal: Signal, before: Before | None) -> list[Found]:
        """Its alarms, in order of time; the first continues the one before."""
        fresh = 0 if before is None else int(np.searchsorted(signal.time, before.fresh))
        excursions = signal.excursions(None if before is None else Going(fresh, before.found.step))
        found = []
        for excursion in excursions:
            if before is not None and excursion.onset < 0:
                one = self._continued(signal, excursion, fresh, before.found)
            else:
                one = self._begun(signal, excursion)
            if excursion.cleared is not None:
                one = replace(one, cleared=moment(signal.time[excursion.cleared]))
            found.append(one)
        return found

    def ended(self, found: Found, at: int) -> Found:
        """What is still on where the rule is in force no longer is over with it."""
        return replace(found, cleared=moment(self.until)) if found.cleared is None and self.until <= at else found

    def _begun(self, signal: Signal, excursion: Excursion) -> Found:
        counted = signal.counted(excursion, excursion.onset)
        raising = self.versions[int(signal.version[excursion.raised])]
        place = excursion.steps[-1] if excursion.steps else excursion.raised
        return Found(
            code=raising.code,
            rule_id=raising.rule_id,
            thing_id=self.stream.thing_id,
            datastream_id=self.stream.id,
            onset=moment(signal.time[excursion.onset]),
            raised=moment(signal.time[excursion.raised]),
            last_beyond=moment(signal.time[excursion.last_beyond]),
            beyond=len(counted),
            suspect=int(signal.suspect[counted].sum()),
            **self._step(signal, place, len(excursion.steps)),
            **self._peak(signal, signal.peak(counted)),
        )

    def _continued(self, signal: Signal, excursion: Excursion, fresh: int, before: Found) -> Found:
        more: dict[str, Any] = {"cleared": None}
        counted = signal.counted(excursion, fresh)
        if len(counted):
            more["last_beyond"] = moment(signal.time[counted[-1]])
            more["beyond"] = before.beyond + len(counted)
            more["suspect"] = before.suspect + int(signal.suspect[counted].sum())
            peak, highest = signal.peak(counted), before.peak
            if highest is not None and before.peak_time is not None:
                further = signal.is_further(peak, highest, micros(before.peak_time))
                more |= self._peak(signal, peak) if further else {}
        if len(excursion.steps) > before.step:
            more |= self._step(signal, excursion.steps[-1], len(excursion.steps))
        return replace(before, **more)

    def _step(self, signal: Signal, place: int, step: int) -> dict[str, Any]:
        level = signal.level(place, step) if self.versions[0].signal in MEASURED else None
        return {"step": step, "severity": signal.severity(place, step), "level": level}

    def _peak(self, signal: Signal, place: int) -> dict[str, Any]:
        if self.versions[0].signal not in MEASURED:
            return {}
        return {"peak": float(signal.x[place]), "peak_time": moment(signal.time[place])}


def of_stream(stream: Stream, applied: Sequence[Applied]) -> Iterator[Series]:
    """Everything that judges a datastream; `applied` in the order of code and time."""
    held: list[Applied] = []
    for one in applied:
        if held and (one.code != held[-1].code or one.since > held[-1].until):
            yield Series(stream, tuple(held))
            held = []
        held.append(one)
    if held:
        yield Series(stream, tuple(held))
