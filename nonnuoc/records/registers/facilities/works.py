"""Outfalls, stacks and zones: where their water goes, whether it is treated, what their telemetry adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.facilities import emitting, selectors
from nonnuoc.records.registers.facilities.models import Facility, Outfall, Stack, Zone
from nonnuoc.records.registers.facilities.models.sources import Works
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Cell, Linked, of_model

Sentences = Sequence[Promise | str]
UNTREATED = (Works.NONE, Works.PLANNED, Works.BUILDING, Works.STOPPED)
#: Procedures in words, of what may be linked to a source.
PROCEDURES = {
    "raw": gettext_lazy("as measured"),
    "sample": gettext_lazy("samples"),
    "mean_1h": gettext_lazy("hourly mean"),
    "mean_8h": gettext_lazy("8-hour mean"),
    "mean_24h": gettext_lazy("24-hour mean"),
}


def receives(outfall: Outfall) -> str | None:
    """The water an outfall goes into, with its class; None: unknown."""
    if outfall.reach is None:
        return outfall.receiving or None
    grade = outfall.reach.grade
    said = {"name": outfall.reach.name, "grade": grade}
    return _("%(name)s, class %(grade)s") % said if grade else _("%(name)s, class not known") % said


def complete(entry: Any) -> None:
    """A source is whose its facility is, and lies in its commune while nobody says otherwise."""
    if entry.facility_id is not None:
        entry.office = entry.office or entry.facility.office
        entry.commune = entry.commune or entry.facility.commune


def check(entry: Any) -> None:
    """Raises ValidationError where the source is put to a facility that was merged into another."""
    if entry.facility.merged_into_id is not None:
        now = selectors.current(entry.facility)
        raise ValidationError(
            {
                "facility": _("%(old)s is %(new)s by now: write that one.")
                % {"old": entry.facility.code, "new": now.code}
            }
        )


def gate(entry: Any) -> Sentences:
    """Plan 3.7c: treatment works come before operation. Told only where both facts are known."""
    if entry.works not in UNTREATED or entry.facility.state != Facility.State.OPERATING:
        return ()
    said = {"name": entry.name, "works": entry.get_works_display()}
    return (
        _(
            "The facility operates, and the treatment works of “%(name)s” are: %(works)s. The plan (3.7c) asks for"
            " works that keep the standard before a facility begins to operate."
        )
        % said,
    )


def of_facility(facility: Facility, rights: Rights) -> list[Promise | str]:
    """What its sources have to say on its own page."""
    found: list[Promise | str] = []
    for model in (Outfall, Stack):
        for entry in reading.readable(of_model(model), rights).filter(facility=facility, works__in=UNTREATED):
            found += gate(entry)
    return found


def told(entry: Any, _rights: Rights) -> Sentences:
    """Above the facts of an outfall or a stack."""
    found = list(gate(entry))
    reach = getattr(entry, "reach", None)
    if reach is not None and reach.grade:
        said = {"name": reach.name, "grade": reach.grade, "source": reach.grade_source}
        found.append(_("It goes into %(name)s, whose water must keep class %(grade)s (%(source)s).") % said)
    elif reach is not None:
        found.append(
            _("It goes into %(name)s. Which class its water must keep is not known yet.") % {"name": reach.name}
        )
    return found


def telemetry(entry: Any, _rights: Rights) -> Sequence[Linked]:
    """The datastreams that measure it, and what they add up to this year and the last."""
    streams = selectors.streams_of(entry)
    rows = [
        [
            Cell(called(*one.names)),
            Cell(PROCEDURES.get(one.procedure, one.procedure)),
            Cell(one.station),
            Cell(timezone.localtime(one.since).date()),
            Cell(timezone.localtime(one.until).date() if one.until else gettext_lazy("still")),
        ]
        for one in streams
    ]
    linked = Linked(
        gettext_lazy("Telemetry of this source"),
        (
            gettext_lazy("Parameter"),
            gettext_lazy("Kind of values"),
            gettext_lazy("Station"),
            gettext_lazy("Since"),
            gettext_lazy("Until"),
        ),
        rows,
        gettext_lazy(
            "No datastream is linked. Link those of the facility's station, so that they are judged by its licence."
        ),
    )
    return (linked, _loads(entry)) if streams else (linked,)


def _loads(entry: Any) -> Linked:
    year = timezone.localtime().year
    rows = [
        [
            Cell(when),
            Cell(called(one.observed.name_vi, one.observed.name_en)),
            Cell(None if one.kg is None else round(one.kg, 1)),
            Cell(gettext_lazy("M, measured") if one.kg is not None else None),
            Cell(round(one.coverage, 1)),
        ]
        for when in (year, year - 1)
        for one in emitting.of_year(entry, when)
        if one.kg is not None or when == year
    ]
    return Linked(
        gettext_lazy("What it gave off"),
        (
            gettext_lazy("Year"),
            gettext_lazy("Parameter"),
            gettext_lazy("Load, kg"),
            gettext_lazy("Method"),
            gettext_lazy("Hours covered, %"),
        ),
        rows,
        gettext_lazy(
            "Not known: that needs the flow (m³/h) and a concentration (mg/L) of this source among its telemetry."
        ),
        gettext_lazy(
            "Flow times concentration, hour by hour. Hours without both are not filled in: the true load is larger."
        ),
    )


def called(name_vi: str, name_en: str) -> str:
    """What is observed, in the language of the moment."""
    return name_vi if get_language() == "vi" else name_en


def of_zone(zone: Zone, rights: Rights) -> Sequence[Linked]:
    """The facilities that stand in a zone."""
    found = reading.readable(of_model(Facility), rights).filter(zone=zone).order_by("name")
    rows = [
        [
            Cell(one.name, "facilities", one.code),
            Cell(one.get_state_display()),
            Cell(one.sector),
            Cell(one.get_group_display()),
        ]
        for one in found
    ]
    return (
        Linked(
            gettext_lazy("Facilities in it"),
            (
                gettext_lazy("Facility"),
                gettext_lazy("State"),
                gettext_lazy("Sector"),
                gettext_lazy("Project group"),
            ),
            rows,
            gettext_lazy("None is registered in it. A facility's own page says in which zone it stands."),
        ),
    )


def told_of_zone(zone: Zone, _rights: Rights) -> Sentences:
    """Plan 3.7c of a zone: what stands against it, and what is not known."""
    if zone.state == Zone.State.OPERATING and zone.wastewater_plant is False:
        return (_("It operates without a central wastewater plant. The plan (3.7c) asks for one before operation."),)
    if zone.wastewater_plant is None:
        return (_("Whether it has a central wastewater plant is not known yet."),)
    return ()
