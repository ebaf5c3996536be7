"""Where readings belong: of each kind of them the datastream and the way to its unit, or what would mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nonnuoc import rules
from nonnuoc.domain import units
from nonnuoc.ingest.formats.readings import Readings
from nonnuoc.ingest.reaching import Bounds
from nonnuoc.records.monitoring.streams import Procedure, Stream

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kind:
    """What readings of one parameter of one station have in common."""

    thing_id: int  # 0: unknown
    symbol: str
    unit: str
    datastream: int = 0  # named by id; -1: by an impossible one; 0: not so named


@dataclass(frozen=True, slots=True)
class Home:
    """Where readings of a kind belong, or why they belong nowhere."""

    stream: int = 0
    factor: float = 1.0
    offset: float = 0.0
    code: str = ""
    detail: str = ""


def kinds(owner: Integers, readings: Readings) -> tuple[list[Kind], NDArray[np.intp]]:
    """(the kinds of readings there are, which of them each reading is). `owner`: the thing of each, 0 unknown."""
    named = readings.datastream
    if named is None:
        _, thing = np.unique(owner, return_inverse=True)
        first, count = thing * len(readings.symbols) + readings.symbol, len(readings.units)
    else:
        first, count = named, len(readings.units)
    _, where, inverse = np.unique(first * count + readings.unit, return_index=True, return_inverse=True)
    found = [
        Kind(
            int(owner[row]),
            readings.symbols[readings.symbol[row]],
            readings.units[readings.unit[row]],
            0 if named is None else int(named[row]),
        )
        for row in where.tolist()
    ]
    return found, inverse


class Resolver:
    """Homes for kinds of readings, among the datastreams of the stations concerned."""

    def __init__(self, catalogue: Sequence[Stream]) -> None:
        self.by_id = {s.id: s for s in catalogue}
        self.named = {(s.thing_id, s.symbol): s for s in catalogue if s.symbol}
        self.folded = {(s.thing_id, _fold(s.symbol)): s for s in catalogue if s.symbol}
        self.convert = _converter()

    def home(self, kind: Kind, bounds: Bounds, *, own_unit: bool) -> Home:
        """`bounds`: what the delivery may write to; `own_unit`: without a unit, values are in the datastream's own."""
        if bounds.limited and kind.thing_id not in bounds.things:
            return _foreign(kind)
        stream = self._by_number(kind) if kind.datastream else self._by_symbol(kind)
        if isinstance(stream, Home):
            return stream
        if own_unit and not kind.unit:
            return Home(stream.id)
        conversion = self.convert(kind.unit, stream.unit, stream.property)
        if conversion is None:
            told = f"{kind.symbol or kind.datastream!r}: No rule converts {kind.unit!r} to {stream.unit!r}: "
            return Home(code="unknown_unit", detail=f"{told}correct the logger's unit, or register a rule.")
        return Home(stream.id, *conversion)

    def _by_symbol(self, kind: Kind) -> Stream | Home:
        if not kind.thing_id:
            return Home(code="unknown_station", detail="No station of this name is registered: register it first.")
        found = self.named.get((kind.thing_id, kind.symbol)) or self.folded.get((kind.thing_id, _fold(kind.symbol)))
        detail = f"{kind.symbol!r} is not a registered parameter of this station: register it to have this read again."
        return found or Home(code="unknown_parameter", detail=detail)

    def _by_number(self, kind: Kind) -> Stream | Home:
        found = self.by_id.get(kind.datastream)
        if found is None:
            return Home(code="unknown_datastream", detail=f"There is no datastream {kind.datastream}.")
        if found.procedure not in (Procedure.RAW, Procedure.SAMPLE):
            told = (
                f"Datastream {found.id} ({found.property} {found.procedure}) is computed here, from measured values: "
            )
            return Home(code="derived_datastream", detail=f"{told}send those, and it follows.")
        return found


def _foreign(kind: Kind) -> Home:
    if kind.datastream:
        told = f"Datastream {kind.datastream} is none that this key may write to"
    else:
        told = "The row names no station that this key may write to"
    return Home(
        code="foreign_station", detail=f"{told}: send it with its own station's key, or by who may upload for it."
    )


def _converter() -> Callable[[str, str, str], tuple[float, float] | None]:
    table = rules.load("units", on=date.today()).data

    @cache
    def convert(frm: str, to: str, parameter: str) -> tuple[float, float] | None:
        return units.factor(table, frm, to, parameter=parameter)

    return convert


def _fold(symbol: str) -> str:
    """PM2,5 and pm2.5 are one symbol."""
    return symbol.strip().replace(",", ".").casefold()
