"""Observations that somebody writes over an interface: through the river like any file, and answered one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from nonnuoc.ingest import outcomes, pipeline
from nonnuoc.ingest.arrival import Arrival
from nonnuoc.ingest.formats import data_array
from nonnuoc.ingest.outcomes import Outcome
from nonnuoc.records.monitoring import observations, streams
from nonnuoc.records.monitoring.deliveries import Receipt
from nonnuoc.records.monitoring.models import Datastream, Delivery
from nonnuoc.records.monitoring.observation_ids import observation_id
from nonnuoc.records.monitoring.sensorthings import (
    writing,
    writing_features,
    writing_observed,
    writing_streams,
)
from nonnuoc.records.monitoring.sensorthings.writing_body import Body, WritingError, moment
from nonnuoc.records.monitoring.sensorthings.writing_observed import Own
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope

NAME = "CreateObservations"
_COMPONENTS = ("phenomenonTime", "result", "resultTime", "parameters", "FeatureOfInterest/id")
#: Where in an observation the fault is that the river tells by its code.
_PLACES = {
    **dict.fromkeys(("number", "decimal_comma", "decimal_point"), "result"),
    **dict.fromkeys(("time", "instant", "zone", "interval", "subsecond", "duplicate"), "phenomenonTime"),
    **dict.fromkeys(("clock_ahead", "clock_unset"), "phenomenonTime"),
    "status": "parameters",
    "feature": "FeatureOfInterest",
}
_STATUS = {"duplicate": 409, "foreign_station": 403, "not_allowed": 403, "outside": 403}


@dataclass(frozen=True, slots=True)
class Given:
    """An observation that stands. `created`: nothing was held for its time before."""

    id: int
    created: bool


@transaction.atomic(savepoint=False)
def give(body: bytes, scope: Scope, *, station: str = "", replace: bool = False) -> tuple[Receipt, list[Outcome]]:
    """Data arrays (CreateObservations, JSON): the receipt, and what became of each row.

    `station`: the code of the one whose key it came with. Rows that are held already are refused as duplicates, or
    with `replace` take the place of what is held, which goes to the history.
    """
    arrival = Arrival(
        door=Delivery.Door.HTTP,
        station_code="",
        name=NAME,
        body=body,
        received=timezone.now(),
        by=scope.by,
        rights=scope.rights if scope.by else None,
        bound=station,
        format="data_array" if replace else "data_array_new",
        reread=True,
    )
    (receipt,) = pipeline.accept([arrival])
    rows = outcomes.of(receipt)
    stand = [row for row in rows if not row.code and row.time is not None]
    writing_observed.keep([Own(row.datastream, row.time or 0, row.feature, row.result_time) for row in stand])
    return receipt, rows


@transaction.atomic(savepoint=False)
def observe(
    readings: Sequence[tuple[Body, Datastream]],
    scope: Scope,
    *,
    station: str = "",
    replace: bool = False,
    known: bool = False,
) -> list[Given]:
    """Observations written one by one, all or none of them. Raises WritingError with the place of the first fault.

    `known`: they are held, so what they are of was told before.
    """
    if not readings:
        return []
    streams.lock({stream.thing_id for _, stream in readings})
    rows = [_row(body, stream, scope, known=known) for body, stream in readings]
    groups = [
        {"Datastream": {"@iot.id": stream.id}, "components": _COMPONENTS, "dataArray": [row]}
        for (_, stream), row in zip(readings, rows, strict=True)
    ]
    before = _held(groups) if replace else set()  # else none can be: a second value of a time is refused
    receipt, told = give(orjson.dumps(groups), scope, station=station, replace=replace)
    if len(told) < len(readings):
        raise WritingError(receipt.reason, readings[0][0].path, code=receipt.code or "refused")
    for (body, _), outcome in zip(readings, told, strict=True):
        if outcome.code:
            raise _fault(body, outcome)
    ids = [observation_id(outcome.datastream, outcome.time or 0) for outcome in told]
    return [Given(number, number not in before) for number in ids]


@transaction.atomic(savepoint=False)
def change(number: int, body: Body, stream: Datastream, time: str, scope: Scope, *, station: str = "") -> None:
    """Another result of an observation that is held, whose time is `time`; what it was goes to the history."""
    body.numbered(number)
    for name in ("Datastream", "FeatureOfInterest"):
        linked = body.one(name)
        if isinstance(linked, Body):
            raise body.fault(name, f'A change describes no {name}, it links one: {{"@iot.id": 7}}.', "not_here")
        if name == "Datastream" and linked not in (None, stream.id):
            raise body.fault(name, "An observation stays with its datastream: write another one there.", "not_here")
    if body.has("phenomenonTime"):
        said = body.moment("phenomenonTime", required=True)
        if said != moment(time, "$"):
            cure = "The time of an observation is part of its number: delete it, and write another one."
            raise body.fault("phenomenonTime", cure, "identity")
    body.has("resultQuality")
    whole = {**{name: value for name, value in body.given.items() if "@iot." not in name}, "phenomenonTime": time}
    whole.pop("resultQuality", None)
    if "result" not in whole:
        raise body.fault("result", "What can be changed of an observation is its result: write one.", "missing")
    observe([(Body(whole, body.path), stream)], scope, station=station, replace=True, known=True)


def _row(body: Body, stream: Datastream, scope: Scope, *, known: bool) -> list[Any]:
    """The cells of _COMPONENTS, of an observation that could be one."""
    writing_streams.refuse_derived(stream)
    body.numbered(None)
    body.refuse(
        {
            "validTime": "How long a value holds is not kept: leave it out.",
            "resultQuality": "What a value is worth, our checks and reviewers say: leave it out.",
        }
    )
    if not body.has("result"):
        raise body.fault("result", "result is missing: write a number, or null where there is no value.", "missing")
    _status(body)
    feature = writing.feature_of(body, scope, stream.thing)
    if feature is None and not known:
        writing_features.require_place(stream.thing, body.at("FeatureOfInterest"))
    time = body.text("phenomenonTime", 100) or timezone.now().replace(microsecond=0).isoformat()
    result_time = body.text("resultTime", 100) or None
    body.has("Datastream")
    body.finish("an Observation", ("@iot.id",))
    return [time, body.given["result"], result_time, body.document("parameters"), feature.id if feature else None]


def _status(body: Body) -> None:
    """`parameters` may tell the instrument's status, as TT 10/2021/TT-BTNMT numbers it, and nothing else."""
    parameters = body.within("parameters")
    if parameters is not None:
        parameters.whole("status", 0, 3)
        for name, _ in parameters.rest():
            raise parameters.fault(name, "Of an observation only the status of its instrument is kept (0 to 3).")


def _held(groups: list[dict[str, Any]]) -> set[int]:
    """The numbers of those that are held already."""
    arrays = data_array.read(orjson.dumps(groups))
    read = arrays.parsed.readings
    if read.datastream is None or not len(read.time):
        return set()
    rows = observations.read_spans(read.datastream, read.time, read.time + 1_000_000)
    return set(observation_id(rows.datastream, rows.time).tolist())


def _fault(body: Body, outcome: Outcome) -> WritingError:
    place = _PLACES.get(outcome.code)
    path = body.at(place) if place else body.path
    held = None
    if outcome.code == "duplicate" and outcome.time is not None:
        held = ("Observations", observation_id(outcome.datastream, outcome.time))
    status = _STATUS.get(outcome.code, 400)
    return WritingError(outcome.detail, path, code=outcome.code, status=status, held=held)
