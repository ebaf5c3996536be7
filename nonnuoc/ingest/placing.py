"""Step 3: symbols to datastreams, units to canonical units, times to times that can be.

What cannot be placed is refused line by line, with what would mend it; registration reads it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nonnuoc import rules
from nonnuoc.domain import units
from nonnuoc.ingest.parsing import Part
from nonnuoc.records.monitoring import streams
from nonnuoc.records.monitoring.deliveries import Receipt
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.streams import Station, Stream

#: Reasons that go away when somebody registers the station, the datastream or the unit.
MENDED_BY_REGISTRATION = ("unknown_station", "station_planned", "unknown_parameter", "unknown_unit", "nothing_stored")

AHEAD = timedelta(minutes=5)  # how far a logger's clock may run ahead of ours
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # before this it is a clock that was never set
UTC_SHIFT = timedelta(hours=7)  # a logger left on UTC writes local times seven hours old
MOMENT = timedelta(minutes=10)  # a file whose values span less tells the present, not a gap


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

    def where(self, mask: NDArray[np.bool_]) -> Placed:
        """Only these."""
        return Placed(*(getattr(self, name)[mask] for name in self.__dataclass_fields__))


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
                else "The file does not say which station it is from: name it Province_Facility_Station_yyyyMMddHHmmss.txt.",
            )


def place(
    parts: Sequence[Part], receipts: Sequence[Receipt], stations: Mapping[str, Station], *, trust_clock: bool
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
    if not placed:
        return _empty(), catalogue
    whole = Placed(*(np.concatenate([getattr(p, n) for p in placed]) for n in Placed.__dataclass_fields__))
    return (whole if trust_clock else _clocked(whole, receipts)), catalogue


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
    stream, factor, offset, trouble = _resolve(owner, readings.symbol, readings.unit, readings.symbols, readings.units, catalogue)
    quarantined = np.array([r.is_quarantined for r in receipts])[receipt]
    refused = (stream == 0) & ~quarantined
    for row in np.flatnonzero(refused):
        code, detail = trouble[int(owner[row]), int(readings.symbol[row]), int(readings.unit[row])]
        receipts[receipt[row]].refuse(int(readings.line[row]), code, detail)
    value = readings.value if (factor == 1).all() and not offset.any() else readings.value * factor + offset
    placed = Placed(receipt, stream.astype(np.int32), readings.time, value, readings.status, readings.kept)
    good = (stream != 0) & ~quarantined
    return _dated(placed, readings.line, receipts, good)


def _resolve(
    owner: NDArray[np.int64],
    symbol: NDArray[np.int32],
    unit: NDArray[np.int32],
    symbols: Sequence[str],
    unit_names: Sequence[str],
    catalogue: Sequence[Stream],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], dict[tuple[int, int, int], tuple[str, str]]]:
    """(datastream id or 0, factor, offset) for each reading, and the trouble of each (owner, symbol, unit) without one."""
    by_symbol, by_fold = {}, {}
    for s in catalogue:
        if s.symbol:
            by_symbol[s.thing_id, s.symbol] = s
            by_fold[s.thing_id, _fold(s.symbol)] = s
    convert = _converter()
    packed = (owner * len(symbols) + symbol) * len(unit_names) + unit
    combinations, inverse = np.unique(packed, return_inverse=True)
    found = np.zeros(len(combinations), np.int64)
    factors, offsets = np.ones(len(combinations)), np.zeros(len(combinations))
    trouble: dict[tuple[int, int, int], tuple[str, str]] = {}
    for i, combination in enumerate(combinations.tolist()):
        rest, u = divmod(combination, len(unit_names))
        thing_id, s = divmod(rest, len(symbols))
        name, unit_name = symbols[s], unit_names[u]
        stream = by_symbol.get((thing_id, name)) or by_fold.get((thing_id, _fold(name)))
        if not thing_id:
            trouble[thing_id, s, u] = ("unknown_station", "No station of this name is registered: register it first.")
        elif stream is None:
            trouble[thing_id, s, u] = (
                "unknown_parameter",
                f"{name[:40]!r} is not a registered parameter of this station: register it, and the line is read again.",
            )
        elif (conversion := convert(unit_name, stream.unit, stream.property)) is None:
            trouble[thing_id, s, u] = (
                "unknown_unit",
                f"{name[:40]!r} came in {unit_name[:20]!r}, and no rule converts that to {stream.unit!r}: "
                "correct the logger's unit, or register a conversion.",
            )
        else:
            found[i] = stream.id
            factors[i], offsets[i] = conversion
    return found[inverse], factors[inverse], offsets[inverse], trouble


def _converter() -> Callable[[str, str, str], tuple[float, float] | None]:
    table = rules.load("units", on=date.today()).data

    @cache
    def convert(frm: str, to: str, parameter: str) -> tuple[float, float] | None:
        return units.factor(table, frm, to, parameter=parameter)

    return convert


def _fold(symbol: str) -> str:
    """PM2,5 and pm2.5 are one symbol."""
    return symbol.strip().replace(",", ".").casefold()


def _dated(placed: Placed, line: NDArray[np.int32], receipts: Sequence[Receipt], good: NDArray[np.bool_]) -> Placed:
    """Refuse times from a clock that runs ahead or was never set."""
    ahead = np.array([_us(r.received + AHEAD) for r in receipts], np.int64)[placed.receipt]
    early = placed.time < _us(EARLIEST)
    late = placed.time > ahead
    for row in np.flatnonzero((early | late) & good):
        code = "clock_unset" if early[row] else "clock_ahead"
        at = datetime.fromtimestamp(placed.time[row] / 1e6, UTC) if abs(placed.time[row]) < 2**57 else "?"
        receipts[placed.receipt[row]].refuse(
            int(line[row]), code, f"Measured at {at:%Y-%m-%d %H:%M} UTC, which cannot be: set the logger's clock and send it again."
        )
    return placed.where(good & ~early & ~late)


def _clocked(placed: Placed, receipts: Sequence[Receipt]) -> Placed:
    """Quarantine files that tell the present of exactly seven hours ago: a clock left on UTC.

    A gap being refilled also passes that age, among files of every other age: those stay.
    """
    newest = np.full(len(receipts), np.iinfo(np.int64).min)
    oldest = np.full(len(receipts), np.iinfo(np.int64).max)
    np.maximum.at(newest, placed.receipt, placed.time)
    np.minimum.at(oldest, placed.receipt, placed.time)
    age = np.array([_us(r.received) for r in receipts], np.int64) - newest
    held = oldest <= newest  # the others gave no reading
    shifted = held & (abs(age - _span(UTC_SHIFT)) <= _span(AHEAD)) & (newest - oldest <= _span(MOMENT))
    other_ages = {receipts[i].thing_id for i in np.flatnonzero(held & (abs(age - _span(UTC_SHIFT)) > _span(AHEAD)))}
    drop = np.zeros(len(placed), bool)
    for index in np.flatnonzero(shifted).tolist():
        receipt = receipts[index]
        if receipt.thing_id in other_ages or _refilling(receipt):
            continue
        receipt.quarantine(
            "clock_shifted",
            "Every value is seven hours old to the minute, as if the logger's clock stood on UTC: "
            "set it to Vietnamese time, or release this delivery if the times are right.",
        )
        drop |= placed.receipt == index
    return placed.where(~drop) if drop.any() else placed


def _refilling(receipt: Receipt) -> bool:
    around = timedelta(minutes=2)
    neighbours = streams.recent_ages(receipt.thing_id, receipt.received - around, receipt.received + around)
    return any(abs(age - UTC_SHIFT) > AHEAD for age in neighbours)


def _us(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def _span(delta: timedelta) -> int:
    return round(delta.total_seconds() * 1_000_000)


def _empty() -> Placed:
    return Placed(
        np.empty(0, np.int32),
        np.empty(0, np.int32),
        np.empty(0, np.int64),
        np.empty(0),
        np.empty(0, np.int16),
        np.empty(0, np.int16),
    )


