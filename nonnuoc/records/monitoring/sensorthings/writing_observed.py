"""What few observations have of their own (ObservationFeature): another feature, another time of the result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.observations import moment
from nonnuoc.records.monitoring.sensorthings import writing_features
from nonnuoc.records.monitoring.sensorthings.writing_body import WritingError
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope

_KEEP = """
INSERT INTO monitoring_observationfeature (datastream_id, time, feature_id, result_time) VALUES (%s, %s, %s, %s)
ON CONFLICT (datastream_id, time) DO UPDATE
SET feature_id = coalesce(excluded.feature_id, monitoring_observationfeature.feature_id),
    result_time = coalesce(excluded.result_time, monitoring_observationfeature.result_time)
"""


@dataclass(frozen=True, slots=True)
class Own:
    """Of one observation; times in µs since 1970 UTC."""

    datastream_id: int
    time: int
    feature_id: int | None
    result_time: int | None


def keep(some: Sequence[Own]) -> None:
    """Keep what differs from the usual: the thing's own feature, the time of the observation. Things get theirs."""
    streams = Datastream.objects.filter(id__in={one.datastream_id for one in some})
    found = list(streams.values_list("id", "thing_id", "thing__feature"))
    things = {stream: thing for stream, thing, _ in found}
    usual = {thing: feature for _, thing, feature in found}
    for thing in Thing.objects.filter(id__in=[thing for thing, feature in usual.items() if feature is None]):
        usual[thing.id] = writing_features.of_thing(thing).id
    rows = []
    for one in some:
        feature = None if one.feature_id == usual.get(things.get(one.datastream_id, 0)) else one.feature_id
        result_time = None if one.result_time in (None, one.time) else moment(one.result_time or 0)
        if feature is not None or result_time is not None:
            rows.append((one.datastream_id, moment(one.time), feature, result_time))
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_KEEP, rows)


def unknown(feature_ids: Iterable[int], scope: Scope) -> set[int]:
    """Those of these features that are not there, or not for the writer."""
    found = set()
    for number in set(feature_ids):
        try:
            scope.feature(number, "$")
        except WritingError:
            found.add(number)
    return found
