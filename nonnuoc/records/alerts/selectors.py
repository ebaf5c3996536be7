"""Incidents as pages and programs read them. Nothing here writes.

Whoever reads an incident must be allowed to see incidents there and to read the data of its station: it tells values.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, QuerySet, Value, When

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.accounts.rights import RIGHTS
from nonnuoc.records.alerts.models import Alarm, Attachment, Entry, Family, Incident
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.places.models import Commune

State = Incident.State
LIVE = (State.OPEN, State.HELD, State.CLEARED)
_WHERE = {"office": "thing__office_id", "commune": "thing__commune_id", "facility": "thing__facility"}
_PEOPLE = ("assigned_to", "acknowledged_by", "closed_by")


class Part(IntEnum):
    """Where in the list an incident stands: what it needs of somebody."""

    WAITS = 0  # nobody has acknowledged it, over or not
    LOOKED_AFTER = 1
    OVER = 2  # acknowledged and over: somebody has yet to close it


@dataclass(frozen=True, slots=True)
class Asked:
    """Which incidents; empty: all. `since` and `until` are of the event, half-open; `severity` and graver."""

    family: str = ""
    state: str = ""
    commune_id: int | None = None
    station: str = ""  # its code, or words of its name
    code: str = ""  # of the station, exactly
    mine: int | None = None  # id of whose they are
    severity: int = 0
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def chosen(self) -> Q:
        """In SQL, of incidents."""
        exact = {
            "family": self.family,
            "state": self.state,
            "outcome": self.outcome,
            "thing__commune_id": self.commune_id,
            "thing__code": self.code,
        }
        found = Q(**{name: value for name, value in exact.items() if value})
        if self.severity:
            found &= Q(severity__gte=self.severity)
        if self.station:
            found &= Q(thing__code__iexact=self.station) | Q(thing__name__icontains=self.station)
        if self.mine is not None:
            found &= Q(assigned_to=self.mine) | Q(assigned_to=None, acknowledged_by=self.mine)
        if self.until is not None:
            found &= Q(onset__lt=self.until)
        if self.since is not None:
            found &= Q(cleared=None) | Q(cleared__gte=self.since)
        return found


@dataclass(frozen=True, slots=True)
class Listed:
    """An incident in a list. `lead`: its gravest alarm, one that goes on before one that is over."""

    incident: Incident
    part: Part
    lead: Alarm | None
    alarms: int
    going_on: int  # of these, not over
    stations: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How many incidents there are within reach that nobody has closed."""

    waiting: int
    looked_after: int
    over: int
    silences: int  # incidents of silent stations or instruments that go on
    gravest: int  # severity of the gravest that waits; 0: none waits
    longest: datetime | None  # since when the one waits that has waited longest


def within(rights: Rights) -> Q:
    """The incidents somebody may see, as a filter."""
    reach = rights.reach("incidents.read").within(**_WHERE)
    return reach & (Q(thing=None) | rights.readable(data_class="thing__data_class", **_WHERE))


def subject(incident: Incident) -> Subject:
    """The incident, as access sees it: its station; without one, only who reaches everywhere may see it."""
    return monitoring.subject(incident.thing) if incident.thing else Subject()


def standing(rights: Rights, asked: Asked = Asked()) -> Standing:
    """One query."""
    waits = Q(part=Part.WAITS)
    told = _live(rights, asked).aggregate(
        waiting=Count("id", filter=waits),
        looked_after=Count("id", filter=Q(part=Part.LOOKED_AFTER)),
        over=Count("id", filter=Q(part=Part.OVER)),
        silences=Count("id", filter=Q(family=Family.SILENCE) & ~Q(state=State.CLEARED)),
        gravest=Max("severity", filter=waits, default=0),
        longest=Min("opened", filter=waits),
    )
    return Standing(**told)


def waiting(rights: Rights) -> int:
    """How many incidents within reach nobody has acknowledged."""
    return Incident.objects.filter(within(rights), state__in=LIVE, acknowledged=None).count()


def listed(rights: Rights, asked: Asked = Asked(), *, skip: int = 0, most: int) -> list[Listed]:
    """Incidents nobody has closed: by part, those that go on first, the gravest first, who waits longest first.

    Three queries, whatever their number.
    """
    over = Case(When(state=State.CLEARED, then=1), default=0, output_field=IntegerField())
    found = _live(rights, asked).annotate(over=over).order_by("part", "over", "-severity", "opened", "id")
    return with_alarms(_full(found)[skip : skip + most])


