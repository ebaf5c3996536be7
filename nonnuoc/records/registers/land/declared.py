"""The registers of land: craft villages, contaminated ground, closed dumps, soil, mines, degraded land."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.land import tables
from nonnuoc.records.registers.land.models import (
    ClosedDump,
    ContaminatedSite,
    CraftVillage,
    DegradedLand,
    Mine,
    SoilPoint,
)
from nonnuoc.records.registers.pattern.register import Act, Register, Shape, Subject

DATA = Path(__file__).parent / "data"
_STAGE = frozenset({"stage", "stage_since"})
_GROUND: dict[str, Any] = {
    "subject": Subject.LAND,
    "shape": Shape.POLYGON,
    "judged": _STAGE,
    "linked": tables.of_ground,
    "remarks": tables.remarks_of_ground,
    "about": tables.about_ground,
}

CRAFT_VILLAGES = Register(
    key="craft-villages",
    model=CraftVillage,
    title=_("Craft villages"),
    one=_("Craft village"),
    description=_("Craft villages with their protection plan, and what they have of the works that keep waste away."),
    subject=Subject.LAND,
    own=(
        "trade",
        "households",
        "recognised",
        "recognised_by",
        "recognised_on",
        "plan_state",
        "plan_decision",
        "plan_on",
        "self_management",
        "screening",
        "screening_reason",
        "infrastructure",
    ),
    listed=("trade", "plan_state", "self_management", "infrastructure"),
    filters=("plan_state", "self_management", "infrastructure", "recognised", "screening"),
    searched=("trade",),
    shape=Shape.POLYGON,
    judged=frozenset({"infrastructure"}),
    linked=tables.of_village,
    remarks=tables.remarks_of_village,
    about=tables.about_villages,
    acts=(Act(_("Fill in the checklist"), "land-craft", "registers.keep"),),
)
SITES = Register(
    key="contaminated-sites",
    model=ContaminatedSite,
    title=_("Contaminated sites"),
    one=_("Contaminated site"),
    description=_("Ground that is contaminated, and spots that pollute: each goes stage by stage until it is closed."),
    own=(
        "kind",
        "pollutants",
        "area_m2",
        "volume_m3",
        "risk",
        "receptors",
        "land_class",
        "stage",
        "stage_since",
        "due",
        "task",
        "lead",
    ),
    listed=("kind", "stage", "risk", "due"),
    filters=("kind", "stage", "risk", "land_class", "due"),
    searched=("pollutants", "task"),
    acts=(Act(_("Stages and evidence"), "land-site", "data.internal"),),
    seed=DATA / "sites",
    **_GROUND,
)
DUMPS = Register(
    key="closed-dumps",
    model=ClosedDump,
    title=_("Closed dumps"),
    one=_("Closed dump"),
    description=_("Dumps that take no more waste or are to be closed, and how their ground is made good."),
    own=(
        "closed_on",
        "covered",
        "trees",
        "leachate",
        "reuse",
        "area_m2",
        "volume_m3",
        "land_class",
        "stage",
        "stage_since",
        "due",
        "task",
        "lead",
    ),
    listed=("stage", "covered", "leachate", "due"),
    filters=("stage", "covered", "trees", "leachate", "land_class", "due"),
    searched=("reuse", "task"),
    acts=(Act(_("Stages and evidence"), "land-dump", "data.internal"),),
    seed=DATA / "dumps",
    **_GROUND,
)
SOIL_POINTS = Register(
    key="soil-points",
    model=SoilPoint,
    title=_("Soil points"),
    one=_("Soil point"),
    description=_("Points where the quality of soil is followed, and what laboratories found there."),
    subject=Subject.LAND,
    own=("land_class", "use", "programme"),
    listed=("land_class", "use", "programme"),
    filters=("land_class",),
    searched=("use", "programme"),
    linked=tables.of_point,
    remarks=tables.remarks_of_point,
    acts=(Act(_("Results of the laboratory"), "land-soil-point", "registers.keep"),),
)
MINES = Register(
    key="mines",
    model=Mine,
    title=_("Mines"),
    one=_("Mine"),
    description=_("Mines from their licence to the restored ground: closure, deposit, restoration."),
    subject=Subject.LAND,
    own=(
        "mineral",
        "state",
        "licensee",
        "licence",
        "licence_until",
        "area_ha",
        "closure_decision",
        "closed_on",
        "deposit_million",
        "deposited_million",
        "restored_ha",
        "restoration_accepted",
    ),
    listed=("mineral", "state", "licensee", "licence_until"),
    filters=("state", "licence_until", "closed_on"),
    searched=("mineral", "licensee", "licence"),
    shape=Shape.POLYGON,
    remarks=tables.remarks_of_mine,
)
DEGRADED = Register(
    key="degraded-land",
    model=DegradedLand,
    title=_("Degraded land"),
    one=_("Degraded land"),
    description=_("Land that has lost what it could bear, and what is done about it."),
    subject=Subject.LAND,
    own=("kind", "state", "area_ha", "use", "found_on", "measure", "mapped"),
    listed=("kind", "state", "area_ha", "use"),
    filters=("kind", "state", "mapped", "found_on"),
    searched=("use", "measure"),
    shape=Shape.POLYGON,
    remarks=tables.remarks_of_land,
)
REGISTERS = (CRAFT_VILLAGES, SITES, DUMPS, SOIL_POINTS, MINES, DEGRADED)
