"""Step 6: means and indices. Recomputes exactly what changed values touch, for many stations in one pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from django.utils import timezone

from nonnuoc import rules
from nonnuoc.domain import averages
from nonnuoc.ingest import sampling
from nonnuoc.ingest.grid import Grid
from nonnuoc.ingest.hours import HOUR, Cells, Run, hour_of, runs
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.observations import Rows
from nonnuoc.records.monitoring.streams import Procedure, Stream

PORTION = 200_000  # raw values read at once, or those of one datastream if it has more


def derive(changed: Rows, catalogue: Sequence[Stream], *, reason: str) -> Rows:
    """Bring every mean and index up to date with values that changed, and were stored; give those that changed.

    `catalogue` holds all datastreams of the stations concerned, with the newest time each had before the change.
    """
    if not len(changed):
        return changed
    now = timezone.now()
    samples = observations.keep(sampling.water_quality(changed, catalogue), by="formula", reason=reason, at=now)
    wanted = list(runs(changed, catalogue))
    if not wanted:
        return samples
    active = [s for s in catalogue if s.active]
    threshold = completeness()
    derived = [samples]
    for rows in hourly(wanted, active, threshold):
        derived.append(observations.keep(rows, by="formula", reason=reason, at=now))
    derived.append(observations.keep(Grid(wanted, active, threshold).rows(), by="formula", reason=reason, at=now))
    return observations.concat(derived)


def hourly(wanted: Sequence[Run], catalogue: Sequence[Stream], threshold: float) -> Iterator[Rows]:
    """Hourly means of the touched hours, from the raw values held; some datastreams at a time."""
    raw, targets = _pairs(catalogue)
    pairs = [(run, s) for run in wanted for s in raw[run.thing_id] if s.id in targets]
    hours = np.array([run.touched[1] - run.touched[0] + 1 for run, _ in pairs], np.int64)
    readings = hours * np.array([3600 // min(s.interval_s or 3600, 3600) for _, s in pairs], np.int64)
    portion = np.cumsum(readings) // PORTION
    for n in np.unique(portion).tolist():
        chosen = np.flatnonzero(portion == n)
        yield _means([pairs[i] for i in chosen.tolist()], targets, threshold)


def _means(pairs: Sequence[tuple[Run, Stream]], targets: Mapping[int, Stream], threshold: float) -> Rows:
    first, last = np.array([run.touched for run, _ in pairs]).T
    cells = Cells(np.array([s.id for _, s in pairs], np.int32), first, last)
    rows = observations.read_spans(cells.source, (first - 1) * HOUR + 1, last * HOUR + 1)
    cell = cells.find(rows.datastream, hour_of(rows.time), np.arange(len(pairs)))
    interval = np.array([s.interval_s or 3600 for _, s in pairs], float)
    expected = np.repeat(np.maximum(1.0, 3600 / interval), cells.count)
    means = averages.binned(cell, rows.value, rows.quality, expected, threshold=threshold)
    there = np.bincount(cell, minlength=len(cells)) > 0
    target = np.repeat(np.array([targets[s.id].id for _, s in pairs], np.int32), cells.count)
    return Rows(target, cells.hours() * HOUR, means.value, means.completeness, means.quality).take(there)


def _pairs(catalogue: Sequence[Stream]) -> tuple[Mapping[int, list[Stream]], Mapping[int, Stream]]:
    """(raw datastreams of each thing, the hourly mean of each raw datastream by its id)."""
    means = {(s.thing_id, s.property): s for s in catalogue if s.procedure == Procedure.MEAN_1H}
    raw: dict[int, list[Stream]] = defaultdict(list)
    targets = {}
    for s in catalogue:
        if s.procedure == Procedure.RAW:
            raw[s.thing_id].append(s)
            if mean := means.get((s.thing_id, s.property)):
                targets[s.id] = mean
    return raw, targets


def completeness() -> float:
    """Percent of its window a mean needs; a convention, not law."""
    return float(rules.load("averaging", on=date.today()).data["completeness_percent"])
