"""A network as a TOML file describes it (docs/STATIONS.md): read, and all told that the file alone shows wrong."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from django.utils import timezone

from nonnuoc.domain import qc
from nonnuoc.records.monitoring.models import Thing

Table = Mapping[str, Any]

TEXT, NUMBER, WHOLE, TRUTH, MOMENT = (
    "a text in quotes",
    "a number",
    "a whole number",
    "true or false",
    "a date or a time",
)
STATION = {
    **dict.fromkeys(("code", "name", "kind", "state", "commune", "river", "source", "description", "decimal"), TEXT),
    **dict.fromkeys(("water_kind", "water_class", "hydrological_station"), TEXT),
    **dict.fromkeys(("lon", "lat"), NUMBER),
}
DATASTREAM = {
    **dict.fromkeys(("symbol", "property", "instrument", "model", "serial"), TEXT),
    **dict.fromkeys(("range_min", "range_max"), NUMBER),
    "interval_s": WHOLE,
    "sample": TRUTH,
}
THRESHOLD = {"check": TEXT, "value": NUMBER, "valid_from": MOMENT, "valid_to": MOMENT, "reason": TEXT}
#: Keys somebody may well write, and why they are not taken.
NOT_HERE = {
    "simulated": "stations of a file are real; invented ones belong to the demonstration",
    "unit": "every property has one unit (docs/STATIONS.md); leave it out",
}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
CHOICES = {"kind": Thing.Kind.values, "state": Thing.State.values, "decimal": ["point", "comma"]}


@dataclass(frozen=True)
class Limit:
    """A threshold of a quality check."""

    check: str
    value: float
    valid_from: datetime
    valid_to: datetime | None
    reason: str


@dataclass(frozen=True)
class Stream:
    """A datastream; `given` are the facts of its instrument that the file tells."""

    where: str  # how faults and changes name it
    symbol: str
    property: str
    interval_s: int | None  # None: samples
    given: Table
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Station:
    """A station; `given` are the facts that the file tells, "" for one to be taken away."""

    where: str
    code: str
    given: Table
    streams: tuple[Stream, ...]


def read(body: bytes, faults: list[str]) -> list[Station]:
    """The stations of a file; what is wrong with it is added to `faults`."""
    try:
        table = tomllib.loads(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        faults.append(f"the file is not TOML in UTF-8: {fault}")
        return []
    reader = _Reader(faults)
    top = reader.facts("the file", table, {"source": TEXT}, inner="station")
    stations = [reader.station(n, entry, top) for n, entry in enumerate(reader.inner("the file", table, "station"), 1)]
    if not stations:
        faults.append("the file names no [[station]]")
    reader.once("the file", "station", [s.code for s in stations])
    return stations


def meant(word: str, known: Iterable[str]) -> str:
    """– did you mean …?; or what there is, where little."""
    choices = sorted(set(known))
    folded = {choice.casefold(): choice for choice in choices}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f" – did you mean {folded[near[0]]}?"
    return f"; there are {', '.join(choices)}" if 0 < len(choices) <= 60 else ""


class _Reader:
    def __init__(self, faults: list[str]) -> None:
        self.faults = faults

    def station(self, number: int, entry: Table, top: Table) -> Station:
        code = entry.get("code")
        where = f"station {code}" if isinstance(code, str) and code else f"station {number} of the file"
        given = {**top, **self.facts(where, entry, STATION, inner="datastream")}
        self._need(where, given, "code")
        if given.get("code") and not CODE.fullmatch(given["code"]):
            self._fault(where, "a code is up to 32 letters, digits, points, underscores and hyphens, without marks")
        if ("lon" in given) != ("lat" in given):
            self._fault(where, "lon and lat belong together; give both, or none while the position is unknown")
        elif "lon" in given and not (abs(given["lon"]) <= 180 and abs(given["lat"]) <= 90):
            self._fault(
                where,
                f"lon {given['lon']}, lat {given['lat']} is nowhere on Earth; give degrees of WGS 84, and not swapped",
            )
        for name, choices in CHOICES.items():
            if given.get(name) and given[name] not in choices:
                self._fault(where, f"{given[name]!r} is no {name}{meant(given[name], choices)}")
        streams = tuple(self._stream(where, entry) for entry in self.inner(where, entry, "datastream"))
        self.once(where, "datastream", [s.symbol for s in streams])
        for what, n in Counter((s.property, s.interval_s is None) for s in streams if s.property).items():
            if n > 1:
                self._fault(
                    where, f"{n} datastreams of {what[0]}; a station has one of a property, so leave out the rest"
                )
        return Station(where, str(given.pop("code", "")), given, streams)

    def _stream(self, station: str, entry: Table) -> Stream:
        where = f"{station}, datastream {entry.get('symbol', '')!r}"
        given = self.facts(where, entry, DATASTREAM, inner="threshold")
        self._need(where, given, "symbol", "property")
        interval_s, sample = given.pop("interval_s", None), given.pop("sample", False)
        if (interval_s is None) is not sample:
            self._fault(where, "give either interval_s, the seconds between two values, or sample = true")
        if interval_s is not None and interval_s <= 0:
            self._fault(where, f"interval_s = {interval_s}: give the seconds between two values")
        least, most = given.get("range_min", -math.inf), given.get("range_max", math.inf)
        if least >= most:
            self._fault(where, f"{least} .. {most} is no range; range_min is the smaller number")
        limits = [self._limit(where, entry) for entry in self.inner(where, entry, "threshold")]
        known = tuple(limit for limit in limits if limit is not None)
        self._check_dates(where, known)
        return Stream(where, given.pop("symbol", ""), given.pop("property", ""), interval_s, given, known)

    def _limit(self, stream: str, entry: Table) -> Limit | None:
        where = f"{stream}, threshold {entry.get('check', '')!r}"
        before = len(self.faults)
        given = self.facts(where, entry, THRESHOLD)
        self._need(where, given, "check", "value", "valid_from", "reason")
        check = given.get("check", "")
        if check and check not in qc.NAMES:
            self._fault(where, f"no such check{meant(check, qc.NAMES)}")
        elif given.get("value", 0) < 0 and check not in qc.SIGNED:
            self._fault(where, f"{given['value']} is no possible limit; give a positive number")
        since, until = (_moment(given[name]) if name in given else None for name in ("valid_from", "valid_to"))
        if since and until and until <= since:
            self._fault(where, "it ends before it begins; valid_to is the later one")
        if len(self.faults) > before or since is None:
            return None
        return Limit(check, float(given["value"]), since, until, given["reason"])

    def _check_dates(self, where: str, limits: Iterable[Limit]) -> None:
        for one, then in pairwise(sorted(limits, key=lambda x: (x.check, x.valid_from))):
            if one.check == then.check and one.valid_from == then.valid_from:
                self._fault(where, f"threshold {one.check!r} begins twice on one day; leave one out")
            elif one.check == then.check and one.valid_to and one.valid_to > then.valid_from:
                self._fault(where, f"thresholds {one.check!r} overlap; let the earlier one end where the later begins")

    def facts(self, where: str, entry: Table, keys: Mapping[str, str], *, inner: str = "") -> dict[str, Any]:
        """Those of the table that may be there and are of their kind."""
        good = {}
        for name, value in entry.items():
            if name == inner:
                continue
            if name not in keys:
                known = [*keys, inner] if inner else [*keys]
                cure = f": {NOT_HERE[name]}" if name in NOT_HERE else meant(name, known)
                self._fault(where, f"{name!r} is not known here{cure}")
            elif not _is(keys[name], value):
                self._fault(where, f"{name} = {value!r} is not {keys[name]}")
            else:
                good[name] = value.strip() if isinstance(value, str) else value
        return good

    def inner(self, where: str, entry: Table, name: str) -> list[Table]:
        found = entry.get(name, [])
        if isinstance(found, list) and all(isinstance(one, dict) for one in found):
            return found
        self._fault(where, f"{name!r} is a table of its own each; write [[…{name}]]")
        return []

    def once(self, where: str, what: str, names: Iterable[str]) -> None:
        for name, count in Counter(names).items():
            if name and count > 1:
                self._fault(where, f"{what} {name!r} is there {count} times; leave one")

    def _need(self, where: str, given: Table, *names: str) -> None:
        for name in names:
            if given.get(name, "") == "" and not any(f.startswith(f"{where}: {name} =") for f in self.faults):
                self._fault(where, f"{name} is missing")

    def _fault(self, where: str, what: str) -> None:
        self.faults.append(f"{where}: {what}")


def _is(kind: str, value: object) -> bool:
    if kind == TRUTH:
        return isinstance(value, bool)
    if kind == WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == NUMBER:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return isinstance(value, date) if kind == MOMENT else isinstance(value, str)


def _moment(told: date) -> datetime:
    """A day begins at its midnight; a time without an offset is local."""
    moment = told if isinstance(told, datetime) else datetime.combine(told, time())
    return moment if moment.tzinfo else timezone.make_aware(moment)
