"""Which datastreams measure an outfall or a stack: written by people, checked against whose station it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Decision
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring import streams
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.registers.facilities.models import Outfall, SourceStream, Stack
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import of_model

Procedure = Datastream.Procedure
#: Indices say nothing of a source.
PROCEDURES = (Procedure.RAW, Procedure.SAMPLE, Procedure.MEAN_1H, Procedure.MEAN_8H, Procedure.MEAN_24H)
KINDS = {
    Outfall: (Thing.Kind.WASTEWATER, Thing.Kind.OTHER),
    Stack: (Thing.Kind.STACK_EMISSION, Thing.Kind.OTHER),
}
Entry = Outfall | Stack


def stations(entry: Entry) -> QuerySet[Thing]:
    """The stations of the facility whose datastreams could measure this source."""
    return Thing.objects.filter(facility=entry.facility.code, kind__in=KINDS[type(entry)]).order_by("code")


def linkable(entry: Entry) -> QuerySet[Datastream]:
    """Datastreams that could be linked now: of the facility's stations, and linked to no source at present."""
    taken = SourceStream.objects.filter(until=None).values("datastream")
    found = Datastream.objects.filter(thing__in=stations(entry), procedure__in=PROCEDURES, active=True)
    return (
        found.exclude(pk__in=taken)
        .select_related("thing", "observed_property")
        .order_by("thing__code", "observed_property__order", "observed_property__code", "procedure")
    )


@transaction.atomic
def link(
    entry: Entry,
    datastream: Datastream,
    *,
    since: datetime,
    until: datetime | None = None,
    note: str = "",
    by: Person | None,
) -> SourceStream:
    """From `since` on this datastream measures this source. Linked so already, it does nothing.

    Raises ValidationError, with what to mend, and PermissionDenied.
    """
    lent = _require(by, entry).lent
    streams.lock([datastream.thing_id])
    facts: dict[str, Any] = {_side(entry): entry, "datastream": datastream, "since": since}
    if (held := SourceStream.objects.filter(**facts).first()) is not None:
        return held
    _check(entry, datastream, since, until)
    made = SourceStream.objects.create(**facts, until=until, note=note[:300], by=by)
    audit.record(by, "source.linked", _named(entry), after=_facts(made), through=lent)
    return made


@transaction.atomic
def link_all(
    entry: Entry, datastreams: Iterable[Datastream], *, since: datetime, note: str = "", by: Person | None
) -> list[SourceStream]:
    """All of them or, where one cannot be linked, none. Raises as `link`."""
    return [link(entry, one, since=since, note=note, by=by) for one in datastreams]


@transaction.atomic
def end(link: SourceStream, *, until: datetime, by: Person | None) -> SourceStream:
    """The datastream measures this source only until then. Raises ValidationError and PermissionDenied."""
    held = SourceStream.objects.select_for_update(of=("self",)).get(pk=link.pk)
    entry: Any = held.outfall or held.stack
    lent = _require(by, entry).lent
    if held.until == until:
        return held
    if until <= held.since:
        raise ValidationError({"until": _("It would end before it began.")})
    if held.until is not None and until > held.until:
        raise ValidationError({"until": _("It has ended already. Link the datastream again from then on.")})
    before = _facts(held)
    held.until = until
    held.save(update_fields=["until"])
    audit.record(by, "source.unlinked", _named(entry), before=before, after=_facts(held), through=lent)
    return held


def _check(entry: Entry, datastream: Datastream, since: datetime, until: datetime | None) -> None:
    thing, facility = datastream.thing, entry.facility
    said = {"station": thing.code, "theirs": thing.facility, "ours": facility.code}
    if thing.facility != facility.code:
        raise ValidationError(
            _(
                "Station %(station)s watches the facility %(theirs)s, and this source belongs to %(ours)s. Put right"
                " whose station it is, or link a datastream of another station."
            )
            % said
            if thing.facility
            else _(
                "It is not kept which facility station %(station)s watches. Say on the desk's page of the station that"
                " it is %(ours)s, then link it."
            )
            % said
        )
    if thing.kind not in KINDS[type(entry)]:
        raise ValidationError(
            _("Station %(station)s does not measure what leaves such a source (its kind: %(kind)s).")
            % {"station": thing.code, "kind": thing.get_kind_display()}
        )
    if datastream.procedure not in PROCEDURES:
        raise ValidationError(_("An index says nothing of a source: link what was measured, or a mean of it."))
    if until is not None and until <= since:
        raise ValidationError({"until": _("It would end before it began.")})
    over = SourceStream.objects.filter(Q(until=None) | Q(until__gt=since), datastream=datastream)
    over = over if until is None else over.filter(since__lt=until)
    if (other := over.select_related("outfall", "stack").first()) is not None:
        there: Any = other.outfall or other.stack
        raise ValidationError(
            _("At that time this datastream measures %(code)s: end that link first, a value comes from one source.")
            % {"code": there.code}
        )


def _side(entry: Entry) -> str:
    return "outfall" if isinstance(entry, Outfall) else "stack"


def _require(by: Person | None, entry: Entry) -> Decision:
    register = of_model(type(entry))
    return access.of(by).require(register.keep, reading.subject(register, entry))


def _named(entry: Entry) -> str:
    return f"{of_model(type(entry)).key} {entry.code}"


def _facts(link: SourceStream) -> dict[str, Any]:
    return {
        "datastream": link.datastream_id,
        "since": link.since.isoformat(),
        "until": link.until and link.until.isoformat(),
    }
