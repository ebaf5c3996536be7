"""Amounts of waste: written once, corrected with a reason, never written over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.waste import places
from nonnuoc.records.registers.waste.models import Amount, Basis, Flow, Method, Stream
from nonnuoc.records.registers.waste.places import Place

EARLIEST = 2000  # a year before this is a slip of the hand
MOST_T = 1_000_000.0  # in one row; more is a slip of the hand too


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of one amount; a weigh ticket has a number and a day, a monthly or yearly figure has not."""

    year: int
    month: int | None
    flow: str
    stream: str
    tonnes: float
    basis: str
    method: str = ""
    commune: Commune | None = None
    partner: str = ""
    ticket: str = ""
    day: date | None = None
    note: str = ""

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@transaction.atomic
def report(place: Place, given: Given, *, token: UUID, by: Person | None) -> Amount:
    """Keep one amount of a place. The same form sent twice is one row.

    Raises ValidationError (field -> sentences) for what cannot be, or is told already, and PermissionDenied.
    """
    through = access.of(by).require("waste.report", places.subject(place)).lent
    if (known := Amount.objects.filter(token=token, **places.where(place)).first()) is not None:
        return known
    given = _checked(given)
    _refuse_twice(place, given)
    kept = Amount.objects.create(**places.where(place), **given.columns(), token=token, by=by, at=timezone.now())
    audit.record(by, "waste.reported", _named(place), after=_told(kept), through=through)
    return kept


@transaction.atomic
def correct(identity: int, *, tonnes: float | None, reason: str, token: UUID, by: Person | None) -> Amount:
    """Say another number instead (None strikes the row out); the old row stays, marked as replaced.

    Raises ValidationError, PermissionDenied, and DoesNotExist.
    """
    old = Amount.objects.select_for_update(of=("self",)).select_related("site__facility", "facility").get(id=identity)
    place: Place = old.site or old.facility  # type: ignore[assignment]  # the database has one of them
    through = access.of(by).require("waste.report", places.subject(place)).lent
    if (known := Amount.objects.filter(token=token).first()) is not None:
        return known
    if not old.current:
        raise ValidationError(_("This number was corrected meanwhile. Correct the one that holds now."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the old number stays beside the new one.")})
    if tonnes is not None:
        _check_tonnes(tonnes)
    old.current = False
    old.save(update_fields=["current"])
    same = {name: getattr(old, name) for name in Given.__dataclass_fields__ if name != "tonnes"}
    new = Amount.objects.create(
        **places.where(place),
        **same,
        tonnes=tonnes,
        replaces=old,
        reason=reason.strip()[:300],
        current=tonnes is not None,
        token=token,
        by=by,
        at=timezone.now(),
    )
    audit.record(
        by, "waste.corrected", _named(place), before=_told(old), after=_told(new), through=through, reason=new.reason
    )
    return new


def _checked(given: Given) -> Given:
    """The same, with method and partner only where they mean something. Raises ValidationError for all faults."""
    wrong: dict[str, str] = {}
    year, month = places.this_month()
    if not EARLIEST <= given.year <= year or (given.month is not None and (given.year, given.month) > (year, month)):
        wrong["month"] = _("Amounts are told of a time that has begun, from the year %(year)d on.") % {"year": EARLIEST}
    if given.flow not in Flow.values or given.stream not in Stream.values or given.basis not in Basis.values:
        wrong["flow"] = _("Choose the way, the kind of waste, and how the number came about.")
    if given.flow == Flow.TREATED and given.method not in Method.values:
        wrong["method"] = _("Say how it was treated.")
    if given.ticket and given.day is None:
        wrong["day"] = _("A weigh ticket has a day.")
    if given.day is not None and (given.day.year, given.day.month) != (given.year, given.month):
        wrong["day"] = _("The day of the ticket lies outside of its month.")
    try:
        _check_tonnes(given.tonnes)
    except ValidationError as error:
        wrong["tonnes"] = error.messages[0]
    if wrong:
        raise ValidationError(wrong)
    keeps_method = given.flow in (Flow.TREATED, Flow.CLUSTER)
    return replace(given, method=given.method if keeps_method else "", day=given.day if given.ticket else None)


def _check_tonnes(tonnes: float) -> None:
    if not 0 <= tonnes <= MOST_T:
        raise ValidationError({"tonnes": _("Give tonnes from 0 to %(most)d.") % {"most": int(MOST_T)}})


def _refuse_twice(place: Place, given: Given) -> None:
    """A month is told by its tickets or by one figure, a year by its months or by one figure: never by both."""
    told = Amount.objects.filter(
        **places.where(place), current=True, year=given.year, flow=given.flow, stream=given.stream
    )
    if given.ticket:
        if told.filter(ticket=given.ticket).exists():
            raise ValidationError({"ticket": _("This weigh ticket is here already. Correct it where it stands.")})
        if told.filter(ticket="", month=given.month).exists():
            raise ValidationError(
                {"ticket": _("This month was told as one figure. Strike that out first, or its tickets count twice.")}
            )
    elif (weighed := told.filter(month=given.month).exclude(ticket="").aggregate(sum=Sum("tonnes"))["sum"]) is not None:
        said = {"sum": f"{weighed:.2f}"}
        raise ValidationError(
            {
                "tonnes": _("This month is told by weigh tickets already: %(sum)s t. One figure would count twice.")
                % said
            }
        )
    elif told.filter(
        ticket="", month=given.month, method=given.method, commune=given.commune, partner=given.partner
    ).exists():
        raise ValidationError({"tonnes": _("This is told already. Correct the number where it stands below.")})
    if told.filter(month__isnull=given.month is not None).exists():
        raise ValidationError(
            {"month": _("Of this year the months are told, or the whole year: one of both, or it counts twice.")}
        )


def _named(place: Place) -> str:
    return f"{place.code}"


def _told(row: Amount) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("year", "month", "flow", "stream", "method", "tonnes", "ticket")}
    return {name: value for name, value in plain.items() if value not in (None, "")}
