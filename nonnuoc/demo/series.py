"""Made-up values: daily cycles, weather-like noise, a pollution episode, a flood and faults.

Every value is a function of its station, symbol and time alone, and of the anchor (the time of the first start), so
the same time gives the same value whenever and in whatever piece it is asked for.
"""

from __future__ import annotations

import math
import zlib

import numpy as np
from numpy.typing import NDArray

from nonnuoc.demo.catalogue import INTERVAL_S, Fault, Parameter, Station
from nonnuoc.ingest.formats.readings import Readings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_H = 3600
_LOCAL = 7 * _H
_SCALES = ((0.75, 53 * _H), (0.55, 11 * _H), (0.30, 3 * _H), (0.08, INTERVAL_S))  # weight, seconds
_EPISODE = (-66 * _H, 30 * _H, 18 * _H)  # begins and ends so long from the anchor, rises and falls so slowly
_EPISODE_EVERY = 14 * 24 * _H
_RIVER_LAGS_H = np.arange(0.5, 18, 1.5)
_RISE_M = 1.6  # of the river, in lasting rain of strength 1
_FLOOD = (-6 * _H, 9 * _H, 30 * _H)  # begins so long from the anchor, rises and falls so slowly
_FLOOD_EVERY = 20 * 24 * _H


def grid(since: int, until: int) -> Ints:
    """The times of measurement in (since, until], all in seconds since 1970 UTC."""
    return np.arange(since // INTERVAL_S + 1, until // INTERVAL_S + 1) * INTERVAL_S


def readings(station: Station, since: int, until: int, *, anchor: int) -> Readings:
    """What the station's logger writes for (since, until], by time and then by symbol; seconds since 1970 UTC."""
    at = grid(since, until)
    silent = np.any([_during(fault, at, anchor) for fault in station.faults if fault.kind == "silent"], axis=0)
    at = at[~silent] if np.any(silent) else at
    values = np.column_stack([_values(station, parameter, at, anchor) for parameter in station.parameters])
    statuses = np.zeros(values.shape, np.int16)
    for fault in station.faults:
        _spoil(station, fault, at, anchor, values, statuses)
    sent = ~_absent(station, at, anchor).ravel()
    number = len(station.parameters)
    units = tuple(dict.fromkeys(parameter.unit for parameter in station.parameters))
    size = int(np.count_nonzero(sent))
    return Readings(
        source=np.zeros(size, np.int32),
        symbol=np.tile(np.arange(number, dtype=np.int32), len(at))[sent],
        unit=np.tile(np.array([units.index(p.unit) for p in station.parameters], np.int32), len(at))[sent],
        station=np.full(size, -1, np.int32),
        time=np.repeat(at * 1_000_000, number)[sent],
        value=values.ravel()[sent],
        status=statuses.ravel()[sent],
        kept=np.zeros(size, np.int16),
        line=np.arange(1, size + 1, dtype=np.int32),
        symbols=tuple(parameter.symbol for parameter in station.parameters),
        units=units,
    )


def _values(station: Station, parameter: Parameter, at: Ints, anchor: int) -> Floats:
    seed = zlib.crc32(f"{station.code}/{parameter.like or parameter.symbol}".encode())
    if parameter.shape == "rain":
        value = parameter.level * _rain(seed, at)
    elif parameter.shape == "river":
        value = _river(seed, at, parameter) + parameter.flood * _flood(at, anchor)
    else:
        hour = (at + _LOCAL) / _H
        own = 0.05 * _smooth(seed ^ zlib.crc32(parameter.symbol.encode()), at, INTERVAL_S)
        swing = parameter.swing * np.cos(2 * math.pi * (hour - parameter.peak) / 24)
        moved = swing + parameter.noise * (_weather(seed, at) + own)
        moved += parameter.episode * station.episode * _episode(at, anchor)
        value = parameter.level * np.exp(moved) if parameter.shape == "product" else parameter.level + moved
    return np.asarray(np.round(np.clip(value, parameter.least, parameter.most), _decimals(parameter)), np.float64)


def _decimals(parameter: Parameter) -> int:
    """As instruments show it: about four digits."""
    return 1 if parameter.symbol == "Rain" else int(np.clip(3 - math.floor(math.log10(parameter.level)), 1, 3))


def _episode(at: Ints, anchor: int) -> Floats:
    """0 to 1: days of still air, the first of them around the anchor."""
    begin, end, edge = _EPISODE
    since = (at - anchor - begin) % _EPISODE_EVERY
    inside = np.minimum(since, end - begin - since).astype(np.float64)
    return np.clip(inside / edge, 0.0, 1.0)


def _flood(at: Ints, anchor: int) -> Floats:
    """0 to 1: a wave from upstream, the first of them on its way at the anchor."""
    begin, rising, falling = _FLOOD
    since = (at - anchor - begin) % _FLOOD_EVERY
    part = np.clip(np.minimum(since / rising, 1 - (since - rising) / falling), 0.0, 1.0)
    return np.asarray(part * part * (3 - 2 * part), np.float64)


def _weather(seed: int, at: Ints) -> Floats:
    """About standard normal, with memory of hours and days."""
    total = np.zeros(len(at))
    for weight, scale in _SCALES:
        total += weight * _smooth(seed + scale, at, scale)
    return total


def _rain(seed: int, at: Ints) -> Floats:
    """How hard it rains; 0 most of the time."""
    wet = 0.8 * _smooth(seed, at, 31 * _H) + 0.6 * _smooth(seed + 1, at, 2 * _H) - 1.0
    return np.maximum(wet, 0) * (1 + 0.3 * _smooth(seed + 2, at, INTERVAL_S))


def _river(seed: int, at: Ints, parameter: Parameter) -> Floats:
    """m: rises with the rain of the last hours."""
    weights = np.exp(-_RIVER_LAGS_H / 6)
    rise = np.zeros(len(at))
    for weight, lag in zip(weights / weights.sum(), _RIVER_LAGS_H, strict=True):
        rise += weight * _rain(seed, at - int(lag * _H))
    return parameter.level + _RISE_M * rise + parameter.noise * _weather(seed + 9, at)


def _smooth(seed: int, at: Ints, scale: int) -> Floats:
    """Noise of unit variance at its knots, `scale` seconds apart, eased between them."""
    knot, rest = np.divmod(at, scale)
    part = rest / scale
    ease = part * part * (3 - 2 * part)
    return _normal(seed, knot) * (1 - ease) + _normal(seed, knot + 1) * ease


def _normal(seed: int, number: Ints) -> Floats:
    """One nearly normal value for each number: four pairs of hashed bytes, summed (splitmix64, Steele et al. 2014)."""
    start = np.uint64(seed * 0xD1B54A32D192ED03 % 2**64)
    x = number.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + start
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    parts = np.stack([(x >> np.uint64(shift)) & np.uint64(0xFFFF) for shift in (0, 16, 32, 48)])
    return np.asarray((parts.sum(axis=0) / 65536.0 - 2.0) * math.sqrt(3.0), np.float64)


def _during(fault: Fault, at: Ints, anchor: int) -> NDArray[np.bool_]:
    since = at - anchor - int(fault.from_h * _H)
    if fault.every_h:
        since = since % int(fault.every_h * _H)
    return (since >= 0) & (since < fault.hours * _H)


def _absent(station: Station, at: Ints, anchor: int) -> NDArray[np.bool_]:
    """(times, parameters): which lines the logger leaves out of its files."""
    left_out = np.zeros((len(at), len(station.parameters)), bool)
    for fault in station.faults:
        if fault.kind == "absent":
            of = [fault.symbol in ("", parameter.symbol) for parameter in station.parameters]
            left_out |= np.outer(_during(fault, at, anchor), of)
    return left_out


def _spoil(station: Station, fault: Fault, at: Ints, anchor: int, values: Floats, statuses: NDArray[np.int16]) -> None:
    rows = np.flatnonzero(_during(fault, at, anchor))
    columns = [n for n, p in enumerate(station.parameters) if fault.symbol in ("", p.symbol)]
    for column in columns if len(rows) else ():
        if fault.kind == "stuck":
            parameter = station.parameters[column]
            since = at[rows] - anchor - int(fault.from_h * _H)
            begin = at[rows] - (since % int(fault.every_h * _H) if fault.every_h else since)
            values[rows, column] = _values(station, parameter, begin, anchor)
        elif fault.kind == "spike":
            values[rows, column] = fault.value
        elif fault.kind == "sentinel":
            values[rows, column] = -9999.0
        elif fault.kind == "status":
            statuses[rows, column] = fault.status
        elif fault.kind == "broken":
            values[rows, column], statuses[rows, column] = math.nan, 2
