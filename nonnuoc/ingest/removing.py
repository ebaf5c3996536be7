"""Values, datastreams and stations that somebody deletes: every value goes to the history, what was computed follows.

Each verb asks for its right, and leaves in the audit trail what there was. Who deletes more than removing.MOST values
at once is told to do it in parts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from nonnuoc.ingest import alerting
from nonnuoc.ingest.withdrawing import withdraw
from nonnuoc.records.accounts import audit
from nonnuoc.records.alerts.models import Alarm, Incident
from nonnuoc.records.monitoring import observations, removing, streams
from nonnuoc.records.monitoring.models import (
    Datastream,
    FeatureOfInterest,
    Judgement,
    ObservationFeature,
    ObservedProperty,
    Sensor,
    Thing,
)
from nonnuoc.records.monitoring.observations import Rows, moment
from nonnuoc.records.monitoring.sensorthings import (
    writing_features,
    writing_places,
    writing_properties,
    writing_sensors,
    writing_streams,
)
from nonnuoc.records.monitoring.sensorthings.writing_body import WritingError
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope

_ENCODER = DjangoJSONEncoder()
_PLAIN = (str, int, float, dict, list)


@transaction.atomic
def remove(stream: Datastream, time: Iterable[int], *, reason: str, scope: Scope) -> int:
    """Take values of a measured datastream away, by their times (µs since 1970 UTC); give how many there were."""
    lent = scope.require(stream.thing, "observations.delete")
    writing_streams.refuse_derived(stream)
    streams.lock([stream.thing_id])
    wanted = np.unique(np.fromiter(time, np.int64))
    _require_few(len(wanted))
    catalogue = streams.of_things([stream.thing_id])
    held = observations.read_spans(np.full(len(wanted), stream.id, np.int32), wanted, wanted + 1)
    if not len(held):
        return 0
    removing.take(held, by=_name(scope), reason=_reason(reason))
    first, last = moment(held.time.min()), moment(held.time.max())
    told: dict[str, Any] = {"number": len(held), "since": str(first), "until": str(last)}
    audit.record(scope.by, "observations.deleted", str(stream), through=lent, reason=reason, **told)
    derived = withdraw(held, catalogue, reason=_reason(reason))
    alerting.alert(observations.concat([held, derived]), catalogue, at=timezone.now())
    return len(held)


def remove_second(stream: Datastream, second: int, *, reason: str, scope: Scope) -> int:
    """The value of a second (µs since 1970 UTC), wherever in it that stands; give how many there were."""
    held = observations.read_spans(stream.id, second, second + 1_000_000)
    return remove(stream, held.time.tolist(), reason=reason, scope=scope)


@transaction.atomic
def remove_datastream(stream: Datastream, *, reason: str, scope: Scope) -> None:
    """A measured datastream, and what is computed from it alone."""
    scope.require(stream.thing, "stations.delete")
    writing_streams.refuse_derived(stream)
    streams.lock([stream.thing_id])
    doomed = _with_computed(stream)
    _refuse_alarmed(Alarm.objects.filter(datastream__in=doomed), stream.thing)
    _require_few(removing.number([one.id for one in doomed]))
    catalogue = streams.of_things([stream.thing_id])
    others = Datastream.objects.filter(inputs__in=doomed).exclude(id__in=[one.id for one in doomed])
    rows = _all(stream) if others.exists() else observations.empty()
    _take(doomed, reason, scope)
    alerting.alert(withdraw(rows, catalogue, reason=_reason(reason)), catalogue, at=timezone.now())
    _delete(doomed, reason, scope)


@transaction.atomic
def remove_thing(thing: Thing, *, reason: str, scope: Scope) -> None:
    """A station with all its datastreams and keys. The place where it stood, and its feature, stay; so do its files."""
    lent = scope.require(thing, "stations.delete")
    streams.lock([thing.id])
    _refuse_alarmed(Incident.objects.filter(Q(thing=thing) | Q(alarms__thing=thing)), thing)
    doomed = list(thing.datastreams.select_related("thing", "observed_property", "sensor"))
    _require_few(removing.number([one.id for one in doomed]))
    _take(doomed, reason, scope)
    _delete(doomed, reason, scope)
    before = _facts(thing)
    before["places"] = [_facts(place) for place in thing.locations.order_by("since")]
    before["keys"] = [key.label for key in thing.keys.filter(revoked=None)]
    for feature in FeatureOfInterest.objects.filter(thing=thing):
        writing_features.detach(feature)
    for place in thing.locations.filter(until=None):
        writing_places.abandon(place)
    code = thing.code
    thing.delete()
    audit.record(scope.by, "station.deleted", code, before=before, through=lent, reason=reason)


@transaction.atomic
def remove_sensor(sensor: Sensor, *, reason: str, scope: Scope) -> None:
    """An instrument or a laboratory, with the datastreams it serves."""
    writing_sensors.refuse_formula(sensor)
    lent = scope.require(None)
    for stream in sensor.datastreams.select_related("thing", "observed_property", "sensor"):
        remove_datastream(stream, reason=reason, scope=scope)
    before, subject = writing_sensors.facts_of(sensor), f"Sensor {sensor.id}"
    sensor.delete()
    audit.record(scope.by, "entity.deleted", subject, before=before, through=lent, reason=reason)


@transaction.atomic
def remove_property(observed: ObservedProperty, *, reason: str, scope: Scope) -> None:
    """A property that is not the catalogue's, with the datastreams it is observed in."""
    writing_properties.refuse_ours(observed)
    lent = scope.require(None)
    measured = observed.datastreams.filter(procedure__in=writing_streams.BY_HAND)
    for stream in measured.select_related("thing", "observed_property", "sensor"):
        remove_datastream(stream, reason=reason, scope=scope)
    before = writing_properties.facts_of(observed)
    observed.delete()
    audit.record(scope.by, "entity.deleted", f"ObservedProperty {before['code']}", before=before, through=lent)


