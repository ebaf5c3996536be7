"""From the table of default limits (rules/data/qc.toml) and what is known of each stream to `qc.Thresholds`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, nan
from typing import Any

import numpy as np

from nonnuoc.domain.qc import NAMES, Thresholds

HOUR = 3600.0
_DIRECT = ("gross_min", "gross_max", "spike_suspect", "spike_fail", "flat_tolerance")

#: What an entry of the table may say.
ENTRY = (
    *_DIRECT,
    *("rate_suspect", "rate_fail", "noise"),
    *("flat_suspect_h", "flat_fail_h", "flat_suspect_intervals", "flat_fail_intervals"),
)


@dataclass(frozen=True)
class Stream:
    """What the limits of one datastream follow from."""

    property: str  # ObservedProperty.code
    kind: str = ""  # Thing.kind: what is physically possible differs between a river and a chimney
    interval_s: float = nan  # cadence; NaN: samples, which have no neighbours
    instrument_min: float = nan  # the sensor's range, in the property's unit
    instrument_max: float = nan
    own: Mapping[str, float] = field(default_factory=dict)  # its own limits, by field of Thresholds; they win


def thresholds(data: Mapping[str, Any], streams: Sequence[Stream]) -> Thresholds:
    """The limits of every stream, in the order given. A property the table does not know has no default limits.

    data: `gap_intervals`, `flat_intervals` {suspect, fail}, `property.<code>`, and `kind.<kind>.<code>` whose entries
    replace those of the property; rules/data/qc.toml says what they mean. Raises ValueError where a stream's own limit
    is of no known name.
    """
    limits = np.full((len(NAMES), len(streams)), nan)
    known: dict[tuple[str, str, float], list[float]] = {}
    for place, stream in enumerate(streams):
        key = (stream.property, stream.kind, stream.interval_s)
        if key not in known:
            known[key] = _defaults(data, *key)
        limits[:, place] = known[key]
        limits[NAMES.index("instrument_min"), place] = stream.instrument_min
        limits[NAMES.index("instrument_max"), place] = stream.instrument_max
        for name, limit in stream.own.items():
            if name not in NAMES:
                raise ValueError(f"{name!r} is no limit of a quality check; there are {', '.join(NAMES)}")
            limits[NAMES.index(name), place] = limit
    return Thresholds(*limits)


def sentinels(data: Mapping[str, Any]) -> tuple[float, ...]:
    """The numbers that stand for "no value"."""
    return tuple(float(number) for number in data["sentinels"])


def _defaults(data: Mapping[str, Any], code: str, kind: str, interval_s: float) -> list[float]:
    """The limits of a property at a kind of station and a cadence, in the order of NAMES."""
    entry = {**data["property"].get(code, {}), **data["kind"].get(kind, {}).get(code, {})}
    limits = dict.fromkeys(NAMES, nan) | {name: float(entry.get(name, nan)) for name in _DIRECT}
    if not 0 < interval_s < inf:  # samples: each stands for itself
        return [limits[name] if name.startswith("gross") else nan for name in NAMES]
    limits["interval_s"] = interval_s
    limits["gap_s"] = data["gap_intervals"] * interval_s
    # two readings differ by what the air or the water did and by noise, which does not shrink with the interval
    noise = float(entry.get("noise", 0.0)) * HOUR / interval_s
    for worst in ("suspect", "fail"):
        limits[f"rate_{worst}"] = float(entry.get(f"rate_{worst}", nan)) + noise
        lasting = float(entry.get(f"flat_{worst}_h", nan)) * HOUR
        readings = entry.get(f"flat_{worst}_intervals", data["flat_intervals"][worst])
        limits[f"flat_{worst}_s"] = float(np.maximum(lasting, readings * interval_s))  # NaN stays NaN
    return [limits[name] for name in NAMES]
