"""Entities written as SensorThings has them: new ones with all they hold, and changes. All or nothing is the caller's
transaction; observations that a deep insert holds are collected on the scope, for they go through the river.

`create` and `change` raise WritingError with the JSON path of what is wrong, PermissionDenied, and ValidationError.
"""

from __future__ import annotations

from nonnuoc.records.monitoring.models import (
    Datastream,
    FeatureOfInterest,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
)
from nonnuoc.records.monitoring.sensorthings import (
    writing_features,
    writing_places,
    writing_properties,
    writing_sensors,
    writing_streams,
    writing_things,
)
from nonnuoc.records.monitoring.sensorthings.writing_body import Body, WritingError
from nonnuoc.records.monitoring.sensorthings.writing_scope import Reading, Scope

#: What a collection hangs from: the set and the number of the entity, None for a whole set.
Parent = tuple[str, int] | None
_INLINE = 'Here it must be linked, not described: {"@iot.id": 7}.'


def create(name: str, body: Body, scope: Scope, parent: Parent = None) -> int:
    """A new entity of the set with this name, and everything it holds; give its number."""
    scope.require(None)
    if name == "Things":
        return _thing(body, scope, parent).id
    if name == "Locations":
        return writing_places.create(body, scope, _thing_of(parent, scope)).id
    if name == "HistoricalLocations":
        return writing_places.create_history(body, scope, _thing_of(parent, scope)).id
    if name == "Datastreams":
        return _datastream(body, scope, parent).id
    if name == "Sensors":
        return _sensor(body, scope).id
    if name == "ObservedProperties":
        return _observed_property(body, scope).id
    if name == "FeaturesOfInterest":
        return writing_features.create(body, scope).id
    raise WritingError(f"{name} are not written here.", code="not_here")


def change(name: str, number: int, body: Body, scope: Scope, *, whole: bool) -> None:
    """What a PATCH, or with `whole` a PUT, says of an entity."""
    scope.require(None)
    if name == "Things":
        _change_thing(scope.thing(number, "$"), body, scope, whole=whole)
    elif name == "Locations":
        writing_places.change(scope.location(number, "$"), body, scope, whole=whole)
    elif name == "HistoricalLocations":
        writing_places.change_history(scope.location(number, "$"), body, scope, whole=whole)
    elif name == "Datastreams":
        writing_streams.change(scope.datastream(number, "$"), body, scope, whole=whole)
    elif name == "Sensors":
        writing_sensors.change(scope.sensor(number, "$"), body, scope, whole=whole)
    elif name == "ObservedProperties":
        writing_properties.change(scope.observed_property(number, "$"), body, scope, whole=whole)
    else:
        writing_features.change(scope.feature(number, "$"), body, scope, whole=whole)


def _thing(body: Body, scope: Scope, parent: Parent) -> Thing:
    places, streams = body.many("Locations") or [], body.many("Datastreams") or []
    body.refuse({"HistoricalLocations": "They come by themselves with Locations, or by POST to HistoricalLocations."})
    here = parent[1] if parent and parent[0] == "Locations" else None
    if len(places) + (here is not None) > 1:
        raise body.fault("Locations", "A thing stands at one place at a time: write one Location.", "too_many")
    thing = writing_things.create(body, scope)
    body.finish("a Thing")
    for place in places:
        _stand(thing, place, scope)
    if here is not None:
        writing_places.move(thing, scope.location(here, "$"), scope)
    for stream in streams:
        if not isinstance(stream, Body):
            said = "A datastream stays with the thing it was measured at: describe a new one here."
            raise WritingError(said, body.at("Datastreams"), code="not_here")
        _datastream(stream, scope, thing=thing)
    return thing


def _change_thing(thing: Thing, body: Body, scope: Scope, *, whole: bool) -> None:
    places = body.many("Locations")
    body.refuse({
        "Datastreams": "A change describes no datastreams: write them on their own.",
        "HistoricalLocations": "They come by themselves with Locations, or by POST to HistoricalLocations.",
    })  # fmt: skip
    if places is not None and len(places) > 1:
        raise body.fault("Locations", "A thing stands at one place at a time: link one Location.", "too_many")
    if places and isinstance(places[0], Body):
        raise WritingError(_INLINE, places[0].path, code="not_here")
    writing_things.change(thing, body, scope, whole=whole)
    body.finish("a Thing", ("@iot.id",))
    if places == []:
        writing_places.leave(thing, scope)
    for place in places or ():
        _stand(thing, place, scope)


def _stand(thing: Thing, place: int | Body, scope: Scope) -> Location:
    if isinstance(place, Body):
        return writing_places.create(place, scope, thing)
    return writing_places.move(thing, scope.location(place, "$.Locations"), scope)


