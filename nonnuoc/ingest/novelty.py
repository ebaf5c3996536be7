"""Deliveries that bring only what is new: a value of a time that is held already is refused, and replaces nothing.

That is how the SensorThings API creates observations (the second one of the same time is a conflict).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nonnuoc.ingest.placing import Placed
from nonnuoc.records.monitoring import observations, rows, spans
from nonnuoc.records.monitoring.deliveries import Receipt
from nonnuoc.records.monitoring.observations import Rows, moment

FORMATS = ("data_array_new",)


def only_new(placed: Placed, receipts: Sequence[Receipt], *, again: bool) -> Placed:
    """The readings without those, of such deliveries, whose time is held or told a second time; these are refused.

    `again`: they are read once more, and what they stored then is their own, and held.
    """
    only = np.array([receipt.format in FORMATS for receipt in receipts], bool)
    chosen = np.flatnonzero(only[placed.receipt]) if only.any() else np.empty(0, np.intp)
    if not len(chosen):
        return placed
    order = chosen[np.lexsort((chosen, placed.time[chosen], placed.stream[chosen]))]
    sent = placed.where(order)
    second = np.zeros(len(order), bool)
    second[1:] = (sent.stream[1:] == sent.stream[:-1]) & (sent.time[1:] == sent.time[:-1])
    first = np.flatnonzero(~second)
    wanted = Rows(sent.stream, sent.time, sent.value, sent.status, sent.kept).take(first)
    held = observations.read_spans(*spans.around(wanted, gap=observations.GAP))
    place = rows.find(wanted, held)
    known = place >= 0
    if again and known.any():
        told, stands = wanted.take(known), held.take(place[known])
        same = (told.value == stands.value) | (np.isnan(told.value) & np.isnan(stands.value))
        known[known] = ~(same & (told.status == stands.status))
    refused = second
    refused[first[known]] = True
    for row in np.flatnonzero(refused).tolist():
        told_at = f"{moment(sent.time[row]):%Y-%m-%dT%H:%M:%SZ}"
        detail = f"Datastream {sent.stream[row]} has a value of {told_at}: change that one, or send it to be replaced."
        receipts[sent.receipt[row]].refuse(int(sent.line[row]), "duplicate", detail)
    stay = np.ones(len(placed), bool)
    stay[order[refused]] = False
    return placed.where(stay)
