"""Whose values a delivery may bring that says row by row whose they are: a key's own station, a sender's reach.

What the sender might do is asked for the moment the delivery arrived, so that reading it again answers the same.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from nonnuoc.ingest.parsing import DECLARED
from nonnuoc.records.accounts import access
from nonnuoc.records.monitoring import streams
from nonnuoc.records.monitoring.deliveries import Receipt

ACTION = "deliveries.upload"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The things a delivery speaks of and may write to. `limited`: there are others in the network it may not."""

    things: frozenset[int]
    limited: bool = False


def of(receipt: Receipt, claimed: Collection[int]) -> Bounds:
    """Of the things it claims to speak of, those it may."""
    if receipt.format not in DECLARED:
        return Bounds(frozenset(claimed))
    if receipt.by_id is not None:
        rights = receipt.rights or access.once(receipt.by_id, receipt.received)
        reach = rights.reach(ACTION)
        if not reach.everywhere:
            return Bounds(frozenset(streams.within(claimed, reach)), limited=True)
    elif receipt.station_code:
        return Bounds(frozenset(thing for thing in claimed if thing == receipt.thing_id), limited=True)
    return Bounds(frozenset(claimed))


def is_of_one_station(receipt: Receipt) -> bool:
    """Whether everything in it is of the station it came from; else its rows name theirs."""
    if receipt.format in DECLARED:
        return receipt.by_id is None and bool(receipt.station_code)
    return receipt.profile_id is None
