"""What stands on the page of a facility beside its own facts. What other rooms know of it, they say in `belonging`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.registers.facilities import matching, selectors, works
from nonnuoc.records.registers.facilities.models import Facility, Merge, Outfall, Stack
from nonnuoc.records.registers.pattern import fields, reading
from nonnuoc.records.registers.pattern.register import Cell, Linked, of_model

Tables = Sequence[Linked]
Sentences = Sequence[Promise | str]
#: Facts without which nobody can say whether a facility keeps the law.
NEEDED = ("state", "business_code", "sector", "group", "commune", "lon")
STATES = {
    Thing.State.PLANNED: gettext_lazy("planned"),
    Thing.State.ACTIVE: gettext_lazy("operating"),
    Thing.State.SUSPENDED: gettext_lazy("suspended"),
    Thing.State.RETIRED: gettext_lazy("closed"),
}


def identity(facility: Facility, rights: Rights) -> Tables:
    """By what other names and numbers it is known, and which entries were found to be it."""
    if not rights.may_read(DataClass.INTERNAL, reading.subject(of_model(Facility), facility)):
        return ()
    numbers = [
        [Cell(one.get_programme_display()), Cell(one.value), Cell(one.source)] for one in facility.identifiers.all()
    ]
    names = [[Cell(gettext_lazy("other name")), Cell(one.name), Cell(one.source)] for one in facility.aliases.all()]
    merges = Merge.objects.filter(survivor=facility, undone=None).select_related("merged")
    former = [
        [Cell(gettext_lazy("former entry")), Cell(f"{one.merged.code}: {one.merged.name}"), Cell(one.reason)]
        for one in merges
    ]
    return (
        Linked(
            gettext_lazy("Other names and numbers"),
            (gettext_lazy("What it is"), gettext_lazy("Name or number"), gettext_lazy("Source")),
            [*numbers, *names, *former],
            gettext_lazy("None is kept yet. Add the numbers that its licence, manifests and monitoring files carry."),
        ),
    )


def sources(facility: Facility, rights: Rights) -> Tables:
    """Its outfalls and stacks."""
    measured = {(one.register, one.code) for one in selectors.streams_of_facility(facility)}
    rows = [
        [
            Cell(one.name, key, one.code),
            Cell(what),
            Cell(one.get_works_display()),
            Cell(where),
            Cell(gettext_lazy("linked") if (key, one.code) in measured else gettext_lazy("not linked")),
        ]
        for key, one, what, where in (*_outfalls(facility, rights), *_stacks(facility, rights))
    ]
    return (
        Linked(
            gettext_lazy("Outfalls and stacks"),
            (
                gettext_lazy("Outfall or stack"),
                gettext_lazy("What leaves it"),
                gettext_lazy("Treatment works"),
                gettext_lazy("Goes into"),
                gettext_lazy("Telemetry"),
            ),
            rows,
            gettext_lazy("None is registered, which does not mean that there is none."),
        ),
    )


def _outfalls(facility: Facility, rights: Rights) -> list[tuple[str, Any, Any, Any]]:
    found = reading.readable(of_model(Outfall), rights).filter(facility=facility).select_related("reach")
    return [("outfalls", one, one.get_kind_display(), works.receives(one)) for one in found]


def _stacks(facility: Facility, rights: Rights) -> list[tuple[str, Any, Any, Any]]:
    found = reading.readable(of_model(Stack), rights).filter(facility=facility)
    return [("stacks", one, one.emitter, gettext_lazy("the air")) for one in found]


def stations(facility: Facility, rights: Rights) -> Tables:
    """The stations that watch it, with the time of their newest value."""
    things = Thing.objects.filter(rights.readable(), facility=facility.code)
    codes = dict(things.values_list("code", "data_class"))
    found = monitoring.stations_now(timezone.now(), codes=codes, reader=rights) if codes else []
    rows = [
        [
            Cell(one.name, route="station" if codes[one.code] == DataClass.PUBLIC else "", code=one.code),
            Cell(STATES[Thing.State(one.state)]),
            Cell(one.heard or gettext_lazy("nothing has arrived yet")),
            Cell(gettext_lazy("silent") if one.silent_since else gettext_lazy("sending") if one.heard else None),
        ]
        for one in found
    ]
    return (
        Linked(
            gettext_lazy("Stations"),
            (gettext_lazy("Station"), gettext_lazy("State"), gettext_lazy("Newest value"), gettext_lazy("Now")),
            rows,
            gettext_lazy("No station that you may read watches it. Whom a station watches is kept with the station."),
        ),
    )


def told(facility: Facility, rights: Rights) -> Sentences:
    """What contradicts the rules, what is unknown, what waits for a person."""
    found: list[Promise | str] = []
    if facility.merged_into is not None:
        return found  # its page leads to the one that carries it on
    found += works.of_facility(facility, rights)
    if rights.may_read(DataClass.INTERNAL, reading.subject(of_model(Facility), facility)):
        register = of_model(Facility)
        unknown = [fields.title(register, name) for name in NEEDED if fields.plain(facility, name) is None]
        if unknown:
            said = ", ".join(one[:1].lower() + one[1:] for one in unknown)
            found.append(
                _("Not known of it: %(facts)s. What nobody has recorded is no proof that all is in order.")
                % {"facts": said}
            )
    number = matching.number_about(facility, rights)
    if number:
        found.append(_("Entries that may be this same facility and wait for a decision: %(n)d.") % {"n": number})
    return found
