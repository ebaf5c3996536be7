"""What was computed from values that are no more, or count no more: computed anew from what is left, or taken away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils import timezone

from nonnuoc.ingest import deriving, sampling
from nonnuoc.ingest.grid import Grid
from nonnuoc.ingest.hours import HOUR, Run, runs
from nonnuoc.records.monitoring import observations, removing, rows
from nonnuoc.records.monitoring.observations import Rows
from nonnuoc.records.monitoring.streams import Procedure, Stream

BY = "formula"
_OF_HOURS = frozenset(
    {
        Procedure.MEAN_8H,
        Procedure.MEAN_24H,
        Procedure.NOWCAST,
        Procedure.AQI_1H,
        Procedure.AQI_24H,
        Procedure.WQI_1H,
    }
)


def withdraw(removed: Rows, catalogue: Sequence[Stream], *, reason: str) -> Rows:
    """Bring every mean and index up to date with rows that went or changed; give those that changed or went with them.

    `catalogue` holds all datastreams of the stations concerned, with the newest time each had before. A mean of hours
    nothing is left of, which nobody could compute, goes the way of its values.
    """
    if not len(removed):
        return removed
    samples = _indices_of_samples(removed, catalogue, reason)
    wanted = list(runs(removed, catalogue))
    if not wanted:
        return samples
    active = [s for s in catalogue if s.active]
    threshold = deriving.completeness()
    hourly = observations.concat(list(deriving.hourly(wanted, active, threshold)))
    means = _replace(hourly, _spans(wanted, active, {Procedure.MEAN_1H}, ahead=False), reason)
    rest = _replace(Grid(wanted, active, threshold).rows(), _spans(wanted, active, _OF_HOURS, ahead=True), reason)
    return observations.concat([samples, means, rest])


def _indices_of_samples(removed: Rows, catalogue: Sequence[Stream], reason: str) -> Rows:
    """VN_WQI of the samples that lost a value; one that lost all of them is no sample any more."""
    indices = sampling.water_quality(removed, catalogue)
    if not len(indices):
        return indices
    things = {s.id: s.thing_id for s in catalogue}
    sampled = [s for s in catalogue if s.procedure == Procedure.SAMPLE]
    left = np.zeros(len(indices), bool)
    for stream_id in np.unique(indices.datastream).tolist():
        mine = indices.datastream == stream_id
        ids = np.array([s.id for s in sampled if s.thing_id == things[stream_id]], np.int32)
        times = indices.time[mine]
        held = observations.read_spans(
            np.repeat(ids, len(times)), np.tile(times, len(ids)), np.tile(times, len(ids)) + 1
        )
        left[mine] = np.isin(times, held.time)
    observations.write(indices.take(left), by=BY, reason=reason, at=timezone.now())
    removing.take(indices.take(~left), by=BY, reason=reason)
    return indices


def _replace(told: Rows, spans: list[tuple[int, int, int]], reason: str) -> Rows:
    """Store what is told of these spans, and take away what is held there and told no more; give both."""
    changed = observations.keep(told, by=BY, reason=reason, at=timezone.now())
    if not spans:
        return changed
    held = observations.read_spans(*(np.array(column, np.int64) for column in zip(*spans, strict=True)))
    gone = held.take(rows.find(held, told.sort()) < 0)
    removing.take(gone, by=BY, reason=reason)
    return observations.concat([changed, gone])


def _spans(
    wanted: Sequence[Run],
    catalogue: Sequence[Stream],
    procedures: set[Procedure] | frozenset[Procedure],
    *,
    ahead: bool,
) -> list[tuple[int, int, int]]:
    """(datastream, since, until) of what is computed at the hours of the runs: the touched ones, `ahead`: all."""
    return [
        (s.id, run.touched[0] * HOUR, (run.last if ahead else run.touched[1]) * HOUR + 1)
        for run in wanted
        for s in catalogue
        if s.thing_id == run.thing_id and s.procedure in procedures
    ]
