"""How far the urban areas have come with their wastewater (target T16: one of type II, twelve of type III)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import of_model
from nonnuoc.records.registers.waters.models import UrbanArea


@dataclass(frozen=True, slots=True)
class Standing:
    """Urban areas of one type, by the state of their central wastewater system; "": not known."""

    type: str
    areas: int
    by_state: Mapping[str, int]

    def words(self) -> str:
        """The type in words."""
        return str(UrbanArea.Type(self.type).label) if self.type else ""


def standing(rights: Rights) -> list[Standing]:
    """Of those that may be read and are not invented, one a type."""
    rows = reading.readable(of_model(UrbanArea), rights).filter(simulated=False).values_list("type", "sewerage")
    found: dict[str, Counter[str]] = {}
    for type_, state in rows:
        found.setdefault(type_, Counter())[state] += 1
    order = ["", *UrbanArea.Type.values]
    return [Standing(one, sum(found[one].values()), found[one]) for one in sorted(found, key=order.index)]
