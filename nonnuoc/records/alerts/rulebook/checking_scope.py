"""Whether a rule of alarm is about something that there is."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from nonnuoc.records.alerts.levels import bounding
from nonnuoc.records.alerts.levels.kinds import SERIES
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.rulebook.drafting import Draft
from nonnuoc.records.alerts.rulebook.faults import Fault
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Thing
from nonnuoc.records.places.models import Commune

Kind = AlarmRule.Kind


def faults(draft: Draft) -> Iterator[Fault]:
    """Property, procedure, station, communes: that there are such, and something to judge."""
    known = True
    if draft.observed_property and not ObservedProperty.objects.filter(code=draft.observed_property).exists():
        known = False
        yield Fault(
            "observed_property",
            _("%(code)s is no observed property.") % {"code": repr(draft.observed_property)},
            _("Choose one of the list."),
        )
    if draft.thing and not Thing.objects.filter(code=draft.thing).exists():
        known = False
        yield Fault(
            "thing",
            _("No station has the code %(code)s.") % {"code": repr(draft.thing)},
            _("Write the code as the station's page shows it."),
        )
    unknown = set(draft.communes) - set(Commune.objects.filter(code__in=draft.communes).values_list("code", flat=True))
    if unknown:
        yield Fault(
            "communes",
            _("No commune has the code %(codes)s.") % {"codes": ", ".join(sorted(unknown))},
            _("Choose communes from the list."),
        )
    for field, choices in (("thing_kind", Thing.Kind.values), ("procedure", Datastream.Procedure.values)):
        if getattr(draft, field) and getattr(draft, field) not in choices:
            known = False
            yield Fault(
                field, _("There is no such choice."), _("Choose one of %(known)s.") % {"known": ", ".join(choices)}
            )
    own = draft.kind in (Kind.LIMIT, Kind.RATE, Kind.LEVEL) and not draft.basis
    if own and not draft.observed_property:
        yield Fault(
            "observed_property",
            _("A level is of one property."),
            _("Choose the property whose values it judges."),
        )
    possible = bounding.PROCEDURES.get(draft.basis)
    if possible and draft.procedure and draft.procedure not in possible:
        yield Fault(
            "procedure",
            _("%(basis)s says nothing of such values.") % {"basis": draft.basis},
            _("Leave it open, or choose one of %(known)s.") % {"known": ", ".join(sorted(possible))},
        )
    elif known and draft.kind in SERIES and (draft.observed_property or draft.thing):
        yield from _something_to_judge(draft)


def _something_to_judge(draft: Draft) -> Iterator[Fault]:
    procedures = bounding.PROCEDURES.get(draft.basis) or bounding.OWN.get(draft.kind, frozenset())
    if draft.procedure:
        procedures = frozenset({draft.procedure})
    streams = Datastream.objects.filter(procedure__in=procedures)
    if draft.observed_property:
        streams = streams.filter(observed_property__code=draft.observed_property)
    if draft.thing:
        streams = streams.filter(thing__code=draft.thing)
    if draft.thing_kind:
        streams = streams.filter(thing__kind=draft.thing_kind)
    if draft.communes:
        streams = streams.filter(thing__commune__code__in=draft.communes)
    if draft.basis in bounding.MEDIUM:
        streams = streams.filter(thing__kind=bounding.MEDIUM[draft.basis])
    if streams.exists():
        return
    there = Datastream.objects.filter(thing__code=draft.thing, procedure__in=procedures)
    measured = sorted(set(there.values_list("observed_property__code", flat=True)))
    yield Fault(
        "observed_property" if draft.observed_property else "thing",
        _("No station within the rule's scope has such a datastream: the rule would judge nothing."),
        _("%(thing)s has %(measured)s.") % {"thing": draft.thing, "measured": ", ".join(measured)}
        if draft.thing and measured
        else _("Register the datastream first, or widen the scope."),
    )
