"""Craft villages with all of their infrastructure, and forest cover."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import selectors as places
from nonnuoc.records.plans.targets.measures.measured import Counted, Measure, Measured, Part, Quality, unknown
from nonnuoc.records.registers.land.declared import CRAFT_VILLAGES
from nonnuoc.records.registers.land.models import CraftVillage
from nonnuoc.records.registers.nature import cover
from nonnuoc.records.registers.nature.forest import FORESTS
from nonnuoc.records.registers.nature.models import Forest
from nonnuoc.records.registers.pattern import reading


def _villages(rights: Rights, on: date, since: date) -> Measured:
    """Of those answered whole, or with a no. What is certain of all – none, or all of the others – is told beside."""
    known = reading.readable(CRAFT_VILLAGES, rights).order_by("name")
    found = [one for one in known if not one.simulated]
    if not found:
        return unknown(on, "no_village", invented=len(known))
    answered = [one for one in found if one.infrastructure]
    open_ = [one.name for one in found if not one.infrastructure]
    if not answered:
        return unknown(on, "villages_unanswered", missing=open_, asked=len(found))
    complete = [one for one in answered if one.infrastructure == CraftVillage.Infrastructure.COMPLETE]
    return Measured(
        day=on,
        value=100 * len(complete) / len(answered),
        numerator=len(complete),
        denominator=len(answered),
        quality=Quality.PARTIAL if open_ else Quality.COMPLETE,
        why="villages_part" if open_ else "",
        facts={
            "asked": len(found),
            "known": len(answered),
            "least": 100 * len(complete) / len(found),
            "most": 100 * (len(complete) + len(open_)) / len(found),
        },
        missing=open_,
        counted=[
            Counted(one.name, "craft-villages", one.code, one.infrastructure == CraftVillage.Infrastructure.COMPLETE)
            for one in answered
        ],
        by_commune=_shares_of_villages(answered),
    )


def _shares_of_villages(answered: list[CraftVillage]) -> dict[int, Part]:
    by: dict[int, list[bool]] = defaultdict(list)
    for one in answered:
        if one.commune_id is not None:
            by[one.commune_id].append(one.infrastructure == CraftVillage.Infrastructure.COMPLETE)
    return {commune: Part(100 * sum(yes) / len(yes), sum(yes), len(yes)) for commune, yes in by.items()}


def _forest(rights: Rights, on: date, since: date) -> Measured:
    """At the end of the newest year that is over and of which something was entered."""
    known = reading.readable(FORESTS, rights).filter(year__lt=on.year + (on == date(on.year, 12, 31)))
    found = cover.latest(known)
    if found is None:
        return unknown(on, "no_forest")
    facts = {"year": found.year, "asked": found.communes, "known": found.communes - len(found.missing)}
    if found.percent is None:
        more = {} if found.at_least is None else {"least": found.at_least}
        return unknown(on, "forest_missing", missing=found.missing, **facts, **more)
    sizes = {one.pk: one.area_km2 for one in places.communes()}
    grown: dict[int, float] = defaultdict(float)
    for row in known.filter(year=found.year).exclude(origin=Forest.Origin.YOUNG):
        grown[row.commune_id] += row.area_ha
    return Measured(
        day=date(found.year, 12, 31),
        value=found.percent,
        numerator=found.forest_ha,
        denominator=found.land_ha,
        quality=Quality.COMPLETE,
        facts=facts,
        by_commune={
            one: Part(ha / size, ha, size * cover.HA_IN_KM2) for one, ha in grown.items() if (size := sizes.get(one))
        },
        simulated=found.simulated,
    )


MEASURES = (
    Measure(
        key="craft.infrastructure",
        title=_("Craft villages with all of their infrastructure"),
        numerator=_("craft villages whose checklist of infrastructure is yes throughout"),
        denominator=_("craft villages whose checklist is answered"),
        unit="%",
        source=_("register of craft villages"),
        by_commune=True,
        compute=_villages,
    ),
    Measure(
        key="forest.cover",
        title=_("Forest cover"),
        numerator=_("natural and planted forest at the end of the year, ha; young plantations do not count"),
        denominator=_("area of all communes, ha"),
        unit="%",
        source=_("register of forest by function"),
        by_commune=True,
        compute=_forest,
    ),
)
