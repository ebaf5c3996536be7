"""The invented stations, from stations.toml, which tells what each entry means."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

INTERVAL_S = 300
PROVINCE, FACILITY = "CB", "MOPHONG"  # as the names of the files say it
SOURCE = "Mô phỏng để trình diễn"


@dataclass(frozen=True)
class Parameter:
    """What one instrument measures, and how its values are made up."""

    symbol: str
    property: str
    unit: str
    least: float
    most: float
    level: float
    swing: float
    peak: float
    noise: float
    shape: Literal["sum", "product", "rain", "river"]
    episode: float = 0.0
    flood: float = 0.0
    like: str = ""


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and when: hours from the first start on, again `every_h` hours where it is not 0."""

    kind: Literal["stuck", "spike", "status", "broken", "sentinel", "absent", "silent"]
    from_h: float
    hours: float
    symbol: str = ""
    every_h: float = 0.0
    status: int = 0
    value: float = 0.0


@dataclass(frozen=True)
class Station:
    """A simulated station; `commune` is the official code, positions are WGS 84."""

    code: str
    name: str
    kind: str
    commune: str
    lon: float
    lat: float
    parameters: tuple[Parameter, ...]
    faults: tuple[Fault, ...] = ()
    river: str = ""
    episode: float = 0.0
    layout: Literal["lines", "groups"] = "lines"
    comma: bool = False


@cache
def stations() -> tuple[Station, ...]:
    """All of them, by code."""
    table = tomllib.loads((Path(__file__).parent / "stations.toml").read_text(encoding="utf-8"))
    return tuple(_station(entry, table["parameters"]) for entry in table["station"])


def _station(entry: dict[str, Any], parameters: dict[str, list[dict[str, Any]]]) -> Station:
    chosen = tuple(Parameter(**parameter) for parameter in parameters[entry["parameters"]])
    faults = tuple(Fault(**fault) for fault in entry.get("faults", ()))
    return Station(**{**entry, "parameters": chosen, "faults": faults})
