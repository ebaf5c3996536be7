"""The registers of facilities and of the zones they stand in."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.facilities.models import Facility, Zone
from nonnuoc.records.registers.pattern.register import Register, Shape, Subject

DATA = Path(__file__).parent / "data"

ZONES = Register(
    key="zones",
    model=Zone,
    title=_("Industrial parks and clusters"),
    one=_("Industrial park or cluster"),
    description=_("Where facilities stand together, who runs the infrastructure, and whether it treats its water."),
    subject=Subject.FACILITIES,
    own=("kind", "state", "area_ha", "owner", "wastewater_plant", "plant_m3_day", "decision"),
    listed=("kind", "state", "area_ha", "wastewater_plant"),
    filters=("kind", "state", "wastewater_plant"),
    shape=Shape.POLYGON,
)
FACILITIES = Register(
    key="facilities",
    model=Facility,
    title=_("Facilities"),
    one=_("Facility"),
    description=_("Production, business and service facilities, each with one identity over all programmes."),
    subject=Subject.FACILITIES,
    own=(
        "state",
        "business_code",
        "owner_name",
        "sector",
        "sector_code",
        "capacity",
        "group",
        "polluting_type",
        "zone",
        "address",
        "contact",
        "started",
    ),
    listed=("state", "group", "sector", "zone"),
    filters=("state", "group", "polluting_type", "zone", "started"),
    searched=("business_code", "owner_name", "sector", "address"),
    internal=frozenset({"contact"}),
    shape=Shape.POINT,
    facility="code",
)
REGISTERS = (FACILITIES, ZONES)
