"""What is read again is old news: it fills gaps, and overrules nothing that was sent after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from nonnuoc.domain import quality as q
from nonnuoc.ingest.placing import Placed
from nonnuoc.records.monitoring import observations, removing, rows, spans, streams
from nonnuoc.records.monitoring.deliveries import Receipt
from nonnuoc.records.monitoring.observations import Rows, micros, moment
from nonnuoc.records.monitoring.streams import Stream


def without_overruled(placed: Placed, receipts: Sequence[Receipt], catalogue: Sequence[Stream]) -> Placed:
    """The readings without those that a later delivery of their station has already contradicted, or that somebody
    has deleted since they came.

    They are counted as unchanged; what stands is the later word, as if all had been readable at once.
    """
    placed = _without_deleted(placed, receipts)
    contradicted = _contradicted(placed)
    thing = {s.id: s.thing_id for s in catalogue}
    overruled = np.zeros(len(placed), bool)
    asked: dict[tuple[int, datetime, datetime], bool] = {}
    for row in np.flatnonzero(contradicted).tolist():
        receipt = receipts[placed.receipt[row]]
        question = (thing[int(placed.stream[row])], moment(placed.time[row]), receipt.received)
        if question not in asked:
            asked[question] = streams.told_later(*question)
        if asked[question]:
            overruled[row] = True
            receipt.unchanged += 1
    return placed.where(~overruled)


def _without_deleted(placed: Placed, receipts: Sequence[Receipt]) -> Placed:
    """The readings without those whose value a person deleted after they had come."""
    came = np.array([micros(receipt.received) for receipt in receipts], np.int64)
    wanted = Rows(placed.stream, placed.time, placed.value, placed.status, placed.kept)
    deleted = removing.last_deleted(wanted) > came[placed.receipt]
    for row in np.flatnonzero(deleted).tolist():
        receipts[placed.receipt[row]].unchanged += 1
    return placed.where(~deleted)


def _contradicted(placed: Placed) -> NDArray[np.bool_]:
    """For which readings something else is held."""
    contradicted = np.zeros(len(placed), bool)
    if not len(placed):
        return contradicted
    order = np.lexsort((placed.time, placed.stream))
    read = placed.where(order)
    wanted = Rows(read.stream, read.time, read.value, read.status, read.kept)
    held = observations.read_spans(*spans.around(wanted, gap=observations.GAP))
    place = rows.find(wanted, held)
    known = np.flatnonzero(place >= 0)
    one, other = wanted.take(known), held.take(place[known])
    below = np.int16(q.Check.BELOW_DETECTION)
    same = (one.value == other.value) | (np.isnan(one.value) & np.isnan(other.value))
    same &= (one.status == other.status) & ((one.quality & below) == (other.quality & below))
    contradicted[order[known]] = ~same
    return contradicted
