"""Which property a file means by a symbol: "PM2,5" in ambient air is PM2.5, "P" in a stack is pressure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from nonnuoc.domain.units import folded
from nonnuoc.rules.table import Table, TableRefusedError


def property_of(table: Table, medium: str, symbol: str) -> str | None:
    """The code of the property, or None if the symbol is not registered for the medium.

    table   rules.load("properties", on=day)
    medium  a station's kind: ambient_air, surface_water, groundwater, wastewater, stack_emission, rain_and_river_level
    symbol  as it stands in the file; case and spaces do not matter, a property's own code is always understood
    """
    return _known(table).get(medium, {}).get(folded(symbol))


@lru_cache(maxsize=16)
def _known(table: Table) -> Mapping[str, Mapping[str, str]]:
    """For each medium: folded symbol to code."""
    result: dict[str, Mapping[str, str]] = {}
    for medium, codes in table.data["symbols"].items():
        known: dict[str, str] = {}
        for code, symbols in codes.items():
            for symbol in (code, *symbols):
                if known.setdefault(folded(symbol), code) != code:
                    raise TableRefusedError(f"{table.name}.toml: {symbol!r} means two properties in {medium}")
        result[medium] = MappingProxyType(known)
    return MappingProxyType(result)
