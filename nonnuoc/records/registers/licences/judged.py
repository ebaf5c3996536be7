"""Which limits of dossiers judge a datastream, why another does not, and which were never judged by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.observations import moment
from nonnuoc.records.registers.facilities.models import SourceStream
from nonnuoc.records.registers.licences import in_force
from nonnuoc.records.registers.licences.in_force import Permitted
from nonnuoc.records.registers.licences.models import Judged, Limit


class Why(StrEnum):
    """Why no datastream is judged by a limit."""

    NO_DAY = "no_day"
    NO_STREAM = "no_stream"
    NO_MEAN = "no_mean"
    NO_UNIT = "no_unit"


WORDS: Mapping[Why, Promise] = {
    Why.NO_DAY: _("judges nothing: nobody knows from when on the paper holds"),
    Why.NO_STREAM: _("judges nothing by itself: no datastream of this parameter is linked to the source"),
    Why.NO_MEAN: _("judges nothing: no mean over this time is computed of what the station sends"),
    Why.NO_UNIT: _("judges nothing: its unit does not convert to the one the station sends"),
}


@dataclass(frozen=True, slots=True)
class Judging:
    """What a limit judges: datastreams, or why none."""

    streams: tuple[Datastream, ...]
    why: Why | None


def judging(limits: Sequence[Limit]) -> list[Judging]:
    """What each of these judges, now or at another time, in their order. Two queries."""
    outfalls, stacks = ({getattr(one, name) for one in limits} - {None} for name in ("outfall_id", "stack_id"))
    links = list(
        SourceStream.objects.filter(Q(outfall__in=outfalls) | Q(stack__in=stacks)).select_related("datastream")
    )
    things = {one.datastream.thing_id for one in links}
    streams = list(
        Datastream.objects.filter(thing__in=things).select_related("thing", "observed_property").order_by("id")
    )
    return [_judging(one, links, streams) for one in limits]


def changed() -> dict[int, tuple[datetime, tuple[Permitted, ...]]]:
    """Datastreams whose limits are others than those they were last judged by: from when on, and the limits now."""
    now = in_force.of_all()
    before = {one.datastream_id: _read(one.limits) for one in Judged.objects.all()}
    found = {}
    for id in sorted({*now, *before}):
        held, kept = now.get(id, ()), before.get(id, ())
        if held != kept:
            since = min(one.since for one in {*held} ^ {*kept})
            found[id] = (moment(since), held)
    return found


def settled(limits: Mapping[int, tuple[Permitted, ...]], *, at: datetime) -> None:
    """These datastreams have been judged by these limits."""
    gone = [id for id, held in limits.items() if not held]
    Judged.objects.filter(datastream__in=gone).delete()
    rows = [Judged(datastream_id=id, limits=[list(one) for one in held], at=at) for id, held in limits.items() if held]
    Judged.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["datastream"], update_fields=["limits", "at"]
    )


def _read(kept: Collection[Any]) -> tuple[Permitted, ...]:
    return tuple(Permitted(*one) for one in kept)


def _judging(limit: Limit, links: Collection[SourceStream], streams: Collection[Datastream]) -> Judging:
    mine = [one for one in links if (one.outfall_id, one.stack_id) == (limit.outfall_id, limit.stack_id)]
    watching = [one.datastream for one in mine if one.datastream.observed_property_id == limit.observed_property_id]
    if not watching:
        return Judging((), Why.NO_STREAM)
    ids, things = {one.pk for one in watching}, {one.thing_id for one in watching if one.procedure == "raw"}
    alike = [one for one in streams if one.observed_property_id == limit.observed_property_id]
    fitting = [
        one
        for one in alike
        if one.procedure in in_force.PROCEDURES[limit.averaging]
        and (one.pk in ids or (one.thing_id in things and one.procedure.startswith("mean") and not one.parallel))
    ]
    if not fitting:
        return Judging((), Why.NO_MEAN)
    unit, code = limit.observed_property.unit, limit.observed_property.code
    if in_force.converted(limit.unit, unit, code) is None:
        return Judging((), Why.NO_UNIT)
    if limit.dossier.valid_from is None:
        return Judging((), Why.NO_DAY)
    return Judging(tuple(fitting), None)
