"""The registers of protected areas: their parts, changes of their boundaries, and what presses on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.nature.models import BoundaryCase, Part, Pressure, ProtectedArea
from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.pattern.register import Cell, Linked, Register, Shape, Subject

DATA = Path(__file__).parent / "data"
SHOWN = 50  # rows of a table on the page of an area; the register has them all


def _linked(area: ProtectedArea, rights: Rights) -> Sequence[Linked]:
    parts = reading.readable(PARTS, rights).filter(area=area).order_by("code")
    cases = reading.readable(CASES, rights).filter(area=area).order_by("-decided", "code")
    pressures = reading.readable(PRESSURES, rights).filter(area=area).order_by("-day", "code")
    return (
        Linked(
            _("Zones of protection"),
            (_("Zone of protection"), _("Kind"), _("Area, ha"), _("Boundary"), _("Decision")),
            [
                (
                    Cell(one.name, PARTS.key, one.code),
                    Cell(one.get_kind_display()),
                    Cell(one.area_ha),
                    Cell(_("known") if one.lon is not None else _("unknown")),
                    Cell(one.decision or None),
                )
                for one in parts[:SHOWN]
            ],
            _("No zone is registered. Each core, buffer and level is an entry of the register of zones of protection."),
        ),
        Linked(
            _("Changes of the boundary"),
            (_("Case"), _("State"), _("Before, ha"), _("After, ha"), _("Decision")),
            [
                (
                    Cell(one.name, CASES.key, one.code),
                    Cell(one.get_state_display()),
                    Cell(one.before_ha),
                    Cell(one.after_ha),
                    Cell(one.decision or None),
                )
                for one in cases[:SHOWN]
            ],
            _("No change of its boundary is under way or on record."),
        ),
        Linked(
            _("Pressures and incidents"),
            (_("Found on"), _("What"), _("Kind"), _("State")),
            [
                (
                    Cell(one.day),
                    Cell(one.name, PRESSURES.key, one.code),
                    Cell(one.get_kind_display()),
                    Cell(one.get_state_display()),
                )
                for one in pressures[:SHOWN]
            ],
            _("None is on record that you may read. Rangers and communes register them."),
        ),
    )


def _remarks(area: ProtectedArea, _rights: Rights) -> Sequence[Promise | str]:
    remarks: list[Promise | str] = []
    if area.lon is None:
        remarks.append(_("Where its boundary runs is not known here: no document with coordinates has been given."))
    if area.state == ProtectedArea.State.TO_ESTABLISH:
        remarks.append(
            _("It is still to be established; until a decision says so, it is not protected under this name.")
        )
    return remarks


def _case_remarks(case: BoundaryCase, _rights: Rights) -> Sequence[Promise | str]:
    known = case.state not in (BoundaryCase.State.INTENDED, BoundaryCase.State.REVIEWING)
    if known or case.after_ha is not None:
        return ()
    return (_("How far the boundary moves is not decided: the detailed scheme is to say so."),)


def _decided(case: BoundaryCase, by: Person | None) -> None:
    """What an approved case decides becomes a new version of the area, which names the case."""
    if case.state != BoundaryCase.State.APPROVED:
        return
    values = {"area_ha": case.after_ha} if case.after_ha is not None else {}
    if case.shape is not None:
        values |= {"shape": bytes(case.shape), "position_source": case.decision}  # type: ignore[dict-item]
    if values:
        keeping.change(AREAS, case.area.code, values, by=by, reason=f"{case.code}: {case.decision}")


AREAS = Register(
    key="protected-areas",
    model=ProtectedArea,
    title=_("Protected areas and relics"),
    one=_("Protected area"),
    description=_(
        "Areas kept for their nature, landscape or history, with what they are kept for and what threatens it."
    ),
    subject=Subject.NATURE,
    own=(
        *("kind", "rank", "state", "decision", "decided", "area_ha", "reaches_into", "board"),
        *("values", "threats", "activities", "tourism"),
    ),
    listed=("kind", "rank", "state", "area_ha"),
    filters=("kind", "rank", "state"),
    searched=("board",),
    shape=Shape.POLYGON,
    linked=_linked,
    remarks=_remarks,
    seed=DATA / "protected_areas",
)
PARTS = Register(
    key="protected-area-parts",
    model=Part,
    title=_("Zones of protection"),
    one=_("Zone of protection"),
    description=_("Cores, buffers and levels of protected areas, each with the boundary a decision gave it."),
    subject=Subject.NATURE,
    own=("area", "kind", "area_ha", "decision"),
    listed=("area", "kind", "area_ha"),
    filters=("area", "kind"),
    searched=("area",),
    shape=Shape.POLYGON,
    seed=DATA / "parts",
)
CASES = Register(
    key="boundary-cases",
    model=BoundaryCase,
    title=_("Changes of boundaries"),
    one=_("Change of a boundary"),
    description=_(
        "Each change of a protected area's boundary: from the review of land use over the scheme to the decision."
    ),
    subject=Subject.NATURE,
    own=(
        *("area", "state", "before_ha", "after_ha", "land_use", "grounds"),
        *("drafted_by", "submitted", "authority", "decision", "decided"),
    ),
    listed=("area", "state", "before_ha", "after_ha", "decided"),
    filters=("area", "state", "decided"),
    searched=("area",),
    shape=Shape.POLYGON,
    kept=_decided,
    remarks=_case_remarks,
    seed=DATA / "boundary_cases",
)
PRESSURES = Register(
    key="nature-pressures",
    model=Pressure,
    title=_("Pressures on nature"),
    one=_("Pressure on nature"),
    description=_("Incidents and lasting pressures that harm the nature of a protected area, and what was done."),
    subject=Subject.NATURE,
    own=("area", "kind", "day", "state", "extent_ha", "handled"),
    listed=("area", "kind", "day", "state"),
    filters=("area", "kind", "state", "day"),
    searched=("area",),
)
