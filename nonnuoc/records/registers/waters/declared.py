"""The registers of waters."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.pattern.register import Act, Register, Shape, Subject
from nonnuoc.records.registers.waters import remarks, tables
from nonnuoc.records.registers.waters.models import Intake, Reach, Reservoir, UrbanArea

DATA = Path(__file__).parent / "data"
_STATIONS = _("Say which stations stand on it")

REACHES = Register(
    key="reaches",
    model=Reach,
    title=_("River reaches"),
    one=_("River reach"),
    description=_("The rivers as connected reaches, each with the class its water must keep."),
    subject=Subject.WATERS,
    own=(
        "river",
        "downstream",
        "from_km",
        "to_km",
        "grade",
        "grade_source",
        "enters_from_abroad",
        "within_province",
        "role",
    ),
    listed=("river", "grade", "from_km", "to_km"),
    filters=("river", "grade", "enters_from_abroad", "within_province"),
    searched=("role",),
    shape=Shape.LINE,
    check=remarks.check_reach,
    linked=tables.of_reach,
    remarks=remarks.of_reach,
    about=remarks.of_all_reaches,
    acts=(Act(_STATIONS, "waters-reach-stations", "registers.keep"),),
    seed=DATA / "reaches",
)
RESERVOIRS = Register(
    key="reservoirs",
    model=Reservoir,
    title=_("Lakes and reservoirs"),
    one=_("Lake or reservoir"),
    description=_("Standing waters, what the province needs them for, and the class their water must keep."),
    subject=Subject.WATERS,
    own=(
        "reach",
        "km",
        "drinking_water",
        "area_ha",
        "volume_million_m3",
        "operator",
        "grade",
        "grade_source",
        "within_province",
        "role",
    ),
    listed=("grade", "drinking_water", "area_ha"),
    filters=("grade", "drinking_water", "within_province"),
    searched=("role", "operator"),
    shape=Shape.POLYGON,
    linked=tables.of_reservoir,
    remarks=remarks.of_reservoir,
    acts=(Act(_STATIONS, "waters-reservoir-stations", "registers.keep"),),
)
INTAKES = Register(
    key="intakes",
    model=Intake,
    title=_("Drinking-water intakes"),
    one=_("Drinking-water intake"),
    description=_("Where water is taken for drinking, and the corridor that protects it."),
    subject=Subject.WATERS,
    own=(
        "kind",
        "state",
        "reach",
        "km",
        "reservoir",
        "operator",
        "m3_day",
        "people",
        "corridor_decision",
        "corridor_m",
        "corridor_document",
    ),
    listed=("kind", "state", "reach", "m3_day", "people"),
    filters=("kind", "state", "reach"),
    searched=("operator",),
    shape=Shape.POLYGON,
    linked=tables.of_intake,
    remarks=remarks.of_intake,
)
URBAN_AREAS = Register(
    key="urban-areas",
    model=UrbanArea,
    title=_("Urban areas and their wastewater"),
    one=_("Urban area"),
    description=_("The urban areas whose wastewater the plan wants collected and treated, and how far each has come."),
    subject=Subject.WATERS,
    own=(
        "type",
        "covers",
        "sewerage",
        "stormwater_apart",
        "plant_m3_day",
        "served_percent",
        "sewerage_source",
        "project",
        "project_document",
    ),
    listed=("type", "sewerage", "stormwater_apart", "served_percent"),
    filters=("type", "sewerage", "stormwater_apart"),
    searched=("covers", "project"),
    shape=Shape.POLYGON,
    remarks=remarks.of_urban_area,
    seed=DATA / "urban_areas",
)
REGISTERS = (REACHES, RESERVOIRS, INTAKES, URBAN_AREAS)
