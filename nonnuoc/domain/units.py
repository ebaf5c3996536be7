"""Units: how a file spells them, and the registered ways from one to another.

Tables come in as `rules.load("units", on=day).data`. What is not registered is not converted: never guessed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any


def folded(text: str) -> str:
    """A spelling without what carries no meaning: case, spaces, and twins such as µ and μ, ³ and 3, ℃ and °C."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def canonical(table: Mapping[str, Any], spelling: str) -> str | None:
    """The unit that a spelling means ("ug/Nm3" is "µg/Nm3"); None if it is not registered."""
    unit: str | None = table["spellings"].get(folded(spelling))
    return unit


def factor(table: Mapping[str, Any], frm: str, to: str, *, parameter: str | None = None) -> tuple[float, float] | None:
    """How values come from one unit to another: `value * factor + offset`; None if no rule is registered.

    frm, to    units in any registered spelling
    parameter  property code; a volume fraction of a gas (ppb, ppm) needs it for its molar mass

    A gas converts at the table's molar volume: the volume of one mole at the conditions that N in Nm3 stands for.
    """
    source, target = canonical(table, frm), canonical(table, to)
    if source is None or target is None:
        return None
    if source == target:
        return 1.0, 0.0
    for rule in table["conversion"]:
        if rule["from"] == source and rule["to"] == target:
            return float(rule["factor"]), float(rule.get("offset", 0.0))
    return _gas(table["gas"], source, target, parameter)


def _gas(gas: Mapping[str, Any], source: str, target: str, parameter: str | None) -> tuple[float, float] | None:
    mole_fraction = gas["fractions"].get(source)  # mole of gas a mole of air
    mass = gas["masses"].get(target)  # units of the target in a gram
    molar_mass = gas["molar_mass"].get(parameter)  # g/mol
    if mole_fraction is None or mass is None or molar_mass is None:
        return None
    return mole_fraction * molar_mass / gas["molar_volume_m3"] * mass, 0.0
