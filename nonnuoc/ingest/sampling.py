"""VN_WQI of samples that people took: all values of one thing at one time are one sample."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from nonnuoc.domain import quality as q
from nonnuoc.domain import water
from nonnuoc.domain.local import OFFSET_H as UTC_OFFSET
from nonnuoc.ingest.hours import HOUR, Doubts, Floats, Hours, tables, verdict
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.observations import Rows
from nonnuoc.records.monitoring.streams import Procedure, Stream


def water_quality(changed: Rows, catalogue: Sequence[Stream]) -> Rows:
    """The index of every sample of which a value changed."""
    return observations.concat(list(_indices(changed, catalogue)))


def _indices(changed: Rows, catalogue: Sequence[Stream]) -> Iterator[Rows]:
    targets = {s.thing_id: s for s in catalogue if s.procedure == Procedure.WQI}
    sampled: dict[int, list[Stream]] = defaultdict(list)
    for s in catalogue:
        if s.procedure == Procedure.SAMPLE and s.thing_id in targets:
            sampled[s.thing_id].append(s)
    for thing_id, streams in sampled.items():
        times = np.unique(changed.time[np.isin(changed.datastream, [s.id for s in streams])])
        if not len(times):
            continue
        values, passed_on = _values(streams, times)
        temperature = values.pop("Temp", np.full(len(times), np.nan))
        ids = {s.property: s.property_id for s in streams}
        for table, here in tables("vn_wqi", (times // HOUR + UTC_OFFSET) // 24):
            index = water.wqi(table.data, {p: x[here] for p, x in values.items()}, temperature[here])
            target = np.full(int(here.sum()), targets[thing_id].id, np.int32)
            quality = verdict(index.value, Doubts(*(one[here] for one in passed_on)))
            yield Rows(target, times[here], index.value, index.led_by(ids), quality)


def _values(streams: Sequence[Stream], times: Hours) -> tuple[dict[str, Floats], Doubts]:
    """(usable values of each property at each of the times, NaN where there is none; what they pass on)."""
    values, passed_on = {}, Doubts(np.zeros(len(times), bool), np.zeros(len(times), bool))
    for s in streams:
        rows = observations.read_spans(s.id, times, times + 1)
        place = np.searchsorted(times, rows.time)
        values[s.property] = np.full(len(times), np.nan)
        values[s.property][place] = np.where(q.usable(rows.quality), rows.value, np.nan)
        passed_on.suspect[place] |= q.flag(rows.quality) == q.Flag.SUSPECT
        passed_on.provisional[place] |= q.usable(rows.quality) & ~q.is_validated(rows.quality)
    return values, passed_on
