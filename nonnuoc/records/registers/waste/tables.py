"""What stands on the page of an entry of this room: tables of what belongs to it, and sentences above its facts."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern.register import Cell, Linked
from nonnuoc.records.registers.waste import declarations, emptying, filling, manifests, places
from nonnuoc.records.registers.waste.models import (
    Amount,
    Declaration,
    Handler,
    Manifest,
    PickUp,
    Praise,
    Producer,
    Site,
    Tank,
)

LATEST = 12  # rows of a table on an entry's page


def of_site(site: Site, rights: Rights) -> Sequence[Linked]:
    """Its months, for those who may read internal data there."""
    if not places.may_read(site, rights):
        return ()
    months = filling.months_of(site)[-LATEST:][::-1]
    return (
        Linked(
            gettext_lazy("Amounts, tonnes"),
            (
                gettext_lazy("Month"),
                gettext_lazy("Received"),
                gettext_lazy("Treated"),
                gettext_lazy("Sent on"),
                gettext_lazy("Landfilled directly"),
            ),
            [
                tuple(
                    Cell(value)
                    for value in (f"{one.month:02d}/{one.year}", one.received, one.treated, one.sent, one.landfilled)
                )
                for one in months
            ],
            gettext_lazy("Nothing was told of this site yet. Its amounts are written by month or by weigh ticket."),
        ),
    )


def on_site(site: Site, rights: Rights) -> Sequence[Promise | str]:
    """What the plan leaves open, and how long the room lasts."""
    told: list[Promise | str] = []
    if site.ordered and site.finished is None and not site.state:
        told.append(_("The plan names this place; whether it works today, and how much it takes, nobody has told yet."))
    if places.may_read(site, rights):
        room = filling.filling(site)
        if room.left_t is not None and room.left_t < 0:
            told.append(_("More was landfilled since the survey than there was room for: survey it again."))
        elif room.months is not None:
            told.append(_("At the mean of the last months, its room lasts %(n)d more months.") % {"n": room.months})
    return told


def about_sites(rights: Rights) -> Sequence[Promise | str]:
    """That the plan contradicts itself about how many existing areas are upgraded; numbers from the entries."""
    named = Site.objects.filter(rights.readable(office="office_id", commune="commune_id", facility="facility__code"))
    upgraded = named.filter(ordered=Site.Ordered.UPGRADE, withdrawn=None, simulated=False).count()
    building = named.filter(kind=Site.Kind.CONSTRUCTION, withdrawn=None, simulated=False).count()
    said = {"named": upgraded, "building": building}
    return (
        _(
            "The plan contradicts itself about the existing areas to be upgraded: section II.5.1a says “17 khu xử lý"
            " chất thải rắn hiện có”, annex V.2 says “10 khu xử lý chất thải rắn” and names 11. Those it names stand"
            " here: %(named)d. Which the others are, and whether the provincial area is one of the 17, it does not say."
        )
        % said,
        _(
            "Section II.5.1b and annex V.4 order at least 3 sites for construction waste and name none; registered so"
            " far: %(building)d."
        )
        % said,
    )


def of_tank(tank: Tank, rights: Rights) -> Sequence[Linked]:
    """Its pick-ups, for those who may read internal data there."""
    if not rights.may_read(DataClass.INTERNAL, emptying.subject(tank)):
        return ()
    return (
        Linked(
            gettext_lazy("Pick-ups"),
            (gettext_lazy("Day"), gettext_lazy("Mass, kg"), gettext_lazy("Taken by"), gettext_lazy("Note")),
            [_picked_up(one) for one in emptying.of(tank)[:LATEST]],
            gettext_lazy("It was not emptied yet, or nobody has told."),
        ),
    )


def _picked_up(one: PickUp) -> tuple[Cell, ...]:
    taker = Cell(one.to.name, "facilities", one.to.code) if one.to else Cell(one.to_name)
    return Cell(one.day), Cell(one.kg), taker, Cell(one.note)


def of_producer(producer: Producer, rights: Rights) -> Sequence[Linked]:
    """What it is named in public for; its declarations for those who may read internal data there."""
    praises = Praise.objects.filter(producer=producer, state=Praise.State.PUBLISHED)
    named = Linked(
        gettext_lazy("Named as doing well"),
        (gettext_lazy("Year"), gettext_lazy("What for")),
        [(Cell(one.year), Cell(one.words)) for one in praises],
        gettext_lazy("It is not named. One person proposes it, another publishes it."),
    )
    on = Subject(producer.office_id, producer.commune_id, producer.facility.code)
    if not rights.may_read(DataClass.INTERNAL, on):
        return (named,)
    declared = Declaration.objects.filter(producer=producer, withdrawn=None).order_by("-year", "code")
    return named, _declared(declared)


def _declared(declared: QuerySet[Declaration]) -> Linked:
    return Linked(
        gettext_lazy("Declarations"),
        (
            gettext_lazy("Year"),
            gettext_lazy("Product or packaging"),
            gettext_lazy("State"),
            gettext_lazy("Put on the market, t"),
            gettext_lazy("Recycled, t"),
            gettext_lazy("To be paid, VND"),
            gettext_lazy("Paid, VND"),
        ),
        [
            (
                Cell(one.year, "epr-declarations", one.code),
                Cell(one.name),
                Cell(one.get_state_display()),
                Cell(one.market_t),
                Cell(one.recycled_t),
                Cell(one.due_vnd),
                Cell(one.paid_vnd),
            )
            for one in declared
        ],
        gettext_lazy("Nothing was declared here yet. Declarations are copied from the ministry's portal."),
    )


def on_declaration(one: Declaration, _rights: Rights) -> Sequence[Promise | str]:
    """What follows from what was typed, and what cannot be known without more."""
    standing, told = declarations.standing_today(one), []
    if one.rate_percent is None:
        told.append(_("The mandatory rate is not typed, so nobody knows what is due. Type it with its source."))
    elif standing.due_t is not None:
        said = {"due": f"{standing.due_t:.2f}"}
        told.append(_("To be recycled at the rate as it was typed: %(due)s t.") % said)
    if standing.late:
        told.append(_("It is late."))
    return told


def manifests_of_facility(facility: Facility, rights: Rights) -> Sequence[Linked]:
    """Its part in the way of hazardous waste, and the newest manifests that name it."""
    if not rights.may_read(DataClass.INTERNAL, manifests.subject(facility)):
        return ()
    parts = list(Handler.objects.filter(facility=facility, withdrawn=None))
    names_it = Q(generator=facility) | Q(transporter=facility) | Q(treater=facility)
    consigned = list(Manifest.objects.filter(names_it).select_related(*manifests.SIDES)[:LATEST])
    return (_parts(parts), _consigned(consigned)) if parts or consigned else ()


def amounts_of_facility(facility: Facility, rights: Rights) -> Sequence[Linked]:
    """What it told of its waste."""
    if not rights.may_read(DataClass.INTERNAL, manifests.subject(facility)):
        return ()
    amounts = list(filling.rows(facility)[:LATEST])
    return (_told(amounts),) if amounts else ()


def producer_of_facility(facility: Facility, rights: Rights) -> Sequence[Linked]:
    """What it declared under extended producer responsibility."""
    if not rights.may_read(DataClass.INTERNAL, manifests.subject(facility)):
        return ()
    producer = Producer.objects.filter(facility=facility, withdrawn=None).first()
    if producer is None:
        return ()
    return (_declared(Declaration.objects.filter(producer=producer, withdrawn=None).order_by("-year")),)


def _parts(parts: Sequence[Handler]) -> Linked:
    return Linked(
        gettext_lazy("Its part in the way of hazardous waste"),
        (gettext_lazy("Part"), gettext_lazy("Licence"), gettext_lazy("Capacity, t/year")),
        [
            (
                Cell(one.get_role_display(), "waste-handlers", one.code),
                Cell(one.permit or None),
                Cell(one.capacity_t_year),
            )
            for one in parts
        ],
        gettext_lazy("It is not registered as generator, transporter or treater."),
    )


def _consigned(consigned: Sequence[Manifest]) -> Linked:
    return Linked(
        gettext_lazy("Manifests of hazardous waste"),
        (
            gettext_lazy("Number of the manifest"),
            gettext_lazy("State"),
            gettext_lazy("Generator of the waste"),
            gettext_lazy("Carried by"),
            gettext_lazy("Handed over to"),
        ),
        [
            (
                Cell(one.number, route="waste-manifest", code=one.number),
                Cell(one.get_state_display()),
                *(Cell(of.name, "facilities", of.code) for of in (one.generator, one.transporter, one.treater)),
            )
            for one in consigned
        ],
        gettext_lazy("No manifest names it yet."),
    )


def _told(amounts: Sequence[Amount]) -> Linked:
    return Linked(
        gettext_lazy("Amounts of waste"),
        (gettext_lazy("Time"), gettext_lazy("Way"), gettext_lazy("Waste"), gettext_lazy("Tonnes")),
        [
            (
                Cell(f"{one.month:02d}/{one.year}" if one.month else str(one.year)),
                Cell(one.get_flow_display()),
                Cell(one.get_stream_display()),
                Cell(one.tonnes),
            )
            for one in amounts
        ],
        gettext_lazy("Nothing was told yet."),
    )
