"""What stands on the pages of waters beside their own facts: neighbours, and what lies along the water."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Cell, Linked, of_model
from nonnuoc.records.registers.waters import along
from nonnuoc.records.registers.waters.along import Step
from nonnuoc.records.registers.waters.models import Intake, Reach, Reservoir

SOMEWHERE = _("on the same reach: above or below is not known")
_ALONG = (_("what"), _("name"), _("km along the water"))
_NOTE = _(
    "Distances follow the water, not the air. Where a length is not known, the order is told and the distance is not."
)


def of_reach(reach: Reach, rights: Rights) -> Sequence[Linked]:
    """Its neighbours; what its water comes past, and whose water comes to it."""
    return (
        _neighbours(reach, rights),
        Linked(
            title=_("What the water from its beginning comes past"),
            headings=_ALONG,
            rows=_rows(along.below(rights, reach, reach.from_km)),
            empty=_(
                "No station, intake or outfall is known on this reach or below it. Put them on their reach to see."
            ),
            note=_NOTE,
        ),
        Linked(
            title=_("Whose water comes to its beginning"),
            headings=_ALONG,
            rows=_rows(along.above(rights, reach, reach.from_km)),
            empty=_("No station, intake or outfall is known on the reaches above."),
        ),
    )


def of_intake(intake: Intake, rights: Rights) -> Sequence[Linked]:
    """What lies above it: whoever pollutes there, pollutes what is drunk here."""
    if intake.reach is None:
        return ()
    return (
        Linked(
            title=_("What lies above it on the river"),
            headings=_ALONG,
            rows=_rows(along.above(rights, intake.reach, intake.km), but=intake.code),
            empty=_("No station, intake or outfall is known above. Put them on their reach to see."),
            note=_NOTE,
        ),
    )


def of_reservoir(reservoir: Reservoir, rights: Rights) -> Sequence[Linked]:
    """The intakes that draw from it."""
    register = of_model(Intake)
    found = reading.readable(register, rights).filter(reservoir=reservoir).order_by("code")
    return (
        Linked(
            title=_("Intakes that draw from it"),
            headings=(register.one, _("state"), _("capacity, m³/day")),
            rows=[
                (Cell(one.name, register.key, one.code), Cell(one.get_state_display() or None), Cell(one.m3_day))
                for one in found
            ],
            empty=_("None is known. An intake names its reservoir on its own page."),
        ),
    )


def _neighbours(reach: Reach, rights: Rights) -> Linked:
    register = of_model(Reach)
    readable = reading.readable(register, rights).select_related("river")
    above = readable.filter(downstream=reach).order_by("river__code", "code")
    below = readable.filter(pk=reach.downstream_id) if reach.downstream_id else ()
    rows = [(Cell(_("flows into it")), *_reach(register.key, one)) for one in above]
    rows += [(Cell(_("it flows into")), *_reach(register.key, one)) for one in below]
    return Linked(
        title=_("Neighbouring reaches"),
        headings=(_("which way"), register.one, _("river"), _("class of water (QCVN 08:2023)")),
        rows=rows,
        empty=_("Nobody has said what flows into it and where it flows to. Each reach names the one it flows into."),
    )


def _reach(key: str, one: Reach) -> tuple[Cell, ...]:
    return (Cell(one.name, key, one.code), Cell(str(one.river)), Cell(one.grade or None))


def _rows(steps: Iterable[Step], but: str = "") -> list[tuple[Cell, ...]]:
    return [
        (
            Cell(one.mark.what),
            Cell(one.mark.name, one.mark.register, one.mark.code, one.mark.route),
            Cell(one.km if one.sure else SOMEWHERE),
        )
        for one in steps
        if not (one.mark.code == but and one.mark.register)
    ]
