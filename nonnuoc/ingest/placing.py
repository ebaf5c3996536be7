"""Step 3: symbols to datastreams, units to canonical units, times to times that can be.

What cannot be placed is refused line by line, with what would mend it; registration reads it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from nonnuoc import rules
from nonnuoc.domain import qc_limits
from nonnuoc.ingest import clocks, homes, reaching
from nonnuoc.ingest.parsing import DECLARED, Part
from nonnuoc.records.monitoring import streams
from nonnuoc.records.monitoring.deliveries import Receipt
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.streams import Station, Stream

#: Reasons that go away when somebody registers the station, the datastream or the unit.
MENDED_BY_REGISTRATION = ("unknown_station", "station_planned", "unknown_parameter", "unknown_unit", "nothing_stored")


@dataclass(frozen=True)
class Placed:
    """Readings that belong somewhere: arrays of one length, in order of arrival."""

    receipt: NDArray[np.int32]  # place in the batch
    stream: NDArray[np.int32]  # datastream id
    time: NDArray[np.int64]  # µs since 1970-01-01 UTC
    value: NDArray[np.float64]  # canonical unit, NaN: missing
    status: NDArray[np.int16]
    kept: NDArray[np.int16]  # bits of quality.KEPT
    line: NDArray[np.int32]  # in its delivery

    def __len__(self) -> int:
        return len(self.time)

    def where(self, mask: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Placed:
        """Only these: a mask, a slice, or places in the order wanted."""
        return Placed(*(getattr(self, name)[mask] for name in self.__dataclass_fields__))


NOTHING = Placed(
    np.empty(0, np.int32),
    np.empty(0, np.int32),
    np.empty(0, np.int64),
    np.empty(0, np.float64),
    np.empty(0, np.int16),
    np.empty(0, np.int16),
    np.empty(0, np.int32),
)


def admit(receipts: Sequence[Receipt], stations: Mapping[str, Station]) -> None:
    """Quarantine what no station claims; give every other delivery its station."""
    for receipt in receipts:
        station = stations.get(receipt.station_code)
        if receipt.is_quarantined:
            continue
        if station is not None:
            receipt.thing_id = station.id
            if station.state == Thing.State.PLANNED:
                receipt.quarantine(
                    "station_planned",
                    f"Station {station.code} is planned, not active: set it active, and this file is read again.",
                )
        elif reaching.is_of_one_station(receipt):
            receipt.quarantine(
                "unknown_station",
                f"No station {receipt.station_code[:60]!r} is registered: register it, and this file is read again."
                if receipt.station_code
                else "The file does not say which station it is from: "
                "name it Province_Facility_Station_yyyyMMddHHmmss.txt.",
            )


def place(
    parts: list[Part], receipts: Sequence[Receipt], stations: Mapping[str, Station], *, trust_clock: bool
) -> tuple[Placed, list[Stream]]:
    """(readings with their datastreams, every datastream of the stations they are from).

    The stations stay locked until the transaction ends.
    """
    named = {name for part in parts for name in part.parsed.readings.stations}
    everyone = {**stations, **streams.stations(named - stations.keys())}
    owned = streams.owners({id for part in parts for id in _numbers(part)})
    things = {r.thing_id for r in receipts if r.thing_id and not r.is_quarantined}
    bounded = [(part, _bounds(part, receipts, everyone, owned)) for part in parts if len(part.parsed.readings.time)]
    things = things.union(*(bounds.things for _, bounds in bounded))
    streams.lock(things)
    catalogue = streams.of_things(things)
    resolver = homes.Resolver(catalogue)
    placed = [
        _place(part, receipts, _owners(part, receipts, everyone, owned), bounds, resolver) for part, bounds in bounded
    ]
    _give_their_station(placed, receipts, catalogue)
    parts.clear()  # large, and of no more use
    if not placed:
        return NOTHING, catalogue
    whole = Placed(*(np.concatenate([getattr(p, n) for p in placed]) for n in Placed.__dataclass_fields__))
    if not trust_clock:
        whole = whole.where(~clocks.on_utc(whole.time, whole.receipt, receipts, zoned=DECLARED))
    return whole, catalogue


def settle(receipts: Sequence[Receipt]) -> None:
    """A delivery of which nothing at all could be stored is quarantined as a whole."""
    for receipt in receipts:
        if not receipt.is_quarantined and not receipt.stored and not receipt.unchanged:
            codes = {p["code"] for p in receipt.problems}
            code = codes.pop() if len(codes) == 1 else "nothing_stored"
            detail = str(receipt.problems[0]["detail"]) if receipt.problems else "The file holds no readings."
            receipt.quarantine(code, detail)


def _numbers(part: Part) -> list[int]:
    """The datastreams it names by number."""
    named = part.parsed.readings.datastream
    return [] if named is None else [number for number in np.unique(named).tolist() if number > 0]


def _bounds(
    part: Part, receipts: Sequence[Receipt], stations: Mapping[str, Station], owned: Mapping[int, int]
) -> reaching.Bounds:
    """The things its rows name, and may write to."""
    claimed = {stations[name].id for name in part.parsed.readings.stations if name in stations}
    claimed |= {owned[number] for number in _numbers(part) if number in owned}
    own = receipts[part.receipt[0]]
    if reaching.is_of_one_station(own) and own.thing_id:
        claimed.add(own.thing_id)
    return reaching.of(own, claimed)


def _owners(
    part: Part, receipts: Sequence[Receipt], stations: Mapping[str, Station], owned: Mapping[int, int]
) -> NDArray[np.int64]:
    """The thing each reading is of, as it says itself, else as its delivery does; 0: unknown. Shape (n,)."""
    readings = part.parsed.readings
    if readings.datastream is not None:
        numbers, which = np.unique(readings.datastream, return_inverse=True)
        return np.array([owned.get(number, 0) for number in numbers.tolist()], np.int64)[which]
    known = np.array([r.thing_id if r.thing_id and _is_default(r) else 0 for r in receipts], np.int64)
    owner: NDArray[np.int64] = known[part.receipt[readings.source]]
    if readings.stations:
        named = np.array([stations[n].id if n in stations else 0 for n in readings.stations], np.int64)
        owner = np.where(readings.station >= 0, named[readings.station], owner)
    return owner


def _is_default(receipt: Receipt) -> bool:
    """Whether rows that name no station are of the delivery's."""
    return receipt.format not in DECLARED or reaching.is_of_one_station(receipt)


