"""The river: what every delivery goes through, whatever door it came in by. Read it from top to bottom.

`docs/RIVER.md` tells the same story in words. One transaction holds all of it, for one delivery or two thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from nonnuoc.domain import quality as q
from nonnuoc.ingest import alerting, deriving, judging, novelty, parsing, placing, rereading, withdrawing
from nonnuoc.ingest.arrival import Arrival
from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring import deliveries, observations, streams
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.deliveries import Receipt
from nonnuoc.records.monitoring.models import Datastream, Delivery, Thing

#: Why a delivery is quarantined that has not been looked at; nothing that could be registered mends it.
UNREAD = ("unfinished", "foreign_station", "empty")


def accept(arrivals: Sequence[Arrival]) -> list[Receipt]:
    """Take deliveries in, and give their receipts, in the same order.

    All of them are committed when this returns; none of them when it raises, which it does only when the database
    is away or something unforeseen happens. The same bytes for the same station give the receipt they got before.
    """
    try:
        return _accept(arrivals)
    except IntegrityError:
        # Another process was quicker with one of these very files: this time it is found in the ledger.
        return _accept(arrivals)


@transaction.atomic
def _accept(arrivals: Sequence[Arrival]) -> list[Receipt]:
    receipts, fresh = _arrive(arrivals)  # 1 arrive
    _flow(fresh)
    again = [receipt for receipt in fresh if receipt.id is not None]
    deliveries.add([receipt for receipt in fresh if receipt.id is None])
    deliveries.update([receipt for receipt in again if not receipt.is_repeat])
    deliveries.repeated([receipt.before for receipt in again if receipt.before and receipt.is_repeat])
    return receipts


@transaction.atomic
def replay(thing_id: int, *, trust_clock: bool = False, only: int | None = None, by: Person | None = None) -> int:
    """Read again what this station sent and we could not place then; give how many deliveries were read.

    `only` names one delivery by id; `trust_clock` lets times pass that looked wrong (an officer's word).
    """
    thing = Thing.objects.get(id=thing_id)
    lent = access.require(by, "deliveries.replay", monitoring.subject(thing)).lent
    # A person's table names its stations row by row, and may hold some of this one.
    may_hold = Q(station_code=thing.code) | Q(station_code="", profile__isnull=False)
    may_hold |= Q(format__in=list(parsing.DECLARED), by__isnull=False)
    waiting = Delivery.objects.select_for_update().filter(may_hold).exclude(code__in=UNREAD)
    if only is not None:
        waiting = waiting.filter(id=only)
    else:
        waiting = waiting.filter(Q(refused__gt=0) | Q(code__in=placing.MENDED_BY_REGISTRATION))
    receipts = [deliveries.receipt(row, deliveries.original(row)) for row in waiting.order_by("received", "id")]
    stored_before = [receipt.stored for receipt in receipts]
    for receipt in receipts:
        receipt.reset()
    _flow(receipts, trust_clock=trust_clock, again=True)
    for receipt, stored in zip(receipts, stored_before, strict=True):
        receipt.recall(stored)
    deliveries.update(receipts)
    if receipts:
        told: dict[str, Any] = {"deliveries": len(receipts), "trust_clock": trust_clock}
        audit.record(by, "deliveries.replayed", thing.code, through=lent, **told)
    return len(receipts)


@transaction.atomic
def correct(
    stream: Datastream, *, since: datetime, until: datetime, flag: q.Flag | None, reason: str, by: Person | None
) -> int:
    """A person's judgement over the checks, for since <= time < until; give how many values it changed.

    Without a flag every value keeps the one the checks gave it, and is validated as that. It enters where the checks
    stand and takes the same way down: means and indices follow, history keeps what was.
    """
    lent = access.require(by, "observations.correct", monitoring.subject(stream.thing)).lent
    if not reason.strip():
        raise ValueError("Say why: a correction without a reason cannot be told from a mistake.")
    streams.lock([stream.thing_id])
    held = observations.read(stream.id, since, until)
    kept = held.quality if flag is None else held.quality & np.int16(q.CHECK_MASK | q.LATE) | np.int16(flag)
    changed = held.with_quality(kept | np.int16(q.VALIDATED))
    changed = observations.keep(changed, by=str(by or "command line"), reason=reason, at=timezone.now())
    count = len(changed)
    told: dict[str, Any] = {
        "since": str(since),
        "until": str(until),
        "flag": None if flag is None else int(flag),
        "reason": reason,
        "changed": count,
    }
    audit.record(by, "observations.corrected", str(stream), through=lent, **told)
    catalogue = streams.of_things([stream.thing_id])
    derived = withdrawing.withdraw(changed, catalogue, reason=f"corrected: {reason}"[:200])
    alerting.alert(observations.concat([changed, derived]), catalogue, at=timezone.now())
    return count


def _flow(receipts: list[Receipt], *, trust_clock: bool = False, again: bool = False) -> None:
    """Steps 2 to 7, for deliveries that are not quarantined yet; what became of each is written on its receipt."""
    sent = {deliveries.named_station(r.station_code) for r in receipts if not r.is_quarantined}
    stations = streams.stations(sent - {""})
    placing.admit(receipts, stations)
    parts = parsing.parse(receipts, stations)  # 2 parse
    placed, catalogue = placing.place(parts, receipts, stations, trust_clock=trust_clock)  # 3 place
    placed = novelty.only_new(placed, receipts, again=again)
    if again:
        placed = rereading.without_overruled(placed, receipts, catalogue)
    changed, lost = [], []
    for readings in judging.portions(placed, receipts):
        judged = judging.judge(readings, receipts, catalogue)  # 4 judge
        judging.store(judged, receipts)  # 5 store
        changed.append(judged.changed)
        lost.append(judged.changed.take(~judged.is_new & ~q.usable(judged.changed.quality)))
    changed.append(deriving.derive(observations.concat(changed), catalogue, reason="recomputed"))  # 6 derive
    # what counted and counts no more may have been all that an index stood on
    changed.append(withdrawing.withdraw(observations.concat(lost), catalogue, reason="recomputed"))
    alerting.alert(observations.concat(changed), catalogue, at=timezone.now())  # 7 alert
    placing.settle(receipts)


def _arrive(arrivals: Sequence[Arrival]) -> tuple[list[Receipt], list[Receipt]]:
    """(a receipt for every arrival, those of them that are to be read). The same bytes again: the old receipt.

    Unless these bytes were never looked at, because the upload had broken off or came with another station's key;
    or nothing of them could be stored, and this time a person says how to read them; or what they brought may be gone.
    """
    keys = [deliveries.key(_claimed(a), a.body) for a in arrivals]
    ledger = dict(deliveries.known(keys))
    fresh: dict[tuple[str, bytes], Receipt] = {}
    again = []
    for arrival, key in zip(arrivals, keys, strict=True):
        known = ledger.get(key)
        if known is None:
            fresh[key] = ledger[key] = _open(arrival, *key)
            continue
        unread = known.code in UNREAD or (known.is_quarantined and arrival.profile is not None)
        if (unread or (arrival.reread and known.id is not None)) and (anew := _open(arrival, *key)).code not in UNREAD:
            anew.id, anew.uuid, anew.repeats, anew.before = known.id, known.uuid, known.repeats, known
            fresh[key] = ledger[key] = known = anew
        if key in fresh:
            known.repeats += 1
        else:
            again.append(known)
    deliveries.repeated(again)
    return [ledger[key] for key in keys], list(fresh.values())


def _claimed(arrival: Arrival) -> str:
    """Whose delivery it is in the ledger. What names its stations row by row is its sender's: others may do less."""
    if arrival.format and arrival.by is not None and not arrival.bound:
        return deliveries.of_sender(arrival.by.id)
    return arrival.bound or arrival.station_code


def _open(arrival: Arrival, station_code: str, sha256: bytes) -> Receipt:
    receipt = Receipt(
        station_code=station_code,
        door=arrival.door,
        file_name=arrival.name[:500],
        received=arrival.received,
        sha256=sha256,
        body=arrival.body,
        by_id=arrival.by.id if arrival.by else None,
        profile_id=arrival.profile.id if arrival.profile else None,
        format=arrival.format,
        rights=arrival.rights,
    )
    if arrival.bound and arrival.station_code not in ("", arrival.bound):
        receipt.quarantine(
            "foreign_station",
            f"The file names station {arrival.station_code[:60]!r}, but came with the key of {arrival.bound!r}: "
            "send it with its own station's key, or correct the station's name in the logger.",
        )
    elif arrival.unfinished:
        receipt.quarantine("unfinished", "The sender never finished it: nothing of it was read; it must be sent again.")
    elif not arrival.body:
        receipt.quarantine("empty", "The file is empty: nothing was lost by us; look at the logger.")
    return receipt
