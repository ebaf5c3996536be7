"""Sentences about waters: what does not hang together, what is not known, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nonnuoc.domain import reaches
from nonnuoc.domain.reaches import Fault
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import of_model
from nonnuoc.records.registers.waters import along, corridors
from nonnuoc.records.registers.waters.models import Intake, Reach, Reservoir, UrbanArea

FAULTS: Mapping[Fault, Promise] = {
    Fault.CYCLE: gettext_lazy("The water of “%(one)s” would come back to it: one of its reaches flows the wrong way."),
    Fault.TWO_MOUTHS: gettext_lazy(
        "The river ends twice: at “%(one)s” and at “%(other)s”. One of them flows into another."
    ),
    Fault.FORK: gettext_lazy("Two reaches of the same river flow into “%(one)s”; the second is “%(other)s”."),
    Fault.KILOMETRE: gettext_lazy("“%(one)s” does not begin at the kilometre at which “%(other)s” ends."),
    Fault.OVERLAP: gettext_lazy("“%(one)s” and “%(other)s” have kilometres in common."),
}
_CLASS_UNKNOWN = gettext_lazy(
    "No document is known that sets the class of this water. Stations on it are judged by table 1 of QCVN 08:2023/BTNMT"
    " alone, which knows no classes."
)
_CORRIDOR_UNKNOWN = gettext_lazy(
    "Its protection corridor is not known, so no place near by can be ruled out: a decision is needed, or a width."
)


def faults(rights: Rights) -> list[tuple[Reach, Reach | None, Fault]]:
    """What does not hang together in the network as it stands, of reaches that the reader may know of.

    Invented reaches are a river of their own: they end no real one.
    """
    known, water = along.known()
    seen = set(reading.readable(of_model(Reach), rights).values_list("pk", flat=True))
    found = reaches.faults(water, np.array([2 * one.river_id + one.simulated for one in known]))
    told = [(known[one.reach], known[one.other] if one.other >= 0 else None, one.fault) for one in found]
    return [one for one in told if all(reach is None or reach.pk in seen for reach in one[:2])]


def in_words(one: Reach, other: Reach | None, fault: Fault) -> str:
    """A fault as a sentence."""
    return str(FAULTS[fault]) % {"one": one.name, "other": other.name if other else ""}


def of_reach(reach: Reach, rights: Rights) -> Sequence[Promise | str]:
    """What does not hang together here, and that its class is not known."""
    found: list[Promise | str] = [
        in_words(*one) for one in faults(rights) if reach.pk in (one[0].pk, one[1] and one[1].pk)
    ]
    return [*found, *([] if reach.grade else [_CLASS_UNKNOWN])]


def of_reservoir(reservoir: Reservoir, rights: Rights) -> Sequence[Promise | str]:
    """That its class is not known."""
    return [] if reservoir.grade else [_CLASS_UNKNOWN]


def of_all_reaches(rights: Rights) -> Sequence[Promise | str]:
    """How many reaches there are of how many rivers, how many have a class, and how much does not hang together."""
    known = list(reading.readable(of_model(Reach), rights).values_list("river_id", "grade"))
    rivers, classed = len({river for river, _grade in known}), sum(bool(grade) for _river, grade in known)
    said = {"n": len(known), "rivers": rivers, "classed": classed}
    told: list[Promise | str] = [
        ngettext(
            "%(n)d reach of %(rivers)d rivers; the class of %(classed)d is known.",
            "%(n)d reaches of %(rivers)d rivers; the class of %(classed)d is known.",
            len(known),
        )
        % said
    ]
    return told + [in_words(*one) for one in faults(rights)]


def of_intake(intake: Intake, rights: Rights) -> Sequence[Promise | str]:
    """What its protection corridor is, by which document; or that nobody has said."""
    corridor = corridors.of(intake)
    if corridor is None:
        return [_CORRIDOR_UNKNOWN]
    if corridor.how == "decided":
        return [_("Its protection corridor is drawn as decided: %(document)s.") % {"document": corridor.document}]
    said = {"m": intake.corridor_m, "document": corridor.document}
    return [_("Its protection corridor is derived: %(m)g m around the point, after %(document)s.") % said]


def of_urban_area(area: UrbanArea, rights: Rights) -> Sequence[Promise | str]:
    """That nobody has said how it stands; that type III and above is to keep stormwater apart."""
    told: list[Promise | str] = []
    if not area.sewerage:
        told.append(_("Nobody has said yet how far its wastewater is collected and treated."))
    if area.type in (UrbanArea.Type.SPECIAL, UrbanArea.Type.I, UrbanArea.Type.II, UrbanArea.Type.III):
        if area.stormwater_apart is None:
            told.append(
                _("From type III up stormwater is to be collected apart (the plan, II.3.7.b). Here: not known.")
            )
        elif not area.stormwater_apart:
            told.append(_("From type III up stormwater is to be collected apart (the plan, II.3.7.b). Here it is not."))
    return told


def check_reach(reach: Reach) -> None:
    """The water does not come back to where it was. Raises ValidationError."""
    into = dict(Reach.objects.filter(withdrawn=None).values_list("pk", "downstream_id"))
    at, steps = reach.downstream_id, 0
    while at is not None and at != reach.pk and steps <= len(into):
        at, steps = into.get(at), steps + 1
    if at is not None and reach.downstream is not None:
        said = _("The water of “%(into)s” comes to “%(one)s” further on, so it cannot flow into it as well.")
        raise ValidationError({"downstream": said % {"into": reach.downstream.name, "one": reach.name}})
