"""Ground under a restriction: a paper for a facility there is kept only with a decision that allows it."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.land import restrictions
from nonnuoc.records.registers.land.models import Restriction
from nonnuoc.records.registers.licences import writing
from nonnuoc.records.registers.licences.models import Abstraction, Dossier

#: Who may say that a paper stands on restricted ground all the same.
OVERRIDE = "sites.gate"
#: Papers that allow nothing: they need no ground.
NOTHING = frozenset({Dossier.Kind.EXEMPTION})


def touching(entry: Dossier | Abstraction) -> Sequence[Restriction]:
    """The restrictions in force today where its facility lies; none where nobody knows where that is."""
    ground = _ground(entry)
    if ground is None:
        return ()
    return restrictions.touching(ground, at=timezone.localdate(), simulated=entry.simulated)


def check(dossier: Dossier) -> None:
    """Refuse a paper on restricted ground, saying what and where; with a decision and a reason it is kept.

    Raises ValidationError. A paper that is revoked, or allows nothing, is not looked at.
    """
    if dossier.kind in NOTHING or dossier.stage == Dossier.Stage.REVOKED or dossier.ground_decision:
        return
    if found := touching(dossier):
        said = {"facility": dossier.facility.name, "restrictions": "; ".join(words(one) for one in found)}
        raise ValidationError(
            {
                "ground_decision": _(
                    "The ground of %(facility)s is restricted: %(restrictions)s. Have the restriction lifted first; or,"
                    " where the authority has decided that it may stand there all the same, give the number of that"
                    " decision and its reason."
                )
                % said
            }
        )


def require(dossier: Dossier, by: Person | None) -> None:
    """Only who may move sites through their stages lets a paper stand on restricted ground. Raises PermissionDenied."""
    if dossier.ground_decision and touching(dossier):
        access.require(by, OVERRIDE, writing.subject(dossier))


def words(restriction: Restriction) -> str:
    """What is restricted, where, by which decision."""
    return _("“%(text)s” on %(ground)s (%(decision)s, since %(day)s)") % {
        "text": restriction.text,
        "ground": restriction.ground.name,
        "decision": restriction.decision,
        "day": f"{restriction.since:%d/%m/%Y}",
    }


def remarks(dossier: Dossier) -> list[str]:
    """What stands in the way, or that it stands there by a decision, or that nobody can tell."""
    if dossier.kind in NOTHING:
        return []
    if _ground(dossier) is None:
        return [_("Nobody knows where the facility lies, so whether its ground is restricted cannot be told.")]
    found = touching(dossier)
    if not found:
        return []
    named = "; ".join(words(one) for one in found)
    if dossier.ground_decision:
        said = {"named": named, "decision": dossier.ground_decision, "reason": dossier.ground_reason}
        return [_("It stands on restricted ground – %(named)s – by %(decision)s: %(reason)s") % said]
    return [_("Its ground was restricted after this was registered: %(named)s.") % {"named": named}]


def _ground(entry: Dossier | Abstraction) -> BaseGeometry | None:
    """Where it lies: of the facility the shape, else the point; WGS 84."""
    for one in (entry.facility, entry):
        if one is not None and one.shape is not None:
            return geometry.from_wkb(bytes(one.shape))
        if one is not None and one.lon is not None and one.lat is not None:
            return shapely.Point(one.lon, one.lat)
    return None