def closed(rights: Rights, asked: Asked = Asked(), *, before: int | None = None, most: int) -> list[Listed]:
    """Incidents that are closed, the newest first; `before` an id, to go on. Three queries."""
    found = Incident.objects.filter(within(rights), asked.chosen(), state=State.CLOSED).annotate(part=Value(Part.OVER))
    if before is not None:
        found = found.filter(id__lt=before)
    return with_alarms(_full(found.order_by("-id"))[:most])


def with_alarms(incidents: Sequence[Incident] | QuerySet[Incident]) -> list[Listed]:
    """The incidents (annotated with their part) with what their alarms say of them."""
    every = list(incidents)
    ids = [one.id for one in every]
    leads = _leads(ids)
    counted = _counted(ids)
    return [
        Listed(one, Part(getattr(one, "part", part_of(one))), leads.get(one.id), *counted.get(one.id, (0, 0, 0)))
        for one in every
    ]


def part_of(incident: Incident) -> Part:
    """Where in the list it stands, or would if it were not closed."""
    if incident.acknowledged is None and incident.state != State.CLOSED:
        return Part.WAITS
    return Part.LOOKED_AFTER if incident.state in (State.OPEN, State.HELD) else Part.OVER


def communes(rights: Rights) -> list[Commune]:
    """Those with an incident that nobody has closed, by name."""
    there = _live(rights, Asked()).values("thing__commune_id")
    return list(Commune.objects.defer("boundary").filter(id__in=there).order_by("name"))


def by_id(identity: int, rights: Rights) -> Incident | None:
    """One incident; None: there is none, or its data are not to be read.

    Raises PermissionDenied, saying why, where it lies outside of what they may see.
    """
    found = _full(Incident.objects.filter(id=identity)).first()
    if found is None:
        return None
    rights.require("incidents.read", subject(found))
    thing = found.thing
    readable = thing is None or rights.may_read(thing.data_class, monitoring.subject(thing))
    return found if readable else None


def alarms(incident_id: int) -> list[Alarm]:
    """Its alarms, those that go on first, the gravest first."""
    order = (F("cleared").desc(nulls_first=True), "-severity", "onset", "id")
    return list(_alarms().filter(incident_id=incident_id).order_by(*order))


def log(incident_id: int) -> list[Entry]:
    """What happened to it, in order, with what was attached, but for the bytes."""
    found = Entry.objects.filter(incident_id=incident_id).select_related("by", "attachment")
    return list(found.defer("attachment__body").order_by("id"))


def attachment(incident_id: int, uuid: UUID) -> Attachment | None:
    """One file of an incident, with its bytes."""
    return Attachment.objects.filter(entry__incident_id=incident_id, uuid=uuid).first()


def handlers() -> list[Person]:
    """Everybody whose task lets them work on incidents somewhere, by name."""
    roles = [role for role, actions in RIGHTS.items() if "incidents.handle" in actions]
    held = Person.objects.filter(is_active=True, appointments__role__in=roles, appointments__until=None)
    return list(held.distinct().order_by("name", "id"))


def merged(incident_id: int) -> list[Incident]:
    """Those that turned out to be part of it."""
    return list(Incident.objects.filter(merged_into_id=incident_id).order_by("id"))


def _live(rights: Rights, asked: Asked) -> QuerySet[Incident]:
    part = Case(
        When(acknowledged=None, then=Part.WAITS),
        When(state=State.CLEARED, then=Part.OVER),
        default=Part.LOOKED_AFTER,
        output_field=IntegerField(),
    )
    return Incident.objects.filter(within(rights), asked.chosen(), state__in=LIVE).annotate(part=part)


def _full(found: QuerySet[Incident]) -> QuerySet[Incident]:
    return found.select_related("thing__commune", "thing__river", *_PEOPLE).defer("thing__commune__boundary")


def _alarms() -> QuerySet[Alarm]:
    return Alarm.objects.select_related("rule", "thing", "datastream__observed_property")


def _leads(ids: Collection[int]) -> Mapping[int, Alarm]:
    order = ("incident_id", "-severity", F("cleared").desc(nulls_first=True), "onset", "id")
    found = _alarms().filter(incident_id__in=ids).order_by(*order).distinct("incident_id")
    return {one.incident_id: one for one in found}


def _counted(ids: Collection[int]) -> Mapping[int, tuple[int, int, int]]:
    rows = Alarm.objects.filter(incident_id__in=ids).values_list("incident_id")
    going_on: Any = Count("id", filter=Q(cleared=None))
    found = rows.annotate(n=Count("id"), going_on=going_on, stations=Count("thing_id", distinct=True))
    return {row[0]: (row[1], row[2], row[3]) for row in found.order_by()}
