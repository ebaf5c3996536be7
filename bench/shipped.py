"""The shipped rules of alarm on arrays of one series: how many values raise one, what ends it, and where it is on."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import nonnuoc
from nonnuoc.domain import alarms
from nonnuoc.domain.alarms import Excursion, Mask, Times
from nonnuoc.domain.quality import Check, Flag, Quality, flag, usable

RULES = Path(nonnuoc.__file__).parent / "records" / "alerts" / "rulebook" / "data" / "rules.toml"
SECOND = 1_000_000  # µs
CLEAR = 0.95  # of the level: calm, where a rule does not say otherwise

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Counting:
    """N values beyond the level within M intervals raise an alarm; `hold_s` within `clear` times the level ends it."""

    need: int = 1
    among: int = 1
    hold_s: int = 0
    clear: float = 1.0

    def criterion(self, interval_s: float) -> alarms.Criterion:
        """As `alarms.excursions` takes it."""
        return alarms.Criterion(self.need, round(self.among * interval_s * SECOND), self.hold_s * SECOND)


@cache
def rule(code: str) -> dict[str, Any]:
    """One shipped rule, as its table says it."""
    return next(one for one in tomllib.loads(RULES.read_text(encoding="utf-8"))["rule"] if one["code"] == code)


def counting(code: str) -> Counting:
    """How a shipped rule counts."""
    told = rule(code)
    return Counting(told.get("need", 1), told.get("among", 1), told.get("hold_s", 0), CLEAR)


def over(time: Times, value: Floats, level: float, how: Counting, interval_s: float) -> list[Excursion]:
    """Every alarm of a series over a level; what is missing is passed over, and indices count what is there."""
    there = np.isfinite(value)
    beyond, calm = alarms.levels(value[there], above=[level], calm_above=level * how.clear)
    return alarms.excursions(time[there], beyond, calm, how.criterion(interval_s))


def rising(code: str, time: Times, value: Floats, quality: Quality, interval_s: float) -> list[tuple[int, int]]:
    """Where a rule of rise is on, as half-open stretches of the series."""
    told = rule(code)
    rows = np.flatnonzero(usable(quality) & np.isfinite(value))
    rise = alarms.rise(time[rows], value[rows], told["parameters"]["span_s"] * SECOND)
    first = told["steps"][0]
    beyond, calm = alarms.levels(rise, above=[first["above"]], calm_above=first["clear"])
    return _spans(rows, alarms.excursions(time[rows], beyond, calm, counting(code).criterion(interval_s)))


def stuck(time: Times, quality: Quality, interval_s: float) -> list[tuple[int, int]]:
    """Where the rule of stuck values is on, as half-open stretches of the series."""
    rows = np.flatnonzero(flag(quality) != Flag.MISSING)
    rests: Mask = (quality[rows] & np.int16(Check.FLAT_LINE)) != 0
    found = alarms.excursions(time[rows], rests[None, :], ~rests, counting("stuck").criterion(interval_s))
    return _spans(rows, found)


def _spans(rows: NDArray[np.intp], found: list[Excursion]) -> list[tuple[int, int]]:
    return [(int(rows[one.onset]), int(rows[one.last_beyond]) + 1) for one in found]
