"""The registers of this room: environmental dossiers, and where water is abstracted."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.facilities import belonging
from nonnuoc.records.registers.facilities.belonging import Section
from nonnuoc.records.registers.licences import facility_page, following, page, restricted
from nonnuoc.records.registers.licences.models import Abstraction, Dossier
from nonnuoc.records.registers.pattern.register import Act, Register, Shape, Subject


def _complete(entry: Dossier | Abstraction) -> None:
    """A paper is its facility's: whose it is and where it lies follow, where nobody says otherwise."""
    if entry.facility is not None:
        entry.office = entry.office or entry.facility.office
        entry.commune = entry.commune or entry.facility.commune


def _check(entry: Dossier) -> None:
    """Raises ValidationError for what cannot be, and for ground under a restriction."""
    if entry.kind == Dossier.Kind.EXEMPTION and not entry.exempt_because.strip():
        raise ValidationError({"exempt_because": _now("Say why it is exempt: by which article, with which amounts.")})
    before = entry.replaces
    if before is not None and before.facility_id != entry.facility_id:
        raise ValidationError({"replaces": _now("That paper is another facility's.")})
    if before is not None and entry.valid_from is None and entry.stage != Dossier.Stage.PREPARING:
        raise ValidationError({"valid_from": _now("Say from when on it takes the other's place.")})
    if before is not None and entry.valid_from and before.valid_from and entry.valid_from <= before.valid_from:
        raise ValidationError({"valid_from": _now("It must begin after the paper that it replaces.")})
    restricted.check(entry)


def _kept(entry: Dossier, by: Person | None) -> None:
    restricted.require(entry, by)
    following.refresh([entry.facility_id])


DOSSIERS = Register(
    key="dossiers",
    model=Dossier,
    title=_("Environmental papers"),
    one=_("Environmental paper"),
    description=_(
        "Decisions on EIA, environmental licences, registrations and exemptions, licences to abstract water: what they"
        " allow, limit and ask for, and from when until when (Law on Environmental Protection 2020)."
    ),
    subject=Subject.FACILITIES,
    own=(
        *("facility", "kind", "stage", "number", "issued", "issuer", "valid_from", "valid_until", "replaces"),
        *("revoked_on", "revoked_by", "group", "scope", "exempt_because", "followed_from"),
        *("ground_decision", "ground_reason"),
    ),
    listed=("facility", "kind", "number", "issued", "valid_until"),
    filters=("kind", "stage", "group", "facility", "issued", "valid_from", "valid_until"),
    searched=("number", "issuer", "scope"),
    internal=frozenset({"followed_from", "ground_reason"}),
    shape=Shape.NONE,
    keep="licences.keep",
    facility="facility__code",
    check=_check,
    complete=_complete,
    kept=_kept,
    linked=page.of_dossier,
    remarks=page.remarks,
    acts=(Act(_("Limits, conditions and obligations"), "licences-dossier", "data.internal"),),
)
ABSTRACTIONS = Register(
    key="abstractions",
    model=Abstraction,
    title=_("Abstractions of water"),
    one=_("Abstraction of water"),
    description=_(
        "Where water is taken from rivers, reservoirs and the ground, how much may be taken, and how much must be left"
        " (plan, II.11.2)."
    ),
    subject=Subject.WATERS,
    own=(
        *("kind", "facility", "dossier", "reach", "aquifer", "wells", "purpose", "allowed_m3_day"),
        *("minimum_flow_m3_s", "lowest_level_m", "minimum_source", "station"),
    ),
    listed=("kind", "facility", "reach", "allowed_m3_day", "minimum_flow_m3_s"),
    filters=("kind", "facility", "reach"),
    searched=("aquifer", "purpose"),
    shape=Shape.POINT,
    keep="licences.keep",
    facility="facility__code",
    complete=_complete,
    linked=page.of_abstraction,
)
REGISTERS = (DOSSIERS, ABSTRACTIONS)

belonging.show(Section("dossiers", tables=facility_page.papers))
belonging.show(Section("obligations", tables=facility_page.duties, remarks=facility_page.overdue))
belonging.show(Section("abstractions", tables=facility_page.abstractions))
