"""Who writes, and what they may lay hands on: everything a body names is found here, or told to be unknown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from django.db import connection
from django.db.models import Q

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Delegation, Person
from nonnuoc.records.monitoring.models import (
    Datastream,
    FeatureOfInterest,
    Location,
    ObservationFeature,
    ObservedProperty,
    Sensor,
    Thing,
)
from nonnuoc.records.monitoring.selectors import OF_THING, subject
from nonnuoc.records.monitoring.sensorthings.writing_body import Body, WritingError

Found = TypeVar("Found")
Used = TypeVar("Used", Sensor, ObservedProperty)


@dataclass(frozen=True, slots=True)
class Reading:
    """An observation that a deep insert holds: it goes through the river once everything else is there."""

    body: Body
    datastream_id: int
    feature_id: int | None = None


@dataclass(slots=True)
class Scope:
    """One request that writes. `by` None: the system itself."""

    by: Person | None
    rights: Rights
    readings: list[Reading] = field(default_factory=list)

    @classmethod
    def of(cls, by: Person | None) -> Scope:
        return cls(by, access.of(by))

    def require(self, thing: Thing | None, action: str = "stations.register") -> Delegation | None:
        """That they may do this to the station, or, without one, to anything at all. Raises PermissionDenied."""
        return self.rights.require(action, None if thing is None else subject(thing)).lent

    def require_all(self, things: Q, action: str = "stations.register") -> Delegation | None:
        """The same of every station of a filter, and of the action itself."""
        lent = self.require(None, action)
        for thing in Thing.objects.filter(things).distinct():
            lent = self.require(thing, action) or lent
        return lent

    def thing(self, number: int, path: str) -> Thing:
        """A station they may see, held until the transaction ends."""
        found = Thing.objects.select_for_update(of=("self",), no_key=True).filter(self.rights.readable(), id=number)
        return _found(found.first(), "Thing", number, path)

    def datastream(self, number: int, path: str) -> Datastream:
        streams = Datastream.objects.select_related("thing", "observed_property", "sensor")
        return _found(streams.filter(self._readable(), id=number).first(), "Datastream", number, path)

    def sensor(self, number: int, path: str) -> Sensor:
        return _found(self._used(Sensor.objects.filter(id=number).first(), "sensor"), "Sensor", number, path)

    def observed_property(self, number: int, path: str) -> ObservedProperty:
        found = ObservedProperty.objects.select_for_update(no_key=True).filter(id=number).first()
        return _found(self._used(found, "observed_property"), "ObservedProperty", number, path)

    def location(self, number: int, path: str) -> Location:
        found = (
            Location.objects.select_for_update(of=("self",), no_key=True)
            .select_related("thing")
            .filter(id=number)
            .first()
        )
        return _found(found if found is None or self._sees(found.thing) else None, "Location", number, path)

    def feature(self, number: int, path: str) -> FeatureOfInterest:
        found = FeatureOfInterest.objects.select_related("thing").filter(id=number).first()
        if found is not None and not self._sees(found.thing):
            found = None
        if found is not None and found.thing_id is None:
            used = ObservationFeature.objects.filter(feature=found).values("datastream_id")
            of_others = Datastream.objects.filter(id__in=used)
            if of_others.exists() and not of_others.filter(self._readable()).exists():
                found = None
        return _found(found, "FeatureOfInterest", number, path)

    def _sees(self, thing: Thing | None) -> bool:
        return thing is None or self.rights.may_read(thing.data_class, subject(thing))

    def _readable(self) -> Q:
        return self.rights.readable(**OF_THING)

    def _used(self, found: Used | None, column: str) -> Used | None:
        """What only stations use that they may not see is not there for them."""
        if found is None:
            return None
        using = Datastream.objects.filter(**{column: found})
        return None if using.exists() and not using.filter(self._readable()).exists() else found


def _found(found: Found | None, entity: str, number: int, path: str) -> Found:
    if found is None:
        raise WritingError(f"There is no {entity} {number}, or not for you: link one there is.", path, code="unknown")
    return found


def one_at_a_time(what: str) -> None:
    """Let only one transaction at a time choose a new name of this sort."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(8, hashtext(%s))", (what,))
