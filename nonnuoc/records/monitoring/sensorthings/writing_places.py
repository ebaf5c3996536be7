"""Locations and HistoricalLocations. One row is both: a place, and that a thing stands there since a time.

A place nobody stands at has no times. One that is taken again, by the same thing or another, is copied: the row of the
earlier time stays what it was.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from nonnuoc.records.accounts import audit
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import GeoJson, Location, Thing
from nonnuoc.records.monitoring.sensorthings.writing_body import Body, WritingError, merged
from nonnuoc.records.monitoring.sensorthings.writing_geometry import point
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope

_FACTS = ("name", "description", "encoding", "lon", "lat", "source", "properties")


def create(body: Body, scope: Scope, thing: Thing | None = None) -> Location:
    """A new place; with a thing, or where the body links one, the place where that stands from now on."""
    body.numbered(None)
    body.refuse({"HistoricalLocations": "Stations come to a place by POST to HistoricalLocations."})
    facts = described(body)
    linked = body.many("Things") or []
    body.finish("a Location", ("@iot.id",))
    if len(linked) > 1 or (linked and thing is not None):
        raise body.fault("Things", "One station stands at a place: describe a place for each of them.", "too_many")
    if linked:
        if isinstance(linked[0], Body):
            raise WritingError('Link the station: {"@iot.id": 7}.', linked[0].path, code="not_here")
        thing = scope.thing(linked[0], body.at("Things"))
    if thing is not None:
        return services.place_station(thing, by=scope.by, **facts)
    lent = scope.require(None)
    location = Location(**facts)
    location.full_clean(exclude=["properties"])
    location.save()
    audit.record(scope.by, "entity.added", f"Location {location.id}", after=facts, through=lent)
    return location


def change(location: Location, body: Body, scope: Scope, *, whole: bool) -> None:
    """Another description of the same place; a station that moved gets another Location instead."""
    lent = scope.require(location.thing)
    body.numbered(location.id)
    linked = body.many("Things")
    facts = described(body, None if whole else location)
    body.finish("a Location", ("@iot.id", "HistoricalLocations"))
    before = _facts(location)
    if facts != before:
        for name, value in facts.items():
            setattr(location, name, value)
        location.full_clean(exclude=["properties"])
        location.save()
        audit.record(scope.by, "entity.changed", f"Location {location.id}", before=before, after=facts, through=lent)
    for one in linked or ():
        if isinstance(one, Body):
            raise WritingError('A change links stations, and describes none: write {"@iot.id": 7}.', one.path)
        move(scope.thing(one, body.at("Things")), location, scope)


def remove(location: Location, scope: Scope) -> None:
    """The place, and that somebody stood there."""
    lent = scope.require(location.thing)
    before = _facts(location) | _times(location)
    subject = f"Location {location.id}"
    location.delete()
    audit.record(scope.by, "entity.deleted", subject, before=before, through=lent)


def move(thing: Thing, location: Location, scope: Scope, since: datetime | None = None) -> Location:
    """The thing stands at this place from `since` (now) on, until it stood elsewhere; where it stands so, nothing."""
    lent = scope.require(thing)
    if since is None and location.thing_id == thing.id and location.until is None:
        return location
    if location.thing_id is not None:
        location = Location(**_facts(location))
    location.thing = thing
    _fit(location, since or timezone.now())
    told: dict[str, Any] = {
        "lon": location.lon,
        "lat": location.lat,
        "since": location.since.isoformat() if location.since else "",
    }
    audit.record(scope.by, "station.placed", thing.code, through=lent, **told)
    return location


def leave(thing: Thing, scope: Scope) -> None:
    """Where the thing stands is not known any more."""
    lent = scope.require(thing)
    if thing.locations.filter(until=None).update(until=timezone.now()):
        audit.record(scope.by, "station.placed", thing.code, through=lent, lon=None, lat=None)


def create_history(body: Body, scope: Scope, thing: Thing | None = None) -> Location:
    """That a thing stands, or stood, at a place from a time on."""
    body.numbered(None)
    since = body.moment("time", required=True)
    linked = body.one("Thing")
    if thing is None:
        if not isinstance(linked, int):
            raise body.fault("Thing", 'Thing is missing: link the station, {"@iot.id": 7}.', "missing")
        thing = scope.thing(linked, body.at("Thing"))
    elif linked is not None:
        raise body.fault("Thing", "The address tells whose it is: leave Thing out.", "not_here")
    places = body.many("Locations") or []
    body.finish("a HistoricalLocation", ("@iot.id",))
    if len(places) != 1:
        raise body.fault("Locations", "A station stands at one place at a time: write one Location.", "missing")
    place = places[0]
    if isinstance(place, int):
        return move(thing, scope.location(place, body.at("Locations")), scope, since)
    facts = described(place)
    place.finish("a Location")
    return move(thing, Location(**facts), scope, since)


def change_history(location: Location, body: Body, scope: Scope, *, whole: bool) -> None:
    """Another time from which the thing stood there."""
    if location.thing is None:
        raise WritingError("Nobody stands or stood there: it is a Location only.", status=404, code="unknown")
    lent = scope.require(location.thing)
    body.numbered(location.id)
    since = body.moment("time", required=whole)
    for name, held in (("Thing", location.thing_id), ("Locations", location.id)):
        given = body.many(name) if name == "Locations" else [body.one(name)]
        if given not in (None, [None], [held]):
            raise body.fault(name, "What stood where is not changed: write another HistoricalLocation.", "not_here")
    body.finish("a HistoricalLocation", ("@iot.id",))
    if since is None or since == location.since:
        return
    before = _times(location)
    _fit(location, since)
    audit.record(
        scope.by, "entity.changed", f"HistoricalLocation {location.id}",
        before=before, after=_times(location), through=lent,
    )  # fmt: skip


def remove_history(location: Location, scope: Scope) -> None:
    """That the thing stood there; the place stays."""
    if location.thing is None:
        raise WritingError("Nobody stands or stood there: it is a Location only.", status=404, code="unknown")
    lent = scope.require(location.thing)
    audit.record(scope.by, "entity.deleted", f"HistoricalLocation {location.id}", before=_times(location), through=lent)
    abandon(location)


def abandon(location: Location) -> None:
    """A place nobody stands at any more."""
    if not location.name and location.thing is not None:
        location.name = location.thing.name
    location.thing = location.since = location.until = None
    location.save()


def described(body: Body, held: Location | None = None) -> dict[str, Any]:
    """The facts of a place; those not named stay what they are at `held`."""
    if held is None and not body.has("encodingType"):
        raise body.fault("encodingType", f"encodingType is missing: it is {GeoJson.NOW}.", "missing")
    free, source = ({}, "") if held is None else (dict(held.properties), held.source)
    given = body.within("properties")
    if given is not None:
        source = given.text("source", 300) if given.has("source") else source
        free = merged(free, dict(given.rest()), given.path)
    kept_name = None if held is None or body.has("name") else held.name
    description = None if held is None or body.has("description") else held.description
    at = point(body, "location") if held is None or body.has("location") else (held.lon, held.lat)
    return {
        "name": body.text("name", 200, required=True, empty=False) if kept_name is None else kept_name,
        "description": body.text("description", 10_000, required=held is None) if description is None else description,
        "encoding": body.choice("encodingType", GeoJson.values, GeoJson.NOW if held is None else held.encoding),
        "lon": at[0],
        "lat": at[1],
        "source": source,
        "properties": free,
    }


def _fit(location: Location, since: datetime) -> None:
    """Between what came before and after it in the history of its thing, which ends and begins there."""
    others = Location.objects.filter(thing=location.thing).exclude(id=location.id)
    if others.filter(since=since).exists():
        said = f"The station came to another place at {since.isoformat()}: write another time."
        raise WritingError(said, "$.time", code="held", status=409)
    after = others.filter(since__gt=since).order_by("since").first()
    others.filter(Q(until=None) | Q(until__gt=since), since__lt=since).update(until=since)
    location.since, location.until = since, after.since if after else None
    location.full_clean(exclude=["properties"])
    location.save()


def _facts(location: Location) -> dict[str, Any]:
    return {name: getattr(location, name) for name in _FACTS}


def _times(location: Location) -> dict[str, Any]:
    told = {name: getattr(location, name) for name in ("since", "until")}
    times = {name: when.isoformat() if when else None for name, when in told.items()}
    return {"station": location.thing.code if location.thing else None, **times}
