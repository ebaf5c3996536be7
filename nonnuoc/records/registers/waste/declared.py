"""The registers of this room."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.facilities import belonging
from nonnuoc.records.registers.facilities.belonging import Section
from nonnuoc.records.registers.pattern.register import Act, Register, Shape, Subject
from nonnuoc.records.registers.waste import tables
from nonnuoc.records.registers.waste.models import Amount, Declaration, Handler, Manifest, PickUp, Producer, Site, Tank

DATA = Path(__file__).parent / "data"

SITES = Register(
    key="waste-sites",
    model=Site,
    title=_("Waste sites"),
    one=_("Waste site"),
    description=_(
        "Where waste is collected, handed on, treated or buried: what works, and what the plan orders to be built or"
        " upgraded (Plan, II.4, II.5.1, annex V)."
    ),
    subject=Subject.WASTE,
    own=(
        "kind",
        "state",
        "ordered",
        "ordered_until",
        "finished",
        "facility",
        "accepts",
        "technology",
        "area_ha",
        "target_from_ha",
        "target_to_ha",
        "pilot_from_ha",
        "pilot_to_ha",
        "capacity_t_day",
        "room_left_t",
        "room_surveyed",
        "nearest_homes_m",
        "basis",
        "marked",
        "recovered",
        "allocated",
    ),
    listed=("kind", "state", "ordered"),
    filters=("kind", "state", "ordered"),
    searched=("accepts", "technology"),
    shape=Shape.POLYGON,
    facility="facility__code",
    linked=tables.of_site,
    remarks=tables.on_site,
    about=tables.about_sites,
    acts=(Act(_("Amounts in and out"), "waste-site-amounts", "data.internal"),),
    seed=DATA,
)
HANDLERS = Register(
    key="waste-handlers",
    model=Handler,
    title=_("Generators, transporters and treaters of hazardous waste"),
    one=_("Part in the way of hazardous waste"),
    description=_(
        "Which facility generates, carries or treats hazardous waste, by which licence, and how much it may."
    ),
    subject=Subject.WASTE,
    own=("facility", "role", "permit", "valid_until", "capacity_t_year", "waste"),
    listed=("facility", "role", "capacity_t_year", "valid_until"),
    filters=("role", "valid_until"),
    searched=("permit", "waste"),
    shape=Shape.NONE,
    facility="facility__code",
)
TANKS = Register(
    key="pesticide-tanks",
    model=Tank,
    title=_("Tanks for packaging of pesticides"),
    one=_("Tank for packaging of pesticides"),
    description=_("Where used packaging of pesticides is collected in the fields, and when it was picked up."),
    subject=Subject.WASTE,
    own=("state", "volume_m3", "serves", "keeper", "placed"),
    listed=("state", "volume_m3", "serves"),
    filters=("state",),
    searched=("serves",),
    internal=frozenset({"keeper"}),
    shape=Shape.POINT,
    linked=tables.of_tank,
    acts=(Act(_("Pick-ups"), "waste-pick-ups", "data.internal"),),
)
PRODUCERS = Register(
    key="epr-producers",
    model=Producer,
    title=_("Producers under extended responsibility (EPR)"),
    one=_("Producer under extended responsibility"),
    description=_(
        "Producers and importers who must see their products and packaging recycled or treated. The ministry's portal"
        " is the official book; here the province supervises. In public only those that are named as doing well."
    ),
    subject=Subject.WASTE,
    own=("facility", "role", "products"),
    listed=("facility", "role", "products"),
    filters=("role",),
    searched=("products",),
    shape=Shape.NONE,
    facility="facility__code",
    linked=tables.of_producer,
    acts=(Act(_("Name it as doing well"), "waste-producer-praise", "registers.keep"),),
)
DECLARATIONS = Register(
    key="epr-declarations",
    model=Declaration,
    title=_("Declarations under extended responsibility (EPR)"),
    one=_("Declaration under extended responsibility"),
    description=_("Product or packaging by year: put on the market, to be recycled, recycled, to be paid, paid."),
    subject=Subject.WASTE,
    own=(
        "producer",
        "year",
        "kind",
        "state",
        "way",
        "market_t",
        "rate_percent",
        "rate_source",
        "recycled_t",
        "due_vnd",
        "paid_vnd",
        "due",
        "due_source",
    ),
    listed=("producer", "year", "kind", "state", "due"),
    filters=("kind", "state", "way", "due"),
    shape=Shape.NONE,
    facility="producer__facility__code",
    remarks=tables.on_declaration,
)
REGISTERS: tuple[Register, ...] = (SITES, HANDLERS, TANKS, PRODUCERS, DECLARATIONS)

belonging.show(Section("waste", tables=tables.amounts_of_facility))
belonging.show(Section("manifests", tables=tables.manifests_of_facility))
belonging.show(Section("producers", tables=tables.producer_of_facility))
belonging.named(Amount, _("amounts of waste"))
belonging.named(Manifest, _("manifests of hazardous waste"))
belonging.named(PickUp, _("pick-ups of pesticide packaging"))