def _give_their_station(placed: Sequence[Placed], receipts: Sequence[Receipt], catalogue: Sequence[Stream]) -> None:
    """A person's delivery whose rows turn out to be of one station is that station's."""
    owner = {s.id: s.thing_id for s in catalogue}
    for some in placed:
        receipt = receipts[some.receipt[0]] if len(some) else None
        if receipt is not None and receipt.format in DECLARED and receipt.thing_id is None:
            things = {owner[stream] for stream in np.unique(some.stream).tolist()}
            receipt.thing_id = things.pop() if len(things) == 1 else None


def _place(
    part: Part,
    receipts: Sequence[Receipt],
    owner: NDArray[np.int64],
    bounds: reaching.Bounds,
    resolver: homes.Resolver,
) -> Placed:
    readings = part.parsed.readings
    receipt = part.receipt[readings.source]
    kinds, kind = homes.kinds(owner, readings)
    own_unit = receipts[part.receipt[0]].format in DECLARED
    found = [resolver.home(one, bounds, own_unit=own_unit) for one in kinds]
    stream = np.array([home.stream for home in found], np.int32)[kind]
    factor, offset = np.array([(home.factor, home.offset) for home in found])[kind].T
    whole = ~np.array([r.is_quarantined for r in receipts])[receipt]
    for row in np.flatnonzero((stream == 0) & whole).tolist():
        home = found[kind[row]]
        receipts[receipt[row]].refuse(int(readings.line[row]), home.code, home.detail)
    good = (stream != 0) & whole
    good &= clocks.possible(readings.time, receipt, readings.line, receipts, good)
    sentinels = qc_limits.sentinels(rules.load("qc", on=date.today()).data)
    # -9999 mg/m3 is no number of milligrams: it must be recognised afterwards.
    with np.errstate(over="ignore"):
        converted = readings.value * factor + offset
    converted[np.isinf(converted)] = np.nan
    value = np.where(np.isin(readings.value, sentinels), readings.value, converted)
    placed = Placed(receipt, stream, readings.time, value, readings.status, readings.kept, readings.line)
    return placed.where(good)
