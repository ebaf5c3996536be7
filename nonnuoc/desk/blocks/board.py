"""The network board: every station by every parameter, with the age of the last value and how complete the day was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nonnuoc.look import words
from nonnuoc.records.accounts.access import Reach, Rights
from nonnuoc.records.monitoring import availability
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.availability import Share
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.selectors import Latest, StationNow

RANK = {"never": 0, "silent": 1, "insufficient": 2, "measuring": 3, "reporting": 3}
LISTED = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """One parameter of one station."""

    latest: Latest
    name: str
    flags: str
    day: Share


@dataclass(frozen=True, slots=True)
class Line:
    """One station: what is wrong with it, and its parameters."""

    station: StationNow
    state: str
    cells: list[Cell]
    trouble: int  # parameters that are silent, refused or of an instrument at fault


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """Every active station the reader may see."""
    return of(rights, at, rights.reach("data.internal"))


def of(rights: Rights, at: datetime, reach: Reach) -> dict[str, Any]:
    """The stations within reach, those with most trouble first."""
    stations = monitoring.stations_now(at, reader=rights, within=reach)
    active = [one for one in stations if one.state == Thing.State.ACTIVE]
    raw = {
        one.datastream_id for station in active for one in station.latest if one.procedure == Datastream.Procedure.RAW
    }
    counted = availability.of(raw)
    lines = sorted((_line(one, counted, at) for one in active), key=_order)
    return {
        "lines": lines[:LISTED],
        "more": max(0, len(lines) - LISTED),
        "waits": sum(1 for line in lines if line.trouble),
        "simulated": any(one.simulated for one in active),
    }


def _line(station: StationNow, counted: availability.Counted, at: datetime) -> Line:
    cells = [
        Cell(
            one,
            words.short(one.observed),
            ", ".join(filter(None, (words.status(one.status) if _is_raw(one) else "", words.flags(one.quality)))),
            counted.of(one.datastream_id, availability.Span.DAY),
        )
        for one in station.latest
    ]
    trouble = sum(1 for cell in cells if cell.latest.silent_since or cell.flags or cell.latest.time is None)
    return Line(station, words.condition(station, at), cells, trouble)


def _is_raw(one: Latest) -> bool:
    return one.procedure == Datastream.Procedure.RAW


def _order(line: Line) -> tuple[int, int, str]:
    return RANK.get(line.station.condition, 3), -line.trouble, line.station.code
