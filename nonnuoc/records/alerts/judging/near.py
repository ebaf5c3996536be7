"""Which rules have to look at values that changed: a first look at all of them at once, by whole arrays.

A value that passes no level can begin no alarm, wherever in time it is put: windows are counted in time, so that it
does not push others out of them. So only what passes a first level, or rises over time, begins anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nonnuoc.records.alerts.judging import signals
from nonnuoc.records.alerts.levels.applying import Applied
from nonnuoc.records.monitoring.rows import Rows
from nonnuoc.records.monitoring.streams import Procedure, Stream

Place = tuple[int, str]  # a datastream and the code of a rule


class _Look(NamedTuple):
    """What the first look needs of a version of a rule; datastreams alike share it."""

    code: str
    signal: str
    raw: bool
    since: int
    until: int
    above: float
    below: float
    statuses: tuple[int, ...]


#: What was made of the rules at a datastream, kept as long as they are the very same.
_known: dict[int, tuple[tuple[Applied, ...], tuple[_Look, ...]]] = {}


def passing(changed: Rows, streams: Sequence[Stream], applied: Mapping[int, tuple[Applied, ...]]) -> set[Place]:
    """Where a changed value passes the first level of a rule, or may have risen. `changed` is sorted."""
    looks = {stream.id: _looks(stream, applied[stream.id]) for stream in streams}
    kinds = {kind: place for place, kind in enumerate(dict.fromkeys(looks.values()))}
    ids, starts = np.unique(changed.datastream, return_index=True)
    counts = np.diff(np.append(starts, len(changed)))
    kind = np.repeat([kinds.get(looks.get(id, ()), -1) for id in ids.tolist()], counts)
    order = np.argsort(kind, kind="stable")
    ends = np.searchsorted(kind[order], np.arange(len(kinds) + 1))
    found: set[Place] = set()
    for versions, place in kinds.items():
        if versions and ends[place] < ends[place + 1]:
            rows = changed.take(order[ends[place] : ends[place + 1]])
            for look in versions:
                here = np.unique(rows.datastream[_passes(rows, look)])
                found |= {(id, look.code) for id in here.tolist()}
    return found


def _looks(stream: Stream, applied: tuple[Applied, ...]) -> tuple[_Look, ...]:
    held = _known.get(stream.id)
    if held is None or held[0] is not applied:
        raw = stream.procedure == Procedure.RAW
        held = _known[stream.id] = (applied, tuple(_look(one, raw=raw) for one in applied))
    return held[1]


def _look(one: Applied, *, raw: bool) -> _Look:
    return _Look(one.code, one.signal, raw, one.since, one.until, one.above[0], one.below[0], one.statuses)


def _passes(rows: Rows, look: _Look) -> NDArray[np.bool_]:
    judged = (rows.time >= look.since) & (rows.time < look.until)
    judged &= signals.counting(rows, look.signal, raw=look.raw)
    if look.signal == "rate":
        return np.asarray(judged, bool)
    x = signals.stated(rows, look.signal, look.statuses)
    return np.asarray(judged & ((x > look.above) | (x < look.below)), bool)