@transaction.atomic
def remove_feature(feature: FeatureOfInterest, *, reason: str, scope: Scope) -> None:
    """A feature, with the observations that are of it. A station of a kind keeps its own."""
    lent = scope.require(feature.thing)
    if feature.thing is not None and feature.thing.kind != Thing.Kind.OTHER:
        said = f"It is what {feature.thing.code} observes, and goes with the station: change it instead."
        raise WritingError(said, code="held", status=409, held=("Things", feature.thing.id))
    told = ObservationFeature.objects.filter(feature=feature)
    own = Q(thing=feature.thing) if feature.thing else Q(pk__in=[])
    measured = Datastream.objects.filter(own | Q(id__in=told.values("datastream_id")))
    for stream in measured.filter(procedure__in=writing_streams.BY_HAND).select_related("thing", "observed_property"):
        remove(stream, _times_of(feature, stream), reason=reason, scope=scope)
    before, subject = writing_features.facts_of(feature), f"FeatureOfInterest {feature.id}"
    feature.delete()
    audit.record(scope.by, "entity.deleted", subject, before=before, through=lent, reason=reason)


def _times_of(feature: FeatureOfInterest, stream: Datastream) -> Iterable[int]:
    """When it was observed: where it was told, or, of a thing's own, where no other one was."""
    told = ObservationFeature.objects.filter(datastream=stream, feature__isnull=False)
    if feature.thing_id != stream.thing_id:
        times = told.filter(feature=feature).values_list("time", flat=True)
        return [observations.micros(time) for time in times]
    _require_few(removing.number([stream.id]))
    others = told.exclude(feature=feature).values_list("time", flat=True)
    return set(_all(stream).time.tolist()) - {observations.micros(time) for time in others}


def _all(stream: Datastream) -> Rows:
    return observations.read_spans(stream.id, -(2**60), 2**60)


def _with_computed(stream: Datastream) -> list[Datastream]:
    """The datastream, and those all of whose inputs are among these."""
    doomed = [stream]
    known = Datastream.objects.filter(thing_id=stream.thing_id).select_related("thing", "observed_property", "sensor")
    inputs = {one: set(one.inputs.values_list("id", flat=True)) for one in known}
    while True:
        ids = {one.id for one in doomed}
        more = [one for one, of in inputs.items() if of and of <= ids and one.id not in ids]
        if not more:
            return doomed
        doomed += more


def _take(doomed: list[Datastream], reason: str, scope: Scope) -> None:
    ids = [one.id for one in doomed]
    observations.hold(ids)
    removing.take_all(ids, by=_name(scope), reason=_reason(reason))


def _delete(doomed: list[Datastream], reason: str, scope: Scope) -> None:
    """The datastreams themselves, of which no value is left, each with an entry that tells what it was."""
    for stream in doomed:
        before = _facts(stream)
        before["property"], before["sensor"] = stream.observed_property.code, stream.sensor.name
        before["thresholds"] = [_facts(one) for one in stream.thresholds.all()]
        judgements = Judgement.objects.filter(datastream=stream)
        before["judgements"] = [_facts(one) for one in judgements]
        judgements.delete()
        lent = scope.require(stream.thing, "stations.delete")
        subject = f"{stream.thing.code} {stream.symbol or stream.procedure}"
        audit.record(scope.by, "datastream.deleted", subject, before=before, through=lent, reason=reason)
    Datastream.objects.filter(id__in=[one.id for one in doomed]).delete()


def _facts(row: Any) -> dict[str, Any]:
    """Everything a row says of itself, as JSON has it."""
    return {field.attname: _json(field.value_from_object(row)) for field in row._meta.concrete_fields}


def _json(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, _PLAIN) else _ENCODER.default(value)


def _refuse_alarmed(found: QuerySet[Any], thing: Thing) -> None:
    """Incidents are part of the record: what they are about stays."""
    if found.exists():
        said = (
            f"There have been incidents at {thing.code}: they are kept, and what they are about stays with them. "
            "Retire the station instead."
        )
        raise WritingError(said, code="has_incidents", status=409, held=("Things", thing.id))


def _require_few(number: int) -> None:
    if number > removing.MOST:
        said = f"That would delete more than {removing.MOST:,} values at once: delete them in parts, by their time."
        raise WritingError(said, code="too_many", status=409)


def _name(scope: Scope) -> str:
    return str(scope.by or "command line")[:120]


def _reason(reason: str) -> str:
    return f"{removing.DELETED}{reason}"[:200]
