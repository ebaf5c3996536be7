"""The registers of facilities, of the zones they stand in, and of what they emit through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Appointment, Invitation
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.registers.facilities import belonging, matching, page, rivers, works
from nonnuoc.records.registers.facilities.belonging import Section
from nonnuoc.records.registers.facilities.models import Alias, Facility, Identifier, Outfall, Stack, Zone
from nonnuoc.records.registers.pattern.models import Document
from nonnuoc.records.registers.pattern.register import Act, Register, Shape, Subject
from nonnuoc.records.registers.waters import along

DATA = Path(__file__).parent / "data"


def _still_one(facility: Any) -> None:
    """An entry that was merged says nothing new: whoever writes it, or brings it back, is led to its survivor."""
    if facility.merged_into is not None:
        told = said("This entry was merged into %(code)s. Write that one, or split the two.")
        raise ValidationError(told % {"code": facility.merged_into.code})


def _in_register(facility: Facility) -> bool:
    return facility.withdrawn is None


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
    linked=works.of_zone,
    remarks=works.told_of_zone,
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
    check=_still_one,
    kept=matching.later,
    linked=belonging.tables,
    remarks=belonging.remarks,
    successor=lambda facility: facility.merged_into,
    acts=(
        Act(_("Names and numbers"), "facilities-identity", "registers.keep", _in_register),
        Act(_("Merge with another"), "facilities-merge", "facilities.merge", _in_register),
        Act(_("Split"), "facilities-split", "facilities.merge", _in_register),
        Act(_("Amounts of waste"), "waste-facility-amounts", "waste.report", _in_register),
    ),
)
OUTFALLS = Register(
    key="outfalls",
    model=Outfall,
    title=_("Wastewater outfalls"),
    one=_("Wastewater outfall"),
    description=_("Where facilities let wastewater go, into which water, after which treatment."),
    subject=Subject.FACILITIES,
    own=(
        "facility",
        "kind",
        "works",
        "works_since",
        "treatment",
        "design_m3_day",
        "mode",
        "reach",
        "receiving",
        "purpose",
    ),
    listed=("facility", "kind", "works", "design_m3_day", "reach"),
    filters=("kind", "works", "mode", "facility", "reach"),
    searched=("receiving",),
    shape=Shape.POINT,
    facility="facility__code",
    check=works.check,
    complete=works.complete,
    linked=works.telemetry,
    remarks=works.told,
    acts=(Act(_("Link telemetry"), "facilities-outfall-streams", "registers.keep"),),
)
STACKS = Register(
    key="stacks",
    model=Stack,
    title=_("Stacks"),
    one=_("Stack"),
    description=_("Where facilities let their gases go, from which process, after which treatment."),
    subject=Subject.FACILITIES,
    own=(
        "facility",
        "emitter",
        "works",
        "works_since",
        "treatment",
        "height_m",
        "diameter_m",
        "design_m3_h",
    ),
    listed=("facility", "emitter", "works", "height_m", "design_m3_h"),
    filters=("works", "facility"),
    searched=("emitter",),
    shape=Shape.POINT,
    facility="facility__code",
    check=works.check,
    complete=works.complete,
    linked=works.telemetry,
    remarks=works.told,
    acts=(Act(_("Link telemetry"), "facilities-stack-streams", "registers.keep"),),
)
REGISTERS = (ZONES, FACILITIES, OUTFALLS, STACKS)

belonging.show(Section("identity", page.identity, page.told))
belonging.show(Section("sources", page.sources))
belonging.show(Section("stations", page.stations))
belonging.coded(Thing, "facility")
belonging.coded(Appointment, "facility", Q(until=None))
belonging.coded(Invitation, "facility", Q(accepted=None, revoked=None))
belonging.named(Thing, _("stations"))
belonging.named(Appointment, _("tasks of people, narrowed to it"))
belonging.named(Invitation, _("invitations, narrowed to it"))
belonging.named(Document, _("documents"))
belonging.named(Identifier, _("numbers of other programmes"))
belonging.named(Alias, _("other names"))
along.READERS.append(rivers.outfalls)
