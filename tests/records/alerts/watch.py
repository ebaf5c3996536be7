"""A clock that tests turn, stations heard and not heard, and people who are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import AlarmRule, Incident, Watch
from nonnuoc.records.alerts.rulebook import rules
from nonnuoc.records.alerts.watch import watching
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.outbox.models import Message
from tests import factories as f
from tests.records.accounts import staff

NOON = f.NOON
MINUTE = timedelta(minutes=1)
HALF = timedelta(seconds=30)
OFTEN = timedelta(seconds=170)


def only(code: str) -> AlarmRule:
    """The shipped rules, of which this one alone is switched on."""
    rules.load_shipped()
    AlarmRule.objects.exclude(code=code).update(enabled=False)
    return AlarmRule.objects.get(code=code)


def heard(thing: Thing, at: datetime, *codes: str, received: datetime | None = None) -> None:
    """Its newest values (of these properties; all) are of `at`."""
    streams = Datastream.objects.filter(thing=thing, procedure="raw")
    if codes:
        streams = streams.filter(observed_property__code__in=codes)
    streams.update(latest_time=at, latest_value=1.0, latest_status=0, latest_quality=1, latest_received=received or at)


def stations(number: int, at: datetime, *, symbols: Iterable[str] = ("PM2.5",), **facts: Any) -> list[Thing]:
    """So many stations, last heard at `at`."""
    there = Thing.objects.count()
    made = [f.station(f"S{there + i:03d}", symbols, **facts) for i in range(number)]
    Datastream.objects.filter(thing__in=made, procedure="raw").update(
        latest_time=at, latest_value=1.0, latest_status=0, latest_quality=1, latest_received=at
    )
    return made


def begin(at: datetime, **more: Any) -> None:
    """The watch has been going for long when `at` comes."""
    Watch.objects.update_or_create(id=1, defaults={"at": at, "since": at - timedelta(days=1), "waiting": {}, **more})


def steps(since: datetime, until: datetime, step: timedelta = HALF) -> Iterable[datetime]:
    """Every half minute, both ends included."""
    at = since
    while at <= until:
        yield at
        at += step


def watch(since: datetime, until: datetime | None = None, *, step: timedelta = OFTEN, **more: Any) -> list[Change]:
    """Passes as often as it takes not to be a gap, both ends included; everything that changed."""
    times = [*(at for at in steps(since, until or since, step) if at != until), until or since]
    return [change for at in times for change in watching.watch(at, **more)]


def open_ones(**which: Any) -> list[Incident]:
    """Incidents nobody has closed, by number."""
    return list(Incident.objects.exclude(state="closed").filter(**which).order_by("id"))


def told(one: Person | None = None, what: str = "") -> list[Message]:
    """Messages to somebody, the oldest first."""
    found = Message.objects.filter(key__contains=what).order_by("id")
    return list(found.filter(person=one) if one else found)


def somebody(role: str, name: str = "", office: Office | None = None, **facts: Any) -> Person:
    """A person with one task, for long."""
    person = staff.person(name or role)
    where = office or staff.office(f"o-{person.name}", staff.KINDS.get(role, "department"))
    staff.task(person, where, role, since=NOON - timedelta(days=300), **facts)
    return person
