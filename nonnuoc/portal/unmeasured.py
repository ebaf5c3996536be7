"""What the law names and nobody measures: the parameters of indices and limits against what the instruments send."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language

from nonnuoc import rules
from nonnuoc.look import words
from nonnuoc.portal import substances
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import StationNow

Kind = Thing.Kind
#: What stations of the environment watch. Wastewater and stacks are sources: which there are, no register says yet.
KINDS = (Kind.AMBIENT_AIR, Kind.SURFACE_WATER, Kind.GROUNDWATER, Kind.RAIN_AND_RIVER_LEVEL)
RAIN_AND_LEVEL = ("Rain", "WaterLevel")  # no document names them; it is what such stations are there for


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter a document names for a kind of station."""

    code: str
    document: str  # "1459/QĐ-TCMT"; empty: no document of this system names what is to be measured
    index: bool  # an input of VN_AQI or VN_WQI, not only a limit


@dataclass(frozen=True, slots=True)
class Kinds:
    """Of one kind: what is measured of what is named. Names in the reader's language."""

    kind: str
    heading: str
    count: int  # named by the documents
    measured: tuple[str, ...]
    lacking: dict[str, tuple[str, ...]]  # document -> names
    lacking_index: tuple[str, ...]  # those of them an index is made of

    @property
    def missing(self) -> int:
        return self.count - len(self.measured)


def measured(stations: Iterable[StationNow]) -> dict[str, set[str]]:
    """Kind -> codes of properties that an active station of it has ever sent."""
    found: dict[str, set[str]] = {kind: set() for kind in Kind.values}
    for station in stations:
        if station.state == Thing.State.ACTIVE and station.heard:
            found[station.kind] |= {one.observed.code for one in station.latest if one.time}
    return found


def compared(stations: Iterable[StationNow], on: date) -> list[Kinds]:
    """Every kind of KINDS: what its documents name, and which of that these stations measure."""
    sent = measured(stations)
    return [_compared(kind, sent[kind], on) for kind in KINDS]


@lru_cache(maxsize=16)
def named(kind: str, on: date) -> tuple[Named, ...]:
    """What is named for a kind of station: inputs of the index first, then what has only a limit."""
    if kind == Kind.AMBIENT_AIR:
        index, limits = rules.load("vn_aqi", on=on), rules.load("qcvn05", on=on)
        inputs = list(index.data["hourly"])
    elif kind == Kind.SURFACE_WATER:
        index, limits = rules.load("vn_wqi", on=on), rules.load("qcvn08", on=on)
        inputs = [code for group in index.data["groups"].values() for code in group]
    else:  # of groundwater no document is among the rules yet
        codes = RAIN_AND_LEVEL if kind == Kind.RAIN_AND_RIVER_LEVEL else ()
        return tuple(Named(code, "", index=False) for code in codes)
    limited = dict.fromkeys(one["property"] for one in limits.data["limit"])
    return tuple(
        [Named(code, index.number, index=True) for code in inputs]
        + [Named(code, limits.number, index=False) for code in limited if code not in inputs]
    )


@lru_cache(maxsize=16)
def _names(kind: str, on: date, _language: str | None) -> dict[str, str]:
    return {one.code: substances.name(one.code, kind, on) for one in named(kind, on)}


def _compared(kind: str, sent: set[str], on: date) -> Kinds:
    wanted, names = named(kind, on), _names(kind, on, get_language())
    absent = [one for one in wanted if one.code not in sent]
    documents = dict.fromkeys(one.document for one in absent)
    return Kinds(
        kind=kind,
        heading=words.kind_group(kind),
        count=len(wanted),
        measured=tuple(names[one.code] for one in wanted if one.code in sent),
        lacking={
            document: tuple(names[one.code] for one in absent if one.document == document) for document in documents
        },
        lacking_index=tuple(names[one.code] for one in absent if one.index),
    )