def _sensor(body: Body, scope: Scope, *, nested: bool = False) -> Sensor:
    streams = _held(body, nested)
    sensor = writing_sensors.create(body, scope)
    body.finish("a Sensor")
    for stream in streams:
        _datastream(stream, scope, sensor=sensor)
    return sensor


def _observed_property(body: Body, scope: Scope, *, nested: bool = False) -> ObservedProperty:
    streams = _held(body, nested)
    observed = writing_properties.create(body, scope)
    body.finish("an ObservedProperty")
    for stream in streams:
        _datastream(stream, scope, observed=observed)
    return observed


def _held(body: Body, nested: bool) -> list[Body]:
    """The datastreams that a sensor or a property is described with."""
    if nested:
        body.refuse({"Datastreams": "It is described within a datastream: leave others out."})
        return []
    found = [one for one in body.many("Datastreams") or [] if isinstance(one, Body)]
    if len(found) < len(body.many("Datastreams") or []):
        raise body.fault("Datastreams", "A datastream there is changes on its own: describe new ones here.", "not_here")
    return found


def _datastream(
    body: Body,
    scope: Scope,
    parent: Parent = None,
    *,
    thing: Thing | None = None,
    sensor: Sensor | None = None,
    observed: ObservedProperty | None = None,
) -> Datastream:
    """`parent`, or what is given, is left out of the body."""
    given = {"Thing": thing, "Sensor": sensor, "ObservedProperty": observed}
    if parent:
        entity = {"Things": "Thing", "Sensors": "Sensor", "ObservedProperties": "ObservedProperty"}.get(parent[0])
        if entity is None:
            raise WritingError(f"A datastream is not written below {parent[0]}.", code="not_here")
        body.has(entity)
        body.given.setdefault(entity, {"@iot.id": parent[1]})
        if body.given[entity] != {"@iot.id": parent[1]}:
            raise body.fault(entity, f"The address tells its {entity}: leave it out.", "not_here")
    for name, known in given.items():
        if known is not None and body.one(name) is not None:
            raise body.fault(name, f"It is described within its {name}: leave it out here.", "not_here")
    readings = body.many("Observations") or []
    body.refuse({"FeatureOfInterest": "A feature belongs to each observation."})
    _require_navigations(body, given)
    thing = thing or _its_thing(body, scope)
    observed = observed or _its_property(body, scope)
    sensor = sensor or _its_sensor(body, scope)
    stream = writing_streams.create(body, scope, thing, observed, sensor)
    body.finish("a Datastream", writing_streams.TOLD)
    for reading in readings:
        if not isinstance(reading, Body):
            raise WritingError("An observation stays with its datastream: describe a new one.", body.at("Observations"))
        scope.readings.append(Reading(reading, stream.id))
    return stream


def _require_navigations(body: Body, given: dict[str, Thing | Sensor | ObservedProperty | None]) -> None:
    """All that a datastream must be linked to, before the first of it is made."""
    for name, known in given.items():
        if known is None and body.one(name) is None:
            said = f'{name} is missing: link one, {{"@iot.id": 7}}, or describe a new one.'
            raise body.fault(name, said, "missing")


def _its_thing(body: Body, scope: Scope) -> Thing:
    linked = body.one("Thing")
    if isinstance(linked, int):
        return scope.thing(linked, body.at("Thing"))
    assert linked is not None  # noqa: S101 - _require_navigations has raised
    linked.refuse({"Datastreams": "It is described within a datastream: leave others out."})
    return _thing(linked, scope, None)


def _its_property(body: Body, scope: Scope) -> ObservedProperty:
    linked = body.one("ObservedProperty")
    if isinstance(linked, int):
        return scope.observed_property(linked, body.at("ObservedProperty"))
    assert linked is not None  # noqa: S101 - as above
    return _observed_property(linked, scope, nested=True)


def _its_sensor(body: Body, scope: Scope) -> Sensor:
    linked = body.one("Sensor")
    if isinstance(linked, int):
        return scope.sensor(linked, body.at("Sensor"))
    assert linked is not None  # noqa: S101 - as above
    return _sensor(linked, scope, nested=True)


def _thing_of(parent: Parent, scope: Scope) -> Thing | None:
    if not parent:
        return None
    if parent[0] != "Things":
        raise WritingError(f"That is not written below {parent[0]}.", code="not_here")
    return scope.thing(parent[1], "$")


def feature_of(reading: Body, scope: Scope, thing: Thing) -> FeatureOfInterest | None:
    """The feature an observation links or describes; None: its thing's own. Raises WritingError."""
    linked = reading.one("FeatureOfInterest")
    if isinstance(linked, int):
        return scope.feature(linked, reading.at("FeatureOfInterest"))
    if linked is not None:
        return writing_features.create_for(thing, linked, scope)
    return None
