"""Whether a dossier is in force on a day: its dates, its stage and what replaces it decide, nobody writes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.licences.models import Dossier

ONE_DAY = timedelta(days=1)


class Standing(StrEnum):
    """Where a dossier stands on a day."""

    PREPARING = "preparing"
    UNKNOWN = "unknown"  # issued, nobody knows from when on
    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REVOKED = "revoked"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # out of the register


WORDS: Mapping[Standing, Promise] = {
    Standing.PREPARING: _("in preparation"),
    Standing.UNKNOWN: _("not known from when on"),
    Standing.NOT_YET: _("not yet in force"),
    Standing.IN_FORCE: _("in force"),
    Standing.REPLACED: _("replaced"),
    Standing.REVOKED: _("revoked"),
    Standing.EXPIRED: _("expired"),
    Standing.WITHDRAWN: _("out of the register"),
}


@dataclass(frozen=True, slots=True)
class InForce:
    """The days on which a dossier holds, both in it; None: not known (since), until further notice (until)."""

    since: date | None
    until: date | None

    def covers(self, day: date) -> bool:
        """Whether it is known to hold on this day."""
        return self.since is not None and self.since <= day and (self.until is None or day <= self.until)


def replaced_from(dossiers: Collection[int]) -> Mapping[int, date]:
    """From when on each of these is replaced, by id; of several successors the first counts. One query."""
    successors = Dossier.objects.filter(replaces__in=dossiers, withdrawn=None, valid_from__isnull=False)
    issued = successors.exclude(stage=Dossier.Stage.PREPARING).order_by().values_list("replaces_id")
    return {id: day for id, day in issued.annotate(day=Min("valid_from")) if id is not None and day is not None}


def in_force(dossier: Dossier, replaced: date | None) -> InForce | None:
    """The days on which it holds; None: on none that is known of."""
    if dossier.withdrawn is not None or dossier.stage == Dossier.Stage.PREPARING:
        return None
    return InForce(dossier.valid_from, last_day(dossier.valid_until, dossier.revoked_on, replaced))


def last_day(valid_until: date | None, revoked_on: date | None, replaced: date | None) -> date | None:
    """The last day it holds; the day of its revocation, and the first of its successor, are none of its own."""
    ends = [valid_until, *(day - ONE_DAY for day in (revoked_on, replaced) if day is not None)]
    return min((day for day in ends if day is not None), default=None)


def of(dossier: Dossier, replaced: date | None, today: date) -> Standing:
    """Where it stands on a day; of several ends the first one tells."""
    if dossier.withdrawn is not None:
        return Standing.WITHDRAWN
    if dossier.stage == Dossier.Stage.PREPARING:
        return Standing.PREPARING
    until = last_day(dossier.valid_until, dossier.revoked_on, replaced)
    if until is not None and today > until:
        if dossier.revoked_on is not None and until == dossier.revoked_on - ONE_DAY:
            return Standing.REVOKED
        return Standing.REPLACED if replaced is not None and until == replaced - ONE_DAY else Standing.EXPIRED
    if dossier.valid_from is None:
        return Standing.UNKNOWN
    return Standing.IN_FORCE if dossier.valid_from <= today else Standing.NOT_YET
