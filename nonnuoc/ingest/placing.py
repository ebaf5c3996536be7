"""Step 3: symbols to datastreams, units to canonical units, times to times that can be.

What cannot be placed is refused line by line, with what would mend it; registration reads it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nonnuoc import rules
from nonnuoc.domain import qc_limits, units
from nonnuoc.ingest import clocks
from nonnuoc.ingest.formats.readings import Readings
from nonnuoc.ingest.parsing import Part
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
        elif receipt.profile_id is None:
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
    things = {r.thing_id for r in receipts if r.thing_id and not r.is_quarantined}
    things |= {everyone[name].id for name in named if name in everyone}
    streams.lock(things)
    catalogue = streams.of_things(things)
    placed = [_place(part, receipts, everyone, catalogue) for part in parts if len(part.parsed.readings.time)]
    parts.clear()  # large, and of no more use
    if not placed:
        return NOTHING, catalogue
    whole = Placed(*(np.concatenate([getattr(p, n) for p in placed]) for n in Placed.__dataclass_fields__))
    if not trust_clock:
        whole = whole.where(~clocks.on_utc(whole.time, whole.receipt, receipts))
    return whole, catalogue


def settle(receipts: Sequence[Receipt]) -> None:
    """A delivery of which nothing at all could be stored is quarantined as a whole."""
    for receipt in receipts:
        if not receipt.is_quarantined and not receipt.stored and not receipt.unchanged:
            codes = {p["code"] for p in receipt.problems}
            code = codes.pop() if len(codes) == 1 else "nothing_stored"
            detail = str(receipt.problems[0]["detail"]) if receipt.problems else "The file holds no readings."
            receipt.quarantine(code, detail)


def _place(
    part: Part, receipts: Sequence[Receipt], stations: Mapping[str, Station], catalogue: Sequence[Stream]
) -> Placed:
    readings = part.parsed.readings
    receipt = part.receipt[readings.source]
    owner = np.array([r.thing_id or 0 for r in receipts], np.int64)[receipt]
    if readings.stations:
        named = np.array([stations[n].id if n in stations else 0 for n in readings.stations], np.int64)
        owner = np.where(readings.station >= 0, named[readings.station], owner)
    kinds, kind = _kinds(owner, readings)
    homes = list(map(_resolver(catalogue), kinds))
    stream = np.array([home.stream for home in homes], np.int32)[kind]
    factor, offset = np.array([(home.factor, home.offset) for home in homes])[kind].T
    whole = ~np.array([r.is_quarantined for r in receipts])[receipt]
    for row in np.flatnonzero((stream == 0) & whole).tolist():
        home = homes[kind[row]]
        receipts[receipt[row]].refuse(int(readings.line[row]), home.code, home.detail)
    good = (stream != 0) & whole
    good &= clocks.possible(readings.time, receipt, readings.line, receipts, good)
    sentinels = qc_limits.sentinels(rules.load("qc", on=date.today()).data)
    # -9999 mg/m3 is no number of milligrams: it must be recognised afterwards.
    with np.errstate(over="ignore"):
        converted = readings.value * factor + offset
    converted[np.isinf(converted)] = np.nan
    value = np.where(np.isin(readings.value, sentinels), readings.value, converted)
    return Placed(receipt, stream, readings.time, value, readings.status, readings.kept).where(good)


@dataclass(frozen=True)
class Kind:
    """What readings of one parameter of one station have in common."""

    thing_id: int  # 0: unknown
    symbol: str
    unit: str


@dataclass(frozen=True)
class Home:
    """Where readings of a kind belong, or why they belong nowhere."""

    stream: int = 0
    factor: float = 1.0
    offset: float = 0.0
    code: str = ""
    detail: str = ""


def _kinds(owner: NDArray[np.int64], readings: Readings) -> tuple[list[Kind], NDArray[np.intp]]:
    """(the kinds of readings there are, which of them each reading is)."""
    packed = (owner * len(readings.symbols) + readings.symbol) * len(readings.units) + readings.unit
    unique, inverse = np.unique(packed, return_inverse=True)
    kinds = []
    for number in unique.tolist():
        rest, unit = divmod(number, len(readings.units))
        thing_id, symbol = divmod(rest, len(readings.symbols))
        kinds.append(Kind(thing_id, readings.symbols[symbol], readings.units[unit]))
    return kinds, inverse


def _resolver(catalogue: Sequence[Stream]) -> Callable[[Kind], Home]:
    named = {(s.thing_id, s.symbol): s for s in catalogue if s.symbol}
    folded = {(s.thing_id, _fold(s.symbol)): s for s in catalogue if s.symbol}
    convert = _converter()

    def resolve(kind: Kind) -> Home:
        if not kind.thing_id:
            return Home(code="unknown_station", detail="No station of this name is registered: register it first.")
        stream = named.get((kind.thing_id, kind.symbol)) or folded.get((kind.thing_id, _fold(kind.symbol)))
        if stream is None:
            detail = (
                f"{kind.symbol!r} is not a registered parameter of this station: register it to have this read again."
            )
            return Home(code="unknown_parameter", detail=detail)
        conversion = convert(kind.unit, stream.unit, stream.property)
        if conversion is None:
            detail = (
                f"No rule converts {kind.unit!r} to {stream.unit!r}: correct the logger's unit, or register a rule."
            )
            return Home(code="unknown_unit", detail=f"{kind.symbol!r}: {detail}")
        return Home(stream.id, *conversion)

    return resolve


def _converter() -> Callable[[str, str, str], tuple[float, float] | None]:
    table = rules.load("units", on=date.today()).data

    @cache
    def convert(frm: str, to: str, parameter: str) -> tuple[float, float] | None:
        return units.factor(table, frm, to, parameter=parameter)

    return convert


def _fold(symbol: str) -> str:
    """PM2,5 and pm2.5 are one symbol."""
    return symbol.strip().replace(",", ".").casefold()
