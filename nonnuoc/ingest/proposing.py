"""How a table might be read, in the words of this network: columns nobody here knows are left out, with a doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from nonnuoc import rules
from nonnuoc.domain import units
from nonnuoc.ingest.formats import examine, wide
from nonnuoc.ingest.formats.examine import Doubt, Proposal, _
from nonnuoc.records.monitoring import network
from nonnuoc.rules.symbols import property_of

UNKNOWN = _("“%(column)s” is called like no observed property and is left out: name it if it is one")
NOT_THERE = _("the station does not measure what “%(column)s” holds, and it is left out: register it first")
WRONG_UNIT = _("the unit of “%(column)s” is not one of its property, and it is left out: correct it")
TWICE = _("“%(column)s” holds a property that another column holds already, and is left out: choose one")
NONE_KNOWN = _("no column is called like an observed property: name each that is to be read")


def propose(body: bytes, *, station: str = "") -> Proposal:
    """A profile for a person to confirm; with `station` (its code) the whole file is of that station.

    The symbols are those the station's files use, or any station's. Raises Refused where the table cannot be opened.
    """
    proposal = wide.examine(body)
    if proposal.profile is None:
        return proposal
    profile, doubts = proposal.profile, list(proposal.doubts)
    if station:
        profile = replace(profile, station=station, station_column="")
        doubts = [doubt for doubt in doubts if doubt.template != examine.NO_STATION]
    known = _Known(station)
    columns: dict[str, tuple[str, str]] = {}
    for heading, (symbol, unit) in profile.columns.items():
        told, code = known.place(symbol)
        taken = {held for held, _unit in columns.values()}
        why = known.doubt(code, told, unit, taken)
        if why:
            doubts = [doubt for doubt in doubts if doubt.column != heading] + [Doubt(why, heading)]
            continue
        columns[heading] = told, unit or ("-" if known.unit(code) == "-" else "")
        if columns[heading][1]:
            doubts = [doubt for doubt in doubts if doubt != Doubt(examine.NO_UNIT, heading)]
    if not columns:
        return replace(proposal, profile=profile, guess=profile, doubts=(*proposal.doubts, Doubt(NONE_KNOWN)))
    profile = replace(profile, columns=columns)
    return replace(proposal, profile=profile, guess=profile, doubts=tuple(doubts))


class _Known:
    """What columns may be called: by this station's files, by any station's, by the tables, by name."""

    def __init__(self, station: str) -> None:
        table = rules.load("properties", on=date.today())
        self.table, self.station = table, station
        self.units_table = rules.load("units", on=date.today()).data
        self.symbols = network.properties_by_symbol([station] if station else None)
        self.folded = {_fold(symbol): symbol for symbol in reversed(list(self.symbols))}
        self.property = {entry["code"]: entry for entry in table.data["property"]}
        self.names = {_fold(entry[name]): code for code, entry in self.property.items() for name in _NAMES}

    def place(self, symbol: str) -> tuple[str, str]:
        """(the symbol it is read as, the code of its property, "" where nobody knows)."""
        held = self.folded.get(_fold(symbol))
        if held is not None:
            return held, self.symbols[held]
        code = self._code(symbol)
        return next((s for s, meant in self.symbols.items() if meant == code), code), code

    def doubt(self, code: str, symbol: str, unit: str, taken: set[str]) -> str:
        """Why the column is left out; "" where it is not."""
        if not code:
            return UNKNOWN
        if self.station and symbol not in self.symbols:
            return NOT_THERE
        if unit and units.factor(self.units_table, unit, self.unit(code), parameter=code) is None:
            return WRONG_UNIT
        return TWICE if symbol in taken else ""

    def unit(self, code: str) -> str:
        return str(self.property[code]["unit"])

    def _code(self, symbol: str) -> str:
        media: Mapping[str, object] = self.table.data["symbols"]
        found = {code for medium in media if (code := property_of(self.table, medium, symbol))}
        return found.pop() if len(found) == 1 else self.names.get(_fold(symbol), "")


_NAMES = ("code", "name_vi", "name_en")


def _fold(text: str) -> str:
    return units.folded(text).replace(",", ".")
